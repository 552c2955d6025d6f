"""Questions over a year of contacts, asked of the service. They are compared with the same figures counted in
``contact`` by SQL, and with the service over a tenth of the contacts.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass
from datetime import date
from math import isclose
from statistics import median

import asyncpg

from cadran.app import Service, open_service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.serving import settle
from cadran.settings import Settings
from tests.bench import three_facts
from tests.bench.fill import FillTimes
from tests.bench.result_line import Line, interleaved, seconds
from tests.refs import refs

METRICS = ("qos", "asa", "service_level(within=20)")

# The definitions of the three metrics. Callbacks and test contacts are left out, as in the service.
FIGURES = """
  count(*) FILTER (WHERE outcome_id = 1)::float8 / NULLIF(count(*) FILTER (WHERE outcome_id NOT IN (6, 7, 8)), 0),
  sum(wait) FILTER (WHERE outcome_id = 1)::float8 / NULLIF(count(*) FILTER (WHERE outcome_id = 1), 0),
  count(*) FILTER (WHERE outcome_id = 1 AND wait <= 20)::float8 / NULLIF(count(*) FILTER (
    WHERE outcome_id IN (1, 3, 5)
      OR outcome_id = 7 AND offered_at < (SELECT horizon FROM data_state) - interval '20 seconds'
  ), 0)
"""
#: The visits of contacts without visits of their source.
VISITS = """
  count(*) FILTER (WHERE outcome_id NOT IN (2, 6))::float8,
  sum(wait) FILTER (WHERE outcome_id = 1)::float8 / NULLIF(count(*) FILTER (WHERE outcome_id = 1), 0),
  count(*) FILTER (WHERE outcome_id = 1 AND wait <= 20)::float8 / NULLIF(count(*) FILTER (
    WHERE outcome_id IN (1, 3)
      OR outcome_id = 7 AND offered_at < (SELECT horizon FROM data_state) - interval '20 seconds'
  ), 0)
"""
PERCENTILE = " percentile_disc(0.9) WITHIN GROUP (ORDER BY wait) FILTER (WHERE outcome_id = 1)::float8"


@dataclass(frozen=True, slots=True)
class BenchQuestion:
    """A question, with the same question in SQL: ``keys`` are the group columns of the SELECT, ``width`` is their
    number, ``figures`` are its other columns. Values may differ by the share ``tolerance``. ``aim`` is how many times
    faster than the scan the service shall be.
    """

    name: str
    ask: Ask
    keys: str
    width: int
    figures: str = FIGURES
    days: tuple[str, str] = ("2015-01-01", "2016-01-01")
    tolerance: float = 1e-6
    aim: float = 100

    @property
    def sql(self) -> str:
        """Return the SELECT that scans the raw contacts."""
        places = ", ".join(str(place + 1) for place in range(self.width))
        first, end = self.days
        return f"""SELECT {self.keys},{self.figures}
FROM contact
WHERE day >= '{first}'
  AND day < '{end}'
  AND parent_id IS NULL
  AND outcome_id < 9
  AND NOT outbound
