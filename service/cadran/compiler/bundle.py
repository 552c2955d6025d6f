"""Many statements as one: the parts of a UNION ALL, each row with the number of the part that it came from.

Takes statements; gives one whose rows are pairs of a part's number and a row of its own, and the rows of each part
again. What is selected together costs one connection and one round trip, whatever tables its parts read.
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
    """One statement over all of these. Their placeholders are numbered on; a row of a part is one composite value."""
    texts: list[str] = []
    arguments: list[object] = []
    for number, each in enumerate(statements):
        texts.append(f"SELECT {number} AS part, x AS told\nFROM (\n{_moved(each.sql, len(arguments))}\n) AS x")
        arguments.extend(each.arguments)
    return Statement("\nUNION ALL\n".join(texts), tuple(arguments), sum(each.rows for each in statements))


def parted(rows: Sequence[Any], widths: Sequence[int]) -> list[list[Row]]:
    """The rows of each part, in the order of their leading keys, of which a part has as many as its width says."""
    found: list[list[Row]] = [[] for _ in widths]
    for number, told in rows:
        found[number].append(told)
    for part, width in zip(found, widths, strict=True):
        if width:
            # The parts of a UNION ALL come in no order that could be relied on.
            part.sort(key=partial(_as_sql_orders, width=width))
    return found


def _as_sql_orders(row: Row, *, width: int) -> tuple[tuple[bool, object], ...]:
    return tuple((value is None, value) for value in row[:width])


def _moved(sql: str, by: int) -> str:
    return _PLACEHOLDER.sub(lambda found: f"${int(found[1]) + by}", sql) if by else sql
