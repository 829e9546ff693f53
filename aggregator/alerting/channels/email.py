"""`email`: one mail for each alert, over SMTP, or as a file in the outbox folder."""

from __future__ import annotations

import asyncio
import logging
import ssl
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from typing import Literal

import aiosmtplib
from pydantic import Field, SecretStr, field_validator, model_validator

from aggregator.alerting.files import mail_name, write_whole
from aggregator.alerting.mail import Mailbox, compose, mailbox
from aggregator.alerting.message import render
from aggregator.alerting.options import ChannelOptions, mistake
from aggregator.alerting.retry import UNCONFIRMED, delivered, failed, refused
from aggregator.alerting.signing import Signer, signer
from aggregator.alerting.smtp import Server, server
from aggregator.models import Alert, Delivery, Pace, Person
from aggregator.protocols import Surroundings

log = logging.getLogger(__name__)

#: For one answer of the server, and for the whole mail.
STEP = timedelta(seconds=20)
WHOLE = timedelta(seconds=20)
#: A server is not asked to take more mails than this at once; many refuse that.
CONNECTIONS = 4
#: Who writes when nobody is named: enough for files, not for a server.
NOBODY = "aggregator@localhost"


class DkimOptions(ChannelOptions):
    """Whose key signs: the public half stands in DNS at `SELECTOR._domainkey.DOMAIN`."""

    selector: str = Field(pattern=r"^[A-Za-z0-9]([A-Za-z0-9.-]*[A-Za-z0-9])?$")
    #: The private key, a PEM file; relative to feeds.yaml.
    key: str
    #: None: the sender's.
    domain: str | None = None


class Options(ChannelOptions):
    """`smtp` empty: mails are files under the data folder's `outbox`."""

    smtp: SecretStr = SecretStr("")
    from_: str = Field(default=NOBODY, alias="from")
    dkim: DkimOptions | None = None
    #: Mails a second at most.
    rate: int = Field(default=10, gt=0, le=10_000)

    def require_files(self, home: Path) -> None:
        self.signer(home)

    def signer(self, home: Path) -> Signer | None:
        """Raises SettingsError where its key cannot be read."""
        if self.dkim is None:
            return None
        domain = self.dkim.domain or mailbox(self.from_).domain
        return signer(domain, self.dkim.selector, home / self.dkim.key)

    @field_validator("smtp")
    @classmethod
    def _smtp(cls, value: SecretStr) -> SecretStr:
        if value.get_secret_value():
            try:
                server(value.get_secret_value())
            except ValueError as error:
                raise mistake(str(error), "write smtp://user:password@host:587") from None
        return value

    @field_validator("from_")
    @classmethod
    def _from(cls, value: str) -> str:
        try:
            mailbox(value)
        except ValueError as error:
            raise mistake(f"is {error}", "write Newsdesk <news@example.org>") from None
        return value

    @model_validator(mode="after")
    def _someone_writes(self) -> Options:
        if self.smtp.get_secret_value() and "from_" not in self.model_fields_set:
            raise mistake("has a server and no from", "write from: Newsdesk <news@example.org>")
        return self


Step = Literal["connect", "sender", "recipient", "data"]


@dataclass(slots=True)
class _Progress:
    """How far a mail has come: what a failure means depends on it."""

    step: Step = "connect"


