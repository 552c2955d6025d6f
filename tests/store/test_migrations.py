"""Migrations: each is applied once, in order, completely or not at all, and by one process at a time."""

import asyncio
from collections.abc import Iterator
from pathlib import Path

import asyncpg
import pytest

from cadran import sqlfiles
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.store.migrate import ADVISORY_LOCK, MigrationRefused, list_migrations, migrate
from tests.databases import Server


@pytest.fixture
def blank(server: Server) -> Iterator[str]:
    """Yield the URL of an empty database."""
    with server.clone("template0") as url:
        yield url


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """Yield a SQL folder with two migrations that only one test uses."""
    (tmp_path / "migrations").mkdir()
    (tmp_path / "migrations/0001_first.sql").write_text("CREATE TABLE first (figure int); CREATE TABLE twin ();")
    (tmp_path / "migrations/0002_second.sql").write_text("ALTER TABLE first ADD COLUMN note text;")
    monkeypatch.setattr(sqlfiles, "folder", lambda: tmp_path)
    sqlfiles.read.cache_clear()
    yield tmp_path
    sqlfiles.read.cache_clear()


async def test_each_is_applied_once_and_in_order(blank: str, folder: Path):
    assert await migrate(blank) == ["0001_first.sql", "0002_second.sql"]
    assert await migrate(blank) == []
    assert await _value(blank, "SELECT count(*) FROM schema_migration") == 2


async def test_processes_that_start_together_take_turns(blank: str, folder: Path):
    applied = await asyncio.gather(*(migrate(blank) for _ in range(4)))
    assert max(applied, key=len) == ["0001_first.sql", "0002_second.sql"]
    assert sum(map(len, applied)) == 2


async def test_a_wait_for_another_ends_and_says_who_it_is(blank: str, folder: Path):
    other = await asyncpg.connect(blank, server_settings={"application_name": "cadran elsewhere"})
    try:
        await other.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
        with pytest.raises(DatabaseTimeout) as caught:
            await migrate(blank, lock_seconds=0.1)
        assert "cadran elsewhere" in caught.value.detail
        assert f"pg_terminate_backend({other.get_server_pid()})" in caught.value.detail
        assert await other.fetchval("SELECT to_regclass('schema_migration')") is None
    finally:
        await other.close()
    assert len(await migrate(blank, lock_seconds=0.1)) == 2


async def test_a_reader_that_never_ends_does_not_keep_a_migration_waiting(blank: str, folder: Path):
    (folder / "migrations/0002_second.sql").unlink()
    await migrate(blank)
    (folder / "migrations/0002_second.sql").write_text("ALTER TABLE first ADD COLUMN note text;")
    reader = await asyncpg.connect(blank, server_settings={"application_name": "a reader"})
    try:
        await reader.execute("BEGIN; SELECT count(*) FROM first")
        with pytest.raises(DatabaseTimeout, match="a reader"):
            await migrate(blank, lock_seconds=0.1)
    finally:
        await reader.close()


async def test_a_failing_migration_leaves_nothing_of_itself(blank: str, folder: Path):
    second = folder / "migrations/0002_second.sql"
    second.write_text("CREATE TABLE half (); SELECT 1 / 0;")
    with pytest.raises(asyncpg.DivisionByZeroError):
        await migrate(blank)
    assert await _value(blank, "SELECT to_regclass('half')") is None
    second.write_text("CREATE TABLE whole ();")
    sqlfiles.read.cache_clear()
    assert await migrate(blank) == ["0002_second.sql"]


async def test_a_changed_file_is_refused(blank: str, folder: Path):
    await migrate(blank)
    (folder / "migrations/0001_first.sql").write_text("CREATE TABLE other ();")
    sqlfiles.read.cache_clear()
    with pytest.raises(MigrationRefused, match="0001_first"):
        await migrate(blank)


async def test_a_newer_database_is_refused(blank: str, folder: Path):
    await migrate(blank)
    (folder / "migrations/0002_second.sql").unlink()
    with pytest.raises(MigrationRefused, match="newer version"):
        await migrate(blank)


async def test_numbers_have_no_gaps(folder: Path):
    (folder / "migrations/0004_fourth.sql").write_text("SELECT 1;")
    with pytest.raises(MigrationRefused, match="0003"):
        list_migrations()


async def test_the_steps_that_follow_run_each_time_under_the_same_lock(blank: str, folder: Path):
    seen = []

    async def step(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
        held = "SELECT count(*) FROM pg_locks WHERE locktype = 'advisory' AND pid = pg_backend_pid()"
        seen.append((await connection.fetchval("SELECT count(*) FROM first"), await connection.fetchval(held)))

    await migrate(blank, then=[step])
    await migrate(blank, then=[step])
    assert seen == [(0, 1), (0, 1)]


async def test_an_unreachable_database_is_called_so(tmp_path: Path):
    with pytest.raises(DatabaseUnavailable):
        await migrate(f"postgresql://cadran@/cadran?host={tmp_path}")


async def test_the_real_migrations_are_all_applied(database: str):
    assert await migrate(database) == []
    assert await _value(database, "SELECT count(*) FROM schema_migration") == len(list_migrations())


async def _value(url: str, sql: str) -> object:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval(sql)
    finally:
        await connection.close()
