"""The measurement windows of a period, and the cells (quarter-hours or days) that they are made of.

The functions take a contract, a period and its exclusions. They return the cells of the period, the window that each
cell belongs to, and whether the contract's hours or an exclusion cover the cell. Cells are whole local days if the
contract uses no times of day. Otherwise they are quarter-hours between instants: a day on which the clock changes has
92 or 100 cells, and an hour that the clock shows twice makes two windows.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Final, Literal

from cadran.contracts.model.contract import Contract, Period, Volumes, find_midnight
from cadran.contracts.model.term import Unit
from cadran.domain.display import percent
from cadran.domain.metric import Label
from cadran.domain.window import load_zone, to_instant

QUARTER: Final = timedelta(minutes=15)
_DAY: Final = timedelta(days=1)
#: A test of whether a cell, given by its instant and its wall-clock time, lies within the hours.
Open = Callable[[datetime, datetime], bool]


ExclusionKind = Literal["force_majeure", "volume"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """A time that is not settled: its instants and the reason. An exclusion by volume also has the contacts that came
    and the contacts forecast."""

    start: datetime
    end: datetime
    kind: ExclusionKind
    reason: Label
    contacts: int | None = None
    expected: int | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """The smallest span of time that is counted: its start and end as instants, and the wall-clock time of its
    start."""

    start: datetime
    end: datetime
    wall: datetime


def can_count_by_day(contract: Contract) -> bool:
    """Return whether the contract can be measured in whole days, because it uses no times of day."""
    volumes = contract.volumes
    return (
        contract.hours == "always"
        and not contract.force_majeure
        and all(term.unit.minutes is None for term in contract.terms)
        and (volumes is None or volumes.unit.minutes is None)
    )


def make_cells(first: date, end: date, zone: str, *, days: bool) -> list[Cell]:
    """Return the cells between two local days, in order; ``end`` is excluded."""
    if days:
        return [_day_cell(day, zone) for day in _days(first, end)]
    shown = load_zone(zone)
    start, until = find_midnight(first, zone), find_midnight(end, zone)
    quarters = range((until - start) // QUARTER)
    starts = [start + number * QUARTER for number in quarters]
    return [Cell(each, each + QUARTER, each.astimezone(shown).replace(tzinfo=None)) for each in starts]


def _days(first: date, end: date) -> Iterator[date]:
    return (first + timedelta(days=number) for number in range((end - first).days))


def _day_cell(day: date, zone: str) -> Cell:
    wall = datetime.combine(day, datetime.min.time())
    return Cell(find_midnight(day, zone), find_midnight(day + _DAY, zone), wall)


def find_window(cell: Cell, unit: Unit) -> tuple[datetime, bool]:
    """Return the key of the window that a cell belongs to: the window's start, and whether it is shorter than a day.
    For windows shorter than a day, the start is an instant. For longer windows, it is a wall-clock time."""
    if unit.minutes is not None:
        past = timedelta(minutes=cell.wall.minute % unit.minutes)
        return cell.start - past, True
    return find_unit_start(cell.wall, unit), False


def find_unit_start(wall: datetime, unit: Unit) -> datetime:
    """Return the wall-clock start of the window around a time; the unit is a day or longer."""
    day = datetime.combine(wall.date(), datetime.min.time())
    if unit is Unit.WEEK:
        return day - timedelta(days=day.weekday())
    return day.replace(day=1) if unit is Unit.MONTH else day


def make_hours_test(contract: Contract, spans: Sequence[tuple[datetime, datetime]]) -> Open:
    """Return the test of whether a cell lies within the contract's hours. ``spans`` are the opening times of the site,
    in order."""
    if contract.hours == "always":
        return lambda _start, _wall: True
    if contract.hours == "calendar":
        starts = [start for start, _ in spans]

        def within(start: datetime, _wall: datetime) -> bool:
            place = bisect_right(starts, start) - 1
            return place >= 0 and start < spans[place][1]

        return within
    shifts = contract.hours
    return lambda _start, wall: any(shift.covers(wall) for shift in shifts)


def find_force_majeure(contract: Contract, period: Period) -> list[Exclusion]:
    """Return the times of force majeure that the contract excludes from a period, cut to the period."""
    start, end = period.bounds
    found = []
    for each in contract.force_majeure:
        first, last = to_instant(each.start, contract.zone), to_instant(each.end, contract.zone)
        if first < end and start < last:
            found.append(Exclusion(max(first, start), min(last, end), "force_majeure", each.reason))
    return found


def iterate_forecasts(volumes: Volumes, period: Period) -> Iterator[tuple[datetime, datetime, int]]:
    """Yield the windows of the period that have a forecast: start, end, contacts forecast."""
    start, end = period.bounds
    for wall, expected in sorted(volumes.expected.items()):
        first, last = to_instant(wall, period.zone), to_instant(find_unit_end(wall, volumes.unit), period.zone)
        if start <= first < last <= end:
            yield first, last, expected


def find_unit_end(wall: datetime, unit: Unit) -> datetime:
    """Return the wall-clock end of the window that starts at a wall-clock time."""
    if unit.minutes is not None:
        return wall + timedelta(minutes=unit.minutes)
    if unit is Unit.MONTH:
        return (wall.replace(day=28) + timedelta(days=4)).replace(day=1)
    return wall + timedelta(days=7 if unit is Unit.WEEK else 1)


def find_volume_exclusions(volumes: Volumes, period: Period, counts: Iterable[tuple[Cell, int]]) -> list[Exclusion]:
    """Return the windows whose contacts exceed the forecast by more than the contract allows."""
    ordered = list(counts)
    starts = [cell.start for cell, _ in ordered]
    found = []
    for start, end, expected in iterate_forecasts(volumes, period):
        first, last = bisect_right(starts, start - QUARTER), bisect_right(starts, end - QUARTER)
        came = sum(number for cell, number in ordered[first:last] if start <= cell.start < end)
        if came * 100 > expected * (100 + volumes.above_percent):
            share = volumes.above_percent / 100
            reason = Label(
                f"More than {percent(share)} above the forecast of {expected} contacts.",
                f"Plus de {percent(share, 'fr')} au-dessus des {expected} contacts prévus.",
            )
            found.append(Exclusion(start, end, "volume", reason, came, expected))
    return found


class Exclusions:
    """The exclusions of a period, to look up whether they cover a cell."""

    def __init__(self, excluded: Iterable[Exclusion]) -> None:
        self._excluded = sorted(excluded, key=lambda each: each.start)

    def cover(self, cell: Cell) -> bool:
        """Return whether one exclusion covers the whole cell."""
        return any(each.start <= cell.start and cell.end <= each.end for each in self._excluded)


def to_utc(text: str) -> datetime:
    """Return the instant at which a bucket of an answer starts."""
    return datetime.fromisoformat(text).astimezone(UTC)
