"""Migrations: the files `sql/migrations/NNNN_name.sql`, applied in order, each once and in a separate transaction.

`migrate` takes a DSN, and returns the names of the migrations that it applied. It refuses a file that was changed after
it was applied, a gap in the numbers, and a database that is newer than this program. Several processes may start at
once: an advisory lock lets one of them work while the others wait. Waits for this lock, and for tables in use, are
bounded. Work that must follow the migrations (making the declared rollups) is passed in as steps, and runs under the
same lock.
"""

import hashlib
import re
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import TypeAlias

import asyncpg

from cadran import sqlfiles
from cadran.errors import CadranError
from cadran.store.address import Address
from cadran.store.locks import limit_waiting, translate_lock_timeout
from cadran.store.reach import CONNECT_SECONDS, URL_SETTING, Direct, explain_failure, require_version
from cadran.store.server_errors import translate

Step: TypeAlias = Callable[["asyncpg.Connection[asyncpg.Record]"], Awaitable[None]]

#: The lock timeout of tests. A command passes its setting.
LOCK_SECONDS = 60.0
ADVISORY_LOCK = 7_227_326  # "cadran" on a telephone keypad, shortened to fit.
FILE_NAME = re.compile(r"migrations/(\d{4})_[a-z0-9_]+\.sql")

LEDGER = """
CREATE TABLE IF NOT EXISTS schema_migration (
    name text PRIMARY KEY,
    checksum text NOT NULL,
    applied_at timestamptz NOT NULL DEFAULT now()
)
"""

#: Drops the walls' views, which depend on objects that a migration may replace. The steps after the migrations make
#: them again.
LOWER_WALLS = (
    "DROP SCHEMA IF EXISTS walled, walled_team, walled_queue, walled_site_queue, walled_team_queue, across CASCADE"
)


class MigrationRefused(CadranError):
    """The error for a database that does not match the migrations of this program. Nothing was changed."""

    code = "migration_refused"
    exit_code = 3


@dataclass(frozen=True, slots=True)
class Migration:
    """A migration file with the checksum of its bytes."""

    name: str
    text: str
    checksum: str


async def migrate(dsn: str, *, then: Sequence[Step] = (), lock_seconds: float = LOCK_SECONDS) -> list[str]:
    """Apply the pending migrations, and run the steps in `then`. Return the names of the applied migrations. Raise
    `DatabaseTimeout` if another session holds a needed lock for longer than ``lock_seconds``."""
    address = Address.of(dsn)
    try:
        connection = await asyncpg.connect(
            dsn,
            timeout=CONNECT_SECONDS,
            server_settings={"application_name": "cadran migrate"} | limit_waiting(lock_seconds),
        )
    except (OSError, TimeoutError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError) as error:
        raise await explain_failure(error, address) from (None if isinstance(error, ValueError) else error)
    try:
        await require_version(connection, address)
        async with translate_lock_timeout(connection.fetch), _translated(address):
            await connection.execute("SELECT pg_advisory_lock($1)", ADVISORY_LOCK)
            applied = await _apply(connection, list_migrations())
            for step in then:
                await step(connection)
        return applied
    finally:
        # Closing the session releases the lock in any case.
        await connection.close()


async def check_schema(connection: Direct, *, address: Address) -> None:
    """Check that the applied migrations are exactly those of this program. Raises MigrationRefused. ``address`` is
    the database of the connection."""
    if not await has_schema(connection):
        raise MigrationRefused(
            f"The database has no tables of cadran yet: {address} ({URL_SETTING}). If it is the intended database, run"
            " cadran migrate; otherwise correct the setting."
        )
    try:
        records = await connection.fetch("SELECT name, checksum FROM schema_migration")
    except asyncpg.InsufficientPrivilegeError as error:
        raise _not_owner(str(error)) from error
    done = {record["name"]: record["checksum"] for record in records}
    migrations = list_migrations()
    _refuse_misfit(migrations, done)
    missing = [migration.name for migration in migrations if migration.name not in done]
    if missing:
        raise MigrationRefused(
            f"The database was migrated by an older version ({len(missing)} migrations are missing, the first is"
            f" {missing[0]}): stop all processes of that version, then run cadran migrate."
        )


async def has_schema(connection: Direct) -> bool:
    """Return whether the database has tables of cadran."""
    return await connection.fetchval("SELECT to_regclass('schema_migration')") is not None


@asynccontextmanager
async def _translated(address: Address) -> AsyncIterator[None]:
    """Translate the server's refusals. Raises MigrationRefused, or the error that `translate` returns."""
    try:
        yield
    except (asyncpg.InsufficientPrivilegeError, asyncpg.InvalidSchemaNameError) as error:
        raise _not_owner(str(error)) from error
    except asyncpg.PostgresError as error:
        found = translate(error, address)
        if found is None:
            raise
        raise found from error


def _not_owner(internal: str) -> MigrationRefused:
    return MigrationRefused(
        "The user may not read or change cadran's tables in this database: log in as the user who ran cadran migrate"
        " (CADRAN_DATABASE_URL); for a new database make that user its owner: ALTER DATABASE … OWNER TO ….",
        internal=internal,
    )


def list_migrations() -> list[Migration]:
    """Return the migrations of this program, in order."""
    found = []
    for expected, name in enumerate(sqlfiles.names("migrations"), start=1):
        match = FILE_NAME.fullmatch(name)
        if match is None or int(match.group(1)) != expected:
            raise MigrationRefused(f"sql/{name} must have the number {expected:04d}: number migrations without gaps")
        text = sqlfiles.read(name)
        found.append(Migration(name.removeprefix("migrations/"), text, hashlib.sha256(text.encode()).hexdigest()))
    return found


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
            "migration instead; a database with only trial data can be dropped and created again."
        )
