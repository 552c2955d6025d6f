"""Row-level security: the readers' roles, the policies on every table whose rows belong to a site or a team, the views
in front of the facts, and the grants.

The walls are raised after the rollups, on a connection within a transaction. Only missing parts are made. A database in
service is therefore not locked needlessly, and a database restored on another cluster gets its roles again. Raises
WallsRefused for a user who may neither make the roles nor assume them.
"""

from __future__ import annotations

from hashlib import blake2b
from typing import Final

import asyncpg

from cadran import sqlfiles
from cadran.compiler import wall
from cadran.domain.access.wall import Wall
from cadran.errors import DatabaseUnavailable, Forbidden
from cadran.store.migrate import LOWER_WALLS
from cadran.store.pool import Connection, Pool

_SCHEMAS: Final = [kind.schema for kind in wall.KINDS]
#: A wall of each kind.
_EVERY_KIND: Final = (
    Wall(sites=()),
    Wall(teams=()),
    Wall(queues=()),
    Wall(sites=(), queues=()),
    Wall(teams=(), queues=()),
)


class WallsRefused(DatabaseUnavailable):
    """The error for walls that are missing or cannot be raised. Nothing was changed, and nothing is read."""

    code = "walls_refused"


async def raise_walls(connection: Connection, *, anew: bool) -> None:
    """Make the missing parts of the walls. With ``anew``, remake everything but the policies, because tables that the
    walls read were remade. Raises WallsRefused."""
    await _roles(connection)
    await connection.execute(sqlfiles.read("facts/walls.sql:settings"))
    text = "\n".join(
        (sqlfiles.read("facts/walls/across.sql"), wall.compose_views(), sqlfiles.read("facts/walls/granted.sql"))
    )
    # The walls' views have the columns that the views of facts had when they were made. Wider views need other walls.
    columns = await connection.fetchval(sqlfiles.read("facts/walls.sql:columns"))
    digest = blake2b(f"{text}{columns}".encode(), digest_size=16).hexdigest()
    roles = [kind.role for kind in wall.KINDS]
    if anew or await connection.fetchval(sqlfiles.read("facts/walls.sql:present"), _SCHEMAS, roles) != digest:
        await connection.execute(LOWER_WALLS)
        await connection.execute(text)
        await connection.execute(f"COMMENT ON SCHEMA walled IS '{digest}'")
    for row in await connection.fetch(sqlfiles.read("facts/walls.sql:state")):
        table = f"{row['schema']}.{row['name']}"
        for statement in wall.compose_policies(table, row["columns"], row["policies"]):
            await connection.execute(statement)
        if not row["secured"]:
            await connection.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


async def _roles(connection: Connection) -> None:
    try:
        # A savepoint, so that a refusal leaves the transaction usable.
        async with connection.transaction():
            await connection.execute(sqlfiles.read("facts/walls.sql:roles"))
    except asyncpg.InsufficientPrivilegeError as error:
        user = await connection.fetchval("SELECT quote_ident(current_user)")
        raise WallsRefused(
            f"{user} may not make the roles that callers with a scope are read as. Have an administrator of the"
            f" cluster run these commands, except for roles that exist, then migrate again: {_commands(user)}",
            internal=repr(error),
        ) from error


async def check_walls(pool: Pool) -> None:
    """Check that the walls exist, that they do not bind the database user, and that this user can assume the readers'
    roles. Raises WallsRefused."""
    for row in await pool.fetch(sqlfiles.read("facts/walls.sql:standing"), [_SCHEMAS]):
        if not row["standing"]:
            raise WallsRefused("The database has no walls around its rows yet: run cadran migrate.")
        if row["bound"]:
            raise WallsRefused(
                f"{row['asker']} does not own cadran's tables, so row-level security would apply to every caller: log"
                " in as the user who ran cadran migrate."
            )
        try:
            for bound in _EVERY_KIND:
                await pool.fetch("SELECT true FROM site", settings=wall.make_session(bound).settings)
        except (Forbidden, asyncpg.InvalidParameterValueError) as error:
            raise WallsRefused(
                f"{row['asker']} cannot assume the roles that callers with a scope are read as: run cadran migrate, or"
                f" have an administrator of the cluster run: {_commands(row['asker'])}",
                internal=repr(error),
            ) from error


def _commands(user: str) -> str:
    return " ".join(f"CREATE ROLE {kind.role} NOLOGIN; GRANT {kind.role} TO {user};" for kind in wall.KINDS)
