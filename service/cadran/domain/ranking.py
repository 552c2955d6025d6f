"""The ranking of groups by a metric, and the cut to the top.

Takes an answer with all groups, as the caller may see it, and the question that says how to rank. A hidden figure ranks
as undefined, so that its rank reveals nothing. The totals remain those of all groups.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import fsum
from typing import TypeVar

from cadran.domain.answer import Answer, Figures
from cadran.domain.question import Question

Value = TypeVar("Value")
Group = tuple[object, ...]


def unranked(question: Question) -> Question:
    """Return the question without its ranking: about all groups, in their usual order."""
    return replace(question, order=None, ascending=False, top=None)


def ranked(answer: Answer, question: Question) -> Answer:
    """Return the ranked answer, from the answer to the unranked question.

    Groups with undefined values come last. With a time grain, groups are ranked by their value over all buckets and the
    rows remain in the order of time.
    """
    if question.order is None:
        return answer
    if not answer.keys:
        return replace(answer, question=question)
    column = next(each for each in answer.figures if each.call == question.order)
    timed = answer.keys[0].name == "start"
    groups: dict[Group, list[int]] = {}
    members = [key.values for key in answer.keys[1 if timed else 0 :]]
    for row in range(answer.rows):
        groups.setdefault(tuple(values[row] for values in members), []).append(row)
    worth = {group: _worth(column, rows) for group, rows in groups.items()}
    known = sorted(
        (group for group in groups if worth[group] is not None),
        key=lambda group: worth[group] or 0.0,
        reverse=not question.ascending,
    )
    ordered = [*known, *(group for group in groups if worth[group] is None)][: question.top]
    chosen = [row for group in ordered for row in groups[group]]
    if timed:
        chosen.sort()
    return replace(
        answer,
        question=question,
        rows=len(chosen),
        keys=tuple(key.take(chosen) for key in answer.keys),
        figures=tuple(_taken(each, chosen) for each in answer.figures),
    )


def _worth(column: Figures, rows: list[int]) -> float | None:
    """Return a group's value over its rows, computed from their parts; the value itself if the group has one row."""
    if len(rows) == 1:
        return column.values[rows[0]]
    numerator = [value for row in rows if (value := column.numerators[row]) is not None]
    denominator = [value for row in rows if (value := column.denominators[row]) is not None]
    if not numerator or column.call.metric.kind == "max":
        values = [value for row in rows if (value := column.values[row]) is not None]
        return max(values, default=None)
    if column.call.metric.kind == "stock":
        return numerator[-1]
    if column.call.metric.is_counted:
        return fsum(numerator) / (fsum(denominator) or 1)
    whole = 100 if column.call.metric.kind == "net" else 1
    return whole * fsum(numerator) / total if (total := fsum(denominator)) else None


def _taken(column: Figures, rows: list[int]) -> Figures:
    return replace(
        column,
        values=_of(column.values, rows),
        numerators=_of(column.numerators, rows),
        denominators=_of(column.denominators, rows),
        n=_of(column.n, rows),
        bounds=None if column.bounds is None else _of(column.bounds, rows),
        bins=None if column.bins is None else _of(column.bins, rows),
        hidden=frozenset(place for place, row in enumerate(rows) if row in column.hidden),
    )


def _of(values: Sequence[Value], rows: list[int]) -> list[Value]:
    return [values[row] for row in rows]
