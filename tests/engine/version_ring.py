"""A minimal core over a real PostgreSQL: its answer is the highest version of the days that the question reads."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Figures, Freshness
from cadran.domain.directory import EMPTY, Directory, Member
from cadran.domain.question import Filter, MetricRef, Question
from cadran.domain.window import Window
from cadran.engine.cached import AnswerCache
from cadran.engine.ttl import Lifetimes
from cadran.engine.versions import Versions, reach_of
from cadran.store.pool import Pool

ASKED_AT = datetime(2016, 1, 8, 9, tzinfo=UTC)
HORIZON = datetime(2016, 1, 7, 18, tzinfo=UTC)
SITES = {1: Member(1, "PAU", "Pau", "Pau"), 2: Member(2, "LYON", "Lyon", "Lyon")}
DIRECTORY = Directory(
    1,
    MappingProxyType({**EMPTY.members, "site": SITES}),
    {1: "Europe/Paris", 2: "Europe/Paris"},
    frozenset(),
    frozenset(),
    frozenset(),
    (),
    "EUR",
)


def ask(site: str | None = "PAU", *, day: date = date(2015, 12, 1), days: int = 1, metric: str = "qos") -> Question:
    """Return a question about one site (None: all sites) over ``days`` days from ``day`` on."""
    start = datetime.combine(day, datetime.min.time())
    where = () if site is None else (Filter("site", (site,)),)
    return Question((MetricRef(metric),), Window(start, start + timedelta(days=days)), where=where)


class Ledger:
    """A core that counts its computations. ``before`` and ``after`` are awaited around the statement, so that a test
    can delay it.
    """

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.computed = 0
        self.before: Callable[[], Awaitable[object]] | None = None
        self.after: Callable[[], Awaitable[object]] | None = None

    async def answer(self, question: Question, _principal: Principal) -> Answer:
        self.computed += 1
        if self.before is not None:
            await self.before()
        reach = reach_of(question, DIRECTORY)
        rows = await self.pool.fetch(
            "SELECT coalesce(max(version), 0) AS version FROM day_version"
            " WHERE ($1::int[] IS NULL OR site_id = ANY($1)) AND day >= $2 AND day < $3",
            [reach.sites, reach.first_day, reach.end_day],
        )
        if self.after is not None:
            await self.after()
        version = rows[0]["version"]
        none = [None]
        figures = tuple(Figures(call, [version], none, none, none) for call in question.metrics)
        freshness = Freshness(HORIZON, ASKED_AT, ASKED_AT, version)
        return Answer(question, 1, (), figures, figures, "", "", None, freshness)


class Hands:
    """A monotonic clock that a test moves."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def ring(ledger: Ledger, versions: Versions, *, bytes_max: int = 1_000_000, clock: Hands | None = None) -> AnswerCache:
    """Return an answer cache around a ledger. Answers live 10 s, or an hour for closed days."""
    return AnswerCache(
        ledger,
        versions=versions,
        directory=lambda: DIRECTORY,
        bytes_max=bytes_max,
        lifetimes=Lifetimes(fresh_seconds=10.0, closed_seconds=3600.0),
        patience_seconds=0.1,
        seconds=clock or Hands(),
    )


def listening() -> Versions:
    """Return versions as they are after the state was read from the database."""
    versions = Versions()
    versions.load([], horizon=HORIZON, directory_version=1)
    return versions


async def bump(pool: Pool, site: int, day: date = date(2015, 12, 1)) -> int:
    """Store one change as the refresh does: the day's new version and its notification. Return the version."""
    text = f'{{"version": %s, "site": {site}, "days": ["{day}"]}}'
    async with pool.acquire() as connection, connection.transaction():
        version: int = await connection.fetchval("SELECT nextval('data_version')")
        await connection.execute(
            "INSERT INTO day_version VALUES ($1, $2, $3, now())"
            " ON CONFLICT (site_id, day) DO UPDATE SET version = excluded.version",
            site,
            day,
            version,
        )
        await connection.execute("SELECT pg_notify('cadran_changed', $1)", text % version)
    return version


async def gathered(*asked: asyncio.Task[Answer]) -> list[int]:
    """Wait for the tasks and return the data version of each answer."""
    return [answer.freshness.version for answer in await asyncio.gather(*asked)]
