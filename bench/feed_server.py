"""Serves a thousand feeds on loopback, from a process of its own: `feed_server.py CORPUS COUNT`.

Prints its port, then serves until its standard input ends.  `GET /N` is feed N, with an ETag;
`POST /publish` adds an entry to every feed that has items.
"""

from __future__ import annotations

import asyncio
import hashlib
import re
import sys
from pathlib import Path

ITEM = re.compile(rb"<(item|entry)\b.*?</\1\s*>", re.DOTALL)
#: Where an item says who it is: what a publisher changes from one to the next.
IDENTITY = re.compile(
    rb"(<(?:guid|id|link|title)\b[^>]*>)([^<]+)|(<link\b[^>]*href=[\"'])([^\"']+)"
)


class Feeds:
    def __init__(self, documents: list[bytes], count: int) -> None:
        self.documents = documents
        self.count = count
        self.edition = 0

    def body(self, number: int) -> bytes:
        document = self.documents[number % len(self.documents)]
        # Each feed has entries of its own, or they would be each other's copies.
        return with_new_entry(document, self.edition) if self.edition else document

    def answer(self, head: bytes) -> bytes:
        method, path, _ = head.split(b" ", 2)
        if method == b"POST":
            self.edition += 1
            return response(b"204 No Content", b"", b"")
        body = self.body(int(path[1:]))
        etag = b'"%s"' % hashlib.blake2b(body, digest_size=8).hexdigest().encode()
        if b"\r\nif-none-match: " + etag in head.lower():
            return response(b"304 Not Modified", b"", etag)
        return response(b"200 OK", body, etag)


def with_new_entry(document: bytes, edition: int) -> bytes:
    """The document with its first item once more, as another entry."""
    item = ITEM.search(document)
    if item is None:
        return document
    mark = b"-edition-%d" % edition

    def renamed(found: re.Match[bytes]) -> bytes:
        return found[0] + mark

    new = IDENTITY.sub(renamed, item[0])
    return document[: item.start()] + new + document[item.start() :]


def response(status: bytes, body: bytes, etag: bytes) -> bytes:
    head = b"HTTP/1.1 %s\r\nContent-Length: %d\r\nContent-Type: application/xml\r\n" % (
        status,
        len(body),
    )
    if status.startswith(b"304"):
        head = b"HTTP/1.1 %s\r\n" % status
    return head + (b"ETag: %s\r\n" % etag if etag else b"") + b"\r\n" + body


async def serve(feeds: Feeds) -> None:
    async def talk(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            while True:
                head = await reader.readuntil(b"\r\n\r\n")
                writer.write(feeds.answer(head))
                await writer.drain()
        except (asyncio.IncompleteReadError, ConnectionError):
            writer.close()

    server = await asyncio.start_server(talk, "127.0.0.1", 0, backlog=1000)
    print(server.sockets[0].getsockname()[1], flush=True)
    async with server:
        await asyncio.to_thread(sys.stdin.buffer.read)


if __name__ == "__main__":
    folder, number = Path(sys.argv[1]), int(sys.argv[2])
    files = sorted(path for path in folder.iterdir() if path.is_file())
    asyncio.run(serve(Feeds([path.read_bytes() for path in files], number)))
