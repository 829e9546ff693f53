"""A running monitor follows feeds.yaml: what is right is put in force; what would take much away,
once it was saved twice."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Coroutine, Mapping
from typing import Any

from aggregator.alerting.changes import tell
from aggregator.app.monitor import put_in_force
from aggregator.backfill import backfill
from aggregator.errors import SettingsError, StorageError
from aggregator.models import Change
from aggregator.reloading import edits
from aggregator.runner import Runner
from aggregator.settings.changes import taken_away
from aggregator.settings.plain import Settings

log = logging.getLogger(__name__)


class Following:
    """Puts each edit in force, and flags what its watches would have found."""

    def __init__(self, runner: Runner) -> None:
        self._runner = runner
        #: What would take much away, and waits for a second save.
        self._held: Settings | None = None

    async def follow(self, environ: Mapping[str, str], stop: asyncio.Event) -> None:
        await _or_log(self._backfill())
        async for found in edits(self._runner.line.settings, environ, stop):
            await _or_log(self._take_over(found))

    async def _take_over(self, found: Settings | SettingsError) -> None:
        if isinstance(found, SettingsError):
            await self._refuse(found)
        elif found != self._held and (gone := taken_away(self._runner.line.settings, found)):
            await self._hold(found, gone)
        else:
            try:
                await self._put_in_force(found)
            except SettingsError as error:
                await self._refuse(error)

    async def _refuse(self, error: SettingsError) -> None:
        for mistake in error.mistakes:
            log.error("settings refused", extra={"mistake": str(mistake), "in_force": "the old"})
        first, *more = map(str, error.mistakes)
        detail = first + (f" (and {len(more)} more)" if more else "")
        # Once for each different mistake.
        await self._tell("settings_refused", detail, occasion=detail)

    async def _hold(self, found: Settings, gone: tuple[str, ...]) -> None:
        self._held = found
        without = ", ".join(gone)
        mend = f"meant so? save it once more, or: touch {found.path.name}"
        log.error("settings held", extra={"without": without, "in_force": "the old", "mend": mend})
        now = self._runner.line.clock()
        await self._tell("settings_held", f"without {without}", occasion=now.isoformat())

    async def _put_in_force(self, found: Settings) -> None:
        told = await put_in_force(found, self._runner)
        self._held = None
        log.info("settings in force", extra={"changes": ", ".join(told) or "none"})
        for warning in found.warnings:
            log.warning("settings warning", extra={"warning": str(warning)})
        await self._backfill()

    async def _tell(self, code: str, detail: str, occasion: str) -> None:
        line = self._runner.line
        change = Change(code, line.settings.path.name, line.clock(), detail)
        alerts = tell(change, line.settings.operators.person, occasion)
        await line.in_storage(line.storage.commit_alerts, alerts)
        self._runner.send.awake.set()

    async def _backfill(self) -> None:
        if matches := await backfill(self._runner.line):
            log.info("backfilled", extra={"matches": matches})


async def _or_log(step: Coroutine[Any, Any, None]) -> None:
    """An edit that meets a bug, or a full disk, must not be the last that is looked at."""
    try:
        await step
    except StorageError as error:
        log.error("storage failed", extra={"station": "settings", "error": str(error)})
    except Exception:
        log.exception("bug", extra={"station": "settings"})
