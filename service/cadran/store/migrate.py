"""Migrations: `sql/migrations/NNNN_name.sql`, in order, each in its own transaction, each once.

Takes a DSN; gives the names it applied; refuses a file that was changed after it was applied, a gap in the numbers, and
a database that is newer than this program. Several processes may start at once: an advisory lock lets one of them work,
and the others wait for it, for a bounded time, as each does for tables that are in use. What must follow the migrations
(making the declared rollups) is handed in as steps and runs under the same lock.
"""

import hashlib
import re
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from cadran import sqlfiles
from cadran.errors import CadranError, DatabaseUnavailable
from cadran.store.locks import named, waiting

Step: TypeAlias = Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]

#: For a server across a slow network; who starts before the database tries again by the platform's hand.
CONNECT_SECONDS = 10.0
#: What the tests migrate with; a command brings its setting.
LOCK_SECONDS = 60.0
ADVISORY_LOCK = 7_227_326  # "cadran" on a telephone's keys, cut to fit.
VERSION_MIN = 150_000
FILE_NAME = re.compile(r"migrations/(\d{4})_[a-z0-9_]+\.sql")

LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

#: Views of views: they would stand in the way of whatever a migration replaces, and are made anew by the steps after.
LOWER_WALLS = "DROP SCHEMA IF EXISTS walled, walled_team, across CASCADE"


class MigrationRefused(CadranError):
    """The database and the migrations of this program don't fit together; nothing was changed."""

    code = "migration_refused"


@dataclass(frozen=True, slots=True)
class Migration:
    """One file; the checksum is that of its bytes."""

    name: str
    text: str
    checksum: str


async def migrate(dsn: str, *, then: Sequence[Step] = (), lock_seconds: float = LOCK_SECONDS) -> list[str]:
    """Bring the database up to date, run the steps in `then`, and give the names of the migrations applied now. Raises
    `DatabaseTimeout` where another holds what it needs for longer than ``lock_seconds``."""
    try:
        connection = await asyncpg.connect(
            dsn,
            timeout=CONNECT_SECONDS,
            server_settings={"application_name": "cadran migrate"} | waiting(lock_seconds),
        )
    except (OSError, TimeoutError, asyncpg.PostgresConnectionError, asyncpg.CannotConnectNowError) as error:
        raise DatabaseUnavailable(
            "The database cannot be reached: is it running, and is CADRAN_DATABASE_URL right?", internal=repr(error)
        ) from error
    try:
        await _require_version(connection)
        async with named(connection.fetch):
            await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
            applied = await _apply(connection, declared())
            for step in then:
                await step(connection)
        return applied
    finally:
        # Closing the session releases the lock, whatever happened.
        await connection.close()


def declared() -> list[Migration]:
    """The migrations of this program, in order."""
    found = []
    for expected, name in enumerate(sqlfiles.names("migrations"), start=1):
        match = FILE_NAME.fullmatch(name)
        if match is None or int(match.group(1)) != expected:
            raise MigrationRefused(f"sql/{name} is not number {expected:04d}: migrations are numbered without gaps")
        text = sqlfiles.read(name)
        found.append(Migration(name.removeprefix("migrations/"), text, hashlib.sha256(text.encode()).hexdigest()))
    return found


async def _require_version(connection: "asyncpg.Connection[asyncpg.Record]") -> None:
    number = int(await connection.fetchval("SHOW server_version_num"))
    if number < VERSION_MIN:
        raise MigrationRefused(f"This server is PostgreSQL {number // 10_000}; cadran needs {VERSION_MIN // 10_000}.")


async def _apply(connection: "asyncpg.Connection[asyncpg.Record]", migrations: Sequence[Migration]) -> list[str]:
    await connection.execute(LEDGER)
    records = await connection.fetch("SELECT name, checksum FROM schema_migration")
    done = {record["name"]: record["checksum"] for record in records}
    _refuse_misfit(migrations, done)
    pending = [migration for migration in migrations if migration.name not in done]
    for migration in pending:
        async with connection.transaction():
            await connection.execute(LOWER_WALLS)
            await connection.execute(migration.text)
            await connection.execute(
                "INSERT INTO schema_migration (name, checksum) VALUES ($1, $2)", migration.name, migration.checksum
            )
    return [migration.name for migration in pending]


def _refuse_misfit(migrations: Sequence[Migration], done: dict[str, str]) -> None:
    known = {migration.name for migration in migrations}
    strangers = sorted(set(done) - known)
    if strangers:
        raise MigrationRefused(
            f"The database has migrations that this program does not know ({', '.join(strangers)}): "
            "it was migrated by a newer version. Run that version, or restore a backup."
        )
    changed = [
        migration.name for migration in migrations if done.get(migration.name, migration.checksum) != migration.checksum
    ]
    if changed:
        raise MigrationRefused(
            f"Changed after it was applied: {', '.join(changed)}. Put the file back as it was and write a new "
            "migration instead; a database of mere trial data can be dropped and made anew."
        )
