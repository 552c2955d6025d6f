"""The ring that compares figures with those of an earlier window. It asks two questions and matches rows by key."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta, tzinfo
from math import ceil
from typing import Final

from cadran.compiler.lattice import find_tables
from cadran.domain.access.linked_metrics import find_facts
from cadran.domain.access.principal import Principal
from cadran.domain.access.suppression import is_about_people, make_comparison_notice
from cadran.domain.answer import Answer, Answers, Figures, Notice
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.metric import Label
from cadran.domain.question import Compare, Question
from cadran.domain.window import WIDTHS, Grain, Window, find_bucket_start, load_zone, to_instant
from cadran.engine.batch import AnswerOrRefusal, answer_together
from cadran.engine.earlier_groups import add_groups, is_known

Sites = tuple[int, ...] | None
Shift = Callable[[datetime], datetime | None]
_INSTANT: Final = timedelta(microseconds=1)
#: Clocks are never set forward or back by more than this.
_SET_AT_MOST: Final = timedelta(hours=2)
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
        earlier = _earlier(question, shift)
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
        warnings = [each for each in then.warnings if each.code != "partial_buckets"]
        then = replace(then, warnings=(*warnings, *self._too_early(before)))
        return _lined_up(question, now, then, shift, sees_people=principal.sees_people)

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


def _needs_quarters(question: Question) -> bool:
    """Return whether a figure is known by the quarter-hour only, as agents' time is."""
    facts = {fact for call in question.metrics for fact in find_facts(call.slug)}
    known = [{table.time for table in find_tables(fact)} for fact in facts]
    return any(times and "instant" not in times for times in known)


def find_shift(question: Question) -> Shift:
    """Return the function that maps a wall-clock time to the earlier time with which it is compared.

    The function returns None for days that the calendar does not have (29 February, 31 November).
    """
    window = question.window
    if question.compare is Compare.PREVIOUS_YEAR_WEEKDAYS:
        return lambda moment: moment - timedelta(days=364)
    if question.compare is Compare.PREVIOUS_YEAR:
        return lambda moment: _months_back(moment, 12)
    if question.compare is Compare.PREVIOUS_MONTH:
        return lambda moment: _months_back(moment, 1)
    if question.compare is Compare.SAME_TIME_LAST_WEEK:
        return lambda moment: moment - timedelta(days=7)
    if question.compare is Compare.SAME_WEEKDAY:
        weeks = ceil((window.end - window.start) / timedelta(days=7))
        return lambda moment: moment - timedelta(days=7 * weeks)
    months = (window.end.year - window.start.year) * 12 + window.end.month - window.start.month
    if months and window.start.day == window.end.day == 1 and _at_midnight(window.start) and _at_midnight(window.end):
        return lambda moment: _months_back(moment, months)
    width = window.end - window.start
    return lambda moment: moment - width


def _at_midnight(moment: datetime) -> bool:
    return (moment.hour, moment.minute, moment.second, moment.microsecond) == (0, 0, 0, 0)


