"""Legs: some transferred calls go on with a second agent, a few with a third.

The module takes settled contacts and the contacts that were transferred. The times of the legs add up to the times of
their contact, so that figures of contacts do not depend on the legs. A leg goes to an agent who is on duty and free
then, at the site of the contact or at another one. The legs depend on the seed and the contacts, not on the present
instant.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.contacts.handling import has_specialist, on_duty
from cadran.demo.days import WallClock, is_open
from cadran.demo.rows import Rows, is_finished
from cadran.demo.staff import holder
from cadran.demo.world import SHIFT_CHANGE, SITES, SOURCE, SPECIALIST, TO_SPECIALIST, Row

_SEVERAL, _THREE = 0.65, 0.12
# The first agent's shares of the conversation and of the after-call work, least and most.
_FIRST_TALKS, _FIRST_WRITES = (0.25, 0.55), (0.15, 0.4)
_SHORTEST_TALK = 90
_SAME_SITE = 0.6
_DAY = 86_400

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Leg:
    """One agent's share of a contact. ``started`` is an instant; the durations are whole seconds."""

    post: int
    started: int
    talk: int
    hold: int
    acw: int

    @property
    def ended(self) -> int:
        """Return the instant at which the agent left the conversation. The after-call work follows."""
        return self.started + self.talk + self.hold


Legs = Mapping[Contact, Sequence[Leg]]


def whole_leg(contact: Contact) -> Leg:
    """Return the only leg of an answered contact that was not divided."""
    return Leg(contact.agent, contact.answered or 0, int(contact.talk), int(contact.hold), int(contact.acw))


def make_legs(
    random: Random, contacts: Iterable[Contact], transferred: Mapping[Contact, str], clock: WallClock
) -> dict[Contact, list[Leg]]:
    """Return the legs of the transferred contacts that have several. The contacts must be in the order of offer."""
    settled = [contact for contact in contacts if contact.answered is not None and contact.agent >= 0]
    floor = _Colleagues(settled, clock)
    found: dict[Contact, list[Leg]] = {}
    for contact in settled:
        if contact in transferred:
            # One draw for each contact, so that the search for its colleagues does not move the next draws.
            draws = Random(random.random())
            if draws.random() < _SEVERAL and contact.talk >= _SHORTEST_TALK:
                legs = list(_divided(draws, contact, floor, special=transferred[contact] == TO_SPECIALIST))
                if len(legs) > 1:
                    found[contact] = legs
    return found


def leg_rows(legs: Legs, rows: Rows, clock: WallClock, until: int) -> Iterator[Row]:
    """Yield the legs of the contacts that have ended at the instant ``until``."""
    for contact, parts in legs.items():
        if not is_finished(contact, until):
            continue
        for number, leg in enumerate(parts, 1):
            agent = holder(leg.post, contact.day)
            yield {
                "source": SOURCE,
                "contact": rows.identity(contact),
                "leg": str(number),
                "agent": agent.code,
                "team": agent.team,
                "started_at": clock.text(leg.started),
                "talk": str(leg.talk),
                "hold": str(leg.hold),
                "acw": str(leg.acw),
            }


def _divided(random: Random, contact: Contact, floor: _Colleagues, *, special: bool) -> Iterator[Leg]:
    """Yield the legs of a contact: as many as there are free colleagues, at most two or three."""
    taken = [contact.agent]
    started = contact.answered or 0
    talk, hold, acw = int(contact.talk), int(contact.hold), int(contact.acw)
    for _ in range(2 if random.random() < _THREE else 1):
        part = random.uniform(*_FIRST_TALKS)
        leg = Leg(taken[-1], started, int(talk * part), int(hold * part), int(acw * random.uniform(*_FIRST_WRITES)))
        colleague = floor.find(random, contact, taken, (leg.ended, started + talk + hold + acw), special=special)
        if colleague is None:
            break
        yield leg
        taken.append(colleague)
        started, talk, hold, acw = leg.ended, talk - leg.talk, hold - leg.hold, acw - leg.acw
    yield Leg(taken[-1], started, talk, hold, acw)


class _Colleagues:
    """The agents on duty, and when each of them is busy."""

    def __init__(self, settled: Iterable[Contact], clock: WallClock) -> None:
        self._clock = clock
        self._busy: dict[tuple[int, int], list[Span]] = defaultdict(list)
        for contact in settled:
            answered = contact.answered or 0
            self._engage(contact.agent, (answered, answered + int(contact.talk + contact.hold + contact.acw)))

    def find(self, random: Random, contact: Contact, taken: Sequence[int], span: Span, *, special: bool) -> int | None:
        """Return the post of a colleague who is free during the span, now engaged. Return None if nobody is free."""
        for post in self._crew(random, contact, span[0], special=special):
            if post not in taken and self._is_free(post, span):
                self._engage(post, span)
                return post
        return None

    def _crew(self, random: Random, contact: Contact, instant: int, *, special: bool) -> Iterator[int]:
        """Yield the agents on duty, mostly those of the site first."""
        day, second = self._clock.local(instant)
        afternoon = second >= SHIFT_CHANGE
        if special and has_specialist(day, afternoon=afternoon):
            yield SPECIALIST
        others = [site for site in range(len(SITES)) if site != contact.site]
        random.shuffle(others)
        for site in (contact.site, *others) if random.random() < _SAME_SITE else (*others, contact.site):
            if is_open(site, day):
                duty = list(on_duty(site, day, afternoon=afternoon))
                random.shuffle(duty)
                yield from duty

    def _engage(self, post: int, span: Span) -> None:
        """Record that an agent is busy. No site is open at midnight UTC, so that all spans of a day are found by it."""
        self._busy[post, span[0] // _DAY].append(span)

    def _is_free(self, post: int, span: Span) -> bool:
        start, end = span
        return not any(begun < end and start < ended for begun, ended in self._busy[post, start // _DAY])
