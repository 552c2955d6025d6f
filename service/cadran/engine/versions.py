"""Data versions: the record of changes that decides whether a cached answer is still valid.

Takes the notifications of ``cadran_changed`` and the state of the database at each start of listening. Returns the data
version of what a question reads, and whether any of it changed since an epoch. An unreadable notification counts as a
change of everything. An answer is stored with the epoch from before its first statement, so that a change during its
computation invalidates it. A change of ``DirectoryPart`` invalidates no figures, only the responses that show the part.
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
from typing import Any, Final, Literal, NamedTuple, get_args

from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Question

log = logging.getLogger(__name__)

#: How many changes are recorded. A cached answer that is older than all of them is computed again.
CHANGES_KEPT: Final = 2_048
#: Cases and repeats look seven days back and ahead, possibly in the time zone of another site.
SIDEWAYS: Final = timedelta(days=8)
#: An entry that is open at an instant was opened in the thirty days before.
OPEN: Final = timedelta(days=31)
#: The span of a comparison with the previous year (364 to 366 days), with some days of margin.
YEAR: Final = timedelta(days=372)
#: A day before all facts. Loads refuse facts before 1970; the days in between are room to look back.
EARLIEST: Final = date(1968, 1, 1)


#: The parts of the directory that no figure depends on. ``administration`` is keys, trusted documents and contracts.
DirectoryPart = Literal["targets", "annotations", "administration"]
Parts = frozenset[DirectoryPart]
NO_PARTS: Final[Parts] = frozenset()
ALL_PARTS: Final[Parts] = frozenset(get_args(DirectoryPart))


class Reach(NamedTuple):
    """The sites (None: all) and local days (``end_day`` excluded) that a question reads."""

    sites: tuple[int, ...] | None
    first_day: date
    end_day: date


def reach_of(question: Question, directory: Directory) -> Reach:
    """Return the sites and days that the question may read, rather too many than too few."""
    first, end = question.window.days(directory.zones.values())
    sites = sites_in(question.where, directory)
    if any(call.metric.basis == "instant" for call in question.metrics):
        # A stock results from all history.
        first = EARLIEST
    else:
        back = max((call.metric.looks_back_days for call in question.metrics), default=0)
        # What an agent did before may have been at any site.
        first, sites = first - timedelta(days=back), None if back else sites
    if question.compare is not None:
        first -= max(end - first, YEAR)
    if any(call.metric.basis == "end" for call in question.metrics):
        # A contact lost at one site may have been recovered at any other.
        first, sites = first - OPEN, None
    return Reach(sites, first - SIDEWAYS, end + SIDEWAYS)


@dataclass(frozen=True, slots=True)
class Change:
    """A change of days of a site, of ``parts`` of the directory, or of everything (``site`` and ``parts`` None).

    ``directory`` is the new version of the directory (None: unchanged).
    """

    epoch: int
    site: int | None = None
    days: frozenset[int] = frozenset()
    directory: int | None = None
    parts: Parts | None = None

    @property
    def is_everything(self) -> bool:
        """Return whether the change includes all older changes."""
        return self.site is None and self.parts is None

    def touches(self, sites: tuple[int, ...] | None, days: range, shows: Parts) -> bool:
        """Return whether the change touches any of these days (as ordinals) of any of these sites, or a shown part."""
        if self.parts is not None:
            return not self.parts.isdisjoint(shows)
        if self.site is None:
            return True
        return (sites is None or self.site in sites) and any(day in days for day in self.days)


@dataclass(slots=True)
class _Site:
    """The versions of a site's days, by ordinal, and the first of these days.

    ``months`` holds the highest version of each month, so that a year needs twelve look-ups.
    """

    days: dict[int, int] = field(default_factory=dict)
    months: dict[int, int] = field(default_factory=dict)
    first_day: date = date.max

    def raise_to(self, day: date, version: int) -> None:
        self.first_day = min(self.first_day, day)
        number, month = day.toordinal(), _month(day)
        self.days[number] = max(version, self.days.get(number, 0))
        self.months[month] = max(version, self.months.get(month, 0))


class Versions:
    """The data versions as a process knows them. ``connected`` is whether notifications arrive reliably."""

    def __init__(self, *, changes_kept: int = CHANGES_KEPT) -> None:
        self.epoch = 0
        self.connected = False
        self.horizon: datetime | None = None
        #: The last instant of any loaded event: the answer or end of a contact, or a state of an agent.
        self.seen: datetime | None = None
        #: The version of what figures read of the directory, and that of the whole directory as last notified.
        self.directory_version = 0
        self.whole_version = 0
        self._sites: dict[int, _Site] = {}
        self._changes: deque[Change] = deque(maxlen=changes_kept)
        self._forgotten = 0
        self._subscribers: list[Callable[[Change], None]] = []

    def subscribe(self, callback: Callable[[Change], None]) -> None:
        """Call back on each change once it is recorded. A callback that reloads data calls `flush` when it is done."""
        self._subscribers.append(callback)

    def load(
        self,
        rows: Iterable[tuple[int, date, int]],
        *,
        horizon: datetime | None,
        directory_version: int,
        seen: datetime | None = None,
    ) -> None:
        """Set the state that was read after listening began: (site, day, version). Everything counts as changed."""
        self._sites = {}
        for site, day, version in rows:
            self._site(site).raise_to(day, version)
        # asyncpg writes PostgreSQL's '-infinity' as the year one.
        self.horizon, self.seen = (each if each is not None and each.year > 1 else None for each in (horizon, seen))
        self.connected = True
        self.epoch += 1
        moved = directory_version != self.directory_version
        self.directory_version = directory_version
        self.whole_version = max(self.whole_version, directory_version)
        self._record(Change(self.epoch, directory=directory_version if moved else None))

    def lost(self) -> None:
        """Record that notifications no longer arrive. Until the next `load`, answers are cached for a short time."""
        self.connected = False

    def flush(self, parts: Parts | None = None) -> None:
        """Record a change of these parts of the directory, or of everything."""
        self.epoch += 1
        self._record(Change(self.epoch, parts=parts))

    def apply(self, payload: str) -> None:
        """Apply a notification: ``{"version", "site", "days", "horizon", "seen"}`` or ``{"directory", "parts"}``."""
        self.epoch += 1
        try:
            change = self._read(json.loads(payload))
        except (ValueError, TypeError, KeyError, AttributeError) as error:
            log.warning("a notification could not be read, so everything counts as changed: %r", error)
            change = Change(self.epoch)
        self._record(change)

    def touched_since(
        self, epoch: int, sites: tuple[int, ...] | None, first_day: date, end_day: date, shows: Parts = NO_PARTS
    ) -> bool:
        """Return whether these days (``end_day`` excluded) of these sites, or a shown part of the directory, changed
        after the epoch, or may have."""
        if epoch == self.epoch:
            return False
        if epoch < self._forgotten:
            return True
        days = range(first_day.toordinal(), end_day.toordinal())
        for change in reversed(self._changes):
            if change.epoch <= epoch:
                return False
            if change.touches(sites, days, shows):
                return True
        return False

    def first_day(self, sites: tuple[int, ...] | None) -> date | None:
        """Return the first local day with data of these sites; None if there are no data."""
        return min((site.first_day for site in self._known(sites)), default=None)

    def find_first_days(self) -> dict[int, date]:
        """Return the first local day with data of each site that has any."""
        return {number: site.first_day for number, site in self._sites.items()}

    def version_of(self, sites: tuple[int, ...] | None, first_day: date, end_day: date) -> int:
        """Return the highest version of these days of these sites; 0 if there are no data."""
        known = self._known(sites)
        days, months = _pieces(first_day, end_day)
        highest = 0
        for site in known:
            highest = max(highest, max(map(site.months.get, months, repeat(0)), default=0))
        of_months = {_month(date.fromordinal(day)) for day in (days[0], days[-1])} if days else set()
        for site in known:
            # A month holds the highest version of its days, so most sites need no look-up of days.
            if any(site.months.get(month, 0) > highest for month in of_months):
                highest = max(highest, max(map(site.days.get, days, repeat(0)), default=0))
        return highest

    def _known(self, sites: tuple[int, ...] | None) -> Collection[_Site]:
        return self._sites.values() if sites is None else [self._sites[site] for site in sites if site in self._sites]

    def _read(self, message: dict[str, Any]) -> Change:
        if "horizon" in message:
            self.horizon = _later(self.horizon, message["horizon"])
        if "seen" in message:
            self.seen = _later(self.seen, message["seen"])
        if "directory" in message:
            version, named = int(message["directory"]), message.get("parts")
            # A newer version of cadran may know parts that this one does not: then everything counts as changed.
            parts = None if named is None or not ALL_PARTS.issuperset(named) else frozenset(named)
            self.whole_version = max(self.whole_version, version)
            if parts is None:
                self.directory_version = version
            return Change(self.epoch, directory=version, parts=parts)
        site, version = int(message["site"]), int(message["version"])
        days = [date.fromisoformat(day) for day in message["days"]]
        for day in days:
            self._site(site).raise_to(day, version)
        return Change(self.epoch, site, frozenset(day.toordinal() for day in days))

    def _record(self, change: Change) -> None:
        if change.is_everything:
            self._changes.clear()
            self._forgotten = change.epoch
        elif len(self._changes) == self._changes.maxlen:
            self._forgotten = self._changes[0].epoch
        self._changes.append(change)
        for callback in self._subscribers:
            callback(change)

    def _site(self, site: int) -> _Site:
        return self._sites.setdefault(site, _Site())


def _later(known: datetime | None, text: str | None) -> datetime | None:
    """Return the later of a known and a notified instant. PostgreSQL writes an unknown instant as -infinity."""
    if text is None or text.startswith("-inf"):
        return known
    found = datetime.fromisoformat(text)
    if found.tzinfo is None:
        raise ValueError("a horizon without an offset")
    return found if known is None else max(known, found)


def _month(day: date) -> int:
    return day.year * 12 + day.month - 1


@lru_cache(maxsize=512)
def _pieces(first_day: date, end_day: date) -> tuple[tuple[int, ...], range]:
    """Split a span into the whole months (by number) and the days (by ordinal) before and after them."""
    first, end = first_day.toordinal(), end_day.toordinal()
    from_month = _month(first_day) + (first_day.day > 1)
    to_month = _month(end_day)
    if from_month >= to_month:
        return tuple(range(first, end)), range(0)
    head = range(first, date(from_month // 12, from_month % 12 + 1, 1).toordinal())
    tail = range(end_day.replace(day=1).toordinal(), end)
    return (*head, *tail), range(from_month, to_month)