def _months_back(moment: datetime, months: int) -> datetime | None:
    number = moment.year * 12 + moment.month - 1 - months
    try:
        return moment.replace(year=number // 12, month=number % 12 + 1)
    except ValueError:
        return None


def _earlier(question: Question, shift: Shift) -> Window:
    """Return the earlier window. A previous period ends when the question's window begins, at any UTC offset."""
    window = question.window
    previous = question.compare is Compare.PREVIOUS_PERIOD
    return Window(
        _shifted(shift, window.start), window.start if previous else _shifted_end(shift, window.end), window.zone
    )


def _shifted(shift: Shift, bound: datetime) -> datetime:
    """Shift a window's bound. If the earlier month has no such day, shift the closest day before it that has a
    counterpart."""
    moved = shift(bound)
    while moved is None:
        bound -= timedelta(days=1)
        moved = shift(bound)
    return moved


def _shifted_end(shift: Shift, bound: datetime) -> datetime:
    """Shift a window's end. An end at the start of 29 February becomes the end of February in a common year."""
    return shift(bound) or _shifted(shift, bound - _INSTANT) + _INSTANT


def _lined_up(question: Question, now: Answer, then: Answer, shift: Shift, *, sees_people: bool) -> Answer:
    now = add_groups(question, now, then)

    def moved(start: datetime) -> datetime | None:
        return _moved(start, shift, question)

    passing = question.window.start.tzinfo if question.grain in WIDTHS else None
    places: dict[object, dict[timedelta | None, int]] = {}
    for row, (key, offset) in enumerate(_row_keys(then, None, passing)):
        places.setdefault(key, {})[offset] = row
    keys = _row_keys(now, moved, passing)
    rows = [_like(places.get(key, {}), offset) for key, offset in keys]
    # Without a row, nothing happened in a group or bucket, if the earlier window has the bucket and the data reach it.
    empty = [is_known(key, then) for key, _ in keys]
    apart = then.question.window.end <= now.question.window.start
    figures, totals, blank = [], [], list[str]()
    for column, total, earlier, earlier_total in zip(now.figures, now.totals, then.figures, then.totals, strict=True):
        hides = any(each.hidden for each in (column, total, earlier, earlier_total))
        if not apart and (hides or is_about_people(column.call, sees_people=sees_people)):
            # Windows that share days may hide different rows, and together they would reveal what each hides. Even if
            # neither hides a row, their difference shows the figures of the few days that only one of them has.
            blank.append(column.call.name)
            figures.append(replace(column, previous=[None] * len(column.values)))
            totals.append(replace(total, previous=[None]))
        else:
            figures.append(_with_previous(column, earlier, rows, empty))
            totals.append(_with_previous(total, earlier_total, [0], [False]))
    notices = [make_comparison_notice(blank)] if blank else []
    warnings = tuple(dict.fromkeys((*now.warnings, *then.warnings, *notices)))
    freshest = min(now.freshness.stale_after, then.freshness.stale_after)
    freshness = replace(
        now.freshness,
        stale_after=freshest,
        version=max(now.freshness.version, then.freshness.version),
        stale=now.freshness.stale or then.freshness.stale,
    )
    return replace(
        now,
        question=replace(now.question, compare=question.compare),
        figures=tuple(figures),
        totals=tuple(totals),
        warnings=warnings,
        freshness=freshness,
        approximate=now.approximate or then.approximate,
        compared=(then.start, then.end),
        sources=(*now.sources, *then.sources),
    )


def _moved(start: datetime, shift: Shift, question: Question) -> datetime | None:
    """Return the start of the earlier bucket that a bucket is compared with.

    A week is compared with the nearest week, because the dates of weeks differ from year to year. If the window's
    bounds are instants, a day is compared with the earlier day whose start differs at most by a clock change.
    """
    moved, grain = shift(start), question.grain
    if moved is None or grain in WIDTHS:
        return moved
    if grain is Grain.DAY:
        day = find_bucket_start(moved + _SET_AT_MOST, grain)
        return day if question.window.start.tzinfo and abs(day - moved) <= _SET_AT_MOST else moved
    return find_bucket_start(moved + timedelta(days=3) if grain is Grain.WEEK else moved, grain)


def _like(places: dict[timedelta | None, int], offset: timedelta | None) -> int | None:
    """Return the row of a wall-clock time; None if there is none.

    When the clock was set back, a time has two rows: return the row of the same offset, else the first.
    """
    return places.get(offset, next(iter(places.values()), None))


def _row_keys(
    answer: Answer, shift: Shift | None, passing: tzinfo | None
) -> list[tuple[tuple[object, ...], timedelta | None]]:
    """Return the keys of the rows and the UTC offsets of their starts.

    Starts are wall-clock times, shifted if there is a ``shift``. With ``passing``, starts are written in that zone.
    """
    columns: list[list[object]] = []
    offsets: list[timedelta | None] = [None] * answer.rows
    for key in answer.keys:
        if key.name != "start":
            columns.append([*key.ids])
            continue
        written = [datetime.fromisoformat(str(value)) for value in key.values]
        if passing is not None:
            written = [each.astimezone(passing) for each in written]
        offsets = [each.utcoffset() for each in written]
        starts = [each.replace(tzinfo=None) for each in written]
        columns.append([shift(start) if shift else start for start in starts])
    keys = list(zip(*columns, strict=True)) if columns else [()] * answer.rows
    return list(zip(keys, offsets, strict=True))


def _with_previous(ours: Figures, theirs: Figures, rows: list[int | None], empty: list[bool]) -> Figures:
    """Return the column with the earlier values. A hidden figure shows no earlier value either."""
    counted = ours.call.metric.is_counted
    previous: list[float | None] = []
    for place, row in enumerate(rows):
        if place in ours.hidden:
            previous.append(None)
        elif row is not None and row < len(theirs.values):
            previous.append(theirs.values[row])
        else:
            previous.append(0 if counted and empty[place] else None)
    return replace(ours, previous=previous)
