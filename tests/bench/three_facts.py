"""Surveys after one in twenty contacts and agents' time by quarter-hours, in addition to the contacts. The benchmark
compares a question over all three facts with its slowest part.
"""

from __future__ import annotations

from datetime import date
from statistics import median

import asyncpg

from cadran import sqlfiles
from cadran.app import Service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask
from tests.bench.result_line import Line, interleaved, seconds
from tests.refs import refs

METRICS = ("qos", "csat", "occupancy")
ASKS = 9

SURVEYS = """
INSERT INTO survey (
  source_id, survey_id, customer_id, day, quarter, counted_at, contact_source_id, contact_id, instrument_id, hot,
  sent_at, answered_at, score, site_id, segment_id, channel_id, moment_id, outbound, outcome_id
)
SELECT
  c.source_id, c.contact_id, c.customer_id, c.day, c.quarter, c.offered_at, c.source_id, c.contact_id, 1, true,
  c.offered_at + interval '1 hour', CASE WHEN c.quarter % 3 = 0 THEN c.offered_at + interval '2 hours' END,
  CASE WHEN c.quarter % 3 = 0 THEN 1 + c.quarter % 5 END,
  c.site_id, c.segment_id, c.channel_id, c.moment_id, c.outbound, c.outcome_id
FROM contact AS c
WHERE c.outcome_id = 1
  AND NOT c.outbound
  AND hashtext(c.contact_id) % 20 = 0
"""

# The agents of a site work from nine to six, and are on contact or available for nine minutes in ten.
TIME = """
INSERT INTO agent_time (agent_id, bucket, site_id, team_id, day, quarter, oc, idle, login)
SELECT
  a.agent_id, (d.day + q.quarter * interval '15 minutes') AT TIME ZONE 'Europe/Paris', a.site_id, a.team_id, d.day,
  q.quarter,
  500 + (a.agent_id * q.quarter) % 200, 100 + a.agent_id % 50, 900
FROM (
  SELECT g.agent_id, t.team_id, t.site_id
  FROM agent AS g
  JOIN team AS t ON t.team_id = g.team_id
) AS a
CROSS JOIN (SELECT generate_series(date '2015-01-01', date '2015-12-31', interval '1 day')::date AS day) AS d
CROSS JOIN generate_series(36, 71) AS q (quarter)
"""


async def insert(connection: asyncpg.Connection, *, agents: int) -> None:
    """Insert surveys and agents' time before the days are marked; ``agents`` is the number of agents at each site."""
    months = [date(2015, month, 1) for month in range(1, 13)]
    await connection.fetch(sqlfiles.read("facts/session.sql:make_months"), ["survey"], months)
    await connection.execute(
        "INSERT INTO instrument (code, kind, low, high, satisfied_from, dissatisfied_to)"
        " VALUES ('csat', 'csat', 1, 5, 4, 2)"
    )
    await connection.execute("INSERT INTO team (code, site_id) SELECT 'T' || s.site_id, s.site_id FROM site AS s")
    await connection.execute(
        "INSERT INTO agent (code, team_id) SELECT t.code || '-' || n, t.team_id"
        " FROM team AS t CROSS JOIN generate_series(1, $1::int) AS n",
        agents,
    )
    await connection.execute(SURVEYS)
    await connection.execute(TIME)


async def measure(service: Service, number: int, *, rounds: int) -> list[Line]:
    """Measure the three facts together and each alone, in turns, for a month and for a year, by day and site."""
    return [
        await _line(
            service, f"{number / 1e6:.1f} M contacts, {', '.join(METRICS)} of a {name} by day and site", period, rounds
        )
        for name, period in (("month", "2015-06"), ("year", "2015"))
    ]


async def _line(service: Service, what: str, period: str, rounds: int) -> Line:
    async def asked(*metrics: str) -> float:
        ask = Ask(refs(*metrics), period=period, grain="day", by=("site",))
        return median([await seconds(lambda: service.desk.ask(ask, OPERATOR)) for _ in range(ASKS)])

    answer = await service.desk.ask(Ask(refs(*METRICS), period=period, grain="day", by=("site",)), OPERATOR)
    assert all(any(value is not None for value in column.values) for column in answer.figures), "a fact is missing"
    ways = [lambda: asked(*METRICS), *(lambda name=name: asked(name) for name in METRICS)]
    together, *alone = [figure * 1000 for figure in await interleaved(*ways, rounds=rounds)]
    each = ", ".join(f"{name} {figure:.1f}" for name, figure in zip(METRICS, alone, strict=True))
    return Line(f"{what}: together / slowest", together / max(alone), 1.3, f"{together:.1f} ms / {each} ms", limit=True)