class Channel:
    """Mails; sends over SMTP where there is a server, else writes .eml files."""

    def __init__(
        self,
        options: Options,
        around: Surroundings,
        *,
        tls: ssl.SSLContext | None = None,
        step: timedelta = STEP,
    ) -> None:
        """`tls` in place of the system's trust; `step` is what one answer may take."""
        url = options.smtp.get_secret_value()
        self._server = server(url) if url else None
        self._sender = mailbox(options.from_)
        self._outbox = around.data / "outbox"
        self._clock = around.clock
        self._signer = options.signer(around.home)
        self._tls = tls
        self._step = step
        self.pace = Pace(CONNECTIONS, options.rate, burst=options.rate)

    def address(self, person: Person) -> str:
        return person.email

    async def send(self, alert: Alert, person: Person) -> Delivery:
        try:
            reader = mailbox(person.email)
        except ValueError as error:
            return refused(self._clock(), "bad_address", str(error))
        try:
            return await self._send(alert, person, reader)
        except Exception as error:
            log.exception("bug", extra={"alert": alert.key, "channel": "email"})
            return self._failed(alert, "bug", repr(error))

    async def _send(self, alert: Alert, person: Person, reader: Mailbox) -> Delivery:
        mail = compose(render(alert, person), alert, self._sender, reader, self._clock())
        if self._signer is not None:
            mail = await asyncio.to_thread(self._signer.sign, mail)
        if self._server is None:
            return await self._file(alert, mail)
        return await self._hand_in(alert, mail, reader, self._server)

    # to a server

    async def _hand_in(self, alert: Alert, mail: bytes, reader: Mailbox, where: Server) -> Delivery:
        progress = _Progress()
        try:
            async with asyncio.timeout(WHOLE.total_seconds()):
                receipt = await self._talk(mail, reader, where, progress)
        except aiosmtplib.SMTPResponseException as error:
            return self._answered(alert, error, progress)
        except (aiosmtplib.SMTPException, OSError) as error:
            return self._failed(alert, _reason(error, progress), str(error))
        return delivered(self._clock(), receipt)

    async def _talk(self, mail: bytes, reader: Mailbox, where: Server, progress: _Progress) -> str:
        """Hand one mail in; returns the server's receipt."""
        client = self._client(where)
        try:
            await client.connect()
            progress.step = "sender"
            await client.mail(self._sender.address)
            progress.step = "recipient"
            await client.rcpt(reader.address)
            progress.step = "data"
            receipt = await client.data(mail)
            await _part(client)
            return receipt.message
        finally:
            client.close()

    def _client(self, where: Server) -> aiosmtplib.SMTP:
        return aiosmtplib.SMTP(
            hostname=where.host,
            port=where.port,
            username=where.username or None,
            password=where.password or None,
            # Asking the resolver for this machine's name can take longer than the mail.
            local_hostname=self._sender.domain,
            timeout=self._step.total_seconds(),
            use_tls=where.implicit_tls,
            # None: if offered.  A password never goes over an open line.
            start_tls=None if where.implicit_tls or not where.username else True,
            # Where an open line would do, so does an unknown certificate (RFC 7435).
            validate_certs=where.implicit_tls or bool(where.username),
            tls_context=self._tls,
        )

    def _answered(
        self, alert: Alert, error: aiosmtplib.SMTPResponseException, progress: _Progress
    ) -> Delivery:
        """A refusal for good is one of this mail or its reader.  One of ourselves (greeting, login,
        sender) is the operator's to mend, and no reason to lose an alert."""
        if error.code == aiosmtplib.SMTPStatus.invalid_response:
            return self._failed(alert, _reason(error, progress), error.message)
        reason = f"smtp_{error.code}"
        if error.code >= 500 and progress.step in ("recipient", "data"):
            suspends = progress.step == "recipient"
            return refused(self._clock(), reason, error.message, suspends=suspends)
        return self._failed(alert, reason, error.message)

    def _failed(self, alert: Alert, reason: str, detail: str) -> Delivery:
        """A mail of unknown fate is sent once more under its Message-ID; a second time would be a
        third mail for whoever has both."""
        if reason == UNCONFIRMED == alert.reason:
            return refused(self._clock(), reason, detail)
        return failed(alert, self._clock(), reason, detail)

    # to a file

    async def _file(self, alert: Alert, mail: bytes) -> Delivery:
        path = self._outbox / mail_name(alert)
        try:
            await asyncio.to_thread(write_whole, path, mail)
        except OSError as error:
            return failed(alert, self._clock(), "outbox", str(error))
        return delivered(self._clock(), str(path))


async def _part(client: aiosmtplib.SMTP) -> None:
    """Say goodbye; the mail is accepted, so nothing that happens here matters, nor does it that
    whoever waits for it has no more time."""
    try:
        await client.quit(timeout=2)
    except (aiosmtplib.SMTPException, OSError, asyncio.CancelledError):
        log.debug("no goodbye", exc_info=True)


def _reason(error: Exception, progress: _Progress) -> str:
    """A code for a failure in which the server said nothing, or nothing in SMTP."""
    if progress.step == "data":
        # Accepted or not, nobody knows.
        return UNCONFIRMED
    if isinstance(error, aiosmtplib.SMTPResponseException):
        return "protocol_error"
    if isinstance(error, ssl.SSLError) or isinstance(error.__cause__, ssl.SSLError):
        return "tls"
    if isinstance(error, TimeoutError):
        return "timeout"
    if isinstance(error, aiosmtplib.SMTPServerDisconnected):
        return "connection_lost"
    # Of the library's own, what is left is an answer to EHLO without STARTTLS or AUTH.
    return "unreachable" if isinstance(error, OSError) else "smtp_unfit"
