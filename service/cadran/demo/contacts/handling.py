"""The handling of contacts once they are offered: how long they wait, which agent takes them, how long they last.

There are two passes. ``draw_times`` draws raw handle times, which are calibrated afterwards. ``settle`` takes contacts
in time order, picks the agents and sets instants and durations in whole seconds.
"""

from __future__ import annotations

from heapq import heapify, heappop, heappush
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.days import WallClock, hours, is_open, kind_of_day, next_open
from cadran.demo.rhythm import agents_gone, decline, pressure
from cadran.demo.world import (
    AGENTS,
    CHANNELS,
    HOURS,
    LIL,
    LYO,
    MOMENTS,
    NTE,
    PAU,
    PHONE,
    SHIFT_CHANGE,
    SITES,
    SUNDAY,
    TEAMS,
    WORKDAY,
)

_HOLD_SHARE, _TALK_SHARE = 0.06, 0.78
_TYPICAL = 0.74  # The median conversation is shorter than the mean one.
_OVERFLOW = 28  # Of a thousand contacts, a neighbour site takes this many.
_PUT_OFF_SECONDS = 3 * 3600
_AT_ONCE = 0.35
_NEIGHBOURS = {LIL: (LYO, NTE), LYO: (LIL, NTE), NTE: (LYO, LIL)}
# No agent begins to write an answer so shortly before closing.
_LAST_WRITING_SECONDS = 1_500
_EXPIRES_SECONDS = 5 * 86_400
_ASYNCHRONOUS = tuple(channel.asynchronous for channel in CHANNELS)


def draw_times(random: Random, contacts: list[Contact]) -> None:
    """Draw raw talk, hold and after-call seconds for the contacts that an agent handled."""
    for contact in contacts:
        if contact.outcome != "handled":
            continue
        mean = CHANNELS[contact.channel].handle * SITES[contact.site].length * MOMENTS[contact.moment].length
        if contact.site == PAU:
            mean *= decline(contact.day)
        total = 20 + mean * _TYPICAL * random.lognormvariate(0.0, 0.52)
        hold = total * 2 * _HOLD_SHARE if contact.channel == PHONE and random.random() < 0.5 else 0.0
        contact.talk = total * _TALK_SHARE - hold
        contact.hold = hold
        contact.acw = total * (1 - _TALK_SHARE)


