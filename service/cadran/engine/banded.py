"""The ring that adds bands to a usual day or week: the 10th and the 90th percentile of the days behind each row.

It asks the question a second time, by day, and reads the values of each row's open days. A day without contacts counts
0. A ratio or a mean has no value on a day without a denominator, and such a day is left out. If a figure of any of the
days is hidden from the caller, the row has no band.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from math import floor
from typing import Final

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers, Figures
from cadran.domain.question import Question
from cadran.domain.window import Grain
from cadran.engine.batch import AnswerOrRefusal, answer_together

#: The ends of a band, as shares of the days.
LOW: Final = 0.1
HIGH: Final = 0.9
Band = tuple[float, float]
Group = tuple[object, ...]


@dataclass(frozen=True, slots=True)
class BandRing:
    """A ring that answers questions with bands, and passes on all other questions."""

    inner: Answers

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return the figures, each with the band of its days if the question asks for bands."""
        if not question.bands:
            return await self.inner.answer(question, principal)
        plain = replace(question, bands=False)
        by_day = replace(plain, grain=Grain.DAY, compare=None, fill=False, order=None, ascending=False, top=None)
        answer, days = await asyncio.gather(self.inner.answer(plain, principal), self.inner.answer(by_day, principal))
        rows = _rows_by_group(days)
        columns = [_add_bands(*each, answer, rows) for each in zip(answer.figures, days.figures, strict=True)]
        return replace(
            answer,
            question=question,
            figures=tuple(columns),
            sources=(*answer.sources, *days.sources),
            freshness=replace(
                answer.freshness, stale_after=min(answer.freshness.stale_after, days.freshness.stale_after)
            ),
        )

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Answer several questions. None of them may have bands."""
        assert not any(each.bands for each in questions)
        return await answer_together(self.inner, questions, principal)


def find_band(values: Iterable[float]) -> Band | None:
    """Return the 10th and the 90th percentile of values, interpolated between the two nearest (Hyndman and Fan 1996,
    type 7); None without values."""
    ordered = sorted(values)
    return (_interpolate(ordered, LOW), _interpolate(ordered, HIGH)) if ordered else None


def _interpolate(ordered: Sequence[float], share: float) -> float:
    place = share * (len(ordered) - 1)
    below = floor(place)
    above = min(below + 1, len(ordered) - 1)
    return ordered[below] + (ordered[above] - ordered[below]) * (place - below)


def _groups(answer: Answer) -> list[Group]:
    """Return the group of each row, without its day."""
    return list(zip(*(key.ids for key in answer.keys if key.name != "start"), strict=True))


def _rows_by_group(days: Answer) -> dict[Group, dict[date, int]]:
    """Return the rows of the answer by day, as the days of each group."""
    starts = next((key.values for key in days.keys if key.name == "start"), ())
    found: dict[Group, dict[date, int]] = {}
    for row, (start, group) in enumerate(zip(starts, _groups(days), strict=True)):
        found.setdefault(group, {})[date.fromisoformat(str(start)[:10])] = row
    return found


def _add_bands(column: Figures, daily: Figures, answer: Answer, rows: dict[Group, dict[date, int]]) -> Figures:
    empty = 0.0 if column.call.metric.is_counted else None
    bands: list[Band | None] = []
    for row, (group, days) in enumerate(zip(_groups(answer), answer.days or (), strict=True)):
        known = rows.get(group, {})
        if row in column.hidden or not daily.hidden.isdisjoint(known.values()):
            bands.append(None)
            continue
        values = [daily.values[known[day]] if day in known else empty for day in days]
        bands.append(find_band(value for value in values if value is not None))
    return replace(column, bands=bands)
