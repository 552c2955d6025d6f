"""The applications that the service is measured against, and the service without its caches. uvicorn's ``--factory``
makes each of them in a separate worker, configured by environment variables.
"""

from __future__ import annotations

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import asyncpg
import orjson
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.app import open_service
from cadran.engine import secured_reader
from cadran.environment import read
from cadran.serving import settle

PARIS = ZoneInfo("Europe/Paris")


def prepared() -> ASGIApp:
    """Return a bare Starlette application that answers every request with the bytes of the file ``BENCH_BODY``."""
    body, kind = Path(os.environ["BENCH_BODY"]).read_bytes(), os.environ["BENCH_KIND"]

    async def answer(request: Request) -> Response:
        return Response(body, media_type=kind)

    return Starlette(routes=[Route("/{path:path}", answer, methods=["GET", "POST"])])


class UncachedService:
    """The service as an ASGI application without an answer cache and without a response cache."""

    def __init__(self) -> None:
        self._app: ASGIApp | None = None

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection, or the lifespan of the process."""
        if scope["type"] != "lifespan":
            assert self._app is not None
            await self._app(scope, receive, send)
            return
        await receive()
        async with open_service(read(os.environ), cache=False) as service:
            self._app = service.app
            settle()
            await send({"type": "lifespan.startup.complete"})
            await receive()
        await send({"type": "lifespan.shutdown.complete"})


def uncached() -> ASGIApp:
    """Return the service without its caches, see ``UncachedService``."""
    return UncachedService()


def unwalled() -> ASGIApp:
    """Return the same service with row-level security disabled. Comparing both shows what the walls cost."""
    secured_reader.make_wall = _no_wall  # type: ignore[attr-defined, assignment]  # the name by which that module knows it
    return UncachedService()


def _no_wall(*_: object) -> None:
    """Return None, which means that no wall restricts the reader."""


MONTH = """
SELECT
  day,
  site_id,
  sum(handled),
  sum(offered),
  sum(talk)::float8 + sum(hold)::float8 + sum(acw)::float8,
  sum(timed)
FROM rollup.contact_day_site
WHERE day >= $1
  AND day < $2
  AND NOT outbound
GROUP BY 1, 2
ORDER BY 1, 2
"""


def by_hand() -> ASGIApp:
    """Return an application that a developer in a hurry might write by hand: one month's quality of service and handle
    time by site and day, from one statement on the rollup, with dicts and orjson; no validation, freshness or headers.
    """
    state: dict[str, Any] = {}

    @asynccontextmanager
    async def life(app: Starlette) -> AsyncIterator[None]:
        url = os.environ["CADRAN_DATABASE_URL"]
        async with asyncpg.create_pool(url, min_size=2, max_size=8, server_settings={"jit": "off"}) as pool:
            sites = await pool.fetch("SELECT site_id, code FROM site")
            state.update(pool=pool, sites={row["site_id"]: row["code"] for row in sites})
            yield

    async def answer(request: Request) -> Response:
        first = date.fromisoformat(request.query_params["period"] + "-01")
        end = (first + timedelta(days=32)).replace(day=1)
        content = _told(await state["pool"].fetch(MONTH, first, end), state["sites"])
        return Response(orjson.dumps(content), media_type="application/json")

    return Starlette(routes=[Route("/v1/indicators", answer)], lifespan=life)


def _told(rows: list[Any], sites: dict[int, str]) -> dict[str, Any]:
    starts: dict[date, str] = {}
    found = []
    total = [0.0] * 4
    for day, site, handled, offered, seconds, timed in rows:
        start = starts.get(day)
        if start is None:
            start = starts[day] = datetime.combine(day, time.min, PARIS).isoformat()
        found.append(
            {
                "start": start,
                "site": sites[site],
                "qos": handled / offered if offered else None,
                "aht": seconds / timed if timed else None,
            }
        )
        for place, value in enumerate((handled, offered, seconds, timed)):
            total[place] += value or 0
    return {
        "labels": {"site": {code: code for code in sites.values()}},
        "rows": found,
        "totals": {"qos": total[0] / total[1], "aht": total[2] / total[3]},
    }
