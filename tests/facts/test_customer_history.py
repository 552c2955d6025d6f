"""Segments over time: what a later load adds, what it corrects, and which segment a customer has now."""

from __future__ import annotations

from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.facts.samples import put

HISTORY = """
SELECT s.code, h.valid_from::text
FROM customer_segment AS h
LEFT JOIN segment AS s USING (segment_id)
ORDER BY h.valid_from DESC"""
FLOW = """
SELECT s.code, f.day::text, f.joined, f.churned, f.moved
FROM rollup.customer_flow AS f
JOIN segment AS s USING (segment_id)
ORDER BY 1, 2"""
OWN = "SELECT s.code FROM customer AS c LEFT JOIN segment AS s USING (segment_id)"


async def told(pool: Pool, *segments: tuple[str | None, str | None]) -> None:
    rows: list[dict[str, str | None]] = [
        {"customer": "C1", "segment": segment, "segment_from": day} for segment, day in segments
    ]
    await put(pool, *rows, kind="customers")


async def history(pool: Pool) -> list[tuple[str | None, str]]:
    return [(row[0], row[1]) for row in await pool.fetch(HISTORY)]


async def own(pool: Pool) -> str | None:
    (row,) = await pool.fetch(OWN)
    code: str | None = row[0]
    return code


async def test_who_never_changed_has_no_history(pool: Pool) -> None:
    await told(pool, ("gold", None))
    await told(pool, ("silver", None))
    assert (await history(pool), await own(pool)) == ([], "silver")


async def test_a_later_segment_keeps_the_earlier_with_its_dates(pool: Pool) -> None:
    await told(pool, ("gold", None))
    await told(pool, ("silver", "2015-03-01"))
    await told(pool, ("inactive", "2015-09-01"), ("silver", "2015-03-01"))
    expected = [("inactive", "2015-09-01"), ("silver", "2015-03-01"), ("gold", "-infinity")]
    assert (await history(pool), await own(pool)) == (expected, "inactive")


async def test_what_is_told_late_does_not_change_the_present(pool: Pool) -> None:
    await told(pool, ("silver", "2015-03-01"))
    await told(pool, ("gold", "2015-01-01"), ("inactive", None))
    expected = [("silver", "2015-03-01"), ("gold", "2015-01-01"), ("inactive", "-infinity")]
    assert (await history(pool), await own(pool)) == (expected, "silver")


async def test_a_segment_corrected_or_cleared(pool: Pool) -> None:
    await told(pool, ("gold", None), ("silver", "2015-03-01"))
    await told(pool, (None, "2015-03-01"))
    assert (await history(pool), await own(pool)) == ([(None, "2015-03-01"), ("gold", "-infinity")], None)


async def test_a_file_without_segments_leaves_them(pool: Pool) -> None:
    await told(pool, ("gold", None), ("silver", "2015-03-01"))
    await put(pool, {"customer": "C1", "potential": "0.7", "management_cost": "31.5"}, kind="customers")
    assert await own(pool) == "silver"
    (row,) = await pool.fetch("SELECT potential::float, management_cost::float, lifetime_value FROM customer_value")
    assert tuple(row) == (0.7, 31.5, None)


async def test_the_flow_follows_and_is_checked(pool: Pool) -> None:
    await told(pool, ("gold", None), ("silver", "2015-03-01"))
    await refresh(pool)
    assert [tuple(row) for row in await pool.fetch(FLOW)] == [
        ("gold", "-infinity", 1, 0, 0),
        ("gold", "2015-03-01", 0, 0, -1),
        ("silver", "2015-03-01", 0, 0, 1),
    ]
    assert await check_figures(pool) == ([], 0)
    async with pool.acquire() as connection:
        await connection.execute("UPDATE rollup.customer_flow SET moved = 0")
    lines, _ = await check_figures(pool)
    assert any(line.startswith("customer_flow:") for line in lines)
