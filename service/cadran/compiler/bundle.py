"""Many statements in one, to use one connection and one round trip.

``join_statements`` takes the fragments of one question that are light and have one row each. The row of the statement
has the columns of all. A round trip costs more than the reading of a few thousand rows. Heavier statements run at the
same time on several connections instead.

``bundle`` takes statements and returns one statement. Its rows are pairs: the number of an original statement, and one
of that statement's rows as a composite value. ``split_bundle`` separates the result into the rows of each original
statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache, partial
from typing import Any, Final

from cadran.compiler.columns import Rows
from cadran.compiler.select import Fragment
from cadran.compiler.statement import Statement

#: The most rows that joined statements read together: some ten milliseconds.
JOINED_ROWS_MAX: Final = 100_000
#: The most characters of a joined statement. asyncpg prepares longer statements anew for each execution.
_CHARACTERS_MAX: Final = 12_000
_PLACEHOLDER: Final = re.compile(r"\$(\d+)")
Row = Sequence[object]


def bundle(statements: Sequence[Statement]) -> Statement:
    """Return one statement that runs all of these. Placeholders are renumbered. Each original row is one composite
    value."""
    texts: list[str] = []
    arguments: list[object] = []
    for number, each in enumerate(statements):
        texts.append(f"SELECT {number} AS part, x AS told\nFROM (\n{_moved(each.sql, len(arguments))}\n) AS x")
        arguments.extend(each.arguments)
    return Statement("\nUNION ALL\n".join(texts), tuple(arguments), sum(each.rows for each in statements))


def split_bundle(rows: Sequence[Any], widths: Sequence[int]) -> list[list[Row]]:
    """Return the rows of each original statement, sorted by its key columns, which come first. ``widths`` has the
    number of key columns of each statement."""
    found: list[list[Row]] = [[] for _ in widths]
    for number, row in rows:
        found[number].append(row)
    for part, width in zip(found, widths, strict=True):
        if width:
            # PostgreSQL does not guarantee the order of rows in a UNION ALL.
            part.sort(key=partial(_as_sql_orders, width=width))
    return found


def _as_sql_orders(row: Row, *, width: int) -> tuple[tuple[bool, object], ...]:
    return tuple((value is None, value) for value in row[:width])


def _moved(sql: str, by: int) -> str:
    """Return the text with its placeholders shifted."""
    return _PLACEHOLDER.sub(lambda found: f"${int(found[1]) + by}", sql) if by else sql


def group_fragments(fragments: Sequence[Fragment]) -> list[list[int]]:
    """Return the numbers of the fragments that each statement reads: all light ones together, the others one by one."""
    light = [number for number, each in enumerate(fragments) if each.one_row]
    rows = sum(fragments[number].statement.rows for number in light)
    characters = sum(len(fragments[number].statement.sql) for number in light)
    if len(light) < 2 or rows > JOINED_ROWS_MAX or characters > _CHARACTERS_MAX:
        return [[number] for number in range(len(fragments))]
    return [light, *([number] for number, each in enumerate(fragments) if not each.one_row)]


def join_statements(fragments: Sequence[Fragment]) -> Statement:
    """Return one statement whose row has the columns of all these fragments."""
    statements = [each.statement for each in fragments]
    text = _compose(tuple((each.sql, len(each.arguments)) for each in statements))
    arguments = tuple(value for each in statements for value in each.arguments)
    return Statement(text, arguments, sum(each.rows for each in statements))


def split_row(fragments: Sequence[Fragment], row: Sequence[object]) -> list[Rows]:
    """Return the rows of each fragment, from the row of the joined statement."""
    found: list[Rows] = []
    first = 0
    for each in fragments:
        end = first + len(each.keys) + len(each.merges)
        found.append([row[first:end]])
        first = end
    return found


@lru_cache(maxsize=512)
def _compose(statements: tuple[tuple[str, int], ...]) -> str:
    """Return the text of the joined statement, from the texts and the numbers of their arguments. An entry of the cache
    takes at most some 25 kB."""
    parts, before = [], 0
    for number, (text, arguments) in enumerate(statements):
        parts.append(f"(\n{_moved(text, before)}\n) AS f{number}")
        before += arguments
    return "SELECT *\nFROM " + "\nCROSS JOIN ".join(parts)
