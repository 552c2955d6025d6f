"""The statement: SQL text together with its arguments."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date


@dataclass(frozen=True, slots=True)
class Statement:
    """SQL text with ``$n`` placeholders, and their arguments. ``rows`` is the estimated cost of reading, in rows of a
    rollup (``compiler/read_size``)."""

    sql: str
    arguments: tuple[object, ...] = ()
    rows: int = 0


class Arguments:
    """A collector of a statement's values while its text is written. Equal values share a placeholder."""

    def __init__(self) -> None:
        self._values: list[object] = []
        self._shared: set[int] = set()
        self._window: tuple[int, int] | None = None

    def add(self, value: object) -> str:
        """Return the placeholder of the value."""
        for place, known in enumerate(self._values):
            if type(known) is type(value) and known == value:
                self._shared.add(place)
                return f"${place + 1}"
        self._values.append(value)
        return f"${len(self._values)}"

    def add_window(self, first: date, end: date) -> tuple[str, str]:
        """Return the placeholders of the first day of the window and of the day after the last."""
        place = len(self._values)
        found = self.add(first), self.add(end)
        if len(self._values) == place + 2:
            self._window = place, place + 1
        return found

    @property
    def window(self) -> tuple[int, int] | None:
        """Return the places of the days of the window among the values; None if another value shares a placeholder with
        one of them, or if the window was not added."""
        return None if self._window is None or not self._shared.isdisjoint(self._window) else self._window

    def values(self) -> tuple[object, ...]:
        """Return all values in the order of their placeholders."""
        return tuple(self._values)
