"""Whether the process lives, and whether it can answer."""

from __future__ import annotations

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
#: A check tells None when all is well, else why not.
Checks = Callable[[], Awaitable[Mapping[str, str | None]]]


def routes(checks: Checks) -> list[Route]:
    """``/live`` answers as long as the process does; ``/ready`` runs the checks and is 503 when one tells a reason."""

    async def live(_: Request) -> Response:
        return _told(200, {"status": "live"})

    async def ready(_: Request) -> Response:
        reasons = await checks()
        well = all(reason is None for reason in reasons.values())
        told = {name: reason or "ok" for name, reason in reasons.items()}
        return _told(200 if well else 503, {"status": "ready" if well else "unready", "checks": told})

    return [Route("/live", live), Route("/ready", ready)]


def _told(status: int, document: Mapping[str, object]) -> Response:
    return Response(orjson.dumps(document), status, _NO_STORE, "application/json")


async def checks(pool: Pool, versions: Versions, directory: Callable[[], Directory]) -> Mapping[str, str | None]:
    """What a process needs to answer: None for what is well, else what is wrong with it."""
    return {
        "database": None if await pool.healthy() else "PostgreSQL does not answer",
        "listener": None if versions.connected else "not listening for changes: answers are kept shortly only",
        "directory": None if directory().version else "the directory has not been read yet",
    }
