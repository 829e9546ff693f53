"""`/healthz` and `/metrics` on `web.listen`."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from aiohttp import web

from aggregator.metrics import Metrics
from aggregator.runner import Runner

log = logging.getLogger(__name__)


@asynccontextmanager
async def serving(runner: Runner, metrics: Metrics) -> AsyncIterator[None]:
    """Serves while it is entered.  An address that cannot be had is logged: a monitor that nobody
    can look at still watches."""
    listen = runner.line.settings.web
    server = web.AppRunner(_application(runner, metrics), access_log=None)
    await server.setup()
    try:
        try:
            await web.TCPSite(server, listen.host, listen.port).start()
        except OSError as error:
            where = f"{listen.host}:{listen.port}"
            log.error("not served", extra={"listen": where, "error": error.strerror})
        yield
    finally:
        await server.cleanup()


def _application(runner: Runner, metrics: Metrics) -> web.Application:
    async def healthz(_: web.Request) -> web.Response:
        stalled = runner.stalled()
        return web.json_response(
            {"ok": not stalled, "stalled": stalled}, status=503 if stalled else 200
        )

    async def figures(_: web.Request) -> web.Response:
        line, now = runner.line, runner.line.clock()
        vitals = await line.in_storage(line.storage.vitals, now)
        content_type = "text/plain; version=0.0.4; charset=utf-8"
        return web.Response(body=metrics.text(vitals, now), headers={"Content-Type": content_type})

    application = web.Application()
    application.router.add_get("/healthz", healthz)
    application.router.add_get("/metrics", figures)
    return application
