"""What the database notes of the rollups' declarations: which version's they are, and the columns that are filled.

Takes a connection or a pool. Returns the noted columns, and what this version may read of them. Refuses to write
rollups that another version declared.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from cadran import sqlfiles
from cadran.compiler.refresh.declared import DECLARATIONS, Place, find_unfilled
from cadran.domain.directory import RollupState
from cadran.store.migrate import MigrationRefused
from cadran.store.pool import Connection, Pool, Row
from cadran.store.reach import Direct


class NotedColumn(NamedTuple):
    """A column of a rollup as the database notes it. The fingerprint is empty if the column is no longer declared."""

    fingerprint: str
    change: str
    is_filled: bool


async def read_columns(connection: Connection) -> Mapping[Place, NotedColumn]:
    """Return the noted columns."""
    rows = await connection.fetch(sqlfiles.read("facts/rollups.sql:columns"))
    return {
        (row["rollup"], row["name"]): NotedColumn(row["fingerprint"], row["change"], row["filled"])
        for row in rows
        if row["rollup"] is not None
    }


async def read_declarations(connection: Connection | Direct) -> str:
    """Return the digest of the declarations that the database was last reconciled with; empty before the first."""
    return str(await connection.fetchval(sqlfiles.read("facts/rollups.sql:declarations")))


async def check_rollups(connection: Direct) -> None:
    """Check that the database has rollups, whichever version declared them. Raises MigrationRefused."""
    if not await read_declarations(connection):
        raise MigrationRefused("The database has no rollups yet: run cadran migrate.")


async def check_declarations(connection: Connection) -> None:
    """Check that this program may write the rollups, because they are those that it declares. Raises
    MigrationRefused."""
    if await read_declarations(connection) != DECLARATIONS:
        raise MigrationRefused(
            "The database's rollups belong to another version of cadran, and only the version that ran cadran migrate"
            " last may write them. Use that version, or run cadran migrate with this one. Whatever was loaded is"
            " marked, so that a worker of the right version refreshes its figures."
        )


async def read_rollup_state(pool: Pool) -> RollupState:
    """Return the number of the rollups' state, the declared columns that may not be read yet, the filled
    thresholds and the filled attributes."""
    found = make_rollup_state(await pool.fetch(sqlfiles.read("facts/rollups.sql:columns")))
    thresholds = await pool.fetch(sqlfiles.read("facts/thresholds.sql:known"))
    attributes = await pool.fetch(sqlfiles.read("facts/attributes.sql:listed"))
    return replace(
        found,
        thresholds=frozenset(row["seconds"] for row in thresholds if row["filled"]),
        attributes=frozenset(row["number"] for row in attributes if row["filled"]),
    )


def make_rollup_state(rows: Sequence[Row]) -> RollupState:
    """Return the state that the rows of ``facts/rollups.sql:columns`` describe for this version's declarations."""
    filled = [(row["rollup"], row["name"], row["fingerprint"]) for row in rows if row["rollup"] and row["filled"]]
    return RollupState(rows[0]["rollups_version"], find_unfilled(filled))
