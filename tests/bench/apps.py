"""The bare application that the service is measured against, and the service without its caches. uvicorn makes each of
them in a separate worker (``--factory``), configured by environment variables.
"""

from __future__ import annotations

import os
from pathlib import Path

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.app import open_service
from cadran.engine import secured_reader
from cadran.environment import read
from cadran.serving import settle


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
