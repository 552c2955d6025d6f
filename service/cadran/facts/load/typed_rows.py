"""The conversion of staged texts to checked, typed rows, for contacts, legs and surveys.

PostgreSQL refuses a whole statement for one unreadable text. Only after such a failure, the rows are checked one by
one, the unreadable rows are removed, and the statement is run again. If rows name unknown members, these are added, and
the rows are read again.
"""

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Final, Literal, NamedTuple

import asyncpg

from cadran.errors import LoadRefused
from cadran.facts import sql
from cadran.facts.load.session import Connection, RefusedRow
from cadran.facts.load.summary import LoadSummary

Kind = Literal["contact", "leg", "survey"]


class _Statements(NamedTuple):
    """The names of the statements that check one kind of rows."""

    read: str
    unknown: str
    refused: str
    unreadable: str
    superseded: str


_STATEMENTS: Final[Mapping[Kind, _Statements]] = {
    "contact": _Statements(
        read="facts/contact/read.sql",
        unknown="facts/contact.sql:unknown",
        refused="facts/contact.sql:refused",
        unreadable="facts/contact.sql:unreadable",
        superseded="facts/contact.sql:superseded",
    ),
    "leg": _Statements(
        read="facts/leg/read.sql",
        unknown="facts/leg.sql:unknown",
        refused="facts/leg.sql:refused",
        unreadable="facts/leg.sql:unreadable",
        superseded="facts/leg.sql:superseded",
    ),
    "survey": _Statements(
        read="facts/survey/read.sql",
        unknown="facts/survey.sql:unknown",
        refused="facts/survey.sql:refused",
        unreadable="facts/survey.sql:unreadable",
        superseded="facts/survey.sql:superseded",
    ),
}


class CheckedBatch(NamedTuple):
    """A batch that has been read: its counts so far, the refused rows, and whether any members were added."""

    summary: LoadSummary
    refused: list[RefusedRow]
    made: bool


async def judge(
    connection: Connection,
    kind: Kind,
    *arguments: Any,
    into: str,
    make: Callable[[Mapping[str, Any]], Awaitable[bool]],
) -> CheckedBatch:
    """Convert the staged batch to typed rows in the table ``into``, and check them. ``make`` adds the unknown members
    that the rows name, and returns whether there were any. Raises LoadRefused."""
    statements = _STATEMENTS[kind]
    refused = await _read(connection, kind, *arguments)
    (seen,) = await sql.fetch_rows(connection, statements.unknown)
    made = await make(dict(seen))
    if made:
        await connection.execute(f"TRUNCATE {into}")
        refused += await _read(connection, kind, *arguments)
        (seen,) = await sql.fetch_rows(connection, statements.unknown)
    if seen["refused"]:
        refused += [RefusedRow(*row) for row in await sql.fetch_rows(connection, statements.refused)]
    summary = LoadSummary(rejected=len(refused), ambiguous=seen["ambiguous"])
    summary.superseded = await sql.run_statement(connection, statements.superseded)
    return CheckedBatch(summary, refused, made)


async def _read(connection: Connection, kind: Kind, *arguments: Any) -> list[RefusedRow]:
    """Run the kind's `read` statement. Remove the rows with an unreadable text, and return them."""
    try:
        async with connection.transaction():
            await sql.run_statement(connection, _STATEMENTS[kind].read, *arguments)
        return []
    except asyncpg.DataError:
        refused = [RefusedRow(*row) for row in await sql.fetch_rows(connection, _STATEMENTS[kind].unreadable)]
    try:
        await sql.run_statement(connection, _STATEMENTS[kind].read, *arguments)
    except asyncpg.DataError as error:
        raise LoadRefused(
            "A row of the batch cannot be read, and cannot be identified: load the file in parts to find it.",
            internal=str(error),
        ) from error
    return refused
