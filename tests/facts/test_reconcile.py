"""The rollups of a database that another version left: what is missing is added, filled in steps, and then read."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from datetime import date

import asyncpg
import pytest

from cadran.app import Service, open_service
from cadran.cli.database import prepare
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.compiler.refresh import rollup
from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.errors import DatabaseTimeout
from cadran.facts.check import check_figures
from cadran.facts.refresh import fill
from cadran.facts.refresh.fill import count_left, fill_columns
from cadran.facts.refresh.reconcile import drop_unused, reconcile
from cadran.facts.refresh.refresh import recompute_month, refresh
from cadran.settings import Settings
from cadran.store.migrate import MigrationRefused
from cadran.store.pool import Pool, open_pool
from tests.defaults import load
from tests.keys import client_of
from tests.older_rollups import add_column, compute_otherwise, take_columns, take_rollup
from tests.refs import refs

HANDLED = Ask(metrics=refs("handled"), period="2015")
CONTACTS = Ask(metrics=refs("contacts"), period="2015")


def contact(number: int, month: int, site: str = "PAU") -> dict[str, str]:
    return {
        "contact": str(number),
        "site": site,
        "channel": "phone",
        "offered_at": f"2015-{month:02}-03T09:00:00+01:00",
        "outcome": "handled",
        "wait": "10",
    }


@pytest.fixture
async def filled(pool: Pool) -> Pool:
    """Return a pool on a database with two contacts in each of six months, at two sites, in filled rollups."""
    sites = ("PAU", "LIL")
    rows = [contact(2 * month + number, month, site) for month in range(1, 7) for number, site in enumerate(sites)]
    await load(pool, "contacts", rows, zone="Europe/Paris")
    await refresh(pool)
    return pool


@pytest.fixture
async def service(database: str, filled: Pool) -> AsyncIterator[Service]:
    async with open_service(Settings(database_url=database), cache=False) as opened:
        yield opened


async def reconciled(pool: Pool) -> list[str]:
    async with pool.acquire() as connection:
        return await reconcile(connection)


async def fill_all(pool: Pool) -> None:
    while await fill_columns(pool):
        pass


def total(answer: Answer) -> float | None:
    return answer.totals[0].values[0]


def source(answer: Answer) -> str:
    return answer.sources[0].name


async def read_from(service: Service, ask: Ask, table: str) -> Answer:
    """Return the answer as soon as the process reads it from this table."""
    async with asyncio.timeout(15):
        while source(answer := await service.desk.ask(ask, OPERATOR)) != table:  # noqa: ASYNC110 - no event says it
            await asyncio.sleep(0.01)
    return answer


async def test_a_new_column_is_read_from_the_facts_until_it_is_filled(filled: Pool, service: Service):
    await take_columns(filled, "contact_month", ["handled"])
    place = "SELECT pg_relation_filenode('rollup.contact_month') AS file"
    before = await filled.fetch(place)
    assert await reconciled(filled) == ["rollup contact_month: handled"]
    assert await filled.fetch(place) == before, "adding a column does not rewrite the table"
    assert total(await read_from(service, HANDLED, "rollup.contact_day_site")) == 12
    async with client_of(service.app) as client:
        ready = (await client.get("/ready")).json()
        assert (ready["status"], ready["unfilled"]) == ("ready", {"contact_month": 1})
    assert source(await service.desk.ask(CONTACTS, OPERATOR)) == "rollup.contact_month"
    await fill_all(filled)
    assert total(await read_from(service, HANDLED, "rollup.contact_month")) == 12
    assert await check_figures(filled) == ([], 0)
    assert await reconciled(filled) == []


async def test_a_new_rollup_is_filled_before_it_is_read(filled: Pool, service: Service):
    await take_rollup(filled, "contact_month")
    assert await reconciled(filled) == ["rollup contact_month"]
    assert total(await read_from(service, CONTACTS, "rollup.contact_day_site")) == 12
    await fill_all(filled)
    assert total(await read_from(service, CONTACTS, "rollup.contact_month")) == 12
    assert await check_figures(filled) == ([], 0)


async def test_a_column_that_was_computed_otherwise_is_filled_again(filled: Pool, service: Service):
    for name in ("contact_month", "contact_day_site", "contact_day", "contact_usual"):
        await compute_otherwise(filled, name, "handled")
    assert len(await reconciled(filled)) == 6, "with the sums of the four"
    assert total(await service.desk.ask(HANDLED, OPERATOR)) == 12
    await fill_all(filled)
    assert total(await service.desk.ask(HANDLED, OPERATOR)) == 12
    assert await check_figures(filled) == ([], 0)


async def test_a_plan_of_before_the_change_reads_nothing_of_after_it(filled: Pool, service: Service):
    # The process has planned with the column, and is not notified of the change.
    assert source(await service.desk.ask(HANDLED, OPERATOR)) == "rollup.contact_month"
    async with filled.acquire() as connection:
        # Another version retires the column, and its worker writes rows without it.
        await connection.execute(
            "UPDATE rollup_column SET fingerprint = '' WHERE rollup LIKE 'contact%' AND name = 'handled';"
            "UPDATE data_state SET rollups_version = rollups_version + 1, directory_version = nextval('data_version');"
            "UPDATE rollup.contact_month SET handled = NULL; UPDATE rollup.contact_day_site SET handled = NULL"
        )
    answer = await service.desk.ask(HANDLED, OPERATOR)
    assert (total(answer), source(answer)) == (12, "contact_fact")


async def test_what_is_no_longer_declared_stays_until_it_is_dropped(filled: Pool):
    await add_column(filled, "contact_month", "older")
    async with filled.acquire() as connection:
        await connection.execute("CREATE TABLE rollup.older_month (month date NOT NULL, older integer)")
        await connection.execute("INSERT INTO rollup_column VALUES ('older_month', 'older', 'its own', 'case', NULL)")
        await connection.execute("UPDATE rollup.contact_month SET older = 7")
        assert await reconcile(connection) == [
            "rollup contact_month: no longer writes older",
            "rollup older_month: no longer writes older",
        ]
        assert await reconcile(connection) == []
        assert await connection.fetchval("SELECT sum(older) FROM rollup.contact_month") == 12 * 7
        # It is never written again.
        await load(filled, "contacts", [contact(99, 1)], zone="Europe/Paris")
        await refresh(filled)
        assert await connection.fetchval("SELECT sum(older) FROM rollup.contact_month") == 11 * 7
        assert await drop_unused(connection) == ["contact_month.older", "older_month.older"]
        assert await drop_unused(connection) == []
        with pytest.raises(asyncpg.UndefinedColumnError):
            await connection.fetchval("SELECT older FROM rollup.contact_month")
        assert await connection.fetchval("SELECT to_regclass('rollup.older_month')") is None
    assert await check_figures(filled) == ([], 0)


async def test_sums_of_a_column_are_filled_with_it(filled: Pool, service: Service):
    """Check that a refresh of one day, which sums the month, does not count the unfilled days as zero."""
    await take_columns(filled, "contact_day", ["handled"])
    assert await reconciled(filled) == [
        f"rollup {name}: handled" for name in ("contact_month", "contact_day_site", "contact_day")
    ]
    await load(filled, "contacts", [contact(99, 1)], zone="Europe/Paris")
    await refresh(filled)
    assert await check_figures(filled) == ([], 0)
    assert total(await service.desk.ask(HANDLED, OPERATOR)) == 13
    await fill_all(filled)
    assert await check_figures(filled) == ([], 0)


async def test_a_view_that_reads_otherwise_fills_its_rollups_again(filled: Pool, service: Service):
    async with filled.acquire() as connection:
        text = await connection.fetchval("SELECT pg_get_viewdef('contact_fact'::regclass)")
        changed = text.rstrip().rstrip(";") + " AND c.contact_id <> '2'"
        await connection.execute(f"CREATE OR REPLACE VIEW contact_fact AS {changed}")
        made = await reconcile(connection)
    assert any(line.startswith("rollup contact_month: ") for line in made)
    assert any(line.startswith("rollup customer_day: ") for line in made)
    assert not any(line.startswith("rollup leg_day") for line in made)
    assert total(await service.desk.ask(HANDLED, OPERATOR)) == 11
    await fill_all(filled)
    assert total(await service.desk.ask(HANDLED, OPERATOR)) == 11
    assert await check_figures(filled) == ([], 0)


async def test_a_worker_of_another_version_writes_nothing(filled: Pool):
    await load(filled, "contacts", [contact(99, 1)], zone="Europe/Paris")
    await add_column(filled, "contact_month", "newer")
    async with filled.acquire() as connection:
        await connection.execute("UPDATE rollup_column SET filling_since = now() WHERE name = 'newer'")
    with pytest.raises(MigrationRefused, match="another version"):
        await refresh(filled)
    with pytest.raises(MigrationRefused, match="another version"):
        await fill_columns(filled)
    with pytest.raises(MigrationRefused, match="another version"):
        await recompute_month(filled, date(2015, 1, 1), [1])
    assert (await filled.fetch("SELECT sum(contacts) AS n FROM rollup.contact_month"))[0]["n"] == 12
    await reconciled(filled)
    await refresh(filled)
    assert await check_figures(filled) == ([], 0)


async def test_migrate_waits_for_a_worker_that_writes(filled: Pool):
    await load(filled, "contacts", [contact(99, 1)], zone="Europe/Paris")
    await take_columns(filled, "contact_month", ["handled"])
    async with filled.acquire() as connection, connection.transaction():
        await connection.execute("SELECT pg_advisory_xact_lock_shared(hashtext('cadran declarations'))")
        waiting = asyncio.create_task(reconciled(filled))
        await asyncio.sleep(0.2)
        assert not waiting.done()
    assert await waiting == ["rollup contact_month: handled"]


async def test_a_killed_worker_loses_one_step(filled: Pool, monkeypatch: pytest.MonkeyPatch):
    await take_columns(filled, "contact_month", ["handled"])
    await reconciled(filled)
    assert await count_left(filled) == 12
    monkeypatch.setattr(fill, "TURN_SECONDS", 0.0)
    assert await fill_columns(filled) == 2
    assert await count_left(filled) == 10
    assert await reconciled(filled) == [], "migrating again begins nothing anew"
    assert await count_left(filled) == 10
    while await count_left(filled):
        await fill_columns(filled)
    # The worker is killed after its last step, before it could note the column as filled.
    async with filled.acquire() as connection:
        await connection.execute("UPDATE rollup_column SET filling_since = now() WHERE name = 'handled'")
    assert await fill_columns(filled) == 0
    assert await count_left(filled) is None
    assert await check_figures(filled) == ([], 0)


async def test_workers_share_the_months(database: str, filled: Pool):
    await take_columns(filled, "contact_month", ["handled"])
    await reconciled(filled)
    other = await open_pool(
        database, size_min=0, size_max=3, acquire_timeout_seconds=5.0, statement_timeout_seconds=None
    )
    try:
        done = await asyncio.gather(fill_columns(filled, workers=2), fill_columns(other, workers=2))
    finally:
        await other.close()
    assert sum(done) == 12
    assert await count_left(filled) is None
    assert await check_figures(filled) == ([], 0)


async def test_newly_loaded_days_come_before_the_rest_of_the_filling(filled: Pool):
    await take_columns(filled, "contact_month", ["handled"])
    await reconciled(filled)
    await load(filled, "contacts", [contact(99, 1), contact(98, 6)], zone="Europe/Paris")
    assert await fill_columns(filled) == 2, "it goes on, by one step, whatever is marked"
    assert await check_figures(filled) == ([], 1), "the step has done the mark of its month"
    await refresh(filled)
    assert await check_figures(filled) == ([], 0)
    await fill_all(filled)
    assert await check_figures(filled) == ([], 0)


async def test_a_reader_that_never_ends_does_not_keep_others_waiting(database: str, filled: Pool):
    await take_columns(filled, "contact_month", ["handled"])
    settings = Settings(database_url=database, lock_timeout_seconds=0.3)
    async with filled.acquire() as connection, connection.transaction():
        await connection.execute("SELECT count(*) FROM rollup.contact_month")
        with pytest.raises(DatabaseTimeout, match="process"):
            await prepare(settings)
        assert await filled.fetch("SELECT count(*) FROM rollup.contact_month")
    assert await prepare(settings) == ["rollup contact_month: handled"]


async def test_an_index_that_is_missing_is_made(filled: Pool):
    async with filled.acquire() as connection:
        await connection.execute("DROP INDEX rollup.taken_quarter_agent_id")
        await reconcile(connection)
        assert await connection.fetchval("SELECT to_regclass('rollup.taken_quarter_agent_id')") is not None


async def test_a_rollup_with_other_keys_is_made_anew(filled: Pool):
    async with filled.acquire() as connection:
        await connection.execute("ALTER TABLE rollup.contact_month ADD COLUMN team_id smallint NOT NULL DEFAULT 0")
        await connection.execute("UPDATE rollup_column SET fingerprint = 'other' WHERE rollup = 'contact_month'")
        assert await reconcile(connection) == ["rollup contact_month"]
    await fill_all(filled)
    assert await check_figures(filled) == ([], 0)


async def test_what_an_older_version_filled_is_taken_over(filled: Pool):
    """Check the notes of version 0.2, which noted the text that a whole rollup was made with."""
    texts = {name: await older_text(filled, name) for name in ROLLUPS}
    texts["contact_day_full"] = texts["contact_day_full"].replace(" AS handled,", " + 0 AS handled,")
    texts["survey_month"] = texts["survey_month"].replace("  survey_sent integer,\n", "")
    texts["leg_day"] = texts["leg_day"].replace("agent_id integer NOT NULL,", "")
    texts["case_day"] += " of other facts"
    del texts["step_day"]
    async with filled.acquire() as connection:
        await connection.execute("TRUNCATE rollup_column; UPDATE data_state SET declarations = ''")
        statement = "INSERT INTO rollup_definition VALUES ($1, $2)"
        await connection.executemany(statement, list(texts.items()))
        await reconcile(connection)
        rows = await connection.fetch("SELECT rollup, name FROM rollup_column WHERE filling_since IS NOT NULL")
        assert not await connection.fetchval("SELECT count(*) FROM rollup_definition")
    filling: dict[str, set[str]] = {}
    for row in rows:
        filling.setdefault(row["rollup"], set()).add(row["name"])
    summed = {"contact_day_full", "contact_month_full", "contact_month_segment", "contact_month_moment", "contact_day"}
    for name in (*summed, "contact_month", "contact_day_site"):
        assert filling.pop(name) == {"handled"}
    assert filling.pop("survey_month") == {"survey_sent"}
    sketched = {name for name, table in ROLLUPS.items() if table.has_sketches}
    assert filling.keys() == {"leg_day", "case_day", "case_month", "step_day", "step_month"} | sketched
    await fill_all(filled)
    assert await check_figures(filled) == ([], 0)


async def older_text(pool: Pool, name: str) -> str:
    """Return what version 0.2 noted for a rollup."""
    table = ROLLUPS[name]
    view = rollup.find_fact(table).name
    [row] = await pool.fetch("SELECT pg_get_viewdef($1::text::regclass) AS text", [view])
    made_of = (
        f"-- summed from {table.summed_from}"
        if table.summed_from
        else rollup.compose_from_facts(table, view, "true", into=False)
    )
    return "\n".join((rollup.compose_ddl(table), made_of, row["text"]))
