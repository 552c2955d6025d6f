"""Contacts by the million, made inside PostgreSQL: one year of 12 sites × 8 channels × 6 segments × 15 moments
× 20 queues.

The rows are written straight into ``contact``, as the loader would leave them (partitions, marks, horizon), and then
refreshed as in production. Surveys and agents' time are added too. Legs, customers' own rows and places of contacts are
left out, because no measured question reads them.
"""

from __future__ import annotations

import asyncio
from dataclasses import dataclass
from datetime import date
from time import perf_counter

import asyncpg

from cadran import sqlfiles
from cadran.facts.refresh.cases import refresh_cases
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool, open_pool
from tests.bench import three_facts

YEAR = 2015
SITES, CHANNELS, SEGMENTS, MOMENTS, QUEUES = 12, 8, 6, 15, 20
CUSTOMERS_PER_CONTACT = 0.3

DIMENSIONS = f"""
INSERT INTO site (code, zone) SELECT 'S' || n, 'Europe/Paris' FROM generate_series(1, {SITES}) AS n;
INSERT INTO segment (code) SELECT 'G' || n FROM generate_series(1, {SEGMENTS}) AS n;
INSERT INTO moment (code, complaint) SELECT 'M' || n, n = 1 FROM generate_series(1, {MOMENTS}) AS n;
INSERT INTO channel (code, kind, asynchronous)
SELECT 'C' || n, (ARRAY['phone', 'chat', 'email', 'social'])[(n - 1) / 2 + 1], n > 4
FROM generate_series(1, {CHANNELS}) AS n;
INSERT INTO answer_norm (channel_id, good_seconds, bad_seconds)
SELECT n, 20, 60 FROM generate_series(1, {CHANNELS}) AS n;
INSERT INTO queue (code) SELECT 'Q' || n FROM generate_series(1, {QUEUES}) AS n;
INSERT INTO source (code) VALUES ('bench');
UPDATE data_state SET directory_version = directory_version + 1;
"""

# Contact centres are busy between nine and seven. Three in four contacts have a known customer, nine in ten are
# handled. Waits on asynchronous channels are two hundred times as long. Contacts that are still open were offered in
# the last two days.
CONTACTS = f"""
INSERT INTO contact (
  source_id, contact_id, customer_id, day, quarter, offered_at, answered_at, ended_at,
  site_id, segment_id, channel_id, moment_id, outbound, outcome_id, wait, talk, hold, acw,
  escalated, resolved, overflowed, cost, revenue, transferred_to, parent_id, queue_id, first_queue_id
)
SELECT
  1, to_hex($1 + n), customer, day, second / 900, offered,
  CASE WHEN outcome = 1 THEN offered + wait * interval '1 second' END, offered + (wait + 400) * interval '1 second',
  site, segment, channel, moment, chance < 0.04, outcome, CASE WHEN outcome IN (1, 3) THEN wait END,
  CASE WHEN outcome = 1 THEN talk END, CASE WHEN outcome = 1 THEN talk / 10 END, CASE WHEN outcome = 1 THEN 45 END,
  outcome = 1 AND chance > 0.97, CASE WHEN outcome = 1 THEN chance < 0.7 END,
  outcome = 1 AND chance BETWEEN 0.5 AND 0.53, CASE WHEN outcome = 1 THEN 4.5 END,
  CASE WHEN chance > 0.99 THEN 30 END, CASE WHEN outcome = 1 AND chance BETWEEN 0.2 AND 0.25 THEN 'T' END,
  CASE WHEN chance BETWEEN 0.04 AND 0.045 THEN to_hex($1 + n - 7) END, queue, queue
FROM (
  SELECT
    n, day, second, site, segment, channel, moment, queue, chance, talk,
    (day + second * interval '1 second') AT TIME ZONE 'Europe/Paris' AS offered,
    CASE WHEN random() < 0.75 THEN 1 + floor(random() * $5)::bigint ELSE 0 END AS customer,
    CASE WHEN channel > 4 THEN wait * 200 ELSE wait END AS wait,
    CASE
      WHEN lot > 0.97 AND day > $2::date + 28 AND $1::bigint > $6::bigint THEN 7
      WHEN lot < 0.9 THEN 1
      WHEN lot < 0.945 THEN 3
      WHEN lot < 0.965 THEN 4
      WHEN lot < 0.985 THEN 2
      WHEN lot < 0.99 THEN 5
      WHEN lot < 0.995 THEN 8
      ELSE 6
    END AS outcome
  FROM (
    SELECT
      n, $2::date + (n * $3::bigint / $4)::int AS day,
      32400 + floor((random() + random()) * 18000)::int AS second,
      1 + floor(random() * {SITES})::int AS site,
      1 + floor(random() * {SEGMENTS})::int AS segment,
      1 + floor(random() * {CHANNELS})::int AS channel,
      1 + floor(random() * {MOMENTS})::int AS moment,
      1 + floor(random() * {QUEUES})::int AS queue,
      random() AS chance, random() AS lot,
      round((40 - 300 * ln(random() + 1e-9))::numeric, 3) AS talk,
      round((-25 * ln(random() + 1e-9))::numeric, 3) AS wait
    FROM generate_series(0, $4::bigint - 1) AS n
  ) AS drawn
) AS made
"""

