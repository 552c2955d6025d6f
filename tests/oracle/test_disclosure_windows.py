"""The two windows of a change or of a comparison do not reveal a small group by their difference."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import pairwise
from random import Random
from typing import Any

from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer, Answers, Figures
from cadran.domain.ask import Ask
from cadran.domain.question import Question
from cadran.engine.comparison.ring import ComparisonRing
from cadran.engine.engine import Engine
from cadran.errors import QuestionRefused
from cadran.insights.change import check_windows, explain_change
from tests.oracle.conftest import WorldService
from tests.oracle.disclosure import WHOLE, Spans
from tests.oracle.world import seeded
from tests.refs import refs

ANALYST = Principal("x", role="analyst")
QUESTIONS = 25
METRICS = ("csat", "csat_mean", "nps", "survey_response_rate")
BY = ("site", "channel", "segment", "weekday")
#: How far ``previous_year_weekdays`` goes back.
YEAR = timedelta(days=364)
Bounds = tuple[datetime, datetime]
Shown = tuple[str, str, Any]


async def test_no_change_discloses_few(loaded: WorldService):
    """Check that only overlapping windows are refused. Adjacent ones are answered, and their figures must hide
    enough."""
    random, days = Random(seeded(11)), _days(loaded)
    refused = shown = 0
    for _ in range(QUESTIONS):
        now, before = _two_windows(random, days)
        ask = _ask(random, now)
        earlier, question = (loaded.desk.understand(each, ANALYST) for each in (_between(ask, before), ask))
        try:
            check_windows(earlier, question, loaded.desk.directory().zones.values(), sees_people=False)
        except QuestionRefused:
            assert before[0] < now[1], (before, now)
            assert now[0] < before[1], (before, now)
            refused += 1
            continue
        found = explain_change(*[await loaded.desk.answers.answer(each, ANALYST) for each in (earlier, question)])
        groups = [*found.answer.keys[0].values]
        told = [
            (kind, window, group)
            for window, prefix in (("now", ""), ("before", "previous_"))
            for kind, name in (("n", "denominator"), ("numerator", "numerator"))
            for group, count in zip([*groups, WHOLE], _told(found, prefix + name), strict=True)
            if count is not None
        ]
        spans = await _spans(loaded, question, {"now": now, "before": before})
        assert not spans.disclosed(told), (ask, before)
        shown += len(told)
    assert refused
    assert shown


async def test_no_comparison_discloses_few(loaded: WorldService):
    random, days = Random(seeded(13)), _days(loaded)
    shown = blank = 0
    for _ in range(QUESTIONS):
        now = _around(random, days)
        question = loaded.desk.understand(replace(_ask(random, now), compare="previous_year_weekdays"), ANALYST)
        answer = await loaded.desk.answers.answer(question, ANALYST)
        (column,), (total,) = answer.figures, answer.totals
        groups = [*answer.keys[0].values]
        told = [*_read(column, groups), *_read(total, [WHOLE])]
        before = now[0] - YEAR, now[1] - YEAR
        spans = await _spans(loaded, question, {"now": now, "before": before})
        assert not spans.disclosed(told), answer.question
        known = await ComparisonRing(_engine(loaded), loaded.desk.directory, loaded.desk.clock).answer(
            question, OPERATOR
        )
        is_blank = total.previous == [None] and (known.totals[0].previous or [None])[0] is not None
        assert not is_blank or "suppressed" in {each.code for each in answer.warnings}
        blank += is_blank
        shown += len(told)
    assert blank
    assert shown


def _days(loaded: WorldService) -> list[datetime]:
    """Return the midnights at the start of all days with surveys."""
    found = {row["offered_at"].date() for row in loaded.truth.surveys if row["offered_at"]}
    return [datetime.combine(day, time.min) for day in sorted(found)]


def _two_windows(random: Random, days: Sequence[datetime]) -> tuple[Bounds, Bounds]:
    """Return two windows that are adjacent, or of which one contains the other."""
    first, last = days[0] - timedelta(days=2), days[-1] + timedelta(days=2)
    cut = random.choice(days[1:])
    near = random.choice([days[-2], days[-1], *days])
    return random.choice(
        [
            ((cut, last), (first, cut)),
            ((first, cut), (cut, last)),
            ((first, last), (first, near)),
            ((first, near), (first, last)),
            ((cut, last), (first, last)),
        ]
    )


def _around(random: Random, days: Sequence[datetime]) -> Bounds:
    """Return a window that differs from the one a year before only by the last or the first days of data.

    Otherwise it is any window of up to a year, which does not overlap the one before.
    """
    first, last, start = days[0] - timedelta(days=2), days[-1] + timedelta(days=2), random.choice(days)
    return random.choice(
        [
            (first, random.choice(days[-3:]) + YEAR),
            (random.choice(days[1:4]), last + YEAR),
            (start, start + timedelta(days=random.randint(7, 364))),
        ]
    )


def _ask(random: Random, window: Bounds) -> Ask:
    return _between(Ask(refs(random.choice(METRICS)), zone="UTC", by=(random.choice(BY),)), window)


def _between(ask: Ask, window: Bounds) -> Ask:
    return replace(ask, start=window[0].date().isoformat(), end=window[1].date().isoformat())


def _told(found: Any, name: str) -> list[float | None]:
    return [*found.columns()[name], found.sums()[name]]


def _read(column: Figures, groups: Sequence[Any]) -> Iterator[Shown]:
    """Yield the counts of both windows that the figures release.

    The earlier value is a fraction of small numbers: a reader who roughly knows these numbers can work out both.
    """
    for row, group in enumerate(groups):
        for window, values in (("now", column.n), ("before", column.previous or ())):
            if row < len(values) and values[row] is not None:
                yield "n", window, group
                yield "numerator", window, group


async def _spans(loaded: WorldService, question: Question, windows: dict[str, Bounds]) -> Spans:
    """Count people in the spans between all bounds of these windows, without suppression."""
    bounds = sorted({bound for window in windows.values() for bound in window})
    counts: dict[tuple[str, int, Any], float] = {}
    for place, (start, end) in enumerate(pairwise(bounds)):
        window = replace(question.window, start=start, end=end)
        answer = await _engine(loaded).answer(replace(question, window=window, compare=None), OPERATOR)
        for kind, column in _counted(answer):
            counts |= {
                (kind, place, group): count or 0
                for group, count in zip(answer.keys[0].values, column, strict=True)
            }  # fmt: skip
    named = {
        name: [place for place, start in enumerate(bounds[:-1]) if window[0] <= start < window[1]]
        for name, window in windows.items()
    }
    return Spans(named, counts)


def _counted(answer: Answer) -> Iterator[tuple[str, Sequence[float | None]]]:
    """Yield the counts of people: the number of answers and, for a share, the number of those that it counts."""
    [column] = answer.figures
    yield "n", column.denominators
    if column.call.metric.kind == "share":
        yield "numerator", column.numerators


def _engine(loaded: WorldService) -> Answers:
    """Return the engine without the rings around it, which hides nothing."""
    answers: Any = loaded.desk.answers
    while not isinstance(answers, Engine):
        answers = answers.inner
    return answers
