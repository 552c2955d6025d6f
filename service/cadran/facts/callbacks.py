"""Promises to call back in step with the contacts that they follow: whoever corrects contacts calls `hold` before and
`follow` after. They come in by `staged`."""

from cadran.facts import sql
from cadran.facts.session import Connection
from cadran.facts.staged import FACTS, Staged


async def hold(connection: Connection) -> None:
    """Keep loads of promises out until the end of the transaction: contacts are about to change."""
    await sql.fetch(connection, "callback/hold")


async def follow(connection: Connection) -> int:
    """Give the promises what their corrected contacts say now; gives the marks left."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM callback)"):
        return 0
    staged = Staged(connection, FACTS["callbacks"], zone=None, source="", clock=None)
    return await staged.follow("callback/followers")
