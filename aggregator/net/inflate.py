"""Undoing Content-Encoding in small pieces, so that a few kilobytes cannot become gigabytes.

Servers err, and a feed that every browser reads is read here too: a body that says `gzip` and is
not, zero bytes after its end, a checksum that is missing or wrong (browsers do not ask it either).
What ends before the compressed stream's own last block is truncated, and that is never passed over.
"""

from __future__ import annotations

import importlib
import zlib
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from types import ModuleType
from typing import Any, Protocol

from aggregator.errors import Undecodable

#: Nothing larger than this is made at once.
PIECE = 65_536

#: Nobody encodes more often than this in earnest.
_MAX_CODINGS = 3

#: RFC 9659: a zstd body may ask for a window of 8 MB, no more.
_ZSTD_WINDOW_LOG = 23


class _Stage(Protocol):
    def pieces(self, data: bytes) -> Iterator[bytes]:
        """What comes of these bytes, in pieces of at most PIECE."""

    def finish(self) -> None:
        """Raises Undecodable `truncated` where more should have come."""


class Inflater:
    """Undoes the codings of one body, the last one first.  Raises Undecodable."""

    def __init__(self, codings: Sequence[str]) -> None:
        if len(codings) > _MAX_CODINGS:
            raise Undecodable("the body is encoded too often")
        self._stages = [_STAGES[coding]() for coding in reversed(codings)]

    def pieces(self, data: bytes) -> Iterator[bytes]:
        return _through(self._stages, data)

    def finish(self) -> None:
        """To be called when all bytes came."""
        for stage in self._stages:
            stage.finish()


def codings(content_encoding: str) -> tuple[str, ...]:
    """The codings that the header names and that mean something.

    Others (`identity`, `utf-8`, `none`) are mistakes for "as it is", and browsers read them so.
    """
    named = (item.strip().lower() for item in content_encoding.split(","))
    return tuple(item for item in named if item in _STAGES)


def accept_encoding() -> str:
    """What can be undone on this machine."""
    return ", ".join(coding for coding in ("gzip", "deflate", "br", "zstd") if coding in _STAGES)


def _through(stages: Sequence[_Stage], data: bytes) -> Iterator[bytes]:
    if not stages:
        yield data
        return
    for piece in stages[0].pieces(data):
        yield from _through(stages[1:], piece)


class _Deflate:
    """DEFLATE streams (RFC 1951), each behind a header.

    `header` tells how long that is: None if more bytes are needed, -1 if this is none.  `trailer`
    is the length of the checksum; it is skipped, for the stream itself says where it ends.
    """

    def __init__(self, header: Callable[[bytes], int | None], trailer: int) -> None:
        self._header = header
        self._trailer = trailer
        #: Bytes too few to tell the header by.
        self._pending = b""
        self._stream: Any = None
        self._streams_read = 0
        self._plain = False
        self._done = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data and not self._done:
            if self._plain:
                yield data
                return
            data = self._begin(data) if self._stream is None else data
            if self._stream is not None:
                data = yield from self._inflated(data)

    def finish(self) -> None:
        if self._stream is not None or (self._pending and not self._streams_read):
            raise _truncated()

    def _begin(self, data: bytes) -> bytes:
        """Reads a header; returns what follows it."""
        data, self._pending = self._pending + data, b""
        before = self._trailer if self._streams_read else 0
        length = self._header(data[before:])
        if length is None:
            self._pending = data
            if len(data) > PIECE:
                raise Undecodable("the compressed body begins with an endless header")
            return b""
        if length < 0:
            # Not compressed from the start: a mislabelled body.  Later: padding or garbage.
            self._plain, self._done = not self._streams_read, self._streams_read > 0
            return data
        self._stream = zlib.decompressobj(-zlib.MAX_WBITS)
        return data[before + length :]

    def _inflated(self, data: bytes) -> Generator[bytes, None, bytes]:
        """Yields what comes of the bytes; returns those that follow the stream."""
        while True:
            try:
                piece = self._stream.decompress(data, PIECE)
            except zlib.error as error:
                raise Undecodable(f"the body does not inflate: {error}") from None
            data = self._stream.unconsumed_tail
            if piece:
                yield piece
            if self._stream.eof:
                data, self._stream = self._stream.unused_data, None
                self._streams_read += 1
                return data
            # A full piece may have more behind it, though every byte was taken in.
            if not data and len(piece) < PIECE:
                return b""


