"""What an edit of feeds.yaml changes, as a log and an operator are told: `+1 feed`."""

from __future__ import annotations

from collections.abc import Iterator, Set
from dataclasses import replace

from aggregator.alerting.words import counted
from aggregator.models import Watch
from aggregator.settings.plain import Settings
from aggregator.watching.language import compile_watch
from aggregator.watching.tree import terms

#: Parts of the settings that are told as a whole; the last take effect at the next start only.
_PARTS = ("people", "channels", "operators", "network", "retention", "storage", "web")
_AT_NEXT_START = frozenset({"storage", "web"})
#: So many may go at once, whatever is left.
_FEW = 3


def changes(old: Settings, new: Settings) -> tuple[str, ...]:
    """One phrase a change, feeds first; empty where only comments or layout changed."""
    return (*_feeds(old, new), *_watches(old, new), *_parts(old, new))


def taken_away(old: Settings, new: Settings) -> tuple[str, ...]:
    """What goes by an edit that looks like a file that was cut off: whole sections, and more than
    half of what is many; `people`, `18 of 30 feeds`.

    Counted, not compared: an operator may change every address, or every name."""
    return (*sorted(old.sections - new.sections), *_mass(old, new))


def _mass(old: Settings, new: Settings) -> Iterator[str]:
    for section in ("feeds", "watches", "people"):
        before, after = len(getattr(old, section)), len(getattr(new, section))
        gone = before - after
        if section in new.sections and gone > _FEW and gone > after:
            yield f"{gone} of {before} {section}"


def _feeds(old: Settings, new: Settings) -> Iterator[str]:
    before, after = old.feeds_by_url, new.feeds_by_url
    yield from _counts(set(before), set(after), "feed", "feeds")
    changed = sum(before[url] != after[url] for url in before.keys() & after.keys())
    if changed:
        yield f"{counted(changed, 'feed')} changed"


def _watches(old: Settings, new: Settings) -> Iterator[str]:
    before = {watch.name: watch for watch in old.watches}
    names = {watch.name for watch in new.watches}
    renamed = {
        watch.name: watch.was
        for watch in new.watches
        if watch.was in before and watch.name not in before
    }
    yield from _counts(
        before.keys() - set(renamed.values()), names - renamed.keys(), "watch", "watches"
    )
    for watch in new.watches:
        if watch.name in renamed:
            yield f"watch {watch.name}: was {watch.was}"
        earlier = before.get(renamed.get(watch.name, watch.name))
        if earlier is not None:
            told = _terms(_words(earlier, old), _words(watch, new))
            if not told and replace(earlier, name=watch.name, was=watch.was) != watch:
                told = "changed"
            if told:
                yield f"watch {watch.name}: {told}"


def _words(watch: Watch, settings: Settings) -> set[str]:
    return {term.written for term in terms(compile_watch(watch, settings.groups))}


def _terms(before: set[str], after: set[str]) -> str:
    some = ((after - before, "added"), (before - after, "removed"))
    return ", ".join(f"{counted(len(words), 'term')} {what}" for words, what in some if words)


def _parts(old: Settings, new: Settings) -> Iterator[str]:
    for part in _PARTS:
        if getattr(old, part) != getattr(new, part):
            yield f"{part} changed" + (" (restart)" if part in _AT_NEXT_START else "")


def _counts(before: Set[str], after: Set[str], one: str, many: str) -> Iterator[str]:
    for sign, names in (("+", after - before), ("-", before - after)):
        if names:
            yield f"{sign}{counted(len(names), one, many)}"
