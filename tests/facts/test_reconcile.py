"""A rollup whose definition or facts have changed is rebuilt and filled before it is read."""

from cadran.cli.database import prepare
from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import reconcile, refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.defaults import load

CONTACT = {
    "contact": "1",
    "site": "PAU",
    "channel": "phone",
    "offered_at": "2015-12-01T09:00:00+01:00",
    "outcome": "handled",
    "wait": "10",
}
KEPT = "SELECT sum(handled) AS handled FROM rollup.contact_month"


async def _handled(pool: Pool) -> int | None:
    return (await pool.fetch(KEPT))[0]["handled"]


async def test_a_rollup_made_anew_is_filled_before_the_command_ends(pool: Pool, database: str):
    await load(pool, "contacts", [CONTACT], zone="Europe/Paris")
    await refresh(pool)
    settings = Settings(database_url=database)
    assert await prepare(settings) == []
    async with pool.acquire() as connection:
        await connection.execute(
            "UPDATE rollup_definition SET definition = 'an older one' WHERE name = 'contact_month'"
        )
    assert await prepare(settings) == ["rollup contact_month"]
    assert await _handled(pool) == 1
    assert await check_figures(pool) == ([], 0)


async def test_a_rollup_made_anew_costs_no_other_facts_a_refresh(pool: Pool, database: str):
    await load(pool, "contacts", [CONTACT], zone="Europe/Paris")
    await refresh(pool)
    async with pool.acquire() as connection:
        await connection.execute("DELETE FROM rollup_definition WHERE name = 'survey_day_site'")
        assert await reconcile(connection) == ["survey_day_site"]
        assert {row["change"] for row in await connection.fetch("SELECT change FROM dirty_day")} == {"survey"}


async def test_a_view_that_reads_otherwise_rebuilds_its_rollups(pool: Pool, database: str):
    await load(pool, "contacts", [CONTACT], zone="Europe/Paris")
    await refresh(pool)
    async with pool.acquire() as connection:
        text = await connection.fetchval("SELECT pg_get_viewdef('contact_fact'::regclass)")
        changed = text.rstrip().rstrip(";") + " AND c.source_id < 0"
        await connection.execute(f"CREATE OR REPLACE VIEW contact_fact AS {changed}")
    made = await prepare(Settings(database_url=database))
    assert {"rollup contact_month", "rollup contact_day_full", "rollup customer_day"} <= set(made)
    assert "rollup leg_day" not in made
    assert await _handled(pool) is None
