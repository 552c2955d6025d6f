"""Row-level security (the walls) in a migrated database.

The walls protect every relation that readers may select, whichever role migrates. Their settings are removed from a
connection when it is returned to the pool.
"""

from __future__ import annotations

import asyncio
import random
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest

from cadran.access.grant import Grant, make_principal
from cadran.app import open_service
from cadran.cli.database import prepare
from cadran.compiler.wall import KINDS, QUEUE, SITE, SITE_QUEUE, TEAM, TEAM_QUEUE, make_session
from cadran.domain.access.wall import Wall, make_wall
from cadran.domain.ask import Ask
from cadran.errors import DatabaseReadOnly, DatabaseTimeout, Forbidden
from cadran.facts.walls import WallsRefused
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.access.two_sites import House
from tests.databases import Server
from tests.polling import until
from tests.refs import refs

README = Path(__file__).resolve().parents[2] / "sql/README.md"
READABLE = Path(__file__).with_name("readable.sql").read_text(encoding="utf-8")
ME = "SELECT current_user::text, current_setting('search_path'), current_setting('cadran.sites', true)"


def _told() -> set[tuple[str, str]]:
    """Return the (relation, role) pairs that sql/README.md lists as visible beyond the reader's sites and queues."""
    text = README.read_text(encoding="utf-8")
    roles = {words: role for role, words in re.findall(r"^\| `(\w+)` \| ([\w ]+) \| .+ \|$", text, re.MULTILINE)}
    assert set(roles.values()) >= {kind.role for kind in KINDS}
    rows = re.findall(r"^\| `(\w+\.\w+)` \| ([\w, ]+) \| .+ \|$", text, re.MULTILINE)
    everybody = ", ".join(words for words, role in roles.items() if role.startswith("cadran_"))
    return {(name, roles[words]) for name, who in rows for words in (everybody if who == "all" else who).split(", ")}


async def _in_front(pool: Pool) -> set[tuple[str, str]]:
    """Return the (relation, role) pairs that readers may select without a wall."""
    found = set()
    for kind in KINDS:
        for row in await pool.fetch(READABLE, [kind.role]):
            walled = row["relation"].startswith(f"{kind.schema}.") if row["is_view"] else row["secured"]
            if not walled or row["is_open"]:
                found.add((row["relation"], kind.role))
    return found


async def test_whatever_readers_may_select_is_behind_a_wall_or_told(pool: Pool):
    assert await _in_front(pool) == _told()


async def test_a_table_that_is_granted_without_a_wall_is_found(pool: Pool):
    async with pool.acquire() as connection:
        await connection.execute("CREATE TABLE stray (site_id smallint); GRANT SELECT ON stray TO cadran_reader")
    assert await _in_front(pool) - _told() == {("public.stray", "cadran_reader")}


async def test_a_new_table_gets_its_wall_with_the_next_migration(pool: Pool, database: str):
    async with pool.acquire() as connection:
        await connection.execute("CREATE TABLE stray (site_id smallint, team_id smallint)")
        await connection.execute("INSERT INTO stray VALUES (1, 2), (2, 3)")
        await connection.execute("GRANT SELECT ON stray TO cadran_reader, cadran_team_reader")
        await connection.execute("DROP POLICY site_wall ON rollup.contact_day; DROP SCHEMA across CASCADE")
        await connection.execute("COMMENT ON SCHEMA walled IS NULL")
    await prepare(Settings(database_url=database))
    assert await _in_front(pool) == _told()
    for wall, seen in ((Wall(sites=(1,)), [1]), (Wall(sites=()), []), (Wall(teams=(3,)), [2])):
        rows = await pool.fetch("SELECT site_id FROM stray", settings=make_session(wall).settings)
        assert [row["site_id"] for row in rows] == seen
    assert await prepare(Settings(database_url=database)) == []


async def test_a_view_that_was_widened_is_widened_behind_the_walls(pool: Pool, database: str):
    async with pool.acquire() as connection:
        definition = await connection.fetchval("SELECT pg_get_viewdef('leg_fact'::regclass)")
        wider = definition.rstrip("; ").replace("\n   FROM", ",\n    7 AS added\n   FROM", 1)
        await connection.execute(f"CREATE OR REPLACE VIEW leg_fact AS {wider}")
    await prepare(Settings(database_url=database))
    for wall in (Wall(sites=(1,)), Wall(teams=(1,)), Wall(queues=(1,))):
        await pool.fetch("SELECT added FROM leg_fact", settings=make_session(wall).settings)