GROUP BY {places} ORDER BY {places}"""


QUESTIONS = (
    BenchQuestion(
        "year by month and segment",
        Ask(refs(*METRICS), period="2015", grain="month", by=("segment",)),
        "date_trunc('month', day::timestamp)::date, segment_id", 2,
    ),
    BenchQuestion(
        "year by day and site", Ask(refs(*METRICS), period="2015", grain="day", by=("site",)), "day, site_id", 2
    ),
    BenchQuestion(
        "visits, year by day and queue",
        Ask(
            refs("queue_offered", "queue_asa", "queue_service_level(within=20)"),
            period="2015", grain="day", by=("queue",),
        ),
        "day, queue_id", 2, VISITS, aim=30,
    ),
    BenchQuestion(
        "year by day and queue", Ask(refs(*METRICS), period="2015", grain="day", by=("queue",)), "day, queue_id", 2,
        aim=30,
    ),
    BenchQuestion("a year's usual day", Ask(refs(*METRICS), period="2015", by=("time_of_day",)), "quarter", 1),
    BenchQuestion(
        "P90 of the wait, year by site",
        Ask(refs("wait(percentile=0.9)"), period="2015", by=("site",)), "site_id", 1, PERCENTILE, tolerance=0.01,
    ),
    BenchQuestion(
        "P90 of the wait, month by day and site",
        Ask(refs("wait(percentile=0.9)"), period="2015-06", grain="day", by=("site",)), "day, site_id", 2, PERCENTILE,
        ("2015-06-01", "2015-07-01"), 0.01, 10,
    ),
)  # fmt: skip
ASKS = 9


@asynccontextmanager
async def uncached(url: str) -> AsyncIterator[Service]:
    """Open the service as in production, but without its caches."""
    settings = Settings(database_url=url, bytes_cache_bytes_max=0, statement_timeout_seconds=120)
    async with open_service(settings, cache=False) as service:
        settle()
        yield service


async def measure(large: str, small: str, filled: FillTimes, *, rounds: int) -> list[Line]:
    """Return the lines of both ratios of every question, and a line with the time that the fill took."""
    lines = []
    async with AsyncExitStack() as stack:
        service, tenth = [await stack.enter_async_context(uncached(url)) for url in (large, small)]
        connection = await asyncpg.connect(large)
        stack.push_async_callback(connection.close)
        number = await connection.fetchval("SELECT count(*) FROM contact")
        for asked in QUESTIONS:
            lines += await _question(asked, service, tenth, connection, number, rounds)
        lines += await three_facts.measure(service, number, rounds=rounds)
    made = (
        f"contacts {filled.contacts:.0f} s, cases {filled.cases:.0f} s, rollups by two workers {filled.rollups:.0f} s; "
        f"one site's day again {filled.one_day * 1000:.0f} ms"
    )
    return [*lines, Line(f"{_millions(number)} contacts made and refreshed", None, None, made)]


def _millions(number: int) -> str:
    return f"{number / 1e6:.1f} M".replace(".0", "")


async def _question(
    asked: BenchQuestion, service: Service, tenth: Service, connection: asyncpg.Connection, number: int, rounds: int
) -> list[Line]:
    _same(asked, await service.desk.ask(asked.ask, OPERATOR), await connection.fetch(asked.sql))
    await tenth.desk.ask(asked.ask, OPERATOR)

    async def raw() -> float:
        return await seconds(lambda: connection.fetch(asked.sql))

    async def ours() -> float:
        return median([await seconds(lambda: service.desk.ask(asked.ask, OPERATOR)) for _ in range(ASKS)])

    async def of_tenth() -> float:
        return median([await seconds(lambda: tenth.desk.ask(asked.ask, OPERATOR)) for _ in range(ASKS)])

    slow, quick, few = (figure * 1000 for figure in await interleaved(raw, ours, of_tenth, rounds=rounds))
    what = f"{_millions(number)} contacts, {asked.name}"
    return [
        Line(f"{what}: raw scan / service", slow / quick, asked.aim, f"{slow:,.0f} ms / {quick:.1f} ms"),
        Line(f"{what}: over a tenth of them", quick / few, 1.5, f"{quick:.1f} ms / {few:.1f} ms", limit=True),
    ]


def _same(asked: BenchQuestion, answer: Answer, rows: list[asyncpg.Record]) -> None:
    """Check that the service and the raw scan return the same figures. Raise AssertionError otherwise."""
    columns = [[_told(key.name, value) for value in key.values] for key in answer.keys]
    keys = list(zip(*columns, strict=True))
    figures = list(zip(*(column.values for column in answer.figures), strict=True))
    found = {tuple(row)[: asked.width]: tuple(row)[asked.width :] for row in rows}
    assert found.keys() == set(keys), f"{asked.name}: other rows"
    for key, ours in zip(keys, figures, strict=True):
        raw = found[key]
        equal = all(_equals(*each, asked.tolerance) for each in zip(ours, raw, strict=True))
        assert equal, (asked.name, key, ours, raw)


def _equals(ours: float | None, raw: float | None, tolerance: float) -> bool:
    """Return whether two figures are the same. A group of few contacts may have no figure on either side."""
    return ours is raw if ours is None or raw is None else isclose(ours, raw, rel_tol=tolerance)


def _told(name: str, value: str | int | None) -> object:
    """Convert a key of the answer to the form of the raw SELECT: a date, a quarter-hour of the day, or an id."""
    text = str(value)
    if name == "start":
        return date.fromisoformat(text[:10])
    if name == "time_of_day":
        return int(text[:2]) * 4 + int(text[3:]) // 15
    return int(text[1:])
