"""The application: the one place where the parts are put together, from settings to a served ASGI application.

A process opens its pool, listens for changes, reads the directory, and from then on answers; losing the database later
leaves cached answers standing. Give the database's URL in the settings: starting a server is the terminal's business.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, fields
from datetime import UTC, datetime, timedelta
from functools import partial
from importlib.metadata import version

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from cadran import telemetry
from cadran.access.callers import Callers
from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import Idempotency
from cadran.access.keyring import Keyring
from cadran.access.register import Register
from cadran.access.tokens import Provided, Provider
from cadran.domain.answer import Answers
from cadran.domain.directory import Directory
from cadran.engine.cached import cached
from cadran.engine.compared import Compared
from cadran.engine.contacts import Contacts
from cadran.engine.desk import Desk
from cadran.engine.engine import Engine
from cadran.engine.engine import Limits as EngineLimits
from cadran.engine.present import Present, note_used
from cadran.engine.recovery import Recontacts
from cadran.engine.scoped import scoped
from cadran.engine.surveys import Surveys
from cadran.engine.traced import traced
from cadran.engine.versions import Versions
from cadran.engine.walled import Walled
from cadran.errors import DatabaseUnavailable
from cadran.facts.walls import check_walls
from cadran.graphql import view as graphql
from cadran.graphql.documents import Documents
from cadran.graphql.limits import Limits as GraphQLLimits
from cadran.graphql.schema import core_schema
from cadran.rest import routes as rest
from cadran.rest.administration import Administration
from cadran.rest.contracts import ContractResources
from cadran.rest.documents import DocumentRoutes
from cadran.rest.objectives import ObjectiveResources
from cadran.rest.sla import SlaResources
from cadran.settings import Settings, pairs
from cadran.steer.contracts import Contracts, contracts
from cadran.steer.jws import statement_keys
from cadran.steer.objective_store import ObjectiveStore
from cadran.steer.objectives import Objectives
from cadran.store.listen import Listener, State
from cadran.store.pool import Pool, open_pool
from cadran.telemetry import Tracing
from cadran.web import health
from cadran.web.app_shell import shell
from cadran.web.authentication import CallLimits
from cadran.web.keeping import Keeper

log = logging.getLogger(__name__)

VERSION = version("cadran")


def write_log(level: str) -> None:
    """Write the log to standard error, from this level on."""
    logging.basicConfig(level=level.upper(), format="%(asctime)s %(levelname)s %(name)s %(message)s")
    # Its pool logs a traceback for every connection lost; our own sentence says it once.
    logging.getLogger("asyncpg").setLevel(logging.CRITICAL)


def clock() -> datetime:
    """The present instant; everything else is handed the clock."""
    return datetime.now(UTC)


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: the desk for whoever asks within the process, the application for whoever asks over HTTP,
    and what it serves."""

    desk: Desk
    app: ASGIApp
    versions: Versions
    pool: Pool
    objectives: Objectives
    routes: tuple[BaseRoute, ...]
    contracts: Contracts


