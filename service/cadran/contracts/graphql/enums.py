"""The GraphQL enums of contracts and settlements, with a description of each value."""

from __future__ import annotations

from collections.abc import Mapping
from enum import Enum
from typing import Any, Final

import strawberry

from cadran.contracts.documents import periods
from cadran.contracts.model import contract, term, windows
from cadran.contracts.settlement import attainment, forecast, penalty
from cadran.graphql.enums import describe_value


@strawberry.enum(description="When the amount of a contract's rule is due.")
class RuleKind(Enum):
    """The values of ``RuleForm.rule``, with descriptions."""

    MISSED_WINDOW = describe_value(
        "missed_window", "The amount is due for each measurement window that misses the target."
    )
    POINT = describe_value(
        "point",
        "The amount is due for each point by which the figure misses the target: each hundredth of a share, or each"
        " second of a mean.",
    )
    STEP = describe_value("step", "The amount is due once if the figure is worse than a bound.")
    BONUS = describe_value(
        "bonus", "The amount is paid to the partner once if the figure is at least as good as a bound."
    )


@strawberry.enum(description="How the points of a missed target are counted.")
class PointCount(Enum):
    """The values of ``RuleForm.counted``, with descriptions."""

    STARTED = describe_value("started", "Each started point counts as a whole point.")
    WHOLE = describe_value("whole", "Only whole points count.")
    EXACT = describe_value("exact", "Fractions of points count.")


@strawberry.enum(description="How contacts of unknown wait count in a term of a contract.")
class UnknownWaits(Enum):
    """The values of ``TermForm.unknown_waits``, with descriptions."""

    MISSED = describe_value("missed", "A share with a threshold counts them as missed.")
    LEFT_OUT = describe_value("left_out", "They do not count.")


@strawberry.enum(description="The width of a measurement window of a contract.")
class MeasurementWindow(Enum):
    """The values of ``Unit``, with descriptions."""

    QUARTER_HOUR = describe_value("quarter_hour", "Windows of a quarter of an hour.")
    HALF_HOUR = describe_value("half_hour", "Windows of half an hour.")
    HOUR = describe_value("hour", "Windows of an hour.")
    DAY = describe_value("day", "Windows of a day on the contract's clock.")
    WEEK = describe_value("week", "Windows of an ISO week, from Monday.")
    MONTH = describe_value("month", "Windows of a calendar month.")


@strawberry.enum(description="The period that a contract is settled by.")
class SettlementPeriod(Enum):
    """The values of ``ContractForm.settled_by``, with descriptions."""

    MONTH = describe_value("month", "Settled by calendar month.")
    QUARTER = describe_value("quarter", "Settled by calendar quarter.")


@strawberry.enum(description="The hours in which the terms of a contract count.")
class SettledHours(Enum):
    """The words of ``ContractForm.hours``, with descriptions."""

    ALWAYS = describe_value("always", "All hours of all days count.")
    CALENDAR = describe_value("calendar", "The opening hours of each site count.")


@strawberry.enum(description="Whether a measurement window met its target.")
class WindowState(Enum):
    """The values of ``State`` of attainments, with descriptions."""

    MET = describe_value("met", "The window reached the target.")
    MISSED = describe_value("missed", "The window did not reach the target.")
    EMPTY = describe_value("empty", "No contact came within the hours of the window.")
    EXCLUDED = describe_value("excluded", "The window is excluded from the settlement.")
    PENDING = describe_value("pending", "The window ends after the loaded data.")


@strawberry.enum(description="Why a time is excluded from the settlement.")
class ExclusionKind(Enum):
    """The values of ``Exclusion.kind``, with descriptions."""

    FORCE_MAJEURE = describe_value("force_majeure", "The contract excludes the time as force majeure.")
    VOLUME = describe_value("volume", "More contacts came than the contract's forecast allows.")


@strawberry.enum(description="How the figure at the end of a period is forecast.")
class ForecastMethod(Enum):
    """The values of ``Forecast.method``, with descriptions."""

    COMPLETE = describe_value("complete", "The period is over, so the forecast is its figure.")
    WEEKDAY_MEAN = describe_value(
        "weekday_mean", "The forecast uses the mean of each weekday over the last eight weeks."
    )
    NONE = describe_value("none", "The history is too short for a forecast.")


@strawberry.enum(description="What a line of a settlement is for.")
class SettlementLine(Enum):
    """The values of ``Line.code``, with descriptions."""

    MISSED_WINDOW = describe_value("missed_window", "Measurement windows that missed the target.")
    POINT = describe_value("point", "Points by which the figure missed the target.")
    STEP = describe_value("step", "A figure that is worse than the bound of a step.")
    BONUS = describe_value("bonus", "A bonus for a figure that reaches the bound of the bonus.")
    CAP = describe_value("cap", "The reduction of the penalties to the cap.")


@strawberry.enum(description="Whether a settlement period is sealed.")
class PeriodState(Enum):
    """The values of ``PeriodState`` of periods, with descriptions."""

    OPEN = describe_value("open", "The period is not sealed, so its figures follow the data.")
    SEALED = describe_value("sealed", "The period is sealed, and its statement no longer changes.")


#: The enums by the types whose values they have.
ENUMS: Final[Mapping[object, Any]] = {
    term.RuleKind: RuleKind,
    term.PointCount: PointCount,
    term.Unit: MeasurementWindow,
    term.UnknownWaits: UnknownWaits,
    contract.SettlementPeriod: SettlementPeriod,
    contract.SettledHours: SettledHours,
    periods.PeriodState: PeriodState,
    windows.ExclusionKind: ExclusionKind,
    attainment.State: WindowState,
    forecast.Method: ForecastMethod,
    penalty.Code: SettlementLine,
}
