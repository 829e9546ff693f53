"""The e-mail channel against a real mail server that answers as it is told."""

from __future__ import annotations

import asyncio
import ssl
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from aiosmtpd.smtp import SMTP, AuthResult, LoginPassword

from aggregator.alerting.channels.email import CONNECTIONS, Channel, Options
from aggregator.models import (
    Alert,
    Change,
    Delivery,
    Digest,
    Excerpt,
    Notice,
    Pace,
    Person,
    Summary,
)
from tests.around import around
from tests.hostile import TEXTS

NOW = datetime(2026, 11, 23, 9, 5, tzinfo=UTC)
AMINA = Person("amina", "amina@example.net", ZoneInfo("Asia/Karachi"))
NOTICE = Notice(
    watch="Jundallah",
    severity="high",
    title="جندالله pledges support",
    outlet="Quetta Courier",
    url="https://courier.example/pledge",
    item=7,
    first_seen=NOW,
    excerpt=Excerpt("Then Jundullah spoke.", ((5, 14),)),
    terms=("Jundullah",),
    quality="full",
)
DIGEST = Digest("amina", date(2026, 11, 23), NOW, NOW, (NOTICE,), feeds_read=14)
ALERT = Alert("b1c7dd0e-9d0c-5c55-8f5e-36a4a9a1e1ab", "match", "amina", "email", NOTICE, NOW, NOW)
#: Self-signed for 127.0.0.1, with its key, which is no secret.
CERTIFICATE = Path(__file__).parents[1] / "data" / "loopback.pem"
USER, PASSWORD = "news@example.org", "p@ss/w:rd%"
CREDENTIALS = "news%40example.org:p%40ss%2Fw%3Ard%25@"

DROP = "drop the connection"
HANG = "say nothing"


