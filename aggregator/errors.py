"""Every exception this product raises on purpose.

    AggregatorError
    ├── SettingsError        feeds.yaml is wrong: every mistake with its line
    ├── EditError            feeds.yaml cannot be edited by rule; it is as it was
    ├── WatchError           a watch or a search query is wrong: where, and how to mend it
    ├── FetchError           no usable answer came; `reason` is the ledger's code
    │   ├── Unreachable      no connection, or it broke
    │   ├── TimedOut         a deadline passed
    │   ├── TooLarge         the body is larger than its cap
    │   ├── Undecodable      the body does not inflate
    │   ├── Forbidden        the address, scheme or robots.txt forbids it
    │   └── RedirectError    a loop, or too many hops
    ├── ParseError           the bytes are no feed; `reason` is the ledger's code
    ├── ChildError           the process that parsed hostile bytes was stopped
    │   ├── OutOfTime        its CPU allowance or its time ran out
    │   └── OutOfMemory      its memory allowance ran out, or it died
    └── StorageError         the database cannot be read or written
        ├── StorageBusy      another process holds it
        └── StorageFull      no space is left

A class stands for what a caller handles differently.  Anything else that is raised is a bug.
"""

from __future__ import annotations

from dataclasses import dataclass


class AggregatorError(Exception):
    """Base of all; its docstring is the default message."""

    def __init__(self, message: str = "") -> None:
        super().__init__(message or (type(self).__doc__ or "").strip())


@dataclass(frozen=True, slots=True, order=True)
class Mistake:
    """One thing wrong in a file an operator wrote; line and column count from 1.

    Line 0: there is no such file, and nothing in it to point at.
    """

    file: str
    line: int
    column: int
    key: str
    problem: str
    mend: str = ""

    def __str__(self) -> str:
        mend = f" ({self.mend})" if self.mend else ""
        if not self.line:
            return f"error: {self.file} {self.problem}{mend}"
        return f"{self.file}:{self.line}:{self.column}: {self.key}: {self.problem}{mend}"


class SettingsError(AggregatorError):
    """The settings are wrong."""

    def __init__(self, mistakes: tuple[Mistake, ...]) -> None:
        self.mistakes = mistakes
        super().__init__("\n".join(map(str, mistakes)))


class EditError(AggregatorError):
    """The file cannot be edited by rule; it is as it was."""


class WatchError(AggregatorError):
    """A watch expression is wrong at `line` and `column` (from 1); `mend` says what to write."""

    def __init__(
        self, problem: str, *, source: str = "", line: int = 1, column: int = 1, mend: str = ""
    ) -> None:
        self.problem, self.source, self.line, self.column, self.mend = (
            problem,
            source,
            line,
            column,
            mend,
        )
        super().__init__(f"{line}:{column}: {problem}" + (f" ({mend})" if mend else ""))


class FetchError(AggregatorError):
    """No usable answer came."""

    reason = "fetch_failed"

    def __init__(self, message: str = "", *, reason: str = "") -> None:
        super().__init__(message)
        self.reason = reason or type(self).reason


class Unreachable(FetchError):
    """The host cannot be reached, or the connection broke."""

    reason = "unreachable"


class TimedOut(FetchError):
    """The answer did not come in time."""

    reason = "timeout"


class TooLarge(FetchError):
    """The response is larger than the limit."""

    reason = "too_large"


class Undecodable(FetchError):
    """The body is not what its Content-Encoding says."""

    reason = "undecodable"


class Forbidden(FetchError):
    """The address may not be fetched."""

    reason = "forbidden"


class RedirectError(FetchError):
    """The redirects loop, or are too many."""

    reason = "redirects"


class ParseError(AggregatorError):
    """The document is not a feed."""

    def __init__(self, message: str = "", *, reason: str = "not_a_feed") -> None:
        super().__init__(message)
        self.reason = reason


class ChildError(AggregatorError):
    """The parsing process was stopped."""

    reason = "child_died"


class OutOfTime(ChildError):
    """The document took more time than a document may take."""

    reason = "cpu_exceeded"


class OutOfMemory(ChildError):
    """The document took more memory than a document may take."""

    reason = "memory_exceeded"


class StorageError(AggregatorError):
    """The database cannot be used."""


class StorageBusy(StorageError):
    """Another process uses this database."""


class StorageFull(StorageError):
    """The disk is full."""
