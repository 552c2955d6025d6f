"""Updates of promised callbacks when the contacts in which they were promised change. `staged` loads the callbacks
themselves.

Code that corrects contacts calls `hold` before and `follow` after. Code that deletes contacts calls `hold` and `forget`
before.
"""

from cadran.facts import sql
from cadran.facts.load import staged
from cadran.facts.load.session import Connection
from cadran.facts.load.staged import FACTS, StagedLoader


async def hold(connection: Connection) -> None:
    """Lock out loads of callbacks until the end of the transaction, because contacts are about to change."""
    await sql.fetch_rows(connection, "facts/callback.sql:hold")


async def follow(connection: Connection) -> int:
    """Update the callbacks with the data of their corrected contacts. Return the number of marks."""
    if not await connection.fetchval("SELECT EXISTS (SELECT FROM callback)"):
        return 0
    staged = StagedLoader(connection, FACTS["callbacks"], zone=None, source="", clock=None)
    return await staged.follow("facts/callback.sql:followers")


async def forget(connection: Connection) -> int:
    """Delete the callbacks that follow contacts about to be deleted. Return the number of marks."""
    marks, _ = await staged.delete(connection, FACTS["callbacks"], gone="facts/callback.sql:orphans")
    return marks
