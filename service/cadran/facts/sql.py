"""Functions that run statements by their names in `sql/`. Values are passed only as arguments."""

from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from cadran import sqlfiles
from cadran.store.command_tag import count_touched


async def run_statement(connection: "PoolConnectionProxy[asyncpg.Record]", name: str, *arguments: Any) -> int:
    """Run one statement. Return the number of rows that it touched."""
    return count_touched(await connection.execute(sqlfiles.read(name), *arguments))


async def fetch_rows(
    connection: "PoolConnectionProxy[asyncpg.Record]", name: str, *arguments: Any
) -> list[asyncpg.Record]:
    """Run one statement. Return its rows."""
    return await connection.fetch(sqlfiles.read(name), *arguments)


async def run_script(connection: "PoolConnectionProxy[asyncpg.Record]", name: str) -> None:
    """Run a file of several statements without arguments."""
    await connection.execute(sqlfiles.read(name))
