"""The enums of contracts and of what is due by them: closed lists, with what each word means."""

from __future__ import annotations

from enum import Enum

import strawberry


def _value(word: str, description: str) -> str:
    return strawberry.enum_value(word, description=description)  # type: ignore[return-value]  # Enum unwraps it


@strawberry.enum(description="When the amount of a contract's rule is due.")
class RuleKind(Enum):
    """As ``steer.contract_form.RuleForm.rule``, with descriptions."""

    MISSED_WINDOW = _value("missed_window", "For each measurement window that misses the target.")
    POINT = _value("point", "For each percentage point by which the target is missed.")
    STEP = _value("step", "Once, where the figure is worse than a bound.")
    BONUS = _value("bonus", "Once, where the figure is at least a bound; paid to the partner.")


@strawberry.enum(description="How missed points are counted.")
class PointCount(Enum):
    """As ``steer.contract_form.RuleForm.counted``, with descriptions."""

    STARTED = _value("started", "A point that has begun counts as one.")
    WHOLE = _value("whole", "Only whole points count.")
    EXACT = _value("exact", "Fractions of points count.")


@strawberry.enum(description="The width of a measurement window of a contract.")
class MeasurementWindow(Enum):
    """As ``steer.term.Unit``, with descriptions."""

    QUARTER_HOUR = _value("quarter_hour", "Quarters of an hour.")
    HALF_HOUR = _value("half_hour", "Half hours.")
    HOUR = _value("hour", "Whole hours.")
    DAY = _value("day", "Whole days.")
    WEEK = _value("week", "ISO weeks, from Monday.")
    MONTH = _value("month", "Whole months.")


@strawberry.enum(description="The period that a contract is settled by.")
class SettlementPeriod(Enum):
    """As ``steer.contract_form.ContractForm.settled_by``, with descriptions."""

    MONTH = _value("month", "Calendar months.")
    QUARTER = _value("quarter", "Calendar quarters.")


@strawberry.enum(description="The hours in which the terms of a contract count.")
class SettledHours(Enum):
    """As the words of ``steer.contract_form.ContractForm.hours``, with descriptions."""

    ALWAYS = _value("always", "All hours of all days.")
    CALENDAR = _value("calendar", "The opening hours of each site.")


@strawberry.enum(description="Whether a measurement window met its target.")
class WindowState(Enum):
    """As ``steer.attainment``, with descriptions."""

    MET = _value("met", "The target was reached.")
    MISSED = _value("missed", "The target was not reached.")
    EMPTY = _value("empty", "No contact came.")
    EXCLUDED = _value("excluded", "The window is not settled.")
    PENDING = _value("pending", "The window is not over yet.")


@strawberry.enum(description="Why a time is not settled.")
class ExclusionKind(Enum):
    """As ``steer.contract_windows``, with descriptions."""

    FORCE_MAJEURE = _value("force_majeure", "The contract excludes it by name.")
    VOLUME = _value("volume", "Many more contacts came than were foreseen.")


@strawberry.enum(description="How the end of a period is forecast.")
class ForecastMethod(Enum):
    """As ``steer.contract_outlook``, with descriptions."""

    COMPLETE = _value("complete", "The period is over; nothing is forecast.")
    WEEKDAY_MEAN = _value("weekday_mean", "From the means of the weekdays so far.")
    NONE = _value("none", "Too little is known for a forecast.")


@strawberry.enum(description="What a line of a settlement is for.")
class SettlementLine(Enum):
    """As ``steer.penalty``, with descriptions."""

    MISSED_WINDOW = _value("missed_window", "Measurement windows that missed the target.")
    POINT = _value("point", "Points by which the target was missed.")
    STEP = _value("step", "A figure worse than the bound of a step.")
    BONUS = _value("bonus", "A bonus for a figure at least as good as its bound.")
    CAP = _value("cap", "What exceeds the cap, taken off again.")
