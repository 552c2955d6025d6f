"""An answer in one reader's language: columns by metric and by dimension, and display texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from cadran.domain.annotation import Annotation
from cadran.domain.answer import Answer, Figures, KeyColumn
from cadran.domain.display import display
from cadran.domain.presentation import Presentation
from cadran.domain.question import MetricRef
from cadran.domain.target import Verdict
from cadran.engine.presented import Presenter

Column = Sequence[object]


@dataclass(frozen=True, slots=True)
class LocalizedAnswer:
    """An answer with its language and currency.

    ``rows`` and ``totals`` hold the figures by metric call. ``keys`` holds the key columns by name. ``make_presenter``
    returns the function that presents the answer; it is called when a field of a presentation is selected.
    """

    answer: Answer
    language: str
    currency: str
    make_presenter: Callable[[Presentation], Presenter]
    rows: Mapping[MetricRef, Figures] = field(init=False)
    totals: Mapping[MetricRef, Figures] = field(init=False)
    keys: Mapping[str, KeyColumn] = field(init=False)
    _verdicts: dict[int, Sequence[Verdict | None]] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        object.__setattr__(self, "rows", {each.call: each for each in self.answer.figures})
        object.__setattr__(self, "totals", {each.call: each for each in self.answer.totals})
        object.__setattr__(self, "keys", {each.name: each for each in self.answer.keys})

    def words(self, figures: Figures) -> list[str]:
        """Return the values as display texts."""
        unit, language, currency = figures.call.metric.unit, self.language, self.currency
        return [display(value, unit, language, currency=currency) for value in figures.values]

    def verdicts(self, figures: Figures) -> Sequence[Verdict | None]:
        """Return the verdict on each value of a column of this answer. None means no target."""
        if not self._verdicts:
            presented = self.make_presenter(Presentation(targets=True))(self.answer)
            plain, judged = ((*each.figures, *each.totals) for each in (self.answer, presented))
            self._verdicts.update((id(each), of.verdicts or ()) for each, of in zip(plain, judged, strict=True))
        return self._verdicts[id(figures)]

    def annotations(self) -> Sequence[Annotation]:
        """Return the annotations of the window, the oldest first."""
        return self.make_presenter(Presentation(annotations=True))(self.answer).annotations or ()

    def buckets(self) -> tuple[Sequence[object], Sequence[object], Sequence[bool]]:
        """Return the start and the end of each row's bucket, or of the window if the question has no grain, and whether
        the window has only a part of it."""
        start, rows = self.keys.get("start"), self.answer.rows
        if start is None or start.ends is None:
            return [self.answer.start] * rows, [self.answer.end] * rows, [False] * rows
        return start.values, start.ends, start.partial or [False] * rows

    def days(self) -> Sequence[int | None]:
        """Return the number of open days of each row; None unless rows are by time of day or weekday."""
        behind = self.answer.days
        return [None] * self.answer.rows if behind is None else list(map(len, behind))


def _find_band_end(end: int) -> Callable[[Figures], Column]:
    def read(figures: Figures) -> Column:
        bands = figures.bands or [None] * len(figures.values)
        return [None if band is None else band[end] for band in bands]

    return read


def _previous(figures: Figures) -> Column:
    return figures.previous if figures.previous is not None else [None] * len(figures.values)


def _change(figures: Figures) -> Column:
    if figures.previous is None:
        return [None] * len(figures.values)
    return [
        None if value is None or before is None else value - before
        for value, before in zip(figures.values, figures.previous, strict=True)
    ]


#: The members of a verdict.
VERDICT: Final = ("target", "status", "distance")

#: The columns of a metric, by the field of ``Figure``. ``interval`` and ``display`` are computed elsewhere.
PIECES: Final[Mapping[str, Callable[[Figures], Column]]] = {
    "value": lambda figures: figures.values,
    "numerator": lambda figures: figures.numerators,
    "denominator": lambda figures: figures.denominators,
    "n": lambda figures: figures.n,
    "previous": _previous,
    "change": _change,
    "p10": _find_band_end(0),
    "p90": _find_band_end(1),
}
