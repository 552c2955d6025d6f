"""Promises to call back in step with the contacts that they follow. They come in by `staged`.

Whoever corrects contacts calls `hold` before and `follow` after; whoever deletes them calls `hold` and `forget` before.
"""

from cadran.facts import sql
from cadran.facts.load import staged
from cadran.facts.load.session import Connection
from cadran.facts.load.staged import FACTS, Staged


async def hold(connection: Connection) -> None:
    """Keep loads of promises out until the end of the transaction: contacts are about to change."""
    await sql.fetch(connection, "callback/hold")


async def follow(connection: Connection) -> int:
    """Give the promises what their corrected contacts say now; gives the marks left."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM callback)"):
        return 0
    staged = Staged(connection, FACTS["callbacks"], zone=None, source="", clock=None)
    return await staged.follow("callback/followers")


async def forget(connection: Connection) -> int:
    """Take out the promises that follow contacts about to be deleted; gives the marks left."""
    marks, _ = await staged.delete(connection, FACTS["callbacks"], gone="callback/orphans")
    return marks
