"""What sending asks of storage."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Protocol

from aggregator.models import Alert, DigestRun, Sending, Trouble


class Alerting(Protocol):
    """Promises to tell, and what became of them."""

    def claim_alerts(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        channel: str | None = None,
        but: Collection[str] = (),
    ) -> list[Alert]:
        """Up to `limit` pending alerts that are due, longest due first; of one channel, or all.
        None of the keys `but`: whoever asks has those in hand, whatever became of the lease."""

    def claim_orphans(
        self,
        now: datetime,
        limit: int,
        lease: timedelta,
        channels: Collection[str],
        but: Collection[str] = (),
    ) -> list[Alert]:
        """The same, of those whose channel is none of these."""

    def without_channel(self, channels: Collection[str]) -> list[tuple[str, str]]:
        """(person, channel) of pending alerts whose channel is none of these, due or not."""

    def move_alerts(self, person: str, channel: str, to: str, now: datetime) -> int:
        """This person's pending alerts over one channel go over another, as if they had not been
        tried; but for those claimed, and those that were promised over the other one as well.  What
        was to go in one message is taken out of it, and put off again.  Returns how many."""

    def give_back_alert(self, alert: Alert) -> None:
        """Nothing was tried: it is due as before.  One whose claim was lost is left alone."""

    def commit_alerts(self, alerts: Sequence[Alert]) -> None:
        """Promise what no entry, digest or source is the cause of.  Of what is promised under its
        key already, nothing changes, unless that died."""

    def commit_sendings(self, sendings: Sequence[Sending]) -> frozenset[str]:
        """Write what became of these attempts; returns the keys whose claim was lost.

        Of each, the trouble that began or ended; its `tells` only if that is news."""

    def trouble(self, channel: str, address: str) -> Trouble | None:
        """That this channel does not reach this address, where it does not."""

    def send_again(
        self, keys: Collection[str], addresses: Collection[tuple[str, str]], now: datetime
    ) -> int:
        """Make these alerts pending and due, whatever became of them, and send again to these
        suspended (channel, address); returns how many alerts there were.  Held ones stay held."""

    def put_off(self, now: datetime) -> list[Alert]:
        """Alerts whose time has come to go with others in one message."""

    def commit_summaries(
        self, summaries: Mapping[str, Sequence[str]], alerts: Sequence[Alert]
    ) -> None:
        """Write these messages; by the key of each, the keys of what goes in it."""

    def full_until(
        self, person: str, channel: str, cap: int, window: timedelta, now: datetime
    ) -> datetime | None:
        """When this person may be told more over this channel, which takes `cap` messages in each
        `window`; None: now.  While something waits for that, all that comes waits with it."""

    def entry_alerts(self, entry_id: int) -> list[Alert]:
        """Whatever was told, or held back, because of this entry."""

    def last_digest(self, person: str) -> DigestRun | None:
        """The newest digest made for this person."""

    def commit_digest(self, run: DigestRun, alerts: Sequence[Alert]) -> bool:
        """Write a digest and its outbox rows; False if this person and date had one already."""
