"""A page of rows about people: columns by name, codes for ids, times on the clock of the row's site."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cadran.domain.directory import Directory
from cadran.lists.statements import cursor

#: Name → expression, and the dimension whose code it is, if any. A page has the site.
Columns = Mapping[str, tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Listing:
    """``columns`` of equal length by name; ``after``: the place that the next page continues after, None on the
    last."""

    columns: Mapping[str, Sequence[object]]
    after: str | None

    @property
    def size(self) -> int:
        """How many rows there are."""
        return len(next(iter(self.columns.values())))


def selected(columns: Columns, hidden: Sequence[str]) -> list[str]:
    """What to select, in order; nothing for what is hidden from whoever asks."""
    found = [("NULL::text" if name in hidden else text) for name, (text, _) in columns.items()]
    return [f"{expression} AS k{number}" for number, expression in enumerate(found)]


def listing(rows: Sequence[Sequence[object]], columns: Columns, directory: Directory, *, limit: int) -> Listing:
    """The page that rows make: the columns, then instant, source and id of each row's place."""
    names = tuple(columns)
    kept = rows[:limit]
    zones = [directory.zones.get(row[names.index("site")]) for row in kept]  # type: ignore[call-overload]  # a site's id
    found: dict[str, Sequence[object]] = {}
    for number, (name, (_, dimension)) in enumerate(columns.items()):
        values = [row[number] for row in kept]
        if dimension:
            values = [directory.member(dimension, value).code for value in values]  # type: ignore[arg-type]  # ids
        found[name] = [cursor.told(value, zone) for value, zone in zip(values, zones, strict=True)]
    return Listing(found, cursor.write(*kept[-1][-3:]) if len(rows) > limit else None)
