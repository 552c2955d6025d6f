"""A contract between the principal and a partner: who, where, when, under which terms; and the periods it is settled
by.

What is known of a contract at one time is a version of it. A version takes effect with a period, and a period keeps the
version that was the latest in effect on its first day when it is sealed.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from typing import Literal

from cadran.contracts.model.term import Term, Unit
from cadran.domain.metric import Label
from cadran.domain.window import instant, named, zone_info
from cadran.errors import QuestionRefused


@dataclass(frozen=True, slots=True)
class Shift:
    """Hours of some weekdays (1 is Monday) on the contract's clock, in minutes from midnight; they end by midnight."""

    weekdays: frozenset[int]
    opens: int
    closes: int

    def covers(self, wall: datetime) -> bool:
        """Whether a wall-clock time lies within."""
        return wall.isoweekday() in self.weekdays and self.opens <= wall.hour * 60 + wall.minute < self.closes


@dataclass(frozen=True, slots=True)
class ForceMajeure:
    """Wall-clock times, on quarter-hours, between which nothing is settled, and why."""

    start: datetime
    end: datetime
    reason: Label


@dataclass(frozen=True, slots=True)
class Volumes:
    """The contacts foreseen, by the wall-clock start of each window of a unit; a window whose contacts are more than
    ``above_percent`` above is not settled."""

    unit: Unit
    above_percent: Decimal
    expected: Mapping[datetime, int]


@dataclass(frozen=True, slots=True)
class Contract:
    """One version of a contract. ``channels`` None: all. ``hours``: when its sites are open by their calendars, always,
    or as stated. ``cap`` bounds the penalties of a period."""

    code: str
    version: int
    partner: str
    label: Label
    sites: tuple[str, ...]
    channels: tuple[str, ...] | None
    zone: str
    valid_from: date
    valid_to: date | None
    settled_by: Literal["month", "quarter"]
    seal_after_days: int
    hours: Literal["always", "calendar"] | tuple[Shift, ...]
    force_majeure: tuple[ForceMajeure, ...]
    volumes: Volumes | None
    terms: tuple[Term, ...]
    cap: Decimal | None


@dataclass(frozen=True, slots=True)
class Period:
    """What a contract is settled for: local days on its clock, ``end`` left out, within its validity; ``name`` as asked
    for again."""

    name: str
    start: date
    end: date
    zone: str

    @property
    def bounds(self) -> tuple[datetime, datetime]:
        """As instants."""
        return midnight(self.start, self.zone), midnight(self.end, self.zone)


def midnight(day: date, zone: str) -> datetime:
    """The instant at which a day begins on a clock."""
    return instant(datetime.combine(day, time.min), zone)


def period_of(contract: Contract, text: str, *, now: datetime) -> Period:
    """The period that these words name. Refused with ``bad_window`` where it is none of the contract's."""
    start, end = named(text, now.astimezone(zone_info(contract.zone)).date())
    whole = whole_period(contract, start.date())
    if (start.date(), end.date()) != whole:
        example = period_name(contract, whole[0])
        raise QuestionRefused(
            f"{contract.code} is settled by the {contract.settled_by}: ask for a whole one, e.g. period={example}.",
            code="bad_window",
            parameter="period",
            suggestions=(example,),
        )
    return clipped(contract, *whole)


def clipped(contract: Contract, first: date, end: date) -> Period:
    """The period of these days, within the contract's validity. Refused with ``bad_window`` where they never meet."""
    start = max(first, contract.valid_from)
    until = end if contract.valid_to is None else min(end, contract.valid_to)
    if start >= until:
        last = "" if contract.valid_to is None else f" and ends on {contract.valid_to}"
        raise QuestionRefused(
            f"{contract.code} holds from {contract.valid_from}{last}; ask for a period within.",
            code="bad_window",
            parameter="period",
        )
    return Period(period_name(contract, first), start, until, contract.zone)


def whole_period(contract: Contract, day: date) -> tuple[date, date]:
    """The period that a day belongs to, whatever the contract's validity."""
    months = 1 if contract.settled_by == "month" else 3
    first = (day.month - 1) // months * months
    return date(day.year, first + 1, 1), _months_on(date(day.year, first + 1, 1), months)


def period_name(contract: Contract, first: date) -> str:
    """As a URL names it: 2015-12, 2015-Q4."""
    if contract.settled_by == "month":
        return f"{first:%Y-%m}"
    return f"{first.year:04d}-Q{(first.month + 2) // 3}"


def seal_day(contract: Contract, period: Period) -> date:
    """The day, on the contract's clock, from which on a period may be sealed."""
    return period.end + timedelta(days=contract.seal_after_days)


def seal_due(contract: Contract, period: Period) -> datetime:
    """The instant at which that day begins."""
    return midnight(seal_day(contract, period), contract.zone)


def periods_until(contract: Contract, now: datetime) -> list[Period]:
    """Every period whose sealing is due, the first one first."""
    found: list[Period] = []
    day = contract.valid_from
    while contract.valid_to is None or day < contract.valid_to:
        first, end = whole_period(contract, day)
        period = clipped(contract, first, end)
        if seal_due(contract, period) > now:
            break
        found.append(period)
        day = end
    return found


def _months_on(day: date, months: int) -> date:
    number = day.year * 12 + day.month - 1 + months
    return date(number // 12, number % 12 + 1, 1)