async def test_without_a_setting_nothing_passes(shared: House):
    pool = shared.service.pool
    for kind, wall in (
        (SITE, Wall(sites=(1, 2))),
        (TEAM, Wall(teams=(1, 2))),
        (QUEUE, Wall(queues=(0,))),
        (SITE_QUEUE, Wall(sites=(1, 2), queues=(0,))),
        (TEAM_QUEUE, Wall(teams=(1, 2), queues=(0,))),
    ):
        settings = make_session(wall).settings
        silent = re.sub(r"; SET cadran\.\w+ = '[\d,]*'", "", settings)
        filled = 0
        for row in await pool.fetch(READABLE, [kind.role]):
            if row["relation"].startswith("across.") or not row["columns"]:
                continue
            count = "SELECT count(*) FROM " + row["relation"]
            assert (await pool.fetch(count, settings=silent))[0][0] == 0 or (row["relation"], kind.role) in _told()
            filled += (await pool.fetch(count, settings=settings))[0][0]
        assert filled > 1_000


async def test_nothing_of_a_wall_is_left_on_a_connection(database: str):
    small = await open_pool(
        database, size_min=0, size_max=1, acquire_timeout_seconds=5.0, statement_timeout_seconds=0.2
    )
    before = [tuple(row)[:2] for row in await small.fetch(ME)]
    settings = make_session(Wall(sites=(7, 8))).settings
    assert [tuple(row) for row in await small.fetch(ME, settings=settings)] == [
        ("cadran_reader", "walled, public", "7,8")
    ]
    with pytest.raises(DatabaseTimeout):
        await small.fetch("SELECT pg_sleep(10)", settings=settings)
    with pytest.raises(Forbidden):
        await small.fetch("SELECT count(*) FROM api_key", settings=settings)
    with pytest.raises(Forbidden):
        await small.fetch("SELECT count(*) FROM contact_fact f, public.contact_fact g", settings=settings)
    with pytest.raises(DatabaseReadOnly):
        await small.fetch("CREATE TEMPORARY TABLE mine AS SELECT 1", settings=settings)
    asked = asyncio.create_task(small.fetch("SELECT pg_sleep(10)", settings=settings))
    await asyncio.sleep(0.05)
    asked.cancel()
    with pytest.raises(asyncio.CancelledError):
        await asked
    rows = [tuple(row) for row in await small.fetch(ME)]
    assert [row[:2] for row in rows] == before
    assert not rows[0][2]
    await small.close()


BEHIND = {
    make_session(Wall(sites=(7, 8))).settings: ("cadran_reader", "walled, public", "7,8"),
    make_session(Wall(sites=())).settings: ("cadran_reader", "walled, public", ""),
    make_session(Wall(teams=(4,), agents=(2,))).settings: ("cadran_team_reader", "walled_team, public", ""),
}


async def test_whoever_reads_next_stands_where_it_belongs(database: str):
    """Check that each read has its own settings, whatever the connection did before.

    Before it: another wall, none, a write, or a read that was cancelled while its settings were applied.
    """
    small = await open_pool(
        database, size_min=0, size_max=1, acquire_timeout_seconds=5.0, statement_timeout_seconds=5.0
    )
    async with AsyncExitStack() as stack:
        stack.push_async_callback(small.close)
        [(user, path, _)] = await small.fetch(ME)
        expected = {**BEHIND, "": (user, path, "")}
        chance = random.Random(11)
        for _ in range(100):
            settings = chance.choice(list(expected))
            slow = f"SELECT pg_sleep(0.01); {settings}"
            match chance.randrange(4):
                case 0:
                    async with small.acquire() as connection:
                        assert [tuple(row)[:2] for row in await connection.fetch(ME)] == [(user, path)]
                case 1:
                    cut = asyncio.create_task(small.fetch("SELECT 1", settings=slow))
                    await asyncio.sleep(0.005)
                    cut.cancel()
                    await asyncio.gather(cut, return_exceptions=True)
                case 2:
                    with pytest.raises(asyncpg.DivisionByZeroError):
                        await small.fetch("SELECT 1 / 0", settings=settings)
            asked = chance.choice([settings, slow, ""])
            [found] = await small.fetch(ME, settings=asked)
            assert (*found[:2], found[2] or "") == expected[settings if asked else ""]


async def test_a_read_behind_a_wall_survives_a_lost_connection(database: str, pool: Pool):
    settings = make_session(Wall(sites=(7,))).settings
    ((victim,),) = await pool.fetch("SELECT pg_backend_pid()", settings=settings)
    other = await asyncpg.connect(database)
    await other.execute("SELECT pg_terminate_backend($1)", victim)
    await other.close()
    ((pid,),) = await pool.fetch("SELECT pg_backend_pid()", settings=settings)
    assert pid != victim


ODD = ("a,b", "O'Brien", "1'; RESET ROLE; --", "{1,2}", "\\', '*", "2")


async def test_codes_of_sites_are_never_written_into_the_transaction(house: House):
    pool = house.service.pool
    async with pool.acquire() as connection:
        for code in ODD:
            await connection.execute("INSERT INTO site (code, zone) VALUES ($1, 'Europe/Paris')", code)
        version = "UPDATE data_state SET directory_version = nextval('data_version') RETURNING directory_version"
        number = await connection.fetchval(version)
        await connection.execute("SELECT pg_notify('cadran_changed', $1)", f'{{"directory": {number}}}')
    desk = house.service.desk
    await until(lambda: len(desk.directory().zones) == 2 + len(ODD))
    for code in ODD:
        principal = make_principal(Grant(name="odd", role="partner", sites=(code,)), desk.directory())
        answer = await desk.ask(Ask(metrics=refs("contacts"), by=["site"], period="2015"), principal)
        assert (answer.rows, answer.totals[0].values) == (0, [0])
        wall = make_wall(principal, desk.directory())
        assert wall is not None
        assert wall.sites == (desk.directory().codes["site"][code.lower()],)


