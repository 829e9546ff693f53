"""`apprise`: chat services, each by an address of its own (extra `channels`).

The library opens its own connections, to the service that the operator named.
"""

from __future__ import annotations

import asyncio
import hashlib
import logging
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Any

from pydantic import Field, SecretStr, field_validator

from aggregator.alerting.message import Message, render
from aggregator.alerting.options import ChannelOptions, mistake
from aggregator.alerting.parts import parts
from aggregator.alerting.retry import delivered, failed
from aggregator.alerting.view import line
from aggregator.models import Alert, Delivery, Pace, Person
from aggregator.protocols import Surroundings

log = logging.getLogger(__name__)

#: For one part, in seconds.
WHOLE = 30.0
#: For a service's answer; the library's own 4 seconds take a slow one for one that refuses.
_ANSWER = 15.0
#: Calls into the library under way at once; each holds a thread.
PLACES = 2


class Options(ChannelOptions):
    """`url` is one of the library's, `tgram://…`, `slack://…`; it holds the secrets."""

    url: SecretStr
    #: Messages a second at most; most services refuse more.
    rate: int = Field(default=1, gt=0, le=1000)

    @field_validator("url")
    @classmethod
    def _url(cls, value: SecretStr) -> SecretStr:
        try:
            known = _service(value.get_secret_value())
        except ImportError:
            raise mistake("needs apprise", "pip install apprise") from None
        if known is None:
            raise mistake("is no address of a chat service", "see github.com/caronc/apprise")
        return value


class Channel:
    """Sends plain text, in as many parts as the service asks for."""

    def __init__(self, options: Options, around: Surroundings) -> None:
        self._url = options.url.get_secret_value()
        self._service = _service(self._url)
        self._clock = around.clock
        # Of its own: a service that hangs holds threads that others wait for.
        self._threads = ThreadPoolExecutor(PLACES, thread_name_prefix="chat")
        self._whole = WHOLE
        #: How many parts of an alert have been taken, while the rest has not.
        self._taken: dict[str, int] = {}
        #: By alert, the part that is being sent: it goes on when nobody has time to wait for it.
        self._under_way: dict[str, Future[bool]] = {}
        self.pace = Pace(PLACES, options.rate, burst=5)

    def address(self, person: Person) -> str:  # noqa: ARG002 - one address for everybody
        return hashlib.sha256(self._url.encode()).hexdigest()[:16]

    async def send(self, alert: Alert, person: Person) -> Delivery:
        try:
            title, texts = self._parted(render(alert, person))
            for number in range(self._taken.get(alert.key, 0), len(texts)):
                if not await self._hand_in(alert.key, title, texts[number]):
                    said = "the service refuses it, or is not reached (the log says more)"
                    return failed(alert, self._clock(), "chat_refused", said)
                self._taken[alert.key] = number + 1
        except TimeoutError:
            return failed(alert, self._clock(), "timeout")
        except Exception as error:
            log.exception("bug", extra={"alert": alert.key, "channel": "apprise"})
            return failed(alert, self._clock(), "bug", repr(error))
        self._taken.pop(alert.key, None)
        return delivered(self._clock(), f"{len(texts)} parts" if len(texts) > 1 else "")

    def _parted(self, message: Message) -> tuple[str, list[str]]:
        longest = self._service.body_maxlen or 32_768
        if self._service.title_maxlen > 0:
            return line(message.subject, self._service.title_maxlen), parts(message.text, longest)
        # It knows no titles.
        return "", parts(f"{message.subject}\n\n{message.text}", longest)

    async def _hand_in(self, key: str, title: str, text: str) -> bool:
        def notify() -> bool:
            return bool(self._service.notify(body=text, title=title, body_format="text"))

        call = self._under_way.get(key) or self._threads.submit(notify)
        self._under_way[key] = call
        async with asyncio.timeout(self._whole):
            try:
                return await asyncio.shield(asyncio.wrap_future(call))
            finally:
                if call.done():
                    del self._under_way[key]


def _service(url: str) -> Any:
    """The library's object for this address; None where it knows none.  Raises ImportError."""
    import apprise

    asset = apprise.AppriseAsset(secure_logging=True, async_mode=False, interpret_escapes=False)
    service = apprise.Apprise.instantiate(url, asset=asset, suppress_exceptions=True)
    if service is not None:
        service.socket_read_timeout = max(service.socket_read_timeout, _ANSWER)
    return service
