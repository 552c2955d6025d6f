"""The statement: SQL text together with its arguments."""

from __future__ import annotations

from dataclasses import dataclass


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

    def add(self, value: object) -> str:
        """Return the placeholder of the value."""
        for number, known in enumerate(self._values, start=1):
            if type(known) is type(value) and known == value:
                return f"${number}"
        self._values.append(value)
        return f"${len(self._values)}"

    def values(self) -> tuple[object, ...]:
        """Return all values in the order of their placeholders."""
        return tuple(self._values)
