"""The agents required for a bucket's contacts: the checks, the length of each row, and the figures.

Takes the handle time, the handled contacts and the arrivals of each row. Gives the agents by ``domain/erlang`` for the
arrival rate over the row's length. That length is the total of those quarter-hours in the row's bucket that lie in the
window, pass the question's calendar filters and have data. Rows shorter than a quarter-hour have no figure.

Refuses buckets longer than an hour, because arrivals are no steady stream over them, unless rows are by time of day.
Refuses windows that begin or end within a quarter-hour, and sites of several zones together.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from functools import cached_property
from typing import Final

from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.answer import Figures, Freshness
from cadran.domain.erlang import Line, positions, required_agents
from cadran.domain.question import Filter, MetricRef, Question
from cadran.domain.window import Grain, find_bucket_start, load_zone, to_instant
from cadran.errors import QuestionRefused

TIME: Final = "time_of_day"
_QUARTER: Final = timedelta(minutes=15)
_QUARTERS: Final = {Grain.QUARTER_HOUR: 1, Grain.HOUR: 4}
_SECONDS: Final = 900.0
Values = Sequence[float | None]


def check(question: Question, timing: Timing) -> None:
    """Refuse a question for which required agents cannot be computed. Questions without such a metric pass."""
    for call in question.metrics:
        if call.metric.kind == "computed":
            _check(call, question, timing)


def _check(call: MetricRef, question: Question, timing: Timing) -> None:
    arguments = call.values()
    impatient = arguments["formula"] == "erlang_a"
    if impatient != ("patience" in arguments):
        raise QuestionRefused(
            "formula=erlang_a needs patience=…, the mean seconds before a waiting customer leaves; erlang_c has none.",
            code="bad_parameter",
            parameter="metrics",
        )
    if question.grain not in _QUARTERS and TIME not in question.by:
        raise QuestionRefused(
            f"{call.slug} needs grain=hour or quarter_hour, or by=time_of_day (a usual day): over longer buckets"
            " contacts do not arrive in a steady stream.",
            code="impossible_grain",
            parameter="grain",
            suggestions=("hour", "quarter_hour"),
        )
    if timing.shown is None:
        raise QuestionRefused(
            f"{call.slug} needs one clock, and the sites in scope have different time zones:"
            " name one (zone=Europe/Paris) or filter on a site.",
            code="bad_window",
            parameter="zone",
        )
    if any(bound.minute % 15 or bound.second or bound.microsecond for bound in timing.local or timing.instants or ()):
        raise QuestionRefused(
            f"{call.slug} is computed by whole quarter-hours: the window's start and end must fall on quarter-hours.",
            code="bad_window",
            parameter="start",
        )


def figures(call: MetricRef, handle: Values, handled: Values, arrivals: Values, seconds: Values) -> Figures:
    """Return the required agents of each row; None without arrivals, without a handle time, or below a quarter-hour."""
    nothing: list[float | None] = [None] * len(arrivals)
    values = [_required(call, *row) for row in zip(handle, handled, arrivals, seconds, strict=True)]
    return Figures(call, values, nothing, nothing, arrivals)


def _required(
    call: MetricRef, handle: float | None, handled: float | None, arrivals: float | None, seconds: float | None
) -> float | None:
    if not handle or not handled or not arrivals or not seconds or seconds < _SECONDS:
        return None
    arguments = call.values()
    patience = float(arguments["patience"]) if "patience" in arguments else None
    line = Line(arrivals / seconds, handle / handled, patience)
    agents = required_agents(line, float(arguments["within"]), float(arguments["level"]))
    return positions(agents, float(arguments["shrinkage"]))


def reached(freshness: Freshness) -> datetime | None:
    """Return until when arrivals are known: the end of the last contact's quarter-hour, or now if that is earlier."""
    if freshness.as_of is None:
        return None
    past = timedelta(seconds=freshness.as_of.timestamp() % _SECONDS)
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
        start, end = self.timing.instants or (
            to_instant(bound, self.timing.shown or "UTC") for bound in self.timing.local or ()
        )
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
                found.setdefault(each.dimension, []).append(_numbers(each))
        return found

    def passes(self, dimension: str, value: int) -> bool:
        return all((value in numbers) != negated for numbers, negated in self.filters.get(dimension, ()))

    def seconds(self, key: tuple[object, ...]) -> float:
        """Return the seconds of the quarter-hours that a row covers."""
        if self.question.grain in _QUARTERS:
            return self._of_bucket(key)
        known = {name: key[place] for name, place in self.places.items()}
        quarter = known.pop(TIME)
        days = tuple(known.values())
        if not self.passes(TIME, int(quarter)):  # type: ignore[call-overload]  # an integer column
            return 0.0
        return self.whole_days[days] * _SECONDS + self.odd_seconds[days, quarter]

    def _of_bucket(self, key: tuple[object, ...]) -> float:
        start, end = self.bounds
        first = key[self.places["start"]]
        assert isinstance(first, datetime)
        wanted = key[self.places[TIME]] if TIME in self.places else None
        local = first.astimezone(load_zone(self.timing.shown or "UTC"))
        quarter = local.hour * 4 + local.minute // 15
        found = 0.0
        for number in range(_QUARTERS[self.question.grain]):
            of_day = (quarter + number) % 96
            begins = first + number * _QUARTER
            if start <= begins < end and wanted in (None, of_day) and self.passes(TIME, of_day):
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
        return all(self.passes(name, _number(day, name)) for name in self.filters if name != TIME)

    def _of_day(self, day: date) -> tuple[object, ...]:
        start = find_bucket_start(datetime.combine(day, time.min), self.question.grain).date()
        return tuple(start if name == "start" else _number(day, name) for name in self.places if name != TIME)


def _numbers(each: Filter) -> tuple[frozenset[int], bool]:
    return frozenset(map(int, each.values)), each.negated


def _number(day: date, dimension: str) -> int:
    found: int = day.isoweekday() if dimension == "weekday" else getattr(day, dimension)
    return found
