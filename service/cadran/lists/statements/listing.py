"""A page of a list: columns by name, with codes in place of ids, and times on the clock of each row's site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cadran.domain.directory import Directory
from cadran.lists.statements import cursor

#: Column name → SQL expression, and the dimension whose code it shows, or "". Every page has the column ``site``.
Columns = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """A page of a list: columns of equal length by name, and the cursor of the next page (None on the last page)."""

    columns: Mapping[str, Sequence[object]]
    after: str | None

    @property
    def size(self) -> int:
        """Return the number of rows."""
        return len(next(iter(self.columns.values())))


def select_columns(columns: Columns, hidden: Sequence[str]) -> list[str]:
    """Return the expressions of a SELECT, in the order of the columns. Columns in ``hidden`` are NULL."""
    found = [("NULL::text" if name in hidden else text) for name, (text, _) in columns.items()]
    return [f"{expression} AS k{number}" for number, expression in enumerate(found)]


def make_listing(rows: Sequence[Sequence[object]], columns: Columns, directory: Directory, *, limit: int) -> Listing:
    """Build the page of a statement's rows. Each row has the columns, then the instant, source and id of its cursor."""
    names = tuple(columns)
    shown = rows[:limit]
    zones = [directory.zones.get(row[names.index("site")]) for row in shown]  # type: ignore[call-overload]  # a site's id
    found: dict[str, Sequence[object]] = {}
    for number, (name, (_, dimension)) in enumerate(columns.items()):
        values = [row[number] for row in shown]
        if dimension:
            values = [directory.member(dimension, value).code for value in values]  # type: ignore[arg-type]  # ids
        found[name] = [cursor.format_value(value, zone) for value, zone in zip(values, zones, strict=True)]
    return Listing(found, cursor.write(*shown[-1][-3:]) if len(rows) > limit else None)
