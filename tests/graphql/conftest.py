"""GraphQL as a client sees it: the route inside the shell, over the facts of the REST tests."""

from collections.abc import AsyncIterator, Callable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import httpx
import pytest
from starlette.types import ASGIApp

from cadran.api.schema import core_schema
from cadran.app import Service, open_service
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers
from cadran.domain.question import Question
from cadran.engine.versions import Versions
from cadran.graphql.execution.persisted import PersistedQueries
from cadran.graphql.execution.view import make_routes
from cadran.settings import Settings
from cadran.web.app_shell import build_shell
from cadran.web.authentication import CallLimits
from cadran.web.cache_policy import NoteMaker
from tests.databases import Server
from tests.defaults import DEFAULTS
from tests.keys import callers, client_of
from tests.sample_service import fill


@dataclass
class QuestionRecorder:
    """A layer that records every question on its way to the core. ``before`` may raise an error that the core would
    raise.
    """

    inner: Answers
    asked: list[Question] = field(default_factory=list)
    before: Callable[[], None] = lambda: None

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Record the question, and return the core's answer."""
        self.asked.append(question)
        self.before()
        return await self.inner.answer(question, principal)


@dataclass
class Edge:
    """The application, the objects behind it, and an HTTP client for it."""

    app: ASGIApp
    answers: QuestionRecorder
    versions: Versions
    client: httpx.AsyncClient
    compose: Callable[..., ASGIApp]

    async def ask(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> dict[str, Any]:
        """Send a query and return the body of the response. Check that the status is 200."""
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        response = await self.client.post("/graphql", json={"query": query, "variables": variables}, headers=named)
        assert response.status_code == 200, response.text
        found: dict[str, Any] = response.json()
        return found

    async def data(self, query: str, variables: dict[str, Any] | None = None, **headers: str) -> Any:
        """Send a query and return its data. Check that there are no errors."""
        found = await self.ask(query, variables, **headers)
        assert "errors" not in found, found["errors"]
        return found["data"]

    async def error(self, query: str, variables: dict[str, Any] | None = None) -> dict[str, Any]:
        """Send a query and return its only error."""
        found = await self.ask(query, variables)
        [error] = found["errors"]
        return dict(error)


@pytest.fixture(scope="module")
def facts(server: Server) -> Iterator[str]:
    """Yield the URL of a database with the contacts of the REST tests."""
    with server.clone(server.template("rest", fill)) as url:
        yield url


@pytest.fixture(scope="module")
async def service(facts: str) -> AsyncIterator[Service]:
    """Open the whole service over the contacts."""
    async with open_service(Settings(database_url=facts, pool_min=1, pool_max=4)) as opened:
        yield opened


@pytest.fixture
async def edge(service: Service) -> AsyncIterator[Edge]:
    """Yield the GraphQL route with a recorder of the questions that reach the core."""
    answers, versions = QuestionRecorder(service.desk.answers), Versions()
    versions.connected = True
    desk = replace(service.desk, answers=answers)

    def compose(*, introspections_max: int = 10, values_max: int = DEFAULTS.values_max) -> ASGIApp:
        keeper = NoteMaker(lambda: versions.epoch, desk.directory, desk.clock, 60.0, 5.0)
        return build_shell(
            make_routes(
                replace(desk, values_max=values_max),
                keeper,
                schema=core_schema(),
                introspections_max=introspections_max,
                persisted=PersistedQueries(bytes_max=1_000_000, seconds=3_600),
            ),
            callers=callers(),
            call_limits=CallLimits(1_000_000, 1_000_000, 1_000, 1_000),
            versions=versions,
            body_bytes_max=100_000,
            body_seconds=15.0,
            finished_bytes_max=10_000_000,
            fresh_seconds=60.0,
            clock=desk.clock,
        )

    app = compose()
    async with client_of(app) as client:
        yield Edge(app, answers, versions, client, compose)
