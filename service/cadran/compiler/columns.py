"""The results of statements as columns: keys and parts, the signed sums of parts, and the extrapolation of a sample.

Takes a plan's fragments with their results. Gives the keys and the part columns of each fragment, and their sums row by
row, rounded.
"""

from __future__ import annotations

from collections.abc import Sequence
from operator import add, sub
from typing import NamedTuple

from cadran.compiler.recipe import Column
from cadran.compiler.select import Fragment

#: The columns of one fragment, aligned with the answer's rows.
Table = Sequence[Sequence[object]]
Values = Sequence[float | None]

#: Sums have at most four decimals (money and seconds). Rounding to four decimals restores the exact decimal sum.
DECIMALS = 4
_SCALE = 10_000
_ROUNDED_MAX = 1e11
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


def add_columns(columns: tuple[Column, ...], tables: Sequence[Table], rows: int, *, empty: float | None) -> Values:
    """Return the signed sum of columns, row by row. Whole numbers become integers."""
    if not columns:
        return [empty] * rows
    if len(columns) == 1 and columns[0].sign == 1:
        return round_sums(read_column(columns[0], tables), empty=empty)
    total: Values = [0] * rows
    for column in columns:
        values, combine = read_column(column, tables), add if column.sign > 0 else sub
        if not any(values):
            # Many columns count what seldom occurs: they have only zeros and None.
            continue
        try:
            total = list(map(combine, total, values))
        except TypeError:
            # Testing every number for None costs as much as adding it, and few columns contain None.
            total = list(map(combine, total, [0 if value is None else value for value in values]))
    return round_sums(total, empty=empty)


def read_column(column: Column, tables: Sequence[Table]) -> Values:
    """Return the values of one column, without its sign."""
    return tables[column.fragment][column.index]  # type: ignore[return-value]  # counts and float8 sums


def round_sums(values: Values, *, empty: float | None) -> Values:
    """Return sums rounded to four decimals, whole ones as integers. Most columns are counts and stay as they are."""
    kinds = set(map(type, values))
    if type(None) in kinds and empty is not None:
        # Groups without a row of the fact have None. The others are rounded as a column without None.
        values = [empty if value is None else value for value in values]
        kinds = set(map(type, values))
    if kinds <= {int}:
        return values
    if kinds == {int, float}:
        values, kinds = list(map(float, values)), {float}  # type: ignore[arg-type]  # no None among them
    if kinds == {float} and all(map(float.is_integer, values)):  # type: ignore[arg-type]  # no None among floats
        return list(map(int, values))  # type: ignore[arg-type]  # the same
    if kinds != {float} or max(map(abs, values)) >= _ROUNDED_MAX:  # type: ignore[arg-type]  # no None among floats
        return [empty if value is None else round_sum(value) for value in values]
    # Rounding to an integer takes a third of the time of round(value, 4), and is as exact below _ROUNDED_MAX.
    scaled = [round(value * _SCALE) for value in values]  # type: ignore[operator]  # no None gets here
    return [value / _SCALE if value % _SCALE else value // _SCALE for value in scaled]


def round_sum(value: float) -> float:
    """Return one sum rounded to four decimals; an integer if it is whole."""
    if isinstance(value, int):
        return value
    rounded = round(float(value), DECIMALS)
    return int(rounded) if rounded.is_integer() else rounded
