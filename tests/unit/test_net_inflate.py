"""Content-Encoding is undone in small pieces, and honestly."""

from __future__ import annotations

import gzip
import importlib
import random
import tracemalloc
import zlib
from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from aggregator.errors import Undecodable
from aggregator.net.inflate import PIECE, Inflater, accept_encoding, codings

TEXT = "".join(f"<item>{number} وزیرستان</item>" for number in range(5_000)).encode()


def raw_deflate(data: bytes) -> bytes:
    maker = zlib.compressobj(wbits=-15)
    return maker.compress(data) + maker.flush()


def brotli(data: bytes) -> bytes:
    packed: bytes = importlib.import_module("brotli").compress(data, quality=5)
    return packed


def zstd(data: bytes) -> bytes:
    packed: bytes = importlib.import_module("backports.zstd").compress(data)
    return packed


def gzip_with_every_field(data: bytes) -> bytes:
    header = (
        b"\x1f\x8b\x08\x1e" + bytes(6) + b"\x03\x00abc" + b"name\0" + b"comment\0" + b"\x12\x34"
    )
    return header + raw_deflate(data) + bytes(8)


def inflate(coding: str, wire: bytes, step: int = 1_000) -> bytes:
    inflater = Inflater(codings(coding))
    whole = b"".join(
        piece
        for start in range(0, len(wire), step)
        for piece in inflater.pieces(wire[start : start + step])
    )
    inflater.finish()
    return whole


def needs(coding: str) -> pytest.MarkDecorator:
    return pytest.mark.skipif(coding not in accept_encoding(), reason=f"{coding} is not installed")


@pytest.mark.parametrize(
    ("coding", "pack"),
    [
        pytest.param("", bytes, id="as it is"),
        pytest.param("gzip", gzip.compress, id="gzip"),
        pytest.param("x-gzip", gzip.compress, id="old name"),
        pytest.param("GZIP", gzip.compress, id="upper case"),
        pytest.param("gzip", gzip_with_every_field, id="gzip with every field"),
        pytest.param("deflate", zlib.compress, id="deflate"),
        pytest.param("deflate", raw_deflate, id="deflate without its header"),
        pytest.param("br", brotli, id="brotli", marks=needs("br")),
        pytest.param("zstd", zstd, id="zstd", marks=needs("zstd")),
        pytest.param("gzip, gzip", lambda data: gzip.compress(gzip.compress(data)), id="twice"),
        pytest.param("deflate, gzip", lambda data: gzip.compress(zlib.compress(data)), id="mixed"),
        pytest.param("utf-8", bytes, id="no coding at all"),
        pytest.param("identity", bytes, id="identity"),
        pytest.param("gzip", bytes, id="says gzip and is not"),
        pytest.param("gzip", lambda data: gzip.compress(data)[:-8], id="no checksum"),
        pytest.param("gzip", lambda data: gzip.compress(data)[:-3], id="half a checksum"),
        pytest.param(
            "gzip", lambda data: gzip.compress(data)[:-8] + b"wrong sum", id="wrong checksum"
        ),
        pytest.param("gzip", lambda data: gzip.compress(data) + bytes(500), id="zeros after it"),
        pytest.param("gzip", lambda data: gzip.compress(data) + b"<!-- x -->", id="text after it"),
        pytest.param(
            "deflate", lambda data: zlib.compress(data)[:-4], id="deflate without checksum"
        ),
        pytest.param(
            "gzip",
            lambda data: gzip.compress(data[:9]) + gzip.compress(data[9:]),
            id="two members",
        ),
        pytest.param(
            "zstd",
            lambda data: zstd(data[:9]) + zstd(data[9:]),
            id="two frames",
            marks=needs("zstd"),
        ),
    ],
)
@pytest.mark.parametrize("step", [1, 7, 65_536])
def test_the_body_comes_back(coding: str, pack: Callable[[bytes], bytes], step: int) -> None:
    assert inflate(coding, pack(TEXT[:2_000]), step) == TEXT[:2_000]


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd", "gzip, gzip"])
def test_no_body_is_no_error(coding: str) -> None:
    assert inflate(coding, b"") == b""


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        pytest.param("gzip", gzip.compress(TEXT)[:-2_000], id="gzip"),
        pytest.param("gzip", gzip.compress(TEXT)[:5], id="gzip in its header"),
        pytest.param("gzip", gzip.compress(b"") + gzip.compress(TEXT)[:-100], id="second member"),
        pytest.param("deflate", zlib.compress(TEXT)[:-2_000], id="deflate"),
        pytest.param("deflate", zlib.compress(TEXT)[:1], id="deflate in its header"),
        pytest.param("gzip, gzip", gzip.compress(gzip.compress(TEXT)[:-500]), id="the inner one"),
        pytest.param("br", b"", id="brotli", marks=needs("br")),
        pytest.param("zstd", b"", id="zstd", marks=needs("zstd")),
    ],
)
def test_an_early_end_is_never_passed_over(coding: str, wire: bytes) -> None:
    wire = wire or {"br": brotli, "zstd": zstd}[coding](TEXT)[:-50]
    with pytest.raises(Undecodable) as caught:
        inflate(coding, wire)
    assert caught.value.reason == "truncated"


