"""What polling costs: CPU and wall milliseconds a feed, cold, with one new entry, and warm.

    python bench/poll.py [--corpus DIR] [--feeds 1000] [--no-peers]

Serves the corpus (default: one it generates, 17 entries and about 40 KB a feed) from a separate
process, polls every feed into a new SQLite file and indexes what is new.  Beside it, on the same
feeds in the same run: `curl --parallel`, which fetches only, and lemon24's `reader`, installed into
a temporary environment.  CPU and memory are of this process and its children, by the kernel's
account, without the server's; the memory is the highest of ten looks a second.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import os
import random
import resource
import shutil
import subprocess
import sys
import tempfile
import time
import urllib.request
import venv
from collections import Counter
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from process_tree import cpu, tree, watched_memory

HERE = Path(__file__).parent
CASES = ("cold", "one new entry", "warm")
WORDS = ("valley", "convoy", "ceasefire", "border", "province", "council", "rail", "envoy")


@dataclass(frozen=True)
class Cost:
    """Of one pass over all feeds, in seconds."""

    cpu: float
    wall: float

    def row(self, name: str, case: str, feeds: int, own: Cost) -> str:
        return (
            f"{name:12} {case:14} {self.cpu / feeds * 1e3:8.2f} {self.wall / feeds * 1e3:9.2f}"
            f" {self.cpu / own.cpu:9.2f}"
        )


def generated_corpus(folder: Path, documents: int = 50, entries: int = 17) -> None:
    """RSS feeds of about 40 KB."""
    for number in range(documents):
        chance = random.Random(number)
        items = "".join(item(number, entry, chance) for entry in range(entries))
        (folder / f"{number:04}.xml").write_text(
            f'<?xml version="1.0" encoding="UTF-8"?>\n<rss version="2.0"><channel>'
            f"<title>Outlet {number}</title><link>https://outlet{number}.example/</link>"
            f"<description>News of outlet {number}</description>{items}</channel></rss>\n",
            encoding="utf-8",
        )


def item(feed: int, entry: int, chance: random.Random) -> str:
    text = "</p>\n<p>".join(" ".join(chance.choices(WORDS, k=60)) for _ in range(4))
    return (
        f"<item><title>{' '.join(chance.choices(WORDS, k=8))} {feed}-{entry}</title>"
        f"<link>https://outlet{feed}.example/news/{entry}</link>"
        f"<guid>https://outlet{feed}.example/news/{entry}</guid>"
        f"<pubDate>Mon, 23 Nov 2026 {entry % 24:02}:00:00 +0000</pubDate>"
        f"<description><![CDATA[<p>{text}</p>]]></description></item>\n"
    )


@dataclass(frozen=True)
class Server:
    origin: str
    pid: int

    def publish(self) -> None:
        urllib.request.urlopen(f"{self.origin}/publish", data=b"").close()  # noqa: S310  loopback


@contextmanager
def served(corpus: Path, feeds: int) -> Iterator[Server]:
    server = subprocess.Popen(
        [sys.executable, HERE / "feed_server.py", corpus, str(feeds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    assert server.stdin is not None
    assert server.stdout is not None
    try:
        yield Server(f"http://127.0.0.1:{int(server.stdout.readline())}", server.pid)
    finally:
        server.stdin.close()
        server.wait(10)
        server.stdout.close()


class Meter:
    """The CPU and wall time that pass while it is open."""

    def __init__(self, outsiders: Collection[int]) -> None:
        self.outsiders = outsiders

    def __enter__(self) -> Meter:
        self._cpu, self._wall = self._spent(), time.perf_counter()
        return self

    def __exit__(self, *_: object) -> None:
        self.cost = Cost(self._spent() - self._cpu, time.perf_counter() - self._wall)

    def _spent(self) -> float:
        """Seconds of this process, of the children that ended, and of those that live."""
        ended = resource.getrusage(resource.RUSAGE_CHILDREN)
        living = sum(map(cpu, tree(os.getpid(), self.outsiders)))
        return ended.ru_utime + ended.ru_stime + living


async def own_costs(
    folder: Path, server: Server, feeds: int, outsiders: Collection[int]
) -> tuple[dict[str, Cost], str]:
    """A cost by case, and what the ledger says."""
    # The children import this file: at its top, each would hold the whole monitor.
    from aggregator.app.monitor import open_monitor
    from aggregator.pipeline import house, polling, reading
    from aggregator.settings.loading import load

    config = folder / "feeds.yaml"
    config.write_text(
        "feeds:\n"
        + "".join(f"  - {{url: '{server.origin}/{n}', name: feed {n}}}\n" for n in range(feeds))
        + "network: {allow_private: [127.0.0.1]}\n"
    )
    costs: dict[str, Cost] = {}
    async with open_monitor(load(config, {}), wait=reading.PATIENCE) as runner:
        line = runner.line
        # The first task starts the forkserver and its children, which a monitor does once.
        await line.workers.run(polling.PARSE, len, b"")
        for case in CASES:
            if case == "one new entry":
                server.publish()
            await line.in_storage(line.storage.make_due, line.clock())
            with Meter(outsiders) as meter:
                async with runner.working():
                    await runner.poll.drain()
                while await house.index(line):
                    pass
            costs[case] = meter.cost
        ledger = line.storage.polls()
    reasons = Counter(poll.reason for poll in ledger)
    new = [
        sum(poll.new for poll in ledger[start : start + feeds]) for start in (0, feeds, 2 * feeds)
    ]
    return costs, f"ledger: {dict(reasons)}; new entries by pass: {new}"


def curl_cost(folder: Path, server: Server, feeds: int) -> Cost:
    config = folder / "curl.txt"
    config.write_text(
        "".join(f'url = "{server.origin}/{n}"\noutput = "/dev/null"\n' for n in range(feeds))
    )
    command = ["curl", "--silent", "--parallel", "--parallel-max", "50", "--config", config]
    with Meter([server.pid]) as meter:
        # Silent or not, it shows a meter for parallel transfers.
        subprocess.run(command, check=True, stderr=subprocess.DEVNULL)
    return meter.cost


#: Its copy of feedparser needs sgmllib3k, which it does not ask for.
READER_NEEDS = ("reader", "sgmllib3k")
READER = """
import json, resource, sys, time
from reader import make_reader
path, origin, feeds = sys.argv[1], sys.argv[2], int(sys.argv[3])
reader = make_reader(path)
for n in range(feeds):
    reader.add_feed(f"{origin}/{n}", exist_ok=True)
