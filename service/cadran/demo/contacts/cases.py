"""The handled contacts of customers' cases: what customers need, and how often they get in touch for it.

The module takes numbers of cases with their sizes. It returns contacts with a customer, a day, a time, a site, a
channel and a moment. Two cases of a customer about the same moment of truth are always further apart than the case
window. cadran therefore infers exactly the cases that the generator opened.
"""

from __future__ import annotations

from bisect import bisect
from dataclasses import dataclass, field
from itertools import accumulate
from random import Random

from cadran.demo.days import hours, is_open, kind_of_day, month_of, next_open
from cadran.demo.rhythm import day_weight, quarters
from cadran.demo.world import CHANNELS, COMPLAINT, LYO, MOMENTS, SITES, SUNDAY

_SITE_SHARES = list(accumulate(site.traffic for site in SITES))
_CHANNEL_SHARES = list(accumulate(channel.share for channel in CHANNELS))
_MOMENT_SHARES = list(accumulate(moment.share for moment in MOMENTS))
_ASYNCHRONOUS = tuple(channel.asynchronous for channel in CHANNELS)

# Cumulative shares of the days between a contact and its follow-up, 0 to 4. A Sunday and a failed attempt add a day
# each. The sum never exceeds six.
_GAPS = (0.22, 0.56, 0.78, 0.91)
_WAITS_FOR_MONDAY = 0.75
_SAME_CHANNEL, _SAME_SITE = 0.62, 0.80
_APART_DAYS = 9
_ASK_AGAIN_SECONDS = 1500

# Shares of the sizes 2, 3, 4 … among the cases of two or more contacts.
_SIZES = (0.585, 0.235, 0.095, 0.042, 0.021, 0.011, 0.006, 0.003, 0.002)


@dataclass(slots=True, eq=False)
class Contact:
    """One contact before it becomes a row.

    Site, channel, moment and agent are positions in ``world``. ``day`` and ``second`` are wall time. ``offered``,
    ``answered`` and ``ended`` are instants. ``case`` is the number of the case, or 0 for a contact outside cases.
    """

    customer: int
    day: int
    second: int
    site: int
    channel: int
    moment: int
    outcome: str = "handled"
    position: int = 0
    size: int = 0
    case: int = 0
    outbound: bool = False
    parent: Contact | None = None
    number: int = 0
    offered: int = 0
    answered: int | None = None
    ended: int | None = None
    wait: int | None = None
    talk: float = 0.0
    hold: float = 0.0
    acw: float = 0.0
    agent: int = -1


def sizes(random: Random, count: int, singles: int) -> list[int]:
    """Return the sizes of ``count`` cases in random order. Exactly ``singles`` of the sizes are 1."""
    several = count - singles
    deck = [1] * singles
    for position, share in enumerate(_SIZES):
        deck += [position + 2] * round(several * share)
    deck += [2] * (count - len(deck))
    del deck[count:]
    random.shuffle(deck)
    return deck


def mean_size_of_several() -> float:
    return sum((position + 2) * share for position, share in enumerate(_SIZES)) / sum(_SIZES)


@dataclass(slots=True)
class Calendar:
    """A range of days from which days are drawn by their weight."""

    first: int
    last: int
    _cumulated: list[list[float]] = field(default_factory=list)

    def __post_init__(self) -> None:
        days = range(self.first, self.last + 1)
        self._cumulated = [[0.0, *accumulate(day_weight(day, kind) for day in days)] for kind in (False, True)]

    def draw(self, random: Random, asynchronous: bool, earliest: int, latest: int) -> int:
        """Draw a day from ``earliest`` to ``latest``, ends included."""
        low, high = max(earliest, self.first) - self.first, min(latest, self.last) - self.first
        if high <= low:
            return self.first + low
        cumulated = self._cumulated[asynchronous]
        drawn = cumulated[low] + random.random() * (cumulated[high + 1] - cumulated[low])
        return self.first + min(max(bisect(cumulated, drawn) - 1, low), high)


