"""A mail signed by its domain, checked as a receiver checks it."""

from __future__ import annotations

import subprocess
from datetime import UTC, datetime
from pathlib import Path

import dkim
import pytest

from aggregator.alerting.channels.email import Channel, Options
from aggregator.alerting.signing import signer
from aggregator.errors import SettingsError
from aggregator.models import Alert, Change, Person
from tests.around import around

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina", "amina@example.net")
ALERT = Alert("key", "change", "amina", "email", Change("reached", "Ünïcode", NOW), NOW, NOW)


@pytest.fixture(scope="module")
def keys(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, bytes]:
    """A private key's file, and what stands in DNS."""
    path = tmp_path_factory.mktemp("keys") / "dkim.pem"
    openssl = ["openssl", "genrsa", "-out", str(path), "2048"]
    subprocess.run(openssl, check=True, capture_output=True)  # noqa: S603
    public = subprocess.run(  # noqa: S603
        ["openssl", "rsa", "-in", str(path), "-pubout"],  # noqa: S607
        check=True,
        capture_output=True,
    ).stdout
    return path, b"v=DKIM1; k=rsa; p=" + b"".join(public.split(b"\n")[1:-2])


async def signed(keys: tuple[Path, bytes], folder: Path) -> bytes:
    options = {"from": "desk@example.org", "dkim": {"selector": "s1", "key": str(keys[0])}}
    channel = Channel(Options.model_validate(options), around(folder, NOW))
    assert (await channel.send(ALERT, AMINA)).state == "delivered"
    [path] = (folder / "outbox").iterdir()
    return path.read_bytes()


async def test_a_receiver_finds_the_signature_good(
    keys: tuple[Path, bytes], tmp_path: Path
) -> None:
    mail = await signed(keys, tmp_path)
    asked: list[bytes] = []

    def dns(name: bytes, **_: object) -> bytes:
        asked.append(name)
        return keys[1]

    assert b"c=relaxed/relaxed" in mail
    assert dkim.verify(mail, dnsfunc=dns)
    assert asked == [b"s1._domainkey.example.org."]


@pytest.mark.parametrize(
    ("before", "after"),
    [
        pytest.param(b"reached again", b"reached never", id="body"),
        pytest.param(b"To: amina", b"To: tomas", id="header"),
        pytest.param(b"To: amina", b"Subject: x\r\nTo: amina", id="header added"),
    ],
)
async def test_what_was_changed_on_the_way_is_found(
    before: bytes, after: bytes, keys: tuple[Path, bytes], tmp_path: Path
) -> None:
    mail = await signed(keys, tmp_path)
    assert before in mail
    assert not dkim.verify(mail.replace(before, after), dnsfunc=lambda *_, **__: keys[1])


@pytest.mark.parametrize(
    ("content", "problem"),
    [(None, "cannot be read"), (b"not a key", "is no private RSA key")],
    ids=["no file", "no key"],
)
def test_a_key_that_is_none(content: bytes | None, problem: str, tmp_path: Path) -> None:
    path = tmp_path / "dkim.pem"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(SettingsError, match=problem):
        signer("example.org", "s1", path)
