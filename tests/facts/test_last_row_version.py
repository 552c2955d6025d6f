"""Property test: after any sequence of loads, in batches of any size, the last version of each row is stored."""

import asyncio
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as some

from cadran.store.pool import Pool, open_pool
from tests.databases import Server
from tests.facts.samples import contact, legs, marks, put, stored

ZONES = {"PAU": "Europe/Paris", "KOL": "Asia/Kolkata", "LHI": "Australia/Lord_Howe"}
START = datetime(2015, 3, 28, tzinfo=UTC)

rows = some.builds(
    lambda number, customer, site, minutes, talk, agent, revenue: contact(
        f"N{number}",
        customer=customer,
        site=site,
        offered_at=(START + timedelta(minutes=minutes)).isoformat(),
        talk=talk,
        agent=agent,
        revenue=revenue,
    ),
    some.integers(0, 6),
    some.sampled_from([None, "C1", "C2"]),
    some.sampled_from(list(ZONES)),
    some.integers(0, 60 * 24 * 10),
    some.sampled_from([None, "0", "30", "45.5"]),
    some.sampled_from([None, "Ann", "Bob"]),
    some.sampled_from([None, "12.25"]),
)
loads = some.lists(some.tuples(some.lists(rows, min_size=1, max_size=8), some.integers(1, 4)), min_size=1, max_size=5)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(loads=loads)
def test_the_last_version_of_each_row_is_stored(
    server: Server, migrated: str, loads: list[tuple[list[dict[str, str | None]], int]]
) -> None:
    with server.clone(migrated) as url:
        asyncio.run(check(url, loads))


async def check(url: str, loads: list[tuple[list[dict[str, str | None]], int]]) -> None:
    pool = await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=5, statement_timeout_seconds=30)
    try:
        for site, zone in ZONES.items():
            await put(pool, {"site": site, "zone": zone}, kind="sites")
        last: dict[str, dict[str, str | None]] = {}
        for batch, size in loads:
            summary = await put(pool, *batch, batch_rows=size)
            assert summary.read == len(batch)
            last |= {str(row["contact"]): row for row in batch}
        await compare(pool, last)
        assert await marks(pool) >= {place(row) for row in last.values()}
        assert (await put(pool, *last.values())).unchanged == len(last)
    finally:
        await pool.close()


async def compare(pool: Pool, last: dict[str, dict[str, str | None]]) -> None:
    """Check that the stored contacts and legs equal the last version of each row."""
    found = {row["contact"]: row for row in await stored(pool)}
    assert found.keys() == last.keys()
    for number, row in last.items():
        offered = datetime.fromisoformat(str(row["offered_at"]))
        wall = offered.astimezone(ZoneInfo(ZONES[str(row["site"])]))
        known = found[number]
        assert (known["site"], known["customer"], known["offered_at"]) == (row["site"], row["customer"], offered)
        assert (known["day"], known["quarter"]) == (wall.date().isoformat(), wall.hour * 4 + wall.minute // 15)
        assert (known["talk"], known["revenue"]) == (number_of(row["talk"]), number_of(row["revenue"]))
    told = {(row["contact"], row["agent"], row["day"], row["site"]) for row in await legs(pool)}
    assert told == {(n, row["agent"], found[n]["day"], row["site"]) for n, row in last.items() if row["agent"]}


def place(row: dict[str, str | None]) -> tuple[str, str]:
    wall = datetime.fromisoformat(str(row["offered_at"])).astimezone(ZoneInfo(ZONES[str(row["site"])]))
    return str(row["site"]), wall.date().isoformat()


def number_of(text: str | None) -> float | None:
    return None if text is None else float(text)
