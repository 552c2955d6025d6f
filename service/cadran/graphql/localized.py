"""An answer in one reader's language: columns by metric and by dimension, and display texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.directory import Directory
from cadran.domain.display import display
from cadran.domain.question import MetricRef
from cadran.domain.target import Verdict
from cadran.domain.verdicts import judge_values

Column = Sequence[object]


@dataclass(frozen=True, slots=True)
class LocalizedAnswer:
    """An answer with its language and currency.

    ``rows`` and ``totals`` hold the figures by metric call. ``keys`` holds the key columns by name.
    """

    answer: Answer
    language: str
    currency: str
    rows: Mapping[MetricRef, Figures] = field(init=False)
    totals: Mapping[MetricRef, Figures] = field(init=False)
    keys: Mapping[str, KeyColumn] = field(init=False)
    _judged: dict[int, Sequence[Verdict | None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {each.call: each for each in self.answer.figures})
        object.__setattr__(self, "totals", {each.call: each for each in self.answer.totals})
        object.__setattr__(self, "keys", {each.name: each for each in self.answer.keys})

    def words(self, figures: Figures) -> list[str]:
        """Return the values as display texts."""
        unit, language, currency = figures.call.metric.unit, self.language, self.currency
        return [display(value, unit, language, currency=currency) for value in figures.values]

    def verdict(self, figures: Figures, name: str, directory: Directory) -> Column:
        """Return one member of the verdict of each row: target, status or distance. None means no verdict."""
        found = self._judged.get(id(figures))
        if found is None:
            totals = self.totals.get(figures.call) is figures
            found = self._judged[id(figures)] = judge_values(self.answer, figures, directory, totals=totals)
        return [None if each is None else getattr(each, name) for each in found]

    def bounds(self) -> tuple[Sequence[object], Sequence[object]]:
        """Return the start and the end of each row's bucket, or of the window if the question has no grain."""
        start = self.keys.get("start")
        if start is None or start.ends is None:
            return [self.answer.start] * self.answer.rows, [self.answer.end] * self.answer.rows
        return start.values, start.ends


def _previous(figures: Figures) -> Column:
    return figures.previous if figures.previous is not None else [None] * len(figures.values)


def _change(figures: Figures) -> Column:
    if figures.previous is None:
        return [None] * len(figures.values)
    return [
        None if value is None or before is None else value - before
        for value, before in zip(figures.values, figures.previous, strict=True)
    ]


#: The members of a verdict. Their computation needs the directory.
VERDICT: Final = ("target", "status", "distance")

#: The columns of a metric, by the field of ``Figure``. ``interval`` and ``display`` are computed elsewhere.
PIECES: Final[Mapping[str, Callable[[Figures], Column]]] = {
    "value": lambda figures: figures.values,
    "numerator": lambda figures: figures.numerators,
    "denominator": lambda figures: figures.denominators,
    "n": lambda figures: figures.n,
    "previous": _previous,
    "change": _change,
}
