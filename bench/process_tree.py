"""CPU and memory of a process and its descendants.

    python bench/process_tree.py PID [OUTSIDER...]

Watches the memory until its standard input ends, from a process of its own so that watching costs
the watched one nothing; then prints the peak.  An outsider is a descendant that is not counted.
"""

from __future__ import annotations

import os
import select
import subprocess
import sys
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

#: Between two looks at the memory, in seconds.
STEP = 0.1


def tree(pid: int, outsiders: Collection[int] = ()) -> list[int]:
    """The process and its descendants, without the outsiders and theirs."""
    found = [pid]
    for path in Path(f"/proc/{pid}/task").glob("*/children"):
        for child in map(int, path.read_text().split()):
            if child not in outsiders:
                found += tree(child, outsiders)
    return found


def cpu(pid: int) -> float:
    """Seconds, those of the children that it has waited for left out."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def memory(pid: int) -> float:
    """Megabytes; what processes share is counted once among them (PSS)."""
    for line in Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines():
        if line.startswith("Pss:"):
            return int(line.split()[1]) / 1024
    return 0.0


def memory_of_tree(pid: int, outsiders: Collection[int]) -> float:
    try:
        return sum(map(memory, tree(pid, outsiders)))
    except (FileNotFoundError, ProcessLookupError):  # one ended while it was looked at
        return 0.0


@dataclass
class Peak:
    """Of the memory; known once the watch is over."""

    #: The process that watches.
    watcher: int
    megabytes: float = 0.0


@contextmanager
def watched_memory(outsiders: Collection[int] = ()) -> Iterator[Peak]:
    """The peak of this process and its descendants, while it lasts."""
    command = [sys.executable, __file__, *map(str, [os.getpid(), *outsiders])]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as watcher:
        assert watcher.stdin is not None
        assert watcher.stdout is not None
        peak = Peak(watcher.pid)
        yield peak
        watcher.stdin.close()
        peak.megabytes = float(watcher.stdout.read())


def watch(pid: int, outsiders: Collection[int]) -> float:
    peak = 0.0
    while not select.select([sys.stdin], [], [], STEP)[0]:
        peak = max(peak, memory_of_tree(pid, outsiders))
    return peak


if __name__ == "__main__":
    first, *others = map(int, sys.argv[1:])
    print(watch(first, {os.getpid(), *others}))