_GZIP_MAGIC = b"\x1f\x8b"


def _gzip_header(data: bytes) -> int | None:
    """RFC 1952 §2.3."""
    if not _GZIP_MAGIC.startswith(data[:2]):
        return -1
    if len(data) < 10:
        return None
    flags, end = data[3], 10
    if flags & 4:  # extra field
        if len(data) < end + 2:
            return None
        end += 2 + int.from_bytes(data[end : end + 2], "little")
    for flag in (8, 16):  # file name, comment
        if flags & flag:
            end = data.find(b"\0", end) + 1
            if not end:
                return None
    end += flags & 2  # checksum of the header, two bytes
    return end if end <= len(data) else None


def _zlib_header(data: bytes) -> int | None:
    """RFC 1950 §2.2; some servers send the bare stream instead (RFC 9110 §8.4.1.2)."""
    if len(data) < 2:
        return None
    return 2 if data[0] & 0x0F == 8 and int.from_bytes(data[:2], "big") % 31 == 0 else 0


class _Brotli:
    def __init__(self, brotli: ModuleType) -> None:
        self._stream = brotli.Decompressor()
        self._error: type[Exception] = brotli.error
        self._begun = False
        self._done = False

    def pieces(self, data: bytes) -> Iterator[bytes]:
        self._begun = True
        # What follows the end is not looked at, as behind gzip.
        while not self._done:
            try:
                piece = self._stream.process(data, output_buffer_limit=PIECE)
            except self._error as error:
                raise Undecodable(f"the body does not inflate: {error}") from None
            data = b""
            if not piece:
                # Only now: the library says that it is finished before all was handed out.
                self._done = self._stream.is_finished()
                return
            # The limit is a hint to the library: it rounds it up to its own blocks.
            yield from (piece[at : at + PIECE] for at in range(0, len(piece), PIECE))

    def finish(self) -> None:
        if self._begun and not self._done:
            raise _truncated()


class _Zstd:
    """Frames one after another (RFC 8878)."""

    def __init__(self, zstd: ModuleType) -> None:
        self._zstd = zstd
        self._stream: Any = None

    def pieces(self, data: bytes) -> Iterator[bytes]:
        while data or (self._stream is not None and not self._stream.needs_input):
            if self._stream is None:
                limit = {self._zstd.DecompressionParameter.window_log_max: _ZSTD_WINDOW_LOG}
                self._stream = self._zstd.ZstdDecompressor(options=limit)
            try:
                piece = self._stream.decompress(data, max_length=PIECE)
            except self._zstd.ZstdError as error:
                raise Undecodable(f"the body does not inflate: {error}") from None
            data = b""
            if piece:
                yield piece
            if self._stream.eof:
                data, self._stream = self._stream.unused_data, None

    def finish(self) -> None:
        if self._stream is not None:
            raise _truncated()


def _truncated() -> Undecodable:
    return Undecodable("the compressed body ends too soon", reason="truncated")


def _gzip() -> _Stage:
    return _Deflate(_gzip_header, trailer=8)


def _deflate() -> _Stage:
    return _Deflate(_zlib_header, trailer=4)


def _module(*names: str) -> ModuleType | None:
    for name in names:
        try:
            return importlib.import_module(name)
        except ImportError:
            continue
    return None


def _installed() -> Mapping[str, Callable[[], _Stage]]:
    stages: dict[str, Callable[[], _Stage]] = {
        "gzip": _gzip,
        "x-gzip": _gzip,
        "deflate": _deflate,
    }
    brotli = _module("brotli")
    # Before 1.2 nothing bounds what one call makes.
    if brotli is not None and hasattr(brotli.Decompressor, "can_accept_more_data"):
        stages["br"] = lambda: _Brotli(brotli)
    zstd = _module("compression.zstd", "backports.zstd")
    if zstd is not None:
        stages["zstd"] = lambda: _Zstd(zstd)
    return stages


_STAGES = _installed()
