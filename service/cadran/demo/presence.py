"""Agents' time: states and schedules by agent and shift.

The module takes settled contacts with their legs and returns rows of both schemas for a range of days. An agent's legs
fix the times on contact and in after-call work. Around them, agents log in late at the change of shifts and log out
early before closing. They take their break in the longest pause of the shift.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.contacts.handling import has_specialist, on_duty
from cadran.demo.days import WallClock, day_number, hours, is_open, kind_of_day
from cadran.demo.fatigue import WEARY_POSTS
from cadran.demo.legs import Legs, Span, whole_leg
from cadran.demo.staff import holder
from cadran.demo.world import PAU, SITES, SOURCE, SPECIALIST, STAFF, TEAMS, WORKDAY, Row

# The hour before the morning shift is for the briefing and for leftover work. In the plan, the two shifts overlap for
# a quarter of an hour, but hardly any agent complies.
_BRIEFING_SECONDS = 3600
_MORNING_ENDS, _AFTERNOON_BEGINS = 12 * 3600 + 30 * 60, 12 * 3600 + 15 * 60
_GONE_BEFORE, _LATE_BY = (720, 960), (480, 900)
_OUT_BEFORE = {True: (840, 1_080), False: (480, 780)}  # Seconds before closing: at Pau (True), elsewhere (False).
_BREAK_SECONDS = (900, 1_320)
_AWAY = 0.05
# Worn-out agents make themselves unavailable in longer pauses between contacts.
_WEARY_FROM, _WEARY_TO = day_number(date(2015, 11, 23)), day_number(date(2015, 12, 31))
_TAKES_BREATH, _BREATH_SECONDS = 0.7, 90


@dataclass(frozen=True, slots=True)
class Shift:
    """One agent's shift: planned start and end, and the spans on contact and in after-call work.

    All times are seconds of the day.
    """

    post: int
    day: int
    begins: int
    ends: int
    afternoon: bool
    talking: list[Span]
    writing_up: list[Span]


class Presence:
    """The shifts between two days, ends included, and their rows.

    A contact that is not in ``legs`` has one leg, that of its agent.
    """

    def __init__(
        self, seed: int, clock: WallClock, contacts: Iterable[Contact], legs: Legs, first: int, last: int
    ) -> None:
        self._seed = seed
        self._clock = clock
        self._first, self._last = first, last
        self._shifts = list(self._found(contacts, legs))

    def states(self, until: int) -> Iterator[Row]:
        """Yield the states that have ended at the instant ``until``, shift by shift."""
        for shift in self._shifts:
            agent = holder(shift.post, shift.day).code
            for state, start, end in _states(self._random(shift, "states"), shift):
                begun, ended = (self._clock.instant(shift.day, second) for second in (start, end))
                if ended > begun and ended <= until:
                    yield {
                        "source": SOURCE,
                        "agent": agent,
                        "state": state,
                        "started_at": self._clock.text(begun),
                        "ended_at": self._clock.text(ended),
                    }

    def schedules(self) -> Iterator[Row]:
        """Yield the plan: each shift with its briefing and break, and the absences of agents off duty."""
        for shift in self._shifts:
            for activity, start, end in _planned(shift):
                yield self._plan(shift.post, shift.day, activity, start, end)
        for day in range(self._first, self._last + 1):
            for site in range(len(SITES)):
                yield from self._absences(site, day)

    def _found(self, contacts: Iterable[Contact], legs: Legs) -> Iterator[Shift]:
        talking: dict[tuple[int, int], list[Span]] = defaultdict(list)
        writing_up: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for day in range(self._first, self._last + 1):
            for post in _everybody_on_duty(day):
                talking[day, post] = []
        for contact in contacts:
            if contact.answered is None or contact.agent < 0:
                continue
            for leg in legs.get(contact) or (whole_leg(contact),):
                day, second = self._clock.local(leg.started)
                if self._first <= day <= self._last:
                    end = second + leg.talk + leg.hold
                    talking[day, leg.post].append((second, end))
                    writing_up[day, leg.post].append((end, end + leg.acw))
        for (day, post), spans in sorted(talking.items()):
            afternoon = STAFF[post].afternoon
            opens, closes = hours(day)
            begins, ends = (_AFTERNOON_BEGINS, closes) if afternoon else (opens, _MORNING_ENDS)
            busy = united(spans)
            yield Shift(post, day, begins, ends, afternoon, busy, without(united(writing_up[day, post]), busy))

    def _absences(self, site: int, day: int) -> Iterator[Row]:
        for afternoon in (False, True):
            duty = on_duty(site, day, afternoon=afternoon) if is_open(site, day) else TEAMS[site][afternoon]
            for post in TEAMS[site][afternoon]:
                if post not in duty and Random(f"{self._seed}:{day}:{post}:away").random() < _AWAY:
                    opens, closes = hours(day)
                    begins, ends = (_AFTERNOON_BEGINS, closes) if afternoon else (opens, _MORNING_ENDS)
                    yield self._plan(post, day, "absence", begins, ends)

    def _plan(self, post: int, day: int, activity: str, start: int, end: int) -> Row:
        return {
            "source": SOURCE,
            "agent": holder(post, day).code,
            "activity": activity,
            "starts_at": self._clock.text(self._clock.instant(day, start)),
            "ends_at": self._clock.text(self._clock.instant(day, end)),
        }

    def _random(self, shift: Shift, topic: str) -> Random:
        return Random(f"{self._seed}:{shift.day}:{shift.post}:{topic}")


def _everybody_on_duty(day: int) -> Iterator[int]:
    for afternoon in (False, True):
        for site in range(len(SITES)):
            if is_open(site, day):
                yield from on_duty(site, day, afternoon=afternoon)
        if has_specialist(day, afternoon=afternoon):
            yield SPECIALIST


def _planned(shift: Shift) -> Iterator[tuple[str, int, int]]:
    if not shift.afternoon:
        yield "meeting", shift.begins - _BRIEFING_SECONDS, shift.begins
    pause = _break_at(shift)
    # At most one activity starts at an instant; the break divides the work.
    yield "work", shift.begins, pause
    yield "break", pause, pause + 1_200
    yield "work", pause + 1_200, shift.ends


def _break_at(shift: Shift) -> int:
    """Return the planned start of the break, on a quarter-hour. A team's breaks are staggered."""
    middle = (shift.begins + shift.ends) // 2 // 900 * 900
    return middle + shift.post % 3 * 900 - 900


