"""The length of time that each row of a question about staffing covers.

Takes the question, its window and the keys of the rows. A row's length is the total of those quarter-hours in its
bucket that lie in the window, pass the question's calendar filters and have data.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.answer import Freshness
from cadran.domain.question import Filter, Question
from cadran.domain.window import QUARTERS, Grain, find_bucket_start, load_zone, to_instant

TIME: Final = "time_of_day"
QUARTER_SECONDS: Final = 900.0
_QUARTER: Final = timedelta(minutes=15)


def reached(freshness: Freshness) -> datetime | None:
    """Return until when arrivals are known: the end of the last contact's quarter-hour, or now if that is earlier."""
    if freshness.as_of is None:
        return None
    past = timedelta(seconds=freshness.as_of.timestamp() % QUARTER_SECONDS)
    return min(freshness.generated_at, freshness.as_of - past + _QUARTER)


def lengths(
    question: Question, timing: Timing, keys: Sequence[tuple[object, ...]], until: datetime | None
) -> list[float] | None:
    """Return how many seconds of the window, up to ``until``, each row covers; None if no figure needs the length.

    ``keys`` identify the rows."""
    if not any(call.metric.kind == "computed" for call in question.metrics):
        return None
    clock = _Clock(question, timing, until)
    return [clock.seconds(key) for key in keys]


@dataclass(frozen=True)
class _Clock:
    """The quarter-hours of a question's window, on the question's clock."""

    question: Question
    timing: Timing
    until: datetime | None

    @cached_property
    def bounds(self) -> tuple[datetime, datetime]:
        spans = self.timing.spans_on(self.timing.shown or "UTC")
        start, end = spans[0][0], spans[-1][1]
        return start, end if self.until is None else min(end, self.until)

    @cached_property
    def places(self) -> dict[str, int]:
        """Return the positions of the time columns in a key."""
        names = self.question.by if self.question.grain is Grain.TOTAL else ("start", *self.question.by)
        return {name: place for place, name in enumerate(names) if name == "start" or name in CALENDAR}

    @cached_property
    def filters(self) -> dict[str, list[tuple[frozenset[int], bool]]]:
        found: dict[str, list[tuple[frozenset[int], bool]]] = {}
        for each in self.question.where:
            if each.dimension in CALENDAR:
                found.setdefault(each.dimension, []).append(read_numbers(each))
        return found

    def passes(self, dimension: str, value: int) -> bool:
        return all((value in numbers) != negated for numbers, negated in self.filters.get(dimension, ()))

    def seconds(self, key: tuple[object, ...]) -> float:
        """Return the seconds of the quarter-hours that a row covers."""
        if self.question.grain in QUARTERS:
            return self._of_bucket(key)
        known = {name: key[place] for name, place in self.places.items()}
        first = int(known.pop(TIME))  # type: ignore[call-overload]  # an integer column
        days = tuple(known.values())
        quarters = [each for each in range(first, first + QUARTERS[self.question.step]) if self.passes(TIME, each)]
        whole = self.whole_days[days] * QUARTER_SECONDS * len(quarters)
        return whole + sum(self.odd_seconds[days, quarter] for quarter in quarters)

    def _of_bucket(self, key: tuple[object, ...]) -> float:
        start, end = self.bounds
        first = key[self.places["start"]]
        assert isinstance(first, datetime)
        wanted = key[self.places[TIME]] if TIME in self.places else None
        local = first.astimezone(load_zone(self.timing.shown or "UTC"))
        quarter = local.hour * 4 + local.minute // 15
        found = 0.0
        for number in range(QUARTERS[self.question.grain]):
            of_day = (quarter + number) % 96
            begins = first + number * _QUARTER
            step = QUARTERS[self.question.step]
            is_wanted = wanted is None or wanted == of_day // step * step
            if start <= begins < end and is_wanted and self.passes(TIME, of_day):
                found += min(_QUARTER, end - begins).total_seconds()
        return found

    @cached_property
    def whole_days(self) -> Counter[tuple[object, ...]]:
        """Return how many days of 24 hours lie wholly in the window, by the key columns of days."""
        return Counter(self._of_day(day) for day, whole in self._days() if whole and self._counts(day))

    @cached_property
    def odd_seconds(self) -> Mapping[tuple[tuple[object, ...], object], float]:
        """Return the seconds per quarter-hour of the other days: days cut by the window, and days of a clock change."""
        found: defaultdict[tuple[tuple[object, ...], object], float] = defaultdict(float)
        zone = load_zone(self.timing.shown or "UTC")
        for day, whole in self._days():
            if whole or not self._counts(day):
                continue
            current, end = self._span(day)
            while current < end:
                local = current.astimezone(zone)
                found[self._of_day(day), local.hour * 4 + local.minute // 15] += min(
                    _QUARTER, end - current
                ).total_seconds()
                current += _QUARTER
        return found

    def _days(self) -> Iterator[tuple[date, bool]]:
        zone = load_zone(self.timing.shown or "UTC")
        day, end = self.bounds[0].astimezone(zone).date(), self.bounds[1]
        while to_instant(datetime.combine(day, time.min), zone.key) < end:
            first, last = self._span(day)
            yield day, last - first == timedelta(days=1)
            day += timedelta(days=1)

    def _span(self, day: date) -> tuple[datetime, datetime]:
        """Return the bounds of the part of a local day that lies in the window."""
        zone = self.timing.shown or "UTC"
        first = to_instant(datetime.combine(day, time.min), zone)
        last = to_instant(datetime.combine(day + timedelta(days=1), time.min), zone)
        return max(first, self.bounds[0]), min(last, self.bounds[1])

    def _counts(self, day: date) -> bool:
        return all(self.passes(name, read_part(day, name)) for name in self.filters if name != TIME)

    def _of_day(self, day: date) -> tuple[object, ...]:
        start = find_bucket_start(datetime.combine(day, time.min), self.question.grain).date()
        return tuple(start if name == "start" else read_part(day, name) for name in self.places if name != TIME)


def read_numbers(each: Filter) -> tuple[frozenset[int], bool]:
    """Return the numbers of a calendar filter, and whether they are excluded."""
    return frozenset(map(int, each.values)), each.negated


def read_part(day: date, dimension: str) -> int:
    """Return the value of a calendar dimension on a day."""
    found: int = day.isoweekday() if dimension == "weekday" else getattr(day, dimension)
    return found
