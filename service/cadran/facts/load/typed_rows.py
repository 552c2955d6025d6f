"""From staged texts to typed rows that are judged, for contacts, legs and surveys.

An unreadable row is taken out, not the batch. PostgreSQL refuses a whole statement for one unreadable text: only then
is each row looked at, and the statement run again. What rows name for the first time is made, and they are read again.
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
    """A batch as it was read: its counts so far, the rows refused, and whether anything was made on the way."""

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
    """Read the batch that is staged ``into`` a table and judge it. ``make`` makes what the rows name and nobody knew,
    and says whether there was anything. Raises LoadRefused."""
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
    """Run the kind's `read`; gives the rows with an unreadable text, which are taken out."""
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
