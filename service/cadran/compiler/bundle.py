"""Many statements in one UNION ALL, to use one connection and one round trip.

``bundle`` takes statements and returns one statement. Its rows are pairs: the number of an original statement, and one
of that statement's rows as a composite value. ``split_bundle`` separates the result into the rows of each original
statement.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import partial
from typing import Any, Final

from cadran.compiler.statement import Statement

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