def cpu():
    r = resource.getrusage(resource.RUSAGE_SELF)
    return r.ru_utime + r.ru_stime
reader.enable_search()
for case in sys.stdin:
    c, w = cpu(), time.perf_counter()
    reader.update_feeds(workers=20, scheduled=False)
    reader.update_search()
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps([cpu() - c, time.perf_counter() - w, peak]), flush=True)
"""


def reader_costs(folder: Path, server: Server, feeds: int) -> tuple[dict[str, Cost], float]:
    """lemon24's reader in a process and an environment of its own, on the same three passes.

    Raises CalledProcessError where it cannot be installed, or ends early."""
    environment = folder / "reader"
    venv.create(environment, with_pip=True)
    python = environment / "bin/python"
    subprocess.run([python, "-m", "pip", "install", "-qq", *READER_NEEDS], check=True)
    process = subprocess.Popen(
        [python, "-W", "ignore", "-c", READER, folder / "reader.sqlite", server.origin, str(feeds)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdin is not None
    assert process.stdout is not None
    costs, peak = {}, 0.0
    with process:
        for case in CASES:
            if case == "one new entry":
                server.publish()
            process.stdin.write(f"{case}\n")
            process.stdin.flush()
            said = process.stdout.readline()
            if not said:
                raise subprocess.CalledProcessError(process.wait(), process.args)
            cpu, wall, peak = json.loads(said)
            costs[case] = Cost(cpu, wall)
        process.stdin.close()
    return costs, peak


def main() -> None:
    arguments = argparse.ArgumentParser(description=__doc__)
    arguments.add_argument("--corpus", type=Path)
    arguments.add_argument("--feeds", type=int, default=1000)
    arguments.add_argument("--no-peers", action="store_true")
    options = arguments.parse_args()
    with tempfile.TemporaryDirectory(prefix="bench-poll-") as name:
        folder = Path(name)
        corpus = options.corpus
        if corpus is None:
            corpus = folder / "corpus"
            corpus.mkdir()
            generated_corpus(corpus)
        print(f"{'':12} {'case':14} {'CPU ms':>8} {'wall ms':>9} {'CPU/ours':>9}   a feed")
        own = print_own(folder, corpus, options.feeds)
        if not options.no_peers:
            print_peers(folder, corpus, options.feeds, own)


def print_own(folder: Path, corpus: Path, feeds: int) -> dict[str, Cost]:
    with served(corpus, feeds) as server, watched_memory([server.pid]) as peak:
        own, ledger = asyncio.run(own_costs(folder, server, feeds, [server.pid, peak.watcher]))
    for case, cost in own.items():
        print(cost.row("aggregator", case, feeds, cost))
    print(f"aggregator   peak memory {peak.megabytes:.0f} MB, children included; {ledger}")
    return own


def print_peers(folder: Path, corpus: Path, feeds: int, own: Mapping[str, Cost]) -> None:
    with served(corpus, feeds) as server:
        if shutil.which("curl"):
            cost = curl_cost(folder, server, feeds)
            print(cost.row("curl", "fetch only", feeds, own["cold"]))
        else:
            print("curl         absent: not on the PATH")
        try:
            costs, peak = reader_costs(folder, server, feeds)
        except subprocess.CalledProcessError as error:
            print(f"reader       absent: cannot be installed, or fails ({error})")
            return
    for case, cost in costs.items():
        print(cost.row("reader", case, feeds, own[case]))
    print(f"reader       peak memory {peak:.0f} MB")


if __name__ == "__main__":
    main()
