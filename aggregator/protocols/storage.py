"""What everybody asks of storage, in one."""

from __future__ import annotations

from typing import Protocol

from aggregator.protocols.alerting import Alerting
from aggregator.protocols.keeping import Keeping
from aggregator.protocols.polling import Polling
from aggregator.protocols.reading import Reading
from aggregator.protocols.shown import Shown
from aggregator.protocols.watching import Watching


class Storage(Polling, Reading, Alerting, Watching, Shown, Keeping, Protocol):
    """Where everything is kept.  Synchronous; one thread uses it at a time.

    A claim raises the row's fence and hides it until the lease ends; a commit that carries an older
    fence is refused.  Every commit is one transaction.  Raises StorageError and nothing else.
    """

    def close(self) -> None: ...
