"""Table statistics: a refresh right after a first load is planned with the real sizes of the tables."""

from __future__ import annotations

from cadran.facts.refresh.refresh import refresh
from cadran.facts.refresh.statistics import measure
from cadran.store.pool import Pool
from tests.facts.samples import contact, put

MEASURED = "SELECT reltuples::int AS rows FROM pg_class WHERE oid = 'contact_2015_12'::regclass"


async def test_tables_filled_for_the_first_time_are_measured_once(pool: Pool) -> None:
    assert await measure(pool) == []
    await put(pool, *(contact(str(number)) for number in range(2_000)))
    assert "contact_2015_12" in await measure(pool)
    assert (await pool.fetch(MEASURED))[0]["rows"] == 2_000
    assert await measure(pool) == []


async def test_a_refresh_measures_before_it_plans(pool: Pool) -> None:
    await put(pool, *(contact(str(number)) for number in range(2_000)))
    await refresh(pool)
    assert await measure(pool) == []
    assert (await pool.fetch(MEASURED))[0]["rows"] == 2_000
