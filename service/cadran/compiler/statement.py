"""The statement: SQL text and its arguments, never apart."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Statement:
    """``sql`` with ``$n`` placeholders, and what stands for them. ``rows``: about how many it reads, counted in rows of
    a rollup (``compiler/read_size``)."""

    sql: str
    arguments: tuple[object, ...] = ()
    rows: int = 0


class Arguments:
    """Collects the values of a statement while its text is written; equal values share a placeholder."""

    def __init__(self) -> None:
        self._values: list[object] = []

    def add(self, value: object) -> str:
        """The placeholder that stands for the value."""
        for number, known in enumerate(self._values, start=1):
            if type(known) is type(value) and known == value:
                return f"${number}"
        self._values.append(value)
        return f"${len(self._values)}"

    def values(self) -> tuple[object, ...]:
        """All values, in the order of their placeholders."""
        return tuple(self._values)
