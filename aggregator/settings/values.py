"""What a value of feeds.yaml may be: durations, times, addresses, words.

Every scalar arrives as the text the operator wrote; the types here say what it means.  A wrong
value raises a PydanticCustomError that carries the problem and the mend; in them `{value}` stands
for the value in quotes, `{bare}` without, `{item}` as an item of a list: always as the file writes
it, so that no secret is shown.
"""

from __future__ import annotations

import difflib
import ipaddress
import re
from collections.abc import Collection
from datetime import time, timedelta
from functools import cache
from typing import Annotated, Any
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, available_timezones

from pydantic import (
    BeforeValidator,
    PlainSerializer,
    SecretStr,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from aggregator.models import QuietHours
from aggregator.settings.durations import UNITS, duration_text, parse_duration

#: In the schema, any text may be a `${NAME}` instead.
_VARIABLE = r"\$\{"
_LOOSE_DURATION = re.compile(r"([0-9]{1,9})\s*([a-z]+)", re.IGNORECASE)
_TIME = re.compile(r"([0-9]{1,2}):([0-9]{2})")
_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")
_HOST = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(\.[A-Za-z0-9-]{1,63})*\.?")
_ADDRESS = re.compile(r"[^\s@<>,;:\"()\[\]]+@[^\s@<>,;:\"()\[\]]+")
_COUNT = re.compile(r"[0-9]{1,6}")
_HEADER_NAME = re.compile(r"[A-Za-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\x20-\x7e]*")
_TRUE = frozenset({"true", "yes", "on"})
_FALSE = frozenset({"false", "no", "off"})


def wrong(problem: str, mend: str = "") -> PydanticCustomError:
    return PydanticCustomError("mistake", "{problem}", {"problem": problem, "mend": mend})


# ── texts and lists ───────────────────────────────────────────────────────────────────────────────


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise wrong("must be a text", "write it on one line")
    if not value.strip():
        raise wrong("is empty", "write something, or remove the line")
    return value.strip()


def listed(value: Any) -> Any:
    if isinstance(value, str):
        raise wrong("must be a list", "write [{item}]")
    return value


Text = Annotated[str, BeforeValidator(_text), WithJsonSchema({"type": ["string", "number"]})]
Texts = Annotated[tuple[Text, ...], BeforeValidator(listed)]


def _boolean(value: Any) -> bool:
    if isinstance(value, str) and value.lower() in _TRUE | _FALSE:
        return value.lower() in _TRUE
    raise wrong("{value} is not true or false", "write true or false")


Boolean = Annotated[
    bool,
    BeforeValidator(_boolean),
    WithJsonSchema({"anyOf": [{"type": "boolean"}, {"type": "string"}]}),
]


# ── times ─────────────────────────────────────────────────────────────────────────────────────────


def _duration(value: Any) -> timedelta:
    try:
        return parse_duration(_text(value))
    except ValueError:
        raise wrong("{value} is not a duration", _duration_mend(_text(value))) from None


def _duration_mend(value: str) -> str:
    if re.fullmatch("[0-9]{1,9}", value):
        return f"write {value}s, {value}m, {value}h or {value}d"
    loose = _LOOSE_DURATION.fullmatch(value)
    unit = loose[2].lower() if loose else ""
    if loose and unit.startswith("w"):
        return f"write {int(loose[1]) * 7}d"
    if loose and not unit.startswith("mo") and unit[0] in UNITS and len(loose[1]) < 6:
        return f"write {loose[1]}{unit[0]}"
    return "write 15m, 2h, 1d"


Duration = Annotated[
    timedelta,
    BeforeValidator(_duration),
    PlainSerializer(duration_text),
    WithJsonSchema(
        {
            "type": "string",
            "pattern": rf"^\s*[0-9]+[smhd]\s*$|{_VARIABLE}",
            "examples": ["15m", "2h"],
        }
    ),
]


def _time(value: str, mend: str = 'write "07:00"') -> time:
    found = _TIME.fullmatch(value.strip())
    if found is None or int(found[1]) > 23 or int(found[2]) > 59:
        raise wrong("{value} is not a time of day", mend)
    return time(int(found[1]), int(found[2]))


def _digest(value: Any) -> time | None:
    text = _text(value)
    return None if text.lower() in _FALSE else _time(text, 'write "07:00", or off')


def _quiet(value: Any) -> QuietHours:
    start, _, end = re.sub("[–—]", "-", _text(value)).partition("-")
    try:
        hours = QuietHours(_time(start), _time(end))
    except PydanticCustomError:
        raise wrong("{value} is not a span of the day", 'write "22:00-06:00"') from None
    if hours.start == hours.end:
        raise wrong("{value} begins and ends at one time", 'write "22:00-06:00"')
    return hours


def _quiet_text(value: QuietHours | None) -> str | None:
    return f"{value.start:%H:%M}-{value.end:%H:%M}" if value else None


Digest = Annotated[
    time | None,
    BeforeValidator(_digest),
    PlainSerializer(lambda value: f"{value:%H:%M}" if value else "off"),
    # A reader of YAML 1.1 takes a bare off for false.
    WithJsonSchema({"anyOf": [{"type": "string"}, {"const": False}], "examples": ["07:00", "off"]}),
]
Quiet = Annotated[
    QuietHours | None,
    BeforeValidator(_quiet),
    PlainSerializer(_quiet_text),
    WithJsonSchema({"type": "string", "examples": ["22:00-06:00"]}),
]


def _cap(value: Any) -> int:
    text = _text(value)
    if _COUNT.fullmatch(text) is None or int(text) == 0:
        raise wrong("{value} is not a number of messages", "write 30, or another from 1 up")
    return int(text)


Cap = Annotated[
    int,
    BeforeValidator(_cap),
    WithJsonSchema({"anyOf": [{"type": "integer", "minimum": 1}, {"type": "string"}]}),
]


@cache
def _zones() -> frozenset[str]:
    """Looked for all over the disk, once."""
    return frozenset(available_timezones())


def _timezone(value: Any) -> ZoneInfo:
    name = _text(value)
    if name not in _zones():
        raise wrong("{value} is not a timezone", nearest(name, _zones()) or _ZONE_MEND)
    return ZoneInfo(name)


_ZONE_MEND = "write one such as Asia/Karachi or UTC"
Timezone = Annotated[
    ZoneInfo | None,
    BeforeValidator(_timezone),
    PlainSerializer(lambda value: str(value) if value else None),
    WithJsonSchema({"type": "string", "examples": ["Asia/Karachi"]}),
]


def nearest(name: str, known: Collection[str]) -> str:
    """The mend that names the known word nearest to this one; empty when none is near."""
    by_fold = {word.casefold(): word for word in known}
    close = difflib.get_close_matches(name.casefold(), by_fold, n=1, cutoff=0.7)
    return f"write {by_fold[close[0]]}" if close else ""


# ── addresses ─────────────────────────────────────────────────────────────────────────────────────


def _web_url(value: Any) -> str:
    url = _text(value)
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname, parts.port
    except ValueError:
        raise wrong("{value} is not a URL", "write https://host/path") from None
    if parts.scheme.lower() in ("http", "https") and host and not re.search(r"\s", url):
        return url
    if parts.scheme.lower() == "feed" and host:
        raise wrong("{value} is not an http address", "write https: instead of feed:")
    if parts.scheme.lower() == "url":
        raise wrong("a space is missing behind the colon", "write url: https://host/path")
    if not parts.scheme and not host and "." in url.split("/")[0]:
        raise wrong("{value} has no scheme", "write https://{bare}")
    raise wrong("{value} is not a http or https address", "write https://host/path")


def wrong_address(url: str) -> str:
    """What is wrong with this as the address of a feed; "" for nothing."""
    try:
        _web_url(url)
    except PydanticCustomError as error:
        return str((error.context or {})["problem"]).replace("{value} ", "")
    return ""


WebUrl = Annotated[str, BeforeValidator(_web_url), WithJsonSchema({"type": "string"})]


def _secret_url(value: Any) -> SecretStr:
    if isinstance(value, str) and not value.strip():
        return SecretStr("")
    try:
        return SecretStr(_web_url(value))
    except PydanticCustomError:
        raise wrong("is not a http or https address", "write https://host/path") from None


SecretUrl = Annotated[SecretStr, BeforeValidator(_secret_url), WithJsonSchema({"type": "string"})]


def _email(value: Any) -> str:
    address = _text(value)
    if not _ADDRESS.fullmatch(address):
        raise wrong("{value} is not an e-mail address", "write name@example.org")
    return address


Email = Annotated[str, BeforeValidator(_email), WithJsonSchema({"type": "string"})]


def _language(value: Any) -> str:
    code = _text(value)
    if not _LANGUAGE.fullmatch(code):
        raise wrong("{value} is not a language code", "write one such as en, ar or pt-BR")
    return code


Language = Annotated[str, BeforeValidator(_language), WithJsonSchema({"type": "string"})]


def _header_name(value: Any) -> str:
    name = _text(value)
    if not _HEADER_NAME.fullmatch(name):
        raise wrong("is not a header's name", "write letters, digits and dashes")
    return name


def _header_value(value: Any) -> SecretStr:
    text = _text(value)
    if not _HEADER_VALUE.fullmatch(text):
        raise wrong("holds more than plain ASCII on one line", "write printable ASCII")
    return SecretStr(text)


Headers = dict[
    Annotated[str, BeforeValidator(_header_name), WithJsonSchema({"type": "string"})],
    Annotated[SecretStr, BeforeValidator(_header_value), WithJsonSchema({"type": "string"})],
]


def _listen(value: Any) -> str:
    host, _, port = _text(value).rpartition(":")
    bare = host[1:-1] if host.startswith("[") and host.endswith("]") else host
    if not (port.isascii() and port.isdigit() and 0 < int(port) < 65_536 and len(port) < 6):
        raise wrong("{value} names no port", 'write "127.0.0.1:8080"')
    if not _is_host(bare) or (":" in bare and bare == host):
        raise wrong("{value} names no host", 'write "127.0.0.1:8080"')
    return f"{host}:{port}"


Listen = Annotated[str, BeforeValidator(_listen), WithJsonSchema({"type": "string"})]


def _is_host(value: str) -> bool:
    try:
        ipaddress.ip_address(value)
    except ValueError:
        return len(value) < 254 and _HOST.fullmatch(value) is not None
    return True


def _private(value: Any) -> str:
    text = _text(value)
    if "/" in text and "://" not in text:
        try:
            return str(ipaddress.ip_network(text))
        except ValueError:
            raise wrong("{value} is not a range", _range_mend(text)) from None
    if not _is_host(text):
        raise wrong("{value} is not a host or a range", "write 127.0.0.1, 10.0.0.0/8 or a name")
    return text


def _range_mend(text: str) -> str:
    try:
        return f"write {ipaddress.ip_network(text, strict=False)}"
    except ValueError:
        return "write one such as 10.0.0.0/8"


Private = Annotated[str, BeforeValidator(_private), WithJsonSchema({"type": "string"})]


def _contact(value: Any) -> str:
    text = _text(value)
    if not _HEADER_VALUE.fullmatch(text):
        raise wrong("{value} is not plain ASCII", "write ops@example.org or an address of a page")
    return text


Contact = Annotated[str, BeforeValidator(_contact), WithJsonSchema({"type": "string"})]


def _storage(value: Any) -> str:
    url = _text(value)
    if re.match("postgres(ql)?(\\+[a-z0-9]+)?://", url, re.IGNORECASE):
        raise wrong("PostgreSQL is not in this version", f"write {SQLITE_EXAMPLE}")
    if not url.startswith("sqlite:///"):
        raise wrong("is not the address of a database", f"write {SQLITE_EXAMPLE}")
    path = url.removeprefix("sqlite:///")
    if not path or path.endswith("/") or path.startswith(":memory:"):
        raise wrong("names no file", f"write {SQLITE_EXAMPLE}")
    if "?" in path or "#" in path:
        raise wrong("takes no options", f"write {SQLITE_EXAMPLE}")
    return url


SQLITE_EXAMPLE = "sqlite:///data/aggregator.db"
StorageUrl = Annotated[str, BeforeValidator(_storage), WithJsonSchema({"type": "string"})]


def _selector(value: Any) -> str:
    # Imported here: few files hold a selector, and every command would wait for its grammar.
    import soupsieve

    selector = _text(value)
    try:
        soupsieve.compile(selector)
    # The second is what soupsieve says of pseudo-elements and at-rules.
    except (soupsieve.SelectorSyntaxError, NotImplementedError, ValueError) as error:
        said = str(error).splitlines()[0].rstrip(".")
        raise wrong("{value} is not a CSS selector", f"write div.class or #id; {said}") from None
    return selector


Selector = Annotated[str, BeforeValidator(_selector), WithJsonSchema({"type": "string"})]


def one_of(*words: str) -> BeforeValidator:
    """Takes one of these words, and says which is nearest to any other."""

    def check(value: Any) -> str:
        word = _text(value)
        if word not in words:
            known = ", ".join(words[:-1]) + " or " + words[-1]
            raise wrong(f"{{value}} is not {known}", nearest(word, words) or "write one of these")
        return word

    return BeforeValidator(check)
