"""The SLA contract with a partner (sites, channels, hours, terms), and the periods that it is settled by.

A contract has versions. A version takes effect on the first day of a period. A period is settled by the version in
effect on its first day. A sealed period stays with the version that sealed it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Final, Literal

from cadran.contracts.model.term import Term, Unit
from cadran.domain.metric import Label
from cadran.domain.window import load_zone, parse_period, to_instant
from cadran.errors import QuestionRefused

#: The most periods of a contract that are listed: twenty years of months.
PERIODS_MAX: Final = 240
SettlementPeriod = Literal["month", "quarter"]
SettledHours = Literal["always", "calendar"]


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of some weekdays (1 is Monday), in minutes from midnight on the contract's clock. They end by midnight."""

    weekdays: frozenset[int]
    opens: int
    closes: int

    def covers(self, wall: datetime) -> bool:
        """Return whether the shift covers a wall-clock time."""
        return wall.isoweekday() in self.weekdays and self.opens <= wall.hour * 60 + wall.minute < self.closes


@dataclass(frozen=True, slots=True)
class ForceMajeure:
    """A time of force majeure: wall-clock bounds on quarter-hours, and the reason. Nothing is settled within it."""

    start: datetime
    end: datetime
    reason: Label


@dataclass(frozen=True, slots=True)
class Volumes:
    """Forecast contacts by the wall-clock start of each window of ``unit``. A window is not settled if its contacts
    exceed the forecast by more than ``above_percent``."""

    unit: Unit
    above_percent: Decimal
    expected: Mapping[datetime, int]


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a contract. ``channels`` None means all channels. ``hours`` are all hours, the opening hours of
    the sites' calendars, or shifts. ``valid_to`` is the first day after the contract. ``cap`` limits the penalties of a
    period."""

    code: str
    version: int
    partner: str
    label: Label
    sites: tuple[str, ...]
    channels: tuple[str, ...] | None
    zone: str
    valid_from: date
    valid_to: date | None
    settled_by: SettlementPeriod
    seal_after_days: int
    hours: SettledHours | tuple[Shift, ...]
    force_majeure: tuple[ForceMajeure, ...]
    volumes: Volumes | None
    terms: tuple[Term, ...]
    cap: Decimal | None


@dataclass(frozen=True, slots=True)
class Period:
    """A period that a contract is settled for: local days on the contract's clock, ``end`` excluded, cut to the
    contract's validity. ``name`` is its name in URLs, such as 2015-12."""

    name: str
    start: date
    end: date
    zone: str

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """Return the start and the end as instants."""
        return find_midnight(self.start, self.zone), find_midnight(self.end, self.zone)


def find_midnight(day: date, zone: str) -> datetime:
    """Return the instant at which a day begins in a time zone."""
    return to_instant(datetime.combine(day, time.min), zone)


def find_period(contract: Contract, text: str, *, now: datetime) -> Period:
    """Return the period that a text such as ``2015-12`` names. Raises QuestionRefused (``bad_window``) for a window
    that is not a whole period of the contract."""
    start, end = parse_period(text, now.astimezone(load_zone(contract.zone)).date())
    whole = find_whole_period(contract, start.date())
    if (start.date(), end.date()) != whole:
        example = name_period(contract, whole[0])
        raise QuestionRefused(
            f"{contract.code} is settled by the {contract.settled_by}: ask for a whole {contract.settled_by},"
            f" e.g. period={example}.",
            code="bad_window",
            parameter="period",
            suggestions=(example,),
        )
    return clip_period(contract, *whole)


def clip_period(contract: Contract, first: date, end: date) -> Period:
    """Return the period of these days, cut to the contract's validity. Raises QuestionRefused (``bad_window``) for days
    outside the validity."""
    start = max(first, contract.valid_from)
    until = end if contract.valid_to is None else min(end, contract.valid_to)
    if start >= until:
        last = "" if contract.valid_to is None else f" and ends on {contract.valid_to}"
        raise QuestionRefused(
            f"{contract.code} holds from {contract.valid_from}{last}; ask for a period within these days.",
            code="bad_window",
            parameter="period",
        )
    return Period(name_period(contract, first), start, until, contract.zone)


def find_whole_period(contract: Contract, day: date) -> tuple[date, date]:
    """Return the first day of the whole period around a day, and the first day after the period. The period is not cut
    to the contract's validity."""
    months = 1 if contract.settled_by == "month" else 3
    first = (day.month - 1) // months * months
    return date(day.year, first + 1, 1), _add_months(date(day.year, first + 1, 1), months)


def name_period(contract: Contract, first: date) -> str:
    """Return the name of a period in URLs: 2015-12, 2015-Q4."""
    if contract.settled_by == "month":
        return f"{first:%Y-%m}"
    return f"{first.year:04d}-Q{(first.month + 2) // 3}"


def find_seal_day(contract: Contract, period: Period) -> date:
    """Return the first day, on the contract's clock, on which a period may be sealed."""
    return period.end + timedelta(days=contract.seal_after_days)


def find_seal_time(contract: Contract, period: Period) -> datetime:
    """Return the instant from which a period may be sealed."""
    return find_midnight(find_seal_day(contract, period), contract.zone)


def list_periods(contract: Contract, now: datetime) -> list[Period]:
    """Return every period, sealed or not, whose seal time has come, oldest first."""
    found: list[Period] = []
    day = contract.valid_from
    while contract.valid_to is None or day < contract.valid_to:
        first, end = find_whole_period(contract, day)
        period = clip_period(contract, first, end)
        if find_seal_time(contract, period) > now:
            break
        found.append(period)
        day = end
    return found


def list_begun_periods(contract: Contract, now: datetime) -> list[Period]:
    """Return the latest periods that have begun, newest first, at most ``PERIODS_MAX``."""
    found: list[Period] = []
    day = now.astimezone(load_zone(contract.zone)).date()
    if contract.valid_to is not None:
        day = min(day, contract.valid_to - timedelta(days=1))
    while day >= contract.valid_from and len(found) < PERIODS_MAX:
        first, end = find_whole_period(contract, day)
        found.append(clip_period(contract, first, end))
        day = first - timedelta(days=1)
    return found


def _add_months(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
