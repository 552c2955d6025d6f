"""The statements of `sql/facts`, run by name. Values only as arguments."""

from typing import Any

import asyncpg
from asyncpg.pool import PoolConnectionProxy

from cadran import sqlfiles


async def run(connection: "PoolConnectionProxy[asyncpg.Record]", name: str, *arguments: Any) -> int:
    """Run one statement; the number of rows it touched."""
    status = await connection.execute(sqlfiles.read(f"facts/{name}.sql"), *arguments)
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0


async def fetch(connection: "PoolConnectionProxy[asyncpg.Record]", name: str, *arguments: Any) -> list[asyncpg.Record]:
    """The rows of one statement."""
    return await connection.fetch(sqlfiles.read(f"facts/{name}.sql"), *arguments)


async def script(connection: "PoolConnectionProxy[asyncpg.Record]", name: str) -> None:
    """Run a file of several statements that take no arguments."""
    await connection.execute(sqlfiles.read(f"facts/{name}.sql"))
