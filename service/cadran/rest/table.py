"""An answer as named columns, flat or with parts. JSON rows, JSON columns and CSV are made of them.

The names are ``start``, the dimensions, then each metric as written in the URL. A value that belongs to a metric
carries the metric's name and a word after a dot (``qos.previous``). With parts, a metric's column holds objects with
the same words.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final

from cadran.domain.answer import Answer, Figures
from cadran.domain.display import display
from cadran.domain.question import MetricRef, Question
from cadran.web.answer_documents import make_records

Column = Sequence[Any]
#: The members of a verdict.
VERDICT: Final = ("target", "status", "distance")


@dataclass(frozen=True, slots=True)
class View:
    """Display options of an answer: parts, display texts, language and currency, and the names of the metrics'
    columns, where they differ from the metrics' own."""

    language: str
    currency: str
    parts: bool = False
    display: bool = False
    names: Mapping[MetricRef, str] = field(default_factory=dict)

    def name(self, call: MetricRef) -> str:
        """Return the name of a metric's column."""
        return self.names.get(call, call.name)


def count_members(question: Question, *, parts: bool, display: bool, targets: bool) -> int:
    """Return how many values each figure shows.

    These are the value itself; numerator, denominator, n and two bounds; the display text; previous and change; the two
    ends of the band; target, status and distance.
    """
    return 1 + 5 * parts + display + 2 * (question.compare is not None) + 2 * question.bands + 3 * targets


def make_key_columns(answer: Answer) -> dict[str, Column]:
    """Return the columns that identify rows, ``partial`` if the window cuts buckets, and ``days`` of usual days."""
    found: dict[str, Column] = {}
    for key in answer.keys:
        found[key.name] = key.values
        if key.partial is not None:
            found["partial"] = key.partial
    return found | make_days_column(answer)


def make_days_column(answer: Answer) -> dict[str, Column]:
    """Return ``days``, the number of open days of which the counts of a row are means; empty if rows have none."""
    return {} if answer.days is None else {"days": list(map(len, answer.days))}


def make_figure_columns(columns: Sequence[Figures], view: View) -> dict[str, Column]:
    """Return the columns of the metrics. With parts, the columns hold objects."""
    if not view.parts:
        return make_flat_columns(columns, view)
    found: dict[str, Column] = {}
    for each in columns:
        found[view.name(each.call)] = make_records(_pieces(each, view))
    return found


def make_flat_columns(columns: Sequence[Figures], view: View) -> dict[str, Column]:
    """Return the columns of the metrics without objects.

    The value has the metric's name. Its parts are columns such as ``qos.n`` and ``qos.interval.low``.
    """
    found: dict[str, Column] = {}
    for each in columns:
        name = view.name(each.call)
        for word, piece in _pieces(each, view).items():
            if word == "value":
                found[name] = piece
            elif word == "interval":
                found |= make_edge_columns(f"{name}.interval", piece)
            else:
                found[f"{name}.{word}"] = piece
    return found


def make_marked_columns(columns: Sequence[Figures], view: View) -> dict[str, Column]:
    """Return the columns of the metrics without objects, and for each with approximate values a column of marks."""
    found: dict[str, Column] = {}
    for each in columns:
        found |= make_flat_columns((each,), view)
        marks = [each.is_approximate(row) for row in range(len(each.values))]
        if any(marks):
            found[f"{view.name(each.call)}.approximate"] = marks
    return found


def make_edge_columns(name: str, intervals: Column) -> dict[str, Column]:
    """Return a column of intervals as two columns of numbers."""
    return {f"{name}.{edge}": [None if each is None else each[edge] for each in intervals] for edge in ("low", "high")}


def _pieces(each: Figures, view: View) -> dict[str, Column]:
    pieces: dict[str, Column] = {"value": each.values}
    if view.parts:
        pieces |= {"numerator": each.numerators, "denominator": each.denominators, "n": each.n}
        pieces["interval"] = [bound and {"low": bound[0], "high": bound[1]} for bound in each.intervals]
    if view.display:
        unit = each.call.metric.unit
        pieces["display"] = [display(value, unit, view.language, currency=view.currency) for value in each.values]
    if each.previous is not None:
        pieces |= {"previous": each.previous, "change": compute_change(each)}
    return pieces | make_band_columns(each) | make_verdict_columns(each)


def make_band_columns(each: Figures) -> dict[str, Column]:
    """Return the 10th and the 90th percentile of the days of each row; empty if the answer has no bands."""
    if each.bands is None:
        return {}
    return {
        name: [None if band is None else band[end] for band in each.bands] for end, name in enumerate(("p10", "p90"))
    }


def make_verdict_columns(each: Figures) -> dict[str, Column]:
    """Return target, status and distance of each row; empty if the answer has no verdicts."""
    if each.verdicts is None:
        return {}
    return {
        name: [None if verdict is None else getattr(verdict, name) for verdict in each.verdicts] for name in VERDICT
    }


def compute_change(each: Figures) -> Column:
    """Return value minus previous, or None where either is undefined."""
    pairs = zip(each.values, each.previous or (), strict=True)
    return [None if value is None or before is None else value - before for value, before in pairs]