def _states(random: Random, shift: Shift) -> Iterator[tuple[str, int, int]]:
    """Yield the states of a shift from log-in to log-out. Each instant has one state."""
    first, last = _logged_in(random, shift)
    opens = shift.begins if not shift.afternoon else first
    if first < opens:
        opens = min([opens + int(random.random() * 240), *(start for start, _ in shift.talking[:1])])
        yield "meeting", first, opens
    busy = united([*shift.talking, *shift.writing_up])
    pauses = without([(opens, last)], busy)
    rest = _rest(random, shift, pauses)
    for start, end in shift.talking:
        yield "on_contact", start, end
    for start, end in shift.writing_up:
        yield "acw", start, end
    if rest is not None:
        yield "break", *rest
        pauses = without(pauses, [rest])
    worn = shift.post in WEARY_POSTS and _WEARY_FROM <= shift.day <= _WEARY_TO
    for start, end in pauses:
        takes_breath = worn and end - start > _BREATH_SECONDS and random.random() < _TAKES_BREATH
        yield "unavailable" if takes_breath else "available", start, end


def _logged_in(random: Random, shift: Shift) -> Span:
    """Draw log-in and log-out. An agent who is busy with a contact stays logged in."""
    pau = STAFF[shift.post].site == PAU
    if shift.afternoon:
        late = _LATE_BY if kind_of_day(shift.day) == WORKDAY else (0, 240)
        first = shift.begins + random.randint(*late)
        last = shift.ends - random.randint(*_OUT_BEFORE[pau])
    else:
        first = shift.begins - _BRIEFING_SECONDS + random.randint(-120, 420)
        last = shift.ends - random.randint(*_GONE_BEFORE)
    spans = [*shift.talking, *shift.writing_up]
    return min([first, *(start for start, _ in spans)]), max([last, *(end for _, end in spans)])


def _rest(random: Random, shift: Shift, pauses: list[Span]) -> Span | None:
    """Draw the break: in the longest pause between an hour after the start and an hour before the end.

    Return None when there is no such pause.
    """
    within = [span for span in pauses if shift.begins + 3600 <= span[0] and span[1] <= shift.ends - 3600]
    if not within:
        return None
    start, end = max(within, key=lambda span: span[1] - span[0])
    return start, min(end, start + random.randint(*_BREAK_SECONDS))


def united(spans: Iterable[Span]) -> list[Span]:
    """Return the spans in order. Merge spans that overlap or touch, and leave out empty spans."""
    found: list[Span] = []
    for start, end in sorted(spans):
        if found and start <= found[-1][1]:
            found[-1] = (found[-1][0], max(end, found[-1][1]))
        elif end > start:
            found.append((start, end))
    return found


def without(spans: Iterable[Span], taken: list[Span]) -> list[Span]:
    """Return the parts of ``spans`` that ``taken`` does not cover. Both must be in order."""
    left: list[Span] = []
    for start, end in spans:
        for begun, ended in taken:
            if ended <= start:
                continue
            if begun >= end:
                break
            if begun > start:
                left.append((start, begun))
            start = max(start, ended)
        if start < end:
            left.append((start, end))
    return left
