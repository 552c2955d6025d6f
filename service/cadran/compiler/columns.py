"""The results of statements as columns, and the extrapolation of a sample to all customers.

Takes a plan's fragments with their results. Gives the keys and the part columns of each fragment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from cadran.compiler.figures import Table
from cadran.compiler.select import Fragment

Rows = Sequence[Sequence[object]]
Key = tuple[object, ...]


class FragmentColumns(NamedTuple):
    """A fragment's result: the keys of its rows, and one column per part."""

    keys: list[Key]
    parts: Table


def scaled(fragment: Fragment, rows: Rows) -> Rows:
    """Return the rows with a sample's counts and sums extrapolated to all customers."""
    if fragment.scale == 1:
        return rows
    width, scale = len(fragment.keys), fragment.scale
    return [
        (*row[:width], *(None if value is None else value * scale for value in row[width:]))  # type: ignore[operator]  # counts and float8 sums
        for row in rows
    ]


def turned(fragments: Sequence[Fragment], results: Sequence[Rows]) -> list[FragmentColumns]:
    """Return each fragment's rows as keys and part columns.

    Fragments with equal keys share one list of keys: most fragments of a question over several facts have equal keys.
    """
    known: list[tuple[list[Sequence[object]], list[Key]]] = []
    found = []
    for fragment, rows in zip(fragments, results, strict=True):
        width = len(fragment.keys)
        columns = _columns(fragment, rows)
        if not columns:
            found.append(FragmentColumns([], [()] * len(fragment.merges)))
        elif not width:
            found.append(FragmentColumns([()] * len(rows), columns))
        else:
            keys_of = next((keys_of for columns_of, keys_of in known if columns_of == columns[:width]), None)
            if keys_of is None:
                keys_of = list(zip(*columns[:width], strict=True))
                known.append((columns[:width], keys_of))
            found.append(FragmentColumns(keys_of, columns[width:]))
    return found


def _columns(fragment: Fragment, rows: Rows) -> list[Sequence[object]]:
    """Return the columns of a result; empty if the result has no rows."""
    if not fragment.arrays:
        return list(zip(*rows, strict=True))
    return [] if rows[0][0] is None else list(rows[0])  # type: ignore[arg-type]  # arrays
