"""From staged texts to typed rows, for every kind that is staged: an unreadable row is taken out, not the batch.

PostgreSQL refuses a whole statement for one unreadable text. Only then is each row looked at, and the statement run
again.
"""

from typing import Any, Literal

import asyncpg

from cadran.errors import LoadRefused
from cadran.facts import sql
from cadran.facts.session import Connection, Refused


async def read_staged(
    connection: Connection, kind: Literal["contact", "leg", "survey"], *arguments: Any
) -> list[Refused]:
    """Run the kind's `read`; gives the rows with an unreadable text. Raises LoadRefused when none can be blamed."""
    try:
        async with connection.transaction():
            await sql.run(connection, f"{kind}/read", *arguments)
        return []
    except asyncpg.DataError:
        refused = [Refused(*row) for row in await sql.fetch(connection, f"{kind}/unreadable")]
    try:
        await sql.run(connection, f"{kind}/read", *arguments)
    except asyncpg.DataError as error:
        raise LoadRefused(
            "A row of the batch cannot be read, and which one cannot be told: load the file in parts to find it.",
            internal=str(error),
        ) from error
    return refused
