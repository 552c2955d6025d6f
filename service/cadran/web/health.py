"""Health probes: ``/live`` checks that the process lives, ``/ready`` that it can answer.

``/ready`` also shows the jobs of the workers and the rollups that are being filled. Neither makes a process unready.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from typing import Final

import orjson
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.directory import Directory
from cadran.engine.versions import Versions
from cadran.store.pool import Pool

_NO_STORE: Final = {"cache-control": "no-store"}
#: A function that runs the checks. The result of a check is None if all is well, else the reason of the failure.
Checks = Callable[[], Awaitable[Mapping[str, str | None]]]
#: A function that returns the state of each job of the workers.
Jobs = Callable[[], Awaitable[Mapping[str, Mapping[str, object]]]]


def make_routes(checks: Checks, jobs: Jobs, directory: Callable[[], Directory]) -> list[Route]:
    """Return the routes of the health probes.

    ``/live`` always answers 200. ``/ready`` runs the checks and answers 503 if one fails. It also shows the rollups
    that are being filled, by which no process is unready.
    """

    async def live(_: Request) -> Response:
        return _respond(200, {"status": "live"})

    async def ready(_: Request) -> Response:
        reasons, states = await asyncio.gather(checks(), jobs())
        well = all(reason is None for reason in reasons.values())
        results = {name: reason or "ok" for name, reason in reasons.items()}
        status = "ready" if well else "unready"
        document: dict[str, object] = {"status": status, "checks": results, "jobs": states}
        if unfilled := directory().rollups.unfilled:
            document["unfilled"] = {name: len(columns) for name, columns in unfilled.items()}
        return _respond(200 if well else 503, document)

    return [Route("/live", live), Route("/ready", ready)]


def _respond(status: int, document: Mapping[str, object]) -> Response:
    return Response(orjson.dumps(document), status, _NO_STORE, "application/json")


async def run_checks(pool: Pool, versions: Versions, directory: Callable[[], Directory]) -> Mapping[str, str | None]:
    """Return the result of each check: None if it passes, else what is wrong."""
    return {
        "database": None if await pool.healthy() else "PostgreSQL does not answer",
        "listener": None
        if versions.connected
        else "not listening for changes: answers are cached for a short time only",
        "directory": None if directory().version else "the directory is not loaded yet",
    }
