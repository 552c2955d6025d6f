"""The conversion of staged texts to checked, typed rows, for contacts, legs and surveys.

An unreadable row is removed, not its whole batch. PostgreSQL refuses a whole statement for one unreadable text. Rows
are therefore looked at one by one only after such a failure, and the statement is run again. Unknown members that rows
name are added, and the rows are read again.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Literal, NamedTuple

import asyncpg

from cadran.errors import LoadRefused
from cadran.facts import sql
from cadran.facts.load.session import Connection, Refused
from cadran.facts.load.summary import LoadSummary

Kind = Literal["contact", "leg", "survey"]


class Judged(NamedTuple):
    """A batch that has been read: its counts so far, the refused rows, and whether any members were added."""

    summary: LoadSummary
    refused: list[Refused]
    made: bool


async def judge(
    connection: Connection,
    kind: Kind,
    *arguments: Any,
    into: str,
    make: Callable[[Mapping[str, Any]], Awaitable[bool]],
) -> Judged:
    """Read the staged batch ``into`` a table and check it. ``make`` adds the unknown members that the rows name, and
    returns whether there were any. Raise LoadRefused."""
    refused = await _read(connection, kind, *arguments)
    (seen,) = await sql.fetch(connection, f"{kind}/unknown")
    made = await make(dict(seen))
    if made:
        await connection.execute(f"TRUNCATE {into}")
        refused += await _read(connection, kind, *arguments)
        (seen,) = await sql.fetch(connection, f"{kind}/unknown")
    if seen["refused"]:
        refused += [Refused(*row) for row in await sql.fetch(connection, f"{kind}/refused")]
    summary = LoadSummary(rejected=len(refused), ambiguous=seen["ambiguous"])
    summary.superseded = await sql.run(connection, f"{kind}/superseded")
    return Judged(summary, refused, made)


async def _read(connection: Connection, kind: Kind, *arguments: Any) -> list[Refused]:
    """Run the kind's `read` statement. Remove the rows with an unreadable text, and return them."""
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
            "A row of the batch cannot be read, and cannot be identified: load the file in parts to find it.",
            internal=str(error),
        ) from error
    return refused
