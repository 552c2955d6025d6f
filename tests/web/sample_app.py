"""A small application inside the real middleware, with a clock that moves only when a test moves it."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Any

import httpx
from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from cadran.engine.versions import Reach, Versions
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.web.app_shell import build_shell
from cadran.web.authentication import CallLimits
from cadran.web.cache_policy import Note, set_note
from tests.keys import callers, client_of

DECEMBER = Reach((1,), date(2015, 12, 1), date(2016, 1, 1))


@dataclass
class Small:
    """A small application. ``made`` counts the responses that its routes made; ``note`` returns the cache metadata of a
    response.
    """

    versions: Versions = field(default_factory=Versions)
    now: float = 1000.0
    made: int = 0
    note: Callable[[], Note | None] = lambda: None
    bytes_max: int = 1_000_000
    body_seconds: float = 15.0
    concurrent: int = 1_000
    address_per_minute: int = 1_000_000

    def app(self) -> Any:
        """Build the application. Its response cache uses the test's clock."""
        routes = [
            Route("/figures", self.figures, methods=["GET"]),
            Route("/graphql", self.figures, methods=["POST"]),
            Route("/streamed", self.streamed),
            Route("/failing/{how}", self.failing),
            Route("/write", self.figures, methods=["POST"]),
        ]
        return build_shell(
            routes,
            callers=callers(),
            call_limits=CallLimits(1_000_000, self.address_per_minute, self.concurrent, self.concurrent),
            versions=self.versions,
            body_bytes_max=100,
            finished_bytes_max=self.bytes_max,
            fresh_seconds=10.0,
            clock=lambda: datetime.fromtimestamp(self.now, UTC),
            body_seconds=self.body_seconds,
            seconds=lambda: self.now,
        )

    def client(self) -> httpx.AsyncClient:
        """Return an HTTP client of a new application."""
        return client_of(self.app(), base_url="http://small")

    def kept(self, *, seconds: float = 3600.0, reach: Reach = DECEMBER) -> None:
        """Let the response cache store all further responses, as valid since the current epoch."""
        self.note = lambda: Note(self.versions.epoch, reach, seconds)

    async def figures(self, request: Request) -> Response:
        """Answer with the number of requests so far, and with the request's body."""
        self.made += 1
        note = self.note()
        told = (await request.body()).decode()
        if note is not None:
            set_note(request.scope, note)
        return Response(f"{self.made} {told}", media_type="text/plain")

    async def streamed(self, request: Request) -> Response:
        """Answer with a streamed body of two pieces."""
        self.made += 1
        set_note(request.scope, Note(0, DECEMBER, 3600.0))

        async def pieces():
            yield b"one "
            yield b"two"

        return StreamingResponse(pieces(), media_type="text/plain")

    async def failing(self, request: Request) -> Response:
        """Raise the error that the path names."""
        how = request.path_params["how"]
        if how == "away":
            raise DatabaseUnavailable("The database cannot be reached.", internal="host=10.0.0.7 password=hunter2")
        if how == "slow":
            raise DatabaseTimeout("The question took longer than 15 s.")
        raise RuntimeError("secret of the house")