@dataclass
class Script:
    """What the server answers to a command; what is not named is accepted."""

    answers: Mapping[str, str] = field(default_factory=dict)
    mails: list[EmailMessage] = field(default_factory=list)
    envelopes: list[tuple[str, list[str]]] = field(default_factory=list)
    logins: list[bytes] = field(default_factory=list)
    over_tls: list[bool] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0

    async def handle_MAIL(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        self.at_once += 1
        self.most_at_once = max(self.at_once, self.most_at_once)
        envelope.mail_from = address
        return await self._answer("MAIL", server)

    async def handle_RCPT(  # noqa: N802
        self, server: SMTP, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        envelope.rcpt_tos.append(address)
        return await self._answer("RCPT", server)

    async def handle_DATA(self, server: SMTP, session: Any, envelope: Any) -> str:  # noqa: N802
        mail = message_from_bytes(envelope.content, policy=default)
        assert isinstance(mail, EmailMessage)
        self.mails.append(mail)
        self.envelopes.append((envelope.mail_from, envelope.rcpt_tos))
        self.over_tls.append(session.ssl is not None)
        self.at_once -= 1
        return await self._answer("DATA", server)

    def login(
        self, _server: Any, _session: Any, _envelope: Any, _how: str, data: Any
    ) -> AuthResult:
        assert isinstance(data, LoginPassword)
        self.logins.append(data.login)
        good = (data.login, data.password) == (USER.encode(), PASSWORD.encode())
        # Not handled: the server itself is to say 535.
        return AuthResult(success=good and "AUTH" not in self.answers, handled=False)

    async def _answer(self, command: str, server: SMTP) -> str:
        answer = self.answers.get(command, "250 queued as 12")
        if answer == DROP:
            server.transport.abort()
        if answer == HANG:
            await asyncio.get_running_loop().create_future()
        return answer


def server_tls() -> ssl.SSLContext:
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(CERTIFICATE)
    return context


def trust() -> ssl.SSLContext:
    return ssl.create_default_context(cafile=CERTIFICATE)


@asynccontextmanager
async def serving(
    script: Script, *, starttls: bool = False, tls: bool = False
) -> AsyncIterator[int]:
    """A mail server on loopback; gives its port."""
    loop = asyncio.get_running_loop()

    def connected() -> SMTP:
        return SMTP(
            script,
            hostname="mail.example",
            loop=loop,
            tls_context=server_tls() if starttls else None,
            authenticator=script.login,
            # Without TLS it would take a password in the open.
            auth_require_tls=starttls,
        )

    server = await loop.create_server(connected, "127.0.0.1", 0, ssl=server_tls() if tls else None)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()


def channel(url: str, folder: Path, *, trusting: bool = True, step: float = 20) -> Channel:
    return Channel(
        Options.model_validate({"smtp": url, "from": "Newsdesk <news@example.org>"}),
        around(folder, NOW),
        tls=trust() if trusting else None,
        step=timedelta(seconds=step),
    )


def content(mail: EmailMessage, kind: str) -> str:
    body = mail.get_body((kind,))
    assert isinstance(body, EmailMessage)
    text = body.get_content()
    assert isinstance(text, str)
    return text


def is_retry(delivery: Delivery, reason: str) -> bool:
    return (
        (delivery.state, delivery.reason) == ("retry", reason)
        and delivery.retry_at is not None
        and delivery.retry_at > NOW
    )


# ── what arrives ──────────────────────────────────────────────────────────────────────────────────


async def test_an_alert_arrives(tmp_path: Path) -> None:
    script = Script()
    async with serving(script) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(ALERT, AMINA)
    assert delivery == Delivery("delivered", NOW, "ok", "queued as 12")
    [mail] = script.mails
    assert script.envelopes == [("news@example.org", ["amina@example.net"])]
    assert mail["To"] == "amina@example.net"
    assert mail["From"] == "Newsdesk <news@example.org>"
    assert mail["Subject"] == "[Jundallah, high] جندالله pledges support"
    assert mail["Message-ID"] == f"<{ALERT.key}@example.org>"
    assert mail["List-Id"] == "<alerts.example.org>"
    assert mail["Auto-Submitted"] == "auto-generated"
    assert mail["Date"].datetime == NOW
    assert mail.get_content_type() == "multipart/alternative"
    assert [part.get_content_type() for part in mail.iter_parts()] == ["text/plain", "text/html"]
    assert "> Then *Jundullah* spoke." in content(mail, "plain")
    assert "https://courier.example/pledge" in content(mail, "plain")
    assert "Jundullah</mark> spoke." in content(mail, "html")
    assert "prefers-color-scheme: dark" in content(mail, "html")


async def test_a_digest_arrives(tmp_path: Path) -> None:
    script = Script()
    alert = replace(ALERT, kind="digest", content=DIGEST)
    async with serving(script) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(alert, AMINA)
    assert delivery.state == "delivered"
    [mail] = script.mails
    assert mail["Subject"] == "Digest 23 Nov 2026: 1 story on 1 watch; 14 feeds read"
    assert mail["List-Id"] == "<digest.example.org>"
    assert "جندالله pledges support" in content(mail, "plain")
    assert "جندالله pledges support" in content(mail, "html")


@pytest.mark.parametrize("title", TEXTS)
async def test_a_hostile_title_is_only_a_title(title: str, tmp_path: Path) -> None:
    script = Script()
    hostile = replace(ALERT, content=replace(NOTICE, title=title, outlet=title))
    async with serving(script) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(hostile, AMINA)
    assert delivery.state == "delivered"
    assert script.envelopes == [("news@example.org", ["amina@example.net"])]
    [mail] = script.mails
    assert mail.keys() == [
        "From",
        "To",
        "Subject",
        "Date",
        "Message-ID",
        "List-Id",
        "List-Unsubscribe",
        "Auto-Submitted",
        "MIME-Version",
        "Content-Type",
    ]
    assert mail["Subject"].startswith("[Jundallah, high]")
    assert "<script" not in content(mail, "html")


# ── what goes wrong ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        pytest.param({"MAIL": "451 later"}, "smtp_451", id="451 to MAIL"),
        pytest.param({"MAIL": "553 not you"}, "smtp_553", id="553 to MAIL: ours to mend"),
        pytest.param({"RCPT": "450 greylisted"}, "smtp_450", id="450 to RCPT"),
        pytest.param({"RCPT": "421 closing"}, "smtp_421", id="421 to RCPT"),
        pytest.param({"DATA": "451 try again"}, "smtp_451", id="451 to DATA"),
        pytest.param({"MAIL": DROP}, "connection_lost", id="dropped at MAIL"),
        pytest.param({"RCPT": DROP}, "connection_lost", id="dropped at RCPT"),
        pytest.param({"DATA": DROP}, "unconfirmed", id="dropped after the final dot"),
        pytest.param({"DATA": "so what"}, "unconfirmed", id="nonsense after the final dot"),
        pytest.param({"RCPT": "so what"}, "protocol_error", id="nonsense to RCPT"),
    ],
)
async def test_what_is_tried_again(answers: dict[str, str], reason: str, tmp_path: Path) -> None:
    async with serving(Script(answers)) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(ALERT, AMINA)
    assert is_retry(delivery, reason), delivery


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        pytest.param(
            {"RCPT": "550 no such user"},
            Delivery("dead", NOW, "smtp_550", "no such user", suspends=True),
            id="the recipient, for good",
        ),
        pytest.param(
            {"DATA": "554 spam"}, Delivery("dead", NOW, "smtp_554", "spam"), id="this message"
        ),
    ],
)
async def test_what_is_refused_for_good(
    answers: dict[str, str], expected: Delivery, tmp_path: Path
) -> None:
    async with serving(Script(answers)) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(ALERT, AMINA)
    assert delivery == expected


