"""The tables of the rollups, made to have the columns that this version declares, while other versions read them.

What a column holds is known by its *fingerprint*: its expression, its type, and the keys and facts of its rollup. The
table ``rollup_column`` notes the fingerprint of every column, and since when the column is being filled. Three rules
follow, and the figures of every version are right because of them:

1. A process reads a column only if it is noted as filled with the fingerprint that the process itself declares. Other
   parts are read from another rollup, or from the facts. So a column may be added, left out or changed in meaning at
   any time: a process that declares something else reads the facts.
2. A statement that reads a rollup contains ``rollups_as_of(version)``. `reconcile` raises this version in the
   transaction in which a filled column stops being what it was. A statement of a process that does not know of the
   change yet therefore fails instead of reading something else. The process then reads the notes, and plans again.
3. Only workers with the declarations that were reconciled last write rollups. They hold the lock of the declarations
   until they commit, and `reconcile` waits for it. So every row is written with all columns that are noted at that
   time, and the rows written before are in the months that `reconcile` notes to be filled (``rollup_fill``).

A missing column is added empty, without a rewrite of the table. A column that changed is filled again in its place, and
so are the columns that are summed from it. A column that is no longer declared stays, unwritten, until `drop_unused`
drops it. A rollup with other keys is made anew.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any, Final, TypeVar

import asyncpg

from cadran import sqlfiles
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.compiler.lattice.table import Table
from cadran.compiler.refresh import rollup
from cadran.compiler.refresh.declared import DECLARATIONS, DECLARED, Place
from cadran.facts.refresh.adoption import adopt_columns
from cadran.facts.refresh.declarations import NotedColumn, read_columns, read_declarations
from cadran.facts.walls import raise_walls
from cadran.quoting import quote_identifier
from cadran.store.migrate import LOCK_SECONDS
from cadran.store.pool import Connection

#: How long one attempt waits for a lock on a table. Everybody who asks for the table meanwhile waits too, so an attempt
#: is short, and the next one follows after a pause.
ATTEMPT_SECONDS: Final = 1.0
PAUSE_SECONDS: Final = 1.0
#: Names of types in the catalogue that differ from those in the declarations.
_TYPES: Final = {"timestamptz": "timestamp with time zone"}
_SHOWN_MAX: Final = 3
_Changed = TypeVar("_Changed")


@dataclass(slots=True)
class _Changes:
    """What differs between the declarations and the database: rollups to make, columns to fill, columns to retire.

    With ``has_dropped``, tables or columns were dropped together with what depends on them: the walls."""

    made: list[str] = field(default_factory=list)
    fill: list[Place] = field(default_factory=list)
    retired: list[Place] = field(default_factory=list)
    has_dropped: bool = False


async def reconcile(connection: Connection, *, lock_seconds: float = LOCK_SECONDS) -> list[str]:
    """Give the rollups' tables the declared columns, and raise the walls around them. Note what is to be filled.

    The function runs after the migrations, under their lock. It returns a line for each rollup that it changed. Raises
    asyncpg.LockNotAvailableError if other sessions hold a table for longer than ``lock_seconds``.
    """
    async with _lock_declarations(connection):
        changes = await _attempt(connection, _reconcile, lock_seconds)
        await _index(connection)
    return [*_name_changes(changes)]


@asynccontextmanager
async def _lock_declarations(connection: Connection) -> AsyncIterator[None]:
    """Wait for the transactions that write rollups, and keep others from beginning."""
    await connection.execute(sqlfiles.read("facts/rollups.sql:lock_declarations"))
    try:
        yield
    finally:
        # The end of a lost connection has released the lock.
        if not connection.is_closed():
            await connection.execute(sqlfiles.read("facts/rollups.sql:unlock_declarations"))


async def _attempt(
    connection: Connection, change: Callable[[Connection], Awaitable[_Changed]], lock_seconds: float
) -> _Changed:
    """Change tables in a transaction. Try again, for ``lock_seconds``, while readers hold a table too long."""
    wait = min(ATTEMPT_SECONDS, lock_seconds)
    for left in reversed(range(max(1, round(lock_seconds / (wait + PAUSE_SECONDS))))):
        try:
            async with connection.transaction():
                await connection.execute(f"SET LOCAL lock_timeout = {max(1, round(wait * 1000))}")
                return await change(connection)
        except (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError):
            if not left:
                raise
            await asyncio.sleep(PAUSE_SECONDS)
    raise AssertionError("the last attempt returns or raises")


async def _reconcile(connection: Connection) -> _Changes:
    noted = await read_columns(connection)
    if not noted:
        noted = await adopt_columns(connection)
    changes = await _alter(connection, noted)
    before = await read_declarations(connection)
    if changes.fill or changes.retired or before != DECLARATIONS:
        await _note(connection, changes, noted)
        if before:
            # Before the first time, no process reads the database.
            await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), None)
    await raise_walls(connection, anew=changes.has_dropped)
    return changes


async def _alter(connection: Connection, noted: Mapping[Place, NotedColumn]) -> _Changes:
    """Make the missing tables, and add the missing columns."""
    found = _Changes()
    tables: dict[str, dict[str, Any]] = {}
    for row in await connection.fetch(sqlfiles.read("facts/rollups.sql:tables")):
        tables.setdefault(row["rollup"], {})[row["name"]] = row
    empty: set[Place] = set()
    for name, table in ROLLUPS.items():
        columns = tables.get(name)
        if columns is None or not _has_keys(table, columns):
            await connection.execute(f"DROP TABLE IF EXISTS {table.sql} CASCADE")
            await connection.execute(rollup.compose_ddl(table))
            found.made.append(name)
            found.has_dropped = True
            empty |= {place for place in DECLARED if place[0] == name}
            continue
        wanted = dict(rollup.list_measures(table))
        missing = {column: kind for column, kind in wanted.items() if not _has(columns, column, kind)}
        if missing:
            wrong = [f"DROP COLUMN {column} CASCADE" for column in missing if column in columns]
            added = [f"ADD COLUMN {column} {kind}" for column, kind in missing.items()]
            await connection.execute(f"ALTER TABLE {table.sql} {', '.join((*wrong, *added))}")
            empty |= {(name, column) for column in missing}
            found.has_dropped |= bool(wrong)
    moved = await _find_moved_rollups(connection)
    empty |= {place for place in DECLARED if place[0] in moved}
    found.fill = _find_columns_to_fill(empty, noted)
    found.retired = [place for place, each in noted.items() if each.fingerprint and place not in DECLARED]
    return found


def _find_columns_to_fill(empty: set[Place], noted: Mapping[Place, NotedColumn]) -> list[Place]:
    """Return the columns of which a filling must begin: those without valid rows, those that were computed otherwise,
    and the sums of both. Leave out columns whose filling is under way."""
    valid = [place for place, each in noted.items() if place in DECLARED and place not in empty]
    valid = [place for place in valid if noted[place].fingerprint == DECLARED[place].fingerprint]
    filled = {place for place in valid if noted[place].is_filled}
    under_way = {place for place in valid if place not in filled and noted[place].change == DECLARED[place].change}
    unfilled = _with_sums(DECLARED.keys() - filled)
    return [place for place in DECLARED if place in unfilled - under_way]


def _with_sums(unfilled: Iterable[Place]) -> set[Place]:
    """Return the columns together with those that are summed from them: the refresh of one day sums a whole month, also
    the days that are not filled yet."""
    found = set(unfilled)
    for table in rollup.list_rollups_in_order():
        names = [name for name, _ in rollup.list_measures(table)]
        found |= {(table.name, name) for name in names if (table.summed_from, name) in found}
    return found


def _has_keys(table: Table, columns: Mapping[str, Any]) -> bool:
    """Return whether the key columns of a real table are those of the declaration."""
    keys = rollup.list_columns(table)
    real = {name for name, row in columns.items() if row["key"]}
    return real == {name for name, _ in keys} and all(_has(columns, name, kind) for name, kind in keys)


def _has(columns: Mapping[str, Any], name: str, kind: str) -> bool:
    return name in columns and columns[name]["kind"] == _TYPES.get(kind, kind).replace(", ", ",")


async def _find_moved_rollups(connection: Connection) -> set[str]:
    """Note the views of facts as they are now. Return the rollups whose view read otherwise when it was last noted,
    because a migration has changed it since."""
    views = {name: rollup.find_fact(table).name for name, table in ROLLUPS.items()}
    moved = set()
    for row in await connection.fetch(sqlfiles.read("facts/rollups.sql:sources"), sorted(set(views.values()))):
        if row["noted"] != row["definition"]:
            await connection.execute(sqlfiles.read("facts/rollups.sql:note_source"), row["name"], row["definition"])
            if row["noted"] is not None:
                moved.add(row["name"])
    return {name for name, view in views.items() if view in moved}


async def _note(connection: Connection, changes: _Changes, noted: Mapping[Place, NotedColumn]) -> None:
    """Note what is to be filled, what is retired, and whose declarations these are."""
    columns = [DECLARED[place] for place in changes.fill]
    await connection.execute(
        sqlfiles.read("facts/rollups.sql:note_columns"),
        [each.rollup for each in columns],
        [each.name for each in columns],
        [each.fingerprint for each in columns],
        [each.change for each in columns],
    )
    await connection.execute(sqlfiles.read("facts/rollups.sql:retire_columns"), *_split(changes.retired))
    await connection.execute(sqlfiles.read("facts/rollups.sql:plan_fill"), sorted({each.change for each in columns}))
    await connection.fetch(sqlfiles.read("facts/rollups.sql:finish"))
    disturbed = bool(changes.retired) or any(place in noted for place in changes.fill)
    await connection.execute(sqlfiles.read("facts/rollups.sql:note_declarations"), DECLARATIONS, int(disturbed))
    await connection.execute("ANALYZE rollup_column")


async def _index(connection: Connection) -> None:
    """Make the declared indexes that are missing. A new table has them already."""
    present = await connection.fetchval("SELECT array_agg(indexname::text) FROM pg_indexes WHERE schemaname = 'rollup'")
    for table in ROLLUPS.values():
        for name, statement in rollup.compose_indexes(table).items():
            if name not in (present or ()):
                await connection.execute(statement)


def _name_changes(changes: _Changes) -> Iterable[str]:
    for name, columns in _group(changes.fill).items():
        yield f"rollup {name}" if name in changes.made else f"rollup {name}: {_list(columns)}"
    for name, columns in _group(changes.retired).items():
        yield f"rollup {name}: no longer writes {_list(columns)}"


def _group(places: Iterable[Place]) -> Mapping[str, list[str]]:
    by_rollup: dict[str, list[str]] = {}
    for name, column in places:
        by_rollup.setdefault(name, []).append(column)
    return by_rollup


def _list(columns: list[str]) -> str:
    more = f" and {len(columns) - _SHOWN_MAX} more" if len(columns) > _SHOWN_MAX else ""
    return ", ".join(columns[:_SHOWN_MAX]) + more


def _split(places: Iterable[Place]) -> tuple[list[str], list[str]]:
    found = list(places)
    return [name for name, _ in found], [column for _, column in found]


async def drop_unused(connection: Connection, *, lock_seconds: float = LOCK_SECONDS) -> list[str]:
    """Drop the columns and the rollups that are no longer declared. Return their names.

    A process of an older version reads none of them since they were retired, but if its version were to be reconciled
    again, they would have to be filled again.
    """
    async with _lock_declarations(connection):
        return await _attempt(connection, _drop_unused, lock_seconds)


async def _drop_unused(connection: Connection) -> list[str]:
    noted = await read_columns(connection)
    unused = _group(place for place, each in noted.items() if not each.fingerprint)
    for name, columns in unused.items():
        table = f"rollup.{quote_identifier(name)}"
        if name not in ROLLUPS:
            await connection.execute(f"DROP TABLE IF EXISTS {table}")
        else:
            dropped = ", ".join(f"DROP COLUMN IF EXISTS {quote_identifier(column)}" for column in columns)
            await connection.execute(f"ALTER TABLE {table} {dropped}")
    places = [(name, column) for name, columns in unused.items() for column in columns]
    await connection.execute(sqlfiles.read("facts/rollups.sql:forget_columns"), *_split(places))
    return [f"{name}.{column}" for name, column in places]
