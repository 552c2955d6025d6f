"""What has changed since when: the memory that decides whether a cached answer may still be shown.

Takes the notifications of ``cadran_changed`` as they arrive, and the state of the database at each start of listening;
gives the version of what a question reads and whether any of it was touched since an epoch; refuses nothing: a message
that it cannot read touches everything. An answer remembers the epoch from before its first statement, so that a change
that arrives in the middle of the computation counts as touching it.
"""

from __future__ import annotations

import json
import logging
from collections import deque
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import lru_cache
from itertools import repeat
from typing import Any, Final, NamedTuple

from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question

log = logging.getLogger(__name__)

#: Changes remembered one by one; a kept answer that is older than all of them is computed again.
CHANGES_KEPT: Final = 2_048
#: Cases and repeats look seven days back and ahead, in the zone of another site perhaps.
SIDEWAYS: Final = timedelta(days=8)
#: What is open at an instant was opened in the thirty days before.
OPEN: Final = timedelta(days=31)
#: A year back, aligned on weekdays or not.
YEAR: Final = timedelta(days=372)
#: Facts from before are refused; a little earlier, so that there is room to look back.
EARLIEST: Final = date(1968, 1, 1)


class Reach(NamedTuple):
    """The sites (None: all) and local days (``end_day`` left out) that a question reads."""

    sites: tuple[int, ...] | None
    first_day: date
    end_day: date


def reach_of(question: Question, directory: Directory) -> Reach:
    """What the question may read, rather more than less."""
    first, end = question.window.days(directory.zones.values())
    sites = sites_in(question.where, directory)
    if any(call.metric.basis == "instant" for call in question.metrics):
        # A stock is what all history left.
        first = EARLIEST
    else:
        first -= timedelta(days=max((call.metric.looks_back_days for call in question.metrics), default=0))
    if question.compare is not None:
        first -= max(end - first, YEAR)
    if any(call.metric.basis == "end" for call in question.metrics):
        # What was lost at one site may have been made good at any.
        first, sites = first - OPEN, None
    return Reach(sites, first - SIDEWAYS, end + SIDEWAYS)


@dataclass(frozen=True, slots=True)
class Change:
    """What one notification touched: days of a site, or everything (``site`` None); ``directory``: its new version."""

    epoch: int
    site: int | None = None
    days: frozenset[int] = frozenset()
    directory: int | None = None

    def touches(self, sites: tuple[int, ...] | None, days: range) -> bool:
        """Whether any of these days (as ordinals) of any of these sites was touched."""
        if self.site is None:
            return True
        return (sites is None or self.site in sites) and any(day in days for day in self.days)


@dataclass(slots=True)
class _Site:
    """The versions of a site's days, by ordinal, and the highest of each month, so that years are read by twelves; the
    first of the days."""

    days: dict[int, int] = field(default_factory=dict)
    months: dict[int, int] = field(default_factory=dict)
    first_day: date = date.max

    def raise_to(self, day: date, version: int) -> None:
        self.first_day = min(self.first_day, day)
        number, month = day.toordinal(), _month(day)
        self.days[number] = max(version, self.days.get(number, 0))
        self.months[month] = max(version, self.months.get(month, 0))