@pytest.mark.parametrize(
    ("answers", "reason"),
    [
        pytest.param({"RCPT": HANG}, "timeout", id="at RCPT"),
        pytest.param({"DATA": HANG}, "unconfirmed", id="after the final dot"),
    ],
)
async def test_a_server_that_hangs(answers: dict[str, str], reason: str, tmp_path: Path) -> None:
    async with serving(Script(answers)) as port:
        mails = channel(f"smtp://127.0.0.1:{port}", tmp_path, step=0.2)
        delivery = await mails.send(ALERT, AMINA)
    assert is_retry(delivery, reason), delivery


@pytest.mark.parametrize(
    "alert",
    [
        pytest.param(ALERT, id="match"),
        pytest.param(
            replace(ALERT, kind="summary", content=Summary("quiet", 2, (NOTICE, NOTICE))),
            id="summary",
        ),
        pytest.param(replace(ALERT, kind="digest", content=DIGEST), id="digest"),
        pytest.param(
            replace(ALERT, kind="change", content=Change("reached", "desk", NOW)), id="change"
        ),
    ],
)
async def test_every_kind_of_message_is_taken(alert: Alert, tmp_path: Path) -> None:
    script = Script()
    async with serving(script) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(alert, AMINA)
    assert (delivery.state, len(script.mails)) == ("delivered", 1), delivery


async def test_a_mail_of_unknown_fate_comes_again_under_the_same_id(tmp_path: Path) -> None:
    script = Script({"DATA": DROP})
    async with serving(script) as port:
        mails = channel(f"smtp://127.0.0.1:{port}", tmp_path)
        first = await mails.send(ALERT, AMINA)
        script.answers = {}
        second = await mails.send(replace(ALERT, attempts=1), AMINA)
    assert (first.state, second.state) == ("retry", "delivered")
    assert {mail["Message-ID"] for mail in script.mails} == {f"<{ALERT.key}@example.org>"}
    assert len(script.mails) == 2


@pytest.mark.parametrize(
    "between",
    [
        pytest.param([], id="at once"),
        pytest.param(["451 later"], id="put off in between"),
        pytest.param(["451 later", "451 later"], id="put off twice"),
    ],
)
async def test_a_mail_of_unknown_fate_comes_once_more_and_no_more(
    between: list[str], tmp_path: Path
) -> None:
    script, alert = Script(), ALERT
    async with serving(script) as port:
        mails = channel(f"smtp://127.0.0.1:{port}", tmp_path)
        for answer in (DROP, *between, DROP):
            script.answers = {"DATA": answer}
            delivery = await mails.send(alert, AMINA)
            alert = replace(alert, attempts=alert.attempts + 1, reason=delivery.reason)
    assert (delivery.state, delivery.reason, delivery.suspends) == ("dead", "unconfirmed", False)


async def test_nobody_listens(tmp_path: Path) -> None:
    async with serving(Script()) as port:
        pass
    delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(ALERT, AMINA)
    assert is_retry(delivery, "unreachable"), delivery


async def test_after_four_days_it_is_dead(tmp_path: Path) -> None:
    old = replace(ALERT, created_at=NOW - timedelta(days=4), attempts=20)
    async with serving(Script({"DATA": "451 later"})) as port:
        delivery = await channel(f"smtp://127.0.0.1:{port}", tmp_path).send(old, AMINA)
    assert (delivery.state, delivery.reason, delivery.retry_at) == ("dead", "smtp_451", None)


@pytest.mark.parametrize("address", ["", "nobody", "a@example.org\r\nRCPT TO:<b@example.org>"])
async def test_an_address_that_is_none(address: str, tmp_path: Path) -> None:
    person = replace(AMINA, email=address)
    delivery = await channel("", tmp_path).send(ALERT, person)
    assert (delivery.state, delivery.reason) == ("dead", "bad_address")


def test_a_server_is_not_asked_for_everything_at_once(tmp_path: Path) -> None:
    assert channel("smtp://127.0.0.1:25", tmp_path).pace == Pace(CONNECTIONS, 10, 10)