@pytest.mark.parametrize(
    ("coding", "wire"),
    [
        pytest.param("gzip", gzip.compress(TEXT)[:20] + b"\xff" * 500, id="gzip"),
        pytest.param("gzip", b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 200_000, id="endless name"),
        pytest.param("deflate", b"\x78\x9c" + b"\xff" * 500, id="deflate"),
        pytest.param("br", b"\xff" * 500, id="brotli", marks=needs("br")),
        pytest.param("zstd", b"no zstd at all" * 10, id="zstd", marks=needs("zstd")),
        pytest.param("gzip, gzip, gzip, gzip", gzip.compress(TEXT), id="too often"),
    ],
)
def test_nonsense_is_undecodable(coding: str, wire: bytes) -> None:
    with pytest.raises(Undecodable) as caught:
        inflate(coding, wire)
    assert caught.value.reason == "undecodable"


def zeros(maker: Callable[[bytes], bytes], *, megabytes: int) -> bytes:
    return maker(bytes(megabytes * 1_000_000))


@pytest.mark.parametrize(
    ("coding", "bomb"),
    [
        pytest.param("gzip", lambda: zeros(gzip.compress, megabytes=40), id="gzip"),
        pytest.param("deflate", lambda: zeros(zlib.compress, megabytes=40), id="deflate"),
        pytest.param(
            "gzip, gzip", lambda: gzip.compress(zeros(gzip.compress, megabytes=40)), id="twice"
        ),
        pytest.param("br", lambda: zeros(brotli, megabytes=40), id="brotli", marks=needs("br")),
        pytest.param("zstd", lambda: zeros(zstd, megabytes=40), id="zstd", marks=needs("zstd")),
    ],
)
def test_a_bomb_comes_in_small_pieces(coding: str, bomb: Callable[[], bytes]) -> None:
    wire = bomb()
    tracemalloc.start()
    try:
        largest, total = measured(Inflater(codings(coding)).pieces(wire))
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert total == 40_000_000
    assert largest <= PIECE
    assert peak < 3_000_000


def measured(pieces: Iterator[bytes]) -> tuple[int, int]:
    largest = total = 0
    for piece in pieces:
        largest, total = max(largest, len(piece)), total + len(piece)
    return largest, total


@given(
    st.binary(max_size=200_000) | st.just(b"a" * 300_000),
    st.sampled_from(
        [("gzip", gzip.compress), ("deflate", zlib.compress), ("deflate", raw_deflate)]
    ),
    st.integers(1, 70_000),
)
def test_any_body_comes_back(
    body: bytes, coding: tuple[str, Callable[[bytes], bytes]], step: int
) -> None:
    name, pack = coding
    assert inflate(name, pack(body), step) == body


@given(st.binary(max_size=300), st.sampled_from(["gzip", "deflate", "br", "zstd", "gzip, deflate"]))
def test_any_bytes_are_a_body_or_an_error(wire: bytes, coding: str) -> None:
    try:
        inflate(coding, wire, step=13)
    except Undecodable:
        return


def test_a_full_piece_does_not_hide_the_end() -> None:
    body = random.Random(7).randbytes(PIECE * 3)
    for size in (PIECE - 1, PIECE, PIECE + 1, PIECE * 2, PIECE * 3):
        assert inflate("gzip", gzip.compress(body[:size]), step=10**6) == body[:size]
        assert inflate("gzip", gzip.compress(bytes(size)), step=10**6) == bytes(size)