@asynccontextmanager
async def open_service(settings: Settings, *, cache: bool = True) -> AsyncIterator[Service]:
    """Everything of one process, opened and closed. Raises DatabaseUnavailable when the database is not there at the
    start, or has no walls."""
    assert settings.database_url is not None
    keys = statement_keys(settings.statement_keys)
    pool = await open_pool(
        settings.database_url,
        size_min=settings.pool_min,
        size_max=settings.pool_max,
        acquire_timeout_seconds=settings.acquire_timeout_seconds,
        statement_timeout_seconds=settings.statement_timeout_seconds,
        waiting_max=settings.waiting_max,
    )
    versions = Versions()
    register, keyring = Register(pool, clock), Keyring(clock)
    documents = TrustedDocuments(pool, clock, documents_max=settings.graphql_documents_max)
    present = Present(pool, versions, keyring, register, currency=settings.currency, documents=documents)
    ready = asyncio.Event()

    async def connected(state: State) -> None:
        await present.reload()
        versions.load(state.days, horizon=state.horizon, directory_version=state.directory_version, seen=state.seen)
        ready.set()

    listener = Listener(settings.database_url, on_connect=connected, on_payload=versions.apply, on_lost=versions.lost)
    tracing = telemetry.open_tracing(
        endpoint=settings.otlp_endpoint,
        sample_ratio=settings.trace_sample_ratio,
        service_name="cadran",
        service_version=VERSION,
    )
    listening = asyncio.create_task(listener.run())
    noting: asyncio.Task[None] | None = None
    try:
        await check_walls(pool)
        await asyncio.wait_for(ready.wait(), settings.statement_timeout_seconds)
        desk = _desk(settings, pool, versions, present, cache=cache)
        secret = await register.signing_secret()
        callers = Callers(keyring, secret=secret, provided=_provided(settings), directory=desk.directory, clock=clock)
        noting = asyncio.create_task(note_used(keyring, register))
        administration = Administration(desk, register, Idempotency(pool), secret)
        agreed = contracts(desk, pool, clock, keys)
        objectives = Objectives(desk, ObjectiveStore(pool), settings.rows_max, settings.objective_key_results_max)
        routes = _routes(settings, desk, pool, versions, administration, documents, agreed, objectives)
        app = _shell(settings, routes, callers, versions, tracing)
        yield Service(desk, app, versions, pool, objectives, tuple(routes), agreed)
    except TimeoutError:
        raise DatabaseUnavailable("The database does not answer; is it migrated (cadran migrate)?") from None
    finally:
        present.close()
        tasks = [listening, *([noting] if noting is not None else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
        await pool.close()
        await asyncio.to_thread(tracing.close)


def _desk(settings: Settings, pool: Pool, versions: Versions, present: Present, *, cache: bool) -> Desk:
    def directory() -> Directory:
        return present.directory

    reads = Walled(pool, directory)
    limits = EngineLimits(
        cells_max=settings.rows_max,
        exact_contacts_max=settings.exact_contacts_max,
        fresh=timedelta(seconds=settings.fresh_seconds),
        closed=timedelta(seconds=settings.closed_seconds),
    )
    engine: Answers = Engine(reads, versions=versions, directory=directory, clock=clock, limits=limits)
    if cache:
        engine = cached(
            engine,
            versions=versions,
            directory=directory,
            bytes_max=settings.cache_bytes_max,
            fresh_seconds=settings.fresh_seconds,
            closed_seconds=settings.closed_seconds,
        )
    return Desk(
        traced(Compared(scoped(engine, directory))),
        directory,
        clock,
        settings.zone,
        behind=Contacts(reads, directory),
        surveys=Surveys(reads, directory, settings.survey_rest_days),
        open=Recontacts(reads, directory),
        group_agents_min=settings.group_agents_min,
        live_seconds=settings.live_seconds,
    )


def _routes(
    settings: Settings,
    desk: Desk,
    pool: Pool,
    versions: Versions,
    administration: Administration,
    documents: TrustedDocuments,
    agreed: Contracts,
    objectives: Objectives,
) -> list[BaseRoute]:
    keeper = Keeper(lambda: versions.epoch, desk.directory, clock, settings.fresh_seconds)
    limits = graphql_limits(settings)
    check = Documents(core_schema(), limits).check
    return [
        *health.routes(partial(health.checks, pool, versions, desk.directory)),
        *rest.routes(desk, keeper=keeper, version=VERSION),
        *administration.routes(),
        *ContractResources(agreed, administration.idempotency).routes(),
        *SlaResources(agreed, keeper).routes(),
        *ObjectiveResources(objectives, administration.idempotency).routes(),
        *DocumentRoutes(administration.idempotency, documents, check).routes(),
        *graphql.routes(
            desk,
            keeper,
            limits=limits,
            trusted=documents.text,
            contracts=agreed,
            objectives=objectives,
            idempotency=administration.idempotency,
        ),
    ]


def graphql_limits(settings: Settings) -> GraphQLLimits:
    """Each limit from the setting of its name."""
    named = {each.name: f"graphql_{each.name}" for each in fields(GraphQLLimits)} | {"cells_max": "rows_max"}
    return GraphQLLimits(**{name: getattr(settings, setting) for name, setting in named.items()})


def _shell(
    settings: Settings, routes: Sequence[BaseRoute], callers: Callers, versions: Versions, tracing: Tracing
) -> ASGIApp:
    return shell(
        routes,
        callers=callers,
        call_limits=CallLimits(
            settings.requests_per_minute,
            settings.address_requests_per_minute,
            settings.concurrent_max,
            settings.address_concurrent_max,
        ),
        versions=versions,
        body_bytes_max=settings.body_bytes_max,
        body_seconds=settings.body_timeout_seconds,
        finished_bytes_max=settings.bytes_cache_bytes_max,
        fresh_seconds=settings.fresh_seconds,
        tracing=tracing,
    )


def _provided(settings: Settings) -> Provided | None:
    """The identity provider, if there is one."""
    if settings.oidc_issuer is None:
        return None
    url = settings.oidc_jwks_url or settings.oidc_issuer.rstrip("/") + "/.well-known/jwks.json"
    provider = Provider(
        settings.oidc_issuer,
        settings.oidc_audience,
        url,
        settings.oidc_role_claim,
        pairs(settings.oidc_roles),
        pairs(settings.oidc_scopes),
    )
    return Provided(provider, clock)
