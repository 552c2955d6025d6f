"""The statements of `sql/facts`, run by name. Values only as arguments."""

from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from cadran import sqlfiles
from cadran.store.command_tag import touched


async def run(connection: "PoolConnectionProxy[asyncpg.Record]", name: str, *arguments: Any) -> int:
    """Run one statement; the number of rows it touched."""
    return touched(await connection.execute(sqlfiles.read(f"facts/{name}.sql"), *arguments))


async def fetch(connection: "PoolConnectionProxy[asyncpg.Record]", name: str, *arguments: Any) -> list[asyncpg.Record]:
    """The rows of one statement."""
    return await connection.fetch(sqlfiles.read(f"facts/{name}.sql"), *arguments)


async def script(connection: "PoolConnectionProxy[asyncpg.Record]", name: str) -> None:
    """Run a file of several statements that take no arguments."""
    await connection.execute(sqlfiles.read(f"facts/{name}.sql"))