class Floor:
    """The agents on duty, and the instant until which each is busy."""

    def __init__(self, random: Random, clock: WallClock) -> None:
        self._random = random
        self._clock = clock
        self._free = [0] * len(AGENTS)
        self._duty: dict[tuple[int, int, int], list[int]] = {}

    def settle(self, contacts: list[Contact]) -> None:
        """Set instants, durations and agents. The contacts must be in the order they were offered."""
        due: list[tuple[int, int]] = []
        for position, contact in enumerate(contacts):
            if contact.outcome == "handled":
                due.append((self._due(contact), position))
            else:
                self._leave(contact)
        self._hand_out(contacts, due)

    def _due(self, contact: Contact) -> int:
        """Round the durations and return the instant at which an agent is to take the contact."""
        contact.talk, contact.hold, contact.acw = round(contact.talk), round(contact.hold), round(contact.acw)
        if contact.outbound:
            return contact.offered
        if _ASYNCHRONOUS[contact.channel]:
            return self._written_answer(contact)
        return contact.offered + int(self._patience(contact))

    def _hand_out(self, contacts: list[Contact], due: list[tuple[int, int]]) -> None:
        """Give each contact to the agent on duty who has been free longest. Written contacts wait for a free agent."""
        free, heap = self._free, list(due)
        at_latest = {position: instant + _PUT_OFF_SECONDS for instant, position in due}
        heapify(heap)
        while heap:
            instant, position = heappop(heap)
            contact = contacts[position]
            crew = self._crew(contact, instant)
            agent = min(crew, key=free.__getitem__)
            ready = free[agent]
            if ready > instant and _ASYNCHRONOUS[contact.channel] and self._can_wait(ready, at_latest[position]):
                heappush(heap, (ready, position))
                continue
            contact.agent, contact.answered, contact.wait = agent, instant, instant - contact.offered
            contact.ended = instant + int(contact.talk + contact.hold)
            free[agent] = max(ready, instant) + int(contact.talk + contact.hold + contact.acw)

    def _can_wait(self, instant: int, at_latest: int) -> bool:
        day, second = self._clock.local(instant)
        return instant <= at_latest and second < hours(day)[1] - _LAST_WRITING_SECONDS

    def _leave(self, contact: Contact) -> None:
        """Set wait and end of a contact that no agent handled: hung up, turned away, never taken or self-served."""
        random, outcome = self._random, contact.outcome
        if outcome == "abandoned":
            # Some callers hang up at once; the others have more patience where the waits are longer.
            hurried = random.random() < 0.12
            contact.wait = 1 + int(random.random() * 5 if hurried else 12 + 1.7 * self._patience(contact))
        elif outcome == "deflected":
            contact.wait = 4 + int(random.random() * 14)
        elif outcome == "callback":
            contact.wait = 35 + int(random.expovariate(1 / 50))
        elif outcome == "expired":
            contact.ended = contact.offered + _EXPIRES_SECONDS
            return
        elif outcome == "self_served":
            contact.ended = contact.offered + 40 + int(random.expovariate(1 / 70))
            return
        else:
            contact.ended = contact.offered + 3 + int(random.random() * 25)
            return
        contact.ended = contact.offered + contact.wait

    def _patience(self, contact: Contact) -> float:
        """Draw the seconds in the queue of a spoken channel, given the pressure on the site at that moment."""
        channel, site = CHANNELS[contact.channel], SITES[contact.site]
        opens, closes = HOURS[kind_of_day(contact.day)]
        pressed = min(pressure(contact.day, contact.second, opens, closes), 3.2)
        mean = channel.wait * site.waiting * pressed * (decline(contact.day) if contact.site == PAU else 1.0)
        random = self._random.random
        if random() * pressed * site.waiting < _AT_ONCE:
            return 1 + random() * 7
        return 3 + self._random.expovariate(1.0) * mean * 1.35

    def _written_answer(self, contact: Contact) -> int:
        """Draw the instant of a written answer: within opening hours, after the channel's usual delay."""
        random, channel = self._random, CHANNELS[contact.channel]
        delay = channel.wait * SITES[contact.site].waiting ** 0.4 * random.lognormvariate(-0.25, channel.spread)
        due = contact.offered + 90 + int(delay)
        day, second = self._clock.local(due)
        opens, closes = hours(day)
        if is_open(contact.site, day) and opens <= second < closes - _LAST_WRITING_SECONDS:
            return due
        if second >= opens or not is_open(contact.site, day):
            day = next_open(contact.site, day)
            opens = hours(day)[0]
        return max(self._clock.instant(day, opens + 60 + int(random.random() ** 1.3 * 25_000)), contact.offered + 60)

    def _crew(self, contact: Contact, instant: int) -> list[int]:
        """Return the agents on duty where the contact is taken: at its site, or at a neighbour site that helps out."""
        day, second = self._clock.local(instant)
        site = contact.site
        if site != PAU and (contact.number * 7919) % 1000 < _OVERFLOW:
            site = next((other for other in _NEIGHBOURS[site] if is_open(other, day)), site)
        if not is_open(site, day):
            site = LYO
        afternoon = second >= SHIFT_CHANGE
        found = self._duty.get((site, day, afternoon))
        if found is None:
            found = self._duty[site, day, afternoon] = on_duty(site, day, afternoon=afternoon)
        # All agents but one have logged out.
        return [found[day % len(found)]] if agents_gone(day, second) else found


def on_duty(site: int, day: int, *, afternoon: bool) -> list[int]:
    """Return the agents of a team who are on duty that day: at least one.

    All agents work part-time. Each agent is off on two days of five, and on three Sundays or holidays of five.
    """
    team = TEAMS[site][afternoon]
    off = 3 if kind_of_day(day) == SUNDAY else 2
    return [agent for place, agent in enumerate(team) if (day + 2 * place) % 5 >= off] or [team[day % len(team)]]


def has_specialist(day: int, *, afternoon: bool) -> bool:
    """Return whether the specialist is on duty: on the mornings of three workdays of five."""
    return not afternoon and kind_of_day(day) == WORKDAY and day % 5 >= 2