# ── TLS and passwords ─────────────────────────────────────────────────────────────────────────────


async def test_a_password_goes_over_starttls(tmp_path: Path) -> None:
    script = Script()
    async with serving(script, starttls=True) as port:
        url = f"smtp://{CREDENTIALS}127.0.0.1:{port}"
        delivery = await channel(url, tmp_path).send(ALERT, AMINA)
    assert delivery.state == "delivered"
    assert (script.logins, script.over_tls) == ([USER.encode()], [True])


async def test_a_password_goes_over_smtps(tmp_path: Path) -> None:
    script = Script()
    async with serving(script, tls=True) as port:
        url = f"smtps://{CREDENTIALS}127.0.0.1:{port}"
        delivery = await channel(url, tmp_path).send(ALERT, AMINA)
    assert delivery.state == "delivered"
    assert (script.logins, len(script.mails)) == ([USER.encode()], 1)


async def test_a_password_never_goes_over_an_open_line(tmp_path: Path) -> None:
    script = Script()
    async with serving(script) as port:
        url = f"smtp://{CREDENTIALS}127.0.0.1:{port}"
        delivery = await channel(url, tmp_path).send(ALERT, AMINA)
    assert is_retry(delivery, "smtp_unfit"), delivery
    assert (script.logins, script.mails) == ([], [])


@pytest.mark.parametrize("scheme", ["smtp", "smtps"])
async def test_a_password_never_goes_to_a_stranger(scheme: str, tmp_path: Path) -> None:
    script = Script()
    tls = scheme == "smtps"
    async with serving(script, starttls=not tls, tls=tls) as port:
        url = f"{scheme}://{CREDENTIALS}127.0.0.1:{port}"
        delivery = await channel(url, tmp_path, trusting=False).send(ALERT, AMINA)
    assert is_retry(delivery, "tls"), delivery
    assert (script.logins, script.mails) == ([], [])


async def test_a_wrong_password_is_ours_to_mend(tmp_path: Path) -> None:
    script = Script({"AUTH": "refused"})
    async with serving(script, starttls=True) as port:
        url = f"smtp://{CREDENTIALS}127.0.0.1:{port}"
        delivery = await channel(url, tmp_path).send(ALERT, AMINA)
    assert is_retry(delivery, "smtp_535"), delivery
    assert PASSWORD not in repr(delivery)


async def test_without_a_password_any_certificate_is_better_than_none(tmp_path: Path) -> None:
    script = Script()
    async with serving(script, starttls=True) as port:
        mails = channel(f"smtp://127.0.0.1:{port}", tmp_path, trusting=False)
        delivery = await mails.send(ALERT, AMINA)
    assert delivery.state == "delivered"
    assert script.over_tls == [True]


# ── files ─────────────────────────────────────────────────────────────────────────────────────────


async def test_without_a_server_mails_are_files(tmp_path: Path) -> None:
    mails = channel("", tmp_path / "data")
    delivery = await mails.send(ALERT, AMINA)
    path = tmp_path / "data" / "outbox" / f"20261123-0905-alert-amina-{ALERT.key}.eml"
    assert delivery == Delivery("delivered", NOW, "ok", str(path))
    mail = message_from_bytes(path.read_bytes(), policy=default)
    assert mail["Subject"] == "[Jundallah, high] جندالله pledges support"


async def test_the_same_key_is_the_same_file(tmp_path: Path) -> None:
    mails = channel("", tmp_path)
    await mails.send(ALERT, AMINA)
    await mails.send(replace(ALERT, content=replace(NOTICE, title="Corrected")), AMINA)
    [path] = (tmp_path / "outbox").iterdir()
    assert b"Corrected" in path.read_bytes()


async def test_a_file_is_named_by_when_what_and_whose_it_is(tmp_path: Path) -> None:
    digest = Digest("amina", date(2026, 11, 23), NOW, NOW, (), feeds_read=14)
    person = "../آمنه / " + "x" * 300
    alert = replace(ALERT, kind="digest", person=person, content=digest)
    delivery = await channel("", tmp_path).send(alert, AMINA)
    [path] = (tmp_path / "outbox").iterdir()
    assert path.name.startswith(f"{NOW:%Y%m%d-%H%M}-digest-_آمنه_xxx")
    assert delivery.detail == str(path)


async def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "outbox").write_text("a file")
    assert is_retry(await channel("", tmp_path).send(ALERT, AMINA), "outbox")
