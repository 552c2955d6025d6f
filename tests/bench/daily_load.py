"""The load of one day on top of a year of contacts: how long the refresh takes until fcr and contacts per case include
the day, compared with recomputing all cases and rollups.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from statistics import median
from time import perf_counter

from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.bench.fill import CHANNELS, MOMENTS, SEGMENTS, SITES, YEAR, FillTimes, writing
from tests.bench.result_line import Line
from tests.defaults import load

ROUNDS = 3
#: A day has one 333rd of the year's contacts.
SHARE = 333


async def measure(url: str, filled: FillTimes, *, contacts: int) -> list[Line]:
    """Load and refresh three days, one after the other, as in production, and return the line of their medians."""
    pool = await writing(url)
    count = contacts // SHARE
    try:
        found = [await _day(pool, number, count) for number in range(ROUNDS)]
    finally:
        await pool.close()
    loaded, refreshed = (median(each) for each in zip(*found, strict=True))
    whole = filled.cases + filled.rollups
    what = f"a day of {count:,} contacts on {contacts / 1e6:g} M: refresh / all cases and rollups anew"
    medians = f"{refreshed:.1f} s / {whole:.0f} s; loaded in {loaded:.1f} s"
    return [Line(what, refreshed / whole, 0.05, medians, limit=True)]


async def _day(pool: Pool, number: int, count: int) -> tuple[float, float]:
    """Return the seconds to load one day, and the seconds to refresh what the day changes."""
    started = perf_counter()
    summary = await load(pool, "contacts", _rows(number, count))
    assert (summary.loaded, summary.rejected) == (count, 0), summary
    loaded = perf_counter()
    await refresh(pool)
    return loaded - started, perf_counter() - loaded


def _rows(number: int, count: int) -> Iterator[dict[str, str | None]]:
    """Yield contacts of one day after the year: nine in ten are handled, three in four have a known customer."""
    random = Random(number)
    day = datetime(YEAR + 1, 1, 1, 8, tzinfo=UTC) + timedelta(days=number)
    for each in range(count):
        handled = random.random() < 0.9
        yield {
            "contact": f"d{number}-{each}",
            "site": f"S{random.randint(1, SITES)}",
            "channel": f"C{random.randint(1, CHANNELS // 2)}",
            "segment": f"G{random.randint(1, SEGMENTS)}",
            "moment": f"M{random.randint(1, MOMENTS)}",
            "customer": f"K{random.randrange(count)}" if random.random() < 0.75 else None,
            "offered_at": (day + timedelta(seconds=random.randrange(36_000))).isoformat(),
            "outcome": "handled" if handled else "abandoned",
            "wait": str(random.randrange(300)),
            "talk": str(random.randrange(20, 900)) if handled else None,
        }