MARKS = """
INSERT INTO dirty_day (site_id, day) SELECT c.site_id, c.day FROM contact AS c GROUP BY 1, 2;
INSERT INTO dirty_customer (customer_id) SELECT c.customer_id FROM contact AS c WHERE c.customer_id <> 0 GROUP BY 1;
UPDATE data_state SET horizon = (SELECT max(c.offered_at) FROM contact AS c);
"""


@dataclass(frozen=True, slots=True)
class FillTimes:
    """Seconds of each step. Two workers derive the cases and build the rollups."""

    contacts: float
    cases: float
    rollups: float
    one_day: float


async def writing(url: str) -> Pool:
    """Open a pool without a statement timeout, see ``open_pool``."""
    return await open_pool(url, size_min=1, size_max=2, acquire_timeout_seconds=10, statement_timeout_seconds=None)


async def fill(url: str, contacts: int) -> FillTimes:
    """Fill a fresh database and refresh it. Return how long each step took."""
    started = perf_counter()
    await _insert(url, contacts)
    inserted = perf_counter()
    pool = await writing(url)
    try:
        await asyncio.gather(_derive_cases(pool), _derive_cases(pool))
        cased = perf_counter()
        await asyncio.gather(refresh(pool), refresh(pool))
        refreshed = perf_counter()
        # Vacuum and analyze, as autovacuum would have done by the next day.
        async with pool.acquire() as connection:
            await connection.execute("VACUUM ANALYZE")
        return FillTimes(inserted - started, cased - inserted, refreshed - cased, await _one_day(pool))
    finally:
        await pool.close()


async def _derive_cases(pool: Pool) -> None:
    while await refresh_cases(pool):
        pass


async def _insert(url: str, contacts: int) -> None:
    connection = await asyncpg.connect(url)
    months = [date(YEAR, month, 1) for month in range(1, 13)]
    await connection.execute(sqlfiles.read("facts/functions.sql"))
    await connection.fetch(sqlfiles.read("facts/session.sql:make_months"), ["contact", "leg"], months)
    await connection.execute(DIMENSIONS)
    await connection.execute("SELECT setseed(0.5)")
    customers, made = int(contacts * CUSTOMERS_PER_CONTACT), 0
    for month, end in zip(months, [*months[1:], date(YEAR + 1, 1, 1)], strict=True):
        days = (end - month).days
        here = contacts * days // 365
        await connection.execute(CONTACTS, made, month, days, here, customers, contacts * 9 // 10)
        made += here
    await three_facts.insert(connection, agents=max(1, contacts // 1_000_000))
    await connection.execute("VACUUM ANALYZE contact")
    await connection.execute(MARKS)
    await connection.close()


async def _one_day(pool: Pool) -> float:
    """Return the seconds to refresh one day of one site, as after one late contact."""
    async with pool.acquire() as connection:
        await connection.execute("INSERT INTO dirty_day (site_id, day) VALUES (3, $1)", date(YEAR, 6, 17))
    started = perf_counter()
    await refresh(pool)
    return perf_counter() - started
