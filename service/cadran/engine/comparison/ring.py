"""The ring that compares figures with those of an earlier window. It asks two questions and matches rows by key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Final

from cadran.compiler.lattice.lattice import find_tables
from cadran.domain.access.linked_metrics import find_facts
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer, Answers, Notice
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import Question
from cadran.domain.window import Grain, Window, find_bucket_start, load_zone, to_instant
from cadran.engine.batch import AnswerOrRefusal, answer_together
from cadran.engine.comparison.earlier_window import Shift, find_earlier, find_shift, warn_of_fewer_days
from cadran.engine.comparison.lined_up import line_up

Sites = tuple[int, ...] | None
#: A window that runs is compared up to the minute, one of more than two days up to the quarter-hour: the earlier one is
#: then read from rollups, and asked once in a quarter of an hour. So is one about agents' time.
_MINUTE: Final = timedelta(minutes=1)
_QUARTER: Final = timedelta(minutes=15)
_MINUTES_AT_MOST: Final = timedelta(days=2)


def _unknown(_: Sites) -> None:
    """Return None: no first day is known. This is the default of ``ComparisonRing.first_day``."""


@dataclass(frozen=True, slots=True)
class ComparisonRing:
    """A ring that answers questions with a comparison, and passes on all other questions.

    ``first_day`` returns the first day with data of some sites (None: of all sites).
    """

    inner: Answers
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    first_day: Callable[[Sites], date | None] = _unknown

    async def answer(self, question: Question, principal: Principal) -> Answer:
        """Return the figures of the window, each with the earlier figure (None where there is none)."""
        if question.compare is None:
            return await self.inner.answer(question, principal)
        shift = find_shift(question)
        earlier = find_earlier(question, shift)
        fewer = warn_of_fewer_days(question, earlier)
        # All groups of the earlier window are needed: a top would cut some off.
        before = replace(question, window=earlier, compare=None, top=None, order=None)
        present = replace(question, compare=None)
        if not self._is_running(question.window):
            now, then = await asyncio.gather(
                self.inner.answer(present, principal), self.inner.answer(before, principal)
            )
        else:
            now = await self.inner.answer(present, principal)
            before = replace(before, window=self._cut(before, now, shift))
            then = await self.inner.answer(before, principal)
        # The earlier buckets are no rows of the answer.
        warnings = [
            each if each in now.warnings else _about_earlier(each)
            for each in then.warnings
            if each.code != "partial_buckets"
        ]
        then = replace(then, warnings=(*warnings, *self._too_early(before), *fewer))
        return line_up(question, now, then, shift, sees_people=principal.sees_people)

    def _is_running(self, window: Window) -> bool:
        """Return whether the window has begun, and is not over yet on every site's clock."""
        now, zones = self.clock(), {*self.directory().zones.values()} or {"UTC"}
        spans = [window.instants or (to_instant(window.start, zone), to_instant(window.end, zone)) for zone in zones]
        return any(start <= now < end for start, end in spans)

    def _cut(self, before: Question, now: Answer, shift: Shift) -> Window:
        """Return the earlier window up to the time that the present window has reached: the present instant, or the
        last known contact if it is earlier. Where the sites' clocks differ and no zone is named, nothing is cut."""
        earlier, window = before.window, now.question.window
        zone = window.zone or self.directory().zone_of(sites_in(before.where, self.directory()))
        if zone is None and window.start.tzinfo is None:
            return earlier
        reached = min(self.clock(), now.freshness.as_of or self.clock())
        if window.start.tzinfo is None:
            reached = reached.astimezone(load_zone(zone or "UTC")).replace(tzinfo=None)
        short = window.end - window.start <= _MINUTES_AT_MOST and not _needs_quarters(before)
        reached = max(reached, window.start + (_MINUTE if short else _QUARTER))
        reached = reached.replace(second=0, microsecond=0)
        end = shift(reached if short else find_bucket_start(reached, Grain.QUARTER_HOUR))
        # A day that the earlier month does not have is past its end.
        return replace(earlier, end=min(earlier.end, end or earlier.end))

    def _too_early(self, earlier: Question) -> tuple[Notice, ...]:
        """Return a warning if the earlier window begins before the data: it then covers less time."""
        first = self.first_day(sites_in(earlier.where, self.directory()))
        if first is None or earlier.window.start.date() >= first:
            return ()
        return (
            Notice(
                "begins_before_data",
                Label(
                    f"The window of comparison begins before the data, which begin on {first}: it is shorter.",
                    f"La période de comparaison commence avant les données, qui commencent le {first} : elle est plus"
                    " courte.",
                ),
            ),
        )

    async def together(self, questions: Sequence[Question], principal: Principal) -> list[AnswerOrRefusal]:
        """Answer several questions. None of them may have a comparison."""
        assert all(each.compare is None for each in questions)
        return await answer_together(self.inner, questions, principal)


def _about_earlier(notice: Notice) -> Notice:
    """Return a warning that says that it is about the earlier window."""
    detail = Label(
        f"In the window of comparison: {notice.detail.en}", f"Dans la période de comparaison : {notice.detail.fr}"
    )
    return replace(notice, detail=detail)


def _needs_quarters(question: Question) -> bool:
    """Return whether a figure is known by the quarter-hour only, as agents' time is."""
    facts = {fact for call in question.metrics for fact in find_facts(call.slug)}
    known = [{table.time for table in find_tables(fact)} for fact in facts]
    return any(times and "instant" not in times for times in known)