class CaseFactory:
    """A factory of cases that remembers which customer has which cases."""

    def __init__(self, random: Random) -> None:
        self._random = random
        self._taken: dict[int, list[tuple[int, int, int]]] = {}
        self._opened = 0

    def open(
        self, customer: int, size: int, *, calendar: Calendar, between: tuple[int, int], complaint: bool = False
    ) -> list[Contact] | None:
        """Return the contacts of a new case opened on a day of ``between``.

        Return None when the customer already has a case about the same moment of truth at about that time.
        """
        random = self._random
        channel = bisect(_CHANNEL_SHARES, random.random() * _CHANNEL_SHARES[-1])
        day = calendar.draw(random, _ASYNCHRONOUS[channel], *between)
        site = bisect(_SITE_SHARES, random.random() * _SITE_SHARES[-1])
        contacts = self._contacts(size, day, site, channel)
        last = contacts[-1].day
        moment = self._moment(customer, day, last, complaint)
        if moment is None:
            return None
        self._opened += 1
        for position, contact in enumerate(contacts):
            contact.customer, contact.moment, contact.position, contact.size = customer, moment, position, size
            contact.case = self._opened
        self._taken.setdefault(customer, []).append((moment, day, last))
        return contacts

    def _moment(self, customer: int, first: int, last: int, complaint: bool) -> int | None:
        near = {
            moment
            for moment, begun, ended in self._taken.get(customer, ())
            if first <= ended + _APART_DAYS and begun <= last + _APART_DAYS
        }
        if complaint:
            return None if COMPLAINT in near else COMPLAINT
        for _ in range(8):
            moment = bisect(_MOMENT_SHARES, self._random.random() * _MOMENT_SHARES[-1])
            if moment not in near and moment != COMPLAINT:
                return moment
        return None

    def _contacts(self, size: int, day: int, site: int, channel: int) -> list[Contact]:
        random = self._random
        site = _standing_in(site, channel, day)
        second = _second(random, channel, day)
        contacts = [Contact(0, day, second, site, channel, 0)]
        home = site
        for _ in range(size - 1):
            gap = bisect(_GAPS, random.random())
            if random.random() > _SAME_CHANNEL:
                channel = bisect(_CHANNEL_SHARES, random.random() * _CHANNEL_SHARES[-1])
            site = home if random.random() < _SAME_SITE else bisect(_SITE_SHARES, random.random() * _SITE_SHARES[-1])
            earliest = second + _ASK_AGAIN_SECONDS if gap == 0 else -1
            day += gap
            if gap and kind_of_day(day) == SUNDAY and random.random() < _WAITS_FOR_MONDAY:
                day += 1
            if not _ASYNCHRONOUS[channel] and not is_open(site, day):
                channel = 2 if random.random() < 0.7 else 3
            second = _second(random, channel, day)
            if second < earliest:
                second = _second(random, channel, day)
            if second < earliest:
                day += 1
                site = _standing_in(site, channel, day)
            contacts.append(Contact(0, day, second, site, channel, 0))
            if not _ASYNCHRONOUS[channel]:
                contacts[-1].second = _within(second, day)
        return contacts


def _standing_in(site: int, channel: int, day: int) -> int:
    """Return the site, or Lyon when only Lyon is open. Asynchronous channels stay at their site."""
    return site if _ASYNCHRONOUS[channel] or is_open(site, day) else LYO


def _second(random: Random, channel: int, day: int) -> int:
    cumulated = quarters(kind_of_day(day), _ASYNCHRONOUS[channel])
    return bisect(cumulated, random.random() * cumulated[-1]) * 900 + int(random.random() * 900)


def _within(second: int, day: int) -> int:
    """Return the second, or a second within the day's opening hours when it lies outside them.

    A request that was moved to another kind of day may lie outside its opening hours.
    """
    opens, closes = hours(day)
    return second if opens <= second < closes else opens + second % (closes - opens)


def again(random: Random, contact: Contact) -> bool:
    """Move the contact to its customer's next try after a failed attempt: later that day or on the next day.

    Return False and move nothing when the next try would leave the month or the case's window.
    """
    opens, closes = hours(contact.day)
    later = contact.second + 240 + int(random.random() * 4_800)
    if opens <= contact.second and later < closes - 1_200 and random.random() < 0.8:
        contact.second = later
        return True
    following = next_open(contact.site, contact.day)
    if following != contact.day + 1 or kind_of_day(following) == SUNDAY or month_of(following) != month_of(contact.day):
        return False
    contact.day = following
    contact.second = hours(following)[0] + int(random.random() * 9_000)
    return True