class Versions:
    """One process's view of the data's versions. ``connected`` says whether notifications can be trusted to arrive."""

    def __init__(self, *, changes_kept: int = CHANGES_KEPT) -> None:
        self.epoch = 0
        self.connected = False
        self.horizon: datetime | None = None
        #: The last instant that anything is known of: of a contact its answer and end, of an agent each state.
        self.seen: datetime | None = None
        self.directory_version = 0
        self._sites: dict[int, _Site] = {}
        self._changes: deque[Change] = deque(maxlen=changes_kept)
        self._forgotten = 0
        self._subscribers: list[Callable[[Change], None]] = []

    def subscribe(self, callback: Callable[[Change], None]) -> None:
        """Be told of each change once it counts. Who then reloads something calls `flush` when it is in place."""
        self._subscribers.append(callback)

    def load(
        self,
        rows: Iterable[tuple[int, date, int]],
        *,
        horizon: datetime | None,
        directory_version: int,
        seen: datetime | None = None,
    ) -> None:
        """The state as read from the database after listening began: (site, day, version); touches everything."""
        self._sites = {}
        for site, day, version in rows:
            self._site(site).raise_to(day, version)
        # asyncpg writes PostgreSQL's '-infinity' as the year one.
        self.horizon, self.seen = (each if each is not None and each.year > 1 else None for each in (horizon, seen))
        self.connected = True
        self.epoch += 1
        moved = directory_version != self.directory_version
        self.directory_version = directory_version
        self._record(Change(self.epoch, directory=directory_version if moved else None))

    def lost(self) -> None:
        """Notifications no longer arrive: what is cached lives shortly until `load` is called again."""
        self.connected = False

    def flush(self) -> None:
        """Touch everything."""
        self.epoch += 1
        self._record(Change(self.epoch))

    def apply(self, payload: str) -> None:
        """One notification: ``{"version", "site", "days", "horizon", "seen"}`` or ``{"directory": N}``."""
        self.epoch += 1
        try:
            change = self._read(json.loads(payload))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("a notification could not be read, so everything counts as changed: %r", error)
            change = Change(self.epoch)
        self._record(change)

    def touched_since(self, epoch: int, sites: tuple[int, ...] | None, first_day: date, end_day: date) -> bool:
        """Whether any of these days (``end_day`` left out) of these sites changed after that epoch, or may have."""
        if epoch == self.epoch:
            return False
        if epoch < self._forgotten:
            return True
        days = range(first_day.toordinal(), end_day.toordinal())
        for change in reversed(self._changes):
            if change.epoch <= epoch:
                return False
            if change.touches(sites, days):
                return True
        return False

    def first_day(self, sites: tuple[int, ...] | None) -> date | None:
        """The first local day that these sites have data of; None where they have none."""
        return min((site.first_day for site in self._known(sites)), default=None)

    def version_of(self, sites: tuple[int, ...] | None, first_day: date, end_day: date) -> int:
        """The highest version of these days of these sites; 0 where there are no data."""
        known = self._known(sites)
        days, months = _pieces(first_day, end_day)
        highest = 0
        for site in known:
            highest = max(highest, max(map(site.days.get, days, repeat(0)), default=0))
            highest = max(highest, max(map(site.months.get, months, repeat(0)), default=0))
        return highest

    def _known(self, sites: tuple[int, ...] | None) -> Collection[_Site]:
        return self._sites.values() if sites is None else [self._sites[site] for site in sites if site in self._sites]

    def _read(self, said: dict[str, Any]) -> Change:
        if "horizon" in said:
            self.horizon = _later(self.horizon, said["horizon"])
        if "seen" in said:
            self.seen = _later(self.seen, said["seen"])
        if "directory" in said:
            self.directory_version = int(said["directory"])
            return Change(self.epoch, directory=self.directory_version)
        site, version = int(said["site"]), int(said["version"])
        days = [date.fromisoformat(day) for day in said["days"]]
        for day in days:
            self._site(site).raise_to(day, version)
        return Change(self.epoch, site, frozenset(day.toordinal() for day in days))

    def _record(self, change: Change) -> None:
        if change.site is None:
            # Nothing older can matter any more.
            self._changes.clear()
            self._forgotten = change.epoch
        elif len(self._changes) == self._changes.maxlen:
            self._forgotten = self._changes[0].epoch
        self._changes.append(change)
        for callback in self._subscribers:
            callback(change)

    def _site(self, site: int) -> _Site:
        return self._sites.setdefault(site, _Site())


def _later(known: datetime | None, told: str | None) -> datetime | None:
    """The later of an instant known and one told; PostgreSQL writes one that is not known as -infinity."""
    if told is None or told.startswith("-inf"):
        return known
    found = datetime.fromisoformat(told)
    if found.tzinfo is None:
        raise ValueError("a horizon without an offset")
    return found if known is None else max(known, found)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=512)
def _pieces(first_day: date, end_day: date) -> tuple[tuple[int, ...], range]:
    """The span as whole months (by number) and the days (by ordinal) before and after them."""
    first, end = first_day.toordinal(), end_day.toordinal()
    from_month = _month(first_day) + (first_day.day > 1)
    to_month = _month(end_day)
    if from_month >= to_month:
        return tuple(range(first, end)), range(0)
    head = range(first, date(from_month // 12, from_month % 12 + 1, 1).toordinal())
    tail = range(end_day.replace(day=1).toordinal(), end)
    return (*head, *tail), range(from_month, to_month)
