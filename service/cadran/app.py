"""The application: the one place that builds a served ASGI application from the settings.

At its start, a process opens its connection pool, listens for changes and reads the directory. When the database is
lost later, the process still answers from its cache. ``database_url`` must be set: only the command line can start an
embedded server.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import AbstractAsyncContextManager, AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from functools import partial
from importlib.metadata import version

from starlette.routing import BaseRoute
from starlette.types import ASGIApp

from cadran import telemetry
from cadran.access.callers import Callers
from cadran.access.idempotency import Idempotency
from cadran.access.oidc import Provider, TokenVerifier
from cadran.administration.rest.embed_tokens import TokenMint
from cadran.api.routes import make_routes
from cadran.contracts.reader import ContractReader, make_reader
from cadran.contracts.statement.jws import read_statement_keys
from cadran.domain.answer import Answers
from cadran.engine.banded import BandRing
from cadran.engine.cached import AnswerCache
from cadran.engine.comparison.ring import ComparisonRing
from cadran.engine.desk import Desk
from cadran.engine.engine import Engine
from cadran.engine.engine import Limits as EngineLimits
from cadran.engine.mirror import Mirror, open_mirror
from cadran.engine.scoped import ScopeRing
from cadran.engine.secured_reader import SecuredReader
from cadran.engine.traced import TracingRing
from cadran.engine.ttl import Lifetimes
from cadran.engine.values_under_way import ValueLimit
from cadran.engine.versions import Versions
from cadran.environment import pairs
from cadran.graphql.execution.persisted import PersistedQueries
from cadran.lists.contacts import Contacts
from cadran.lists.customers_to_call import CustomersToCall
from cadran.lists.reader import Lists
from cadran.lists.surveys import Surveys
from cadran.objectives.reader import ObjectiveReader
from cadran.objectives.store import ObjectiveStore
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.pool import Pool, Queues, open_pool
from cadran.telemetry import Tracing
from cadran.web import health
from cadran.web.app_shell import build_shell
from cadran.web.authentication import CallLimits
from cadran.web.cache_policy import NoteMaker
from cadran.worker.states import JobReport

VERSION = version("cadran")


@dataclass(frozen=True, slots=True)
class Service:
    """A running service: the desk for callers within the process, the ASGI application for callers over HTTP."""

    desk: Desk
    lists: Lists
    app: ASGIApp
    versions: Versions
    pool: Pool
    objectives: ObjectiveReader
    routes: tuple[BaseRoute, ...]
    contracts: ContractReader


@asynccontextmanager
async def open_service(settings: Settings, *, cache: bool = True) -> AsyncIterator[Service]:
    """Return a context manager that opens the service of this process and closes it at the end of the block.

    ``cache=False`` leaves out the answer cache. Raises DatabaseUnavailable if the database cannot be reached at the
    start, or has no row-level security.
    """
    keys = read_statement_keys(settings.statement_keys)
    async with AsyncExitStack() as stack:
        tracing = _tracing(settings)
        stack.push_async_callback(asyncio.to_thread, tracing.close)
        pool = await _pool(settings)
        stack.push_async_callback(pool.close)
        mirror = await stack.enter_async_context(_mirror(settings, pool))
        reads = SecuredReader(pool, mirror.directory)
        desk = _desk(settings, reads, mirror, cache=cache)
        lists = Lists(
            desk,
            Contacts(reads, mirror.directory),
            Surveys(reads, mirror.directory, settings.survey_rest_days),
            CustomersToCall(reads, mirror.directory),
        )
        bounds = settings.values_max, settings.objective_key_results_max, settings.objectives_measured_max
        objectives = ObjectiveReader(desk, ObjectiveStore(pool), *bounds)
        contracts = make_reader(desk, pool, clock, keys)
        secret = await mirror.register.signing_secret()
        mint = TokenMint(
            mirror.register,
            objectives.seen,
            contracts.codes,
            secret,
            settings.embed_seconds_max,
            settings.embed_tokens_per_minute,
        )
        served = _routes(settings, pool, mirror, desk, lists, objectives, contracts, mint)
        callers = Callers(
            mirror.keyring, secret=secret, provided=_provided(settings), directory=mirror.directory, clock=clock
        )
        app = _shell(settings, served, callers, mirror.versions, tracing)
        yield Service(desk, lists, app, mirror.versions, pool, objectives, tuple(served), contracts)


async def _pool(settings: Settings) -> Pool:
    assert settings.database_url is not None
    return await open_pool(
        settings.database_url,
        size_min=settings.pool_min,
        size_max=settings.pool_max,
        acquire_timeout_seconds=settings.acquire_timeout_seconds,
        statement_timeout_seconds=settings.statement_timeout_seconds,
        queues=Queues(settings.waiting_max, settings.heavy_max),
    )


def _tracing(settings: Settings) -> Tracing:
    return telemetry.open_tracing(
        endpoint=settings.otlp_endpoint,
        sample_ratio=settings.trace_sample_ratio,
        service_name="cadran",
        service_version=VERSION,
    )


def _mirror(settings: Settings, pool: Pool) -> AbstractAsyncContextManager[Mirror]:
    assert settings.database_url is not None
    return open_mirror(
        pool,
        database_url=settings.database_url,
        clock=clock,
        currency=settings.currency,
        documents_max=settings.graphql_documents_max,
        wait_seconds=settings.statement_timeout_seconds,
    )


def _desk(settings: Settings, reads: SecuredReader, mirror: Mirror, *, cache: bool) -> Desk:
    limits = EngineLimits(
        values_max=settings.values_max,
        exact_contacts_max=settings.exact_contacts_max,
        connections=max(1, settings.pool_max // 2),
    )
    lifetimes = Lifetimes(settings.fresh_seconds, settings.closed_seconds)
    engine: Answers = Engine(
        reads,
        versions=mirror.versions,
        directory=mirror.directory,
        clock=clock,
        limits=limits,
        lifetimes=lifetimes,
        reload=mirror.present.follow,
        room=_room(settings),
    )
    if cache:
        engine = AnswerCache(
            engine,
            versions=mirror.versions,
            directory=mirror.directory,
            bytes_max=settings.cache_bytes_max,
            lifetimes=lifetimes,
        )
    scoped = ScopeRing(engine, mirror.directory)
    return Desk(
        TracingRing(BandRing(ComparisonRing(scoped, mirror.directory, clock, mirror.versions.first_day))),
        mirror.directory,
        clock,
        settings.zone,
        group_agents_min=settings.group_agents_min,
        live_seconds=settings.live_seconds,
        values_max=settings.values_max,
        room=_room(settings),
    )


def _room(settings: Settings) -> ValueLimit:
    return ValueLimit(settings.values_under_way_max, waiting_max=settings.waiting_max)


def _routes(settings: Settings, pool: Pool, mirror: Mirror, *features: object) -> list[BaseRoute]:
    return [
        *health.make_routes(
            partial(health.run_checks, pool, mirror.versions, mirror.directory),
            JobReport(pool, poll_seconds=settings.worker_poll_seconds).read,
            mirror.directory,
        ),
        *make_routes(
            *features,
            mirror.register,
            mirror.documents,
            mirror.present,
            NoteMaker(
                lambda: mirror.versions.epoch, mirror.directory, clock, settings.fresh_seconds, settings.live_seconds
            ),
            Idempotency(pool),
            _call_limits(settings),
            introspections_max=settings.graphql_introspections_max,
            version=VERSION,
            persisted=PersistedQueries(
                bytes_max=settings.graphql_persisted_bytes_max, seconds=settings.graphql_persisted_seconds
            ),
        ),
    ]


def _shell(
    settings: Settings, routes: Sequence[BaseRoute], callers: Callers, versions: Versions, tracing: Tracing
) -> ASGIApp:
    return build_shell(
        routes,
        callers=callers,
        call_limits=_call_limits(settings),
        versions=versions,
        body_bytes_max=settings.body_bytes_max,
        body_seconds=settings.body_timeout_seconds,
        finished_bytes_max=settings.bytes_cache_bytes_max,
        fresh_seconds=settings.fresh_seconds,
        clock=clock,
        tracing=tracing,
    )


def _call_limits(settings: Settings) -> CallLimits:
    return CallLimits(
        settings.requests_per_minute,
        settings.address_requests_per_minute,
        settings.concurrent_max,
        settings.address_concurrent_max,
    )


def _provided(settings: Settings) -> TokenVerifier | None:
    """Return the verifier of OIDC tokens; None if no issuer is set."""
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
    return TokenVerifier(provider, clock)
