"""The walls, raised after the rollups: the readers' roles, the policies on every table whose rows belong to a site or a
team, the views in front of the facts, and what is granted.

Takes a connection within a transaction; makes what is missing and no more, so that a served database is not locked for
nothing, and one that was restored on another cluster heals. Refuses a user who may neither make the roles nor put them
on.
"""

from __future__ import annotations

from hashlib import blake2b

import asyncpg

from cadran import sqlfiles
from cadran.compiler import wall
from cadran.domain.access.wall import Wall
from cadran.errors import DatabaseUnavailable, Forbidden
from cadran.store.pool import Connection, Pool


class WallsRefused(DatabaseUnavailable):
    """The walls cannot be raised, or are not there; nothing was changed, and nothing is read."""

    code = "walls_refused"


async def raise_walls(connection: Connection, *, anew: bool) -> None:
    """Raise what is missing; everything but the policies ``anew`` where tables that it reads were. Raises
    WallsRefused."""
    await _roles(connection)
    await connection.execute(sqlfiles.read("walls/settings.sql"))
    text = "\n".join((sqlfiles.read("walls/across.sql"), wall.views(), sqlfiles.read("walls/granted.sql")))
    digest = blake2b(text.encode(), digest_size=16).hexdigest()
    if anew or await connection.fetchval(sqlfiles.read("walls/present.sql")) != digest:
        await connection.execute("DROP SCHEMA IF EXISTS walled, walled_team, across CASCADE")
        await connection.execute(text)
        await connection.execute(f"COMMENT ON SCHEMA walled IS '{digest}'")
    for row in await connection.fetch(sqlfiles.read("walls/state.sql")):
        table = f"{row['schema']}.{row['name']}"
        for statement in wall.policies(table, row["columns"], row["policies"]):
            await connection.execute(statement)
        if not row["secured"]:
            await connection.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")


async def _roles(connection: Connection) -> None:
    try:
        # A savepoint, so that a refusal leaves the transaction as it was.
        async with connection.transaction():
            await connection.execute(sqlfiles.read("walls/roles.sql"))
    except asyncpg.InsufficientPrivilegeError as error:
        user = await connection.fetchval("SELECT quote_ident(current_user)")
        raise WallsRefused(
            f"{user} may not make the roles that bounded principals are read as. Have an administrator of the"
            f" cluster run this without the roles that there are, then migrate again: {_commands(user)}",
            internal=repr(error),
        ) from error


async def check_walls(pool: Pool) -> None:
    """Whether bounded principals can be read here behind their walls, and the others in front of them. Raises
    WallsRefused."""
    for row in await pool.fetch(sqlfiles.read("walls/standing.sql")):
        if not row["standing"]:
            raise WallsRefused("The database has no walls around its rows yet: run cadran migrate.")
        if row["bound"]:
            raise WallsRefused(
                f"{row['asker']} does not own cadran's tables, so that row-level security would hold for everybody: log"
                " in as the user who ran cadran migrate."
            )
        try:
            for bound in (Wall(sites=()), Wall()):
                await pool.fetch("SELECT true FROM site", settings=wall.reading(bound).settings)
        except (Forbidden, asyncpg.InvalidParameterValueError) as error:
            raise WallsRefused(
                f"{row['asker']} cannot become the roles that bounded principals are read as: run cadran migrate, or"
                f" have an administrator of the cluster run: {_commands(row['asker'])}",
                internal=repr(error),
            ) from error


def _commands(user: str) -> str:
    return " ".join(f"CREATE ROLE {kind.role} NOLOGIN; GRANT {kind.role} TO {user};" for kind in wall.KINDS)
