"""Fatigue of agents: at the end of the year, some agents at Pau get slower as their shift goes on.

The module takes settled contacts. It exchanges handle times among contacts of the same agent, month, channel and
moment. Short times move to the first hours of the shifts, long times to the last. Monthly figures stay the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.days import WallClock, day_number, hours, month_of
from cadran.demo.world import SHIFT_CHANGE

WEARY_POSTS = (0, 1, 3, 5)
_FIRST, _LAST = day_number(date(2015, 9, 1)), day_number(date(2015, 12, 31))
_SPAN = 2 * 3600
# Randomness of the order. At 0, handle times would be in ascending order.
_LOOSE = 0.9

Cell = tuple[int, int, int, int]


def weary(random: Random, contacts: Iterable[Contact], clock: WallClock) -> None:
    """Give the weary agents longer handle times in the last two hours of a shift than in the first two."""
    early: dict[Cell, list[Contact]] = defaultdict(list)
    late: dict[Cell, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if contact.agent not in WEARY_POSTS or contact.answered is None or not _FIRST <= contact.day <= _LAST:
            continue
        day, second = clock.local(contact.answered)
        opens, closes = hours(day)
        begins, ends = (opens, SHIFT_CHANGE) if second < SHIFT_CHANGE else (SHIFT_CHANGE, closes)
        cell = contact.agent, month_of(contact.day), contact.channel, contact.moment
        if second < begins + _SPAN:
            early[cell].append(contact)
        elif second >= ends - _SPAN:
            late[cell].append(contact)
    for cell, short in early.items():
        _deal(random, [*short, *late[cell]])


def _deal(random: Random, contacts: list[Contact]) -> None:
    """Deal the handle times out again. Contacts later in the list tend to get longer times."""
    times = [(contact.talk, contact.hold, contact.acw) for contact in contacts]
    times.sort(key=lambda parts: sum(parts) * random.lognormvariate(0.0, _LOOSE))
    for contact, (talk, hold, acw) in zip(contacts, times, strict=True):
        contact.talk, contact.hold, contact.acw = talk, hold, acw
        contact.ended = (contact.answered or 0) + int(talk + hold)
