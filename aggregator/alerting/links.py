"""Which addresses a message may show, and how."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

#: Longer ones are not links that people follow, and mail programs cut them.
LONGEST = 2000


def shown_url(url: str) -> str:
    """The address as a message may show it; "" unless it is http or https and names a host.

    What could end the address early, start markup or turn the line's direction is percent-encoded.
    """
    try:
        parts = urlsplit(url.strip())
        named = parts.scheme in {"http", "https"} and parts.hostname
    except ValueError:
        return ""
    shown = "".join(map(_inert, url.strip())) if named else ""
    return shown if len(shown) <= LONGEST else ""


def _inert(char: str) -> str:
    # Marks that turn the direction are not printable to Python: they are format characters.
    harmless = char.isprintable() and not char.isspace() and char not in "<>\"'`\\"
    return char if harmless else quote(char, errors="replace")