def _as(url: str, user: str) -> str:
    parts = urlsplit(url)
    return urlunsplit(parts._replace(netloc=f"{user}@{parts.netloc.rpartition('@')[2]}"))


@asynccontextmanager
async def _owned(url: str, name: str, attributes: str) -> AsyncIterator[str]:
    """Yield the URL of the database for a new role that owns the database and is no superuser."""
    admin = await asyncpg.connect(url)
    base = await admin.fetchval("SELECT current_database()")
    try:
        await admin.execute(f"CREATE ROLE {name} LOGIN {attributes}")
        await admin.execute(f"ALTER DATABASE {base} OWNER TO {name}; ALTER SCHEMA public OWNER TO {name}")
        yield _as(url, name)
    finally:
        await admin.execute(f"REASSIGN OWNED BY {name} TO CURRENT_USER; DROP OWNED BY {name}; DROP ROLE {name}")
        await admin.close()


@pytest.fixture
def blank(server: Server) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with server.clone("template0") as url:
        yield url


async def test_whoever_owns_the_database_may_migrate_and_serve(blank: str, migrated: str):
    assert migrated  # the roles exist already: an owner needs no right to create them, only membership
    async with _owned(blank, f"owner_{_number(blank)}", "CREATEROLE") as url:
        admin = await asyncpg.connect(blank)
        for kind in KINDS:
            await admin.execute(f"GRANT {kind.role} TO owner_{_number(blank)}")
        await admin.close()
        await prepare(Settings(database_url=url))
        async with open_service(Settings(database_url=url, pool_min=1, pool_max=2)) as service:
            assert (await service.pool.fetch(ME, settings=make_session(Wall(sites=())).settings))[0][
                0
            ] == "cadran_reader"


async def test_a_table_of_any_name_gets_its_policies(database: str):
    connection = await asyncpg.connect(database)
    try:
        await connection.execute('CREATE TABLE "a""b; c" (site_id int)')
        await prepare(Settings(database_url=database))
        found = await connection.fetch("SELECT policyname FROM pg_policies WHERE tablename = $1", 'a"b; c')
        assert {row["policyname"] for row in found} == {kind.policy for kind in KINDS if kind.test(["site_id"])}
    finally:
        await connection.close()


async def test_who_may_not_make_the_roles_is_told_what_to_run(blank: str, migrated: str):
    assert migrated
    async with _owned(blank, f"owner_{_number(blank)}", "") as url:
        with pytest.raises(WallsRefused, match=rf"GRANT cadran_reader TO owner_{_number(blank)};"):
            await prepare(Settings(database_url=url))


async def test_a_user_for_whom_the_policies_hold_may_not_serve(database: str):
    name = f"other_{_number(database)}"
    admin = await asyncpg.connect(database)
    try:
        await admin.execute(f"CREATE ROLE {name} LOGIN; GRANT pg_read_all_data, cadran_reader TO {name}")
        with pytest.raises(WallsRefused, match="does not own"):
            async with open_service(Settings(database_url=_as(database, name), pool_min=0, pool_max=2)):
                pass
    finally:
        await admin.execute(f"DROP OWNED BY {name}; DROP ROLE {name}")
        await admin.close()


async def test_a_database_without_walls_is_not_served(database: str, pool: Pool):
    async with pool.acquire() as connection:
        await connection.execute("DROP SCHEMA walled CASCADE")
    with pytest.raises(WallsRefused, match="cadran migrate"):
        async with open_service(Settings(database_url=database, pool_min=0, pool_max=2)):
            pass


def _number(url: str) -> str:
    """Return the part of the test database's name that is unique in the cluster. Roles are shared by all databases."""
    return urlsplit(url).path.rpartition("_test_")[2]


def test_ids_are_all_that_a_transaction_says():
    every: Any = [Wall(sites=(3, 1)), Wall(sites=()), Wall(teams=(4,), agents=(70_000,)), Wall(queues=(5,))]
    every += [Wall(sites=(3,), queues=(5, 6)), Wall(teams=(4,), queues=())]
    settings = [re.findall(r"SET cadran\.(\w+) = '([\d,]*)'", make_session(wall).settings) for wall in every]
    assert settings == [
        [("sites", "3,1")],
        [("sites", "")],
        [("teams", "4"), ("agents", "70000")],
        [("queues", "5")],
        [("sites", "3"), ("queues", "5,6")],
        [("teams", "4"), ("agents", ""), ("queues", "")],
    ]
