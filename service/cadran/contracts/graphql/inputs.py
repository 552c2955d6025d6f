"""The GraphQL inputs that create and amend contracts, and their conversion into the document that REST reads. All
checks are made on that document."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import UNSET

from cadran.contracts.graphql.enums import MeasurementWindow, PointCount, RuleKind, SettledHours, SettlementPeriod
from cadran.contracts.model.values import RULES_MAX, SHIFTS_MAX, TERMS_MAX, TIMES_MAX, WINDOWS_MAX
from cadran.domain.bounds import CODES_MAX, WORD_MAX
from cadran.errors import QuestionRefused
from cadran.graphql.scalars import Date

_WORD: Final = f"0 to {WORD_MAX} characters"
_TIMES: Final = f"The times of force majeure, which are not settled; at most {TIMES_MAX:,} times."
_NAME_EN: Final = f"The English name of the contract, {_WORD}; null: its code."
_NAME_FR: Final = f"The French name of the contract, {_WORD}; null: the English name."
_SITES: Final = f"The codes of the partner's sites that the contract covers, at most {CODES_MAX} codes."
_CHANNELS: Final = f"The codes of the channels that count, at most {CODES_MAX} codes; null: all channels."
_SEAL_AFTER: Final = "The days after a period's end from which the period is sealed; null: 10."
_HOURS: Final = "The hours that are settled; null: ALWAYS. Give either hours or shifts."
_SHIFT_LIST: Final = f"The shifts that are settled, instead of hours; at most {SHIFTS_MAX} shifts."
_VOLUMES: Final = "The forecast contacts; null: volumes do not matter."
_TERMS: Final = f"The terms of the contract, at most {TERMS_MAX} terms."
_CAP: Final = "The maximum total of the penalties of all terms of a period; null: no limit."


def _field(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


@strawberry.input(description="A rule for the amount that is due when a term misses or reaches a figure.")
class ContractRuleInput:
    """The input of a ContractRule."""

    rule: RuleKind = strawberry.field(description="The condition under which the amount is due.")
    amount: float = strawberry.field(
        description="The amount for each window or point, or once, in the service's currency."
    )
    worse_than: float | None = _field("The bound of a step, in the metric's unit; not for other rules.")
    at_least: float | None = _field(
        "The bound of a bonus, in the metric's unit: a minimum, or a maximum of a metric whose lower values are better;"
        " not for other rules."
    )
    counted: PointCount | None = _field("How the points of a missed target are counted; default: STARTED.")


@strawberry.input(description="A term: a metric, its target, its measurement windows, and the amounts that are due.")
class ContractTermInput:
    """The input of a ContractTerm."""

    term: str = strawberry.field(description="The code of the term, unique within the contract.")
    metric: str = strawberry.field(description="The metric with its arguments, such as service_level(within=20).")
    target: float = strawberry.field(description="The target in the metric's unit: a share from 0 to 1, or seconds.")
    window: MeasurementWindow = strawberry.field(description="The width of a measurement window.")
    label_en: str | None = _field(f"The English name of the term, {_WORD}; null: the metric's name.")
    label_fr: str | None = _field(f"The French name of the term, {_WORD}; null: the English name.")
    channels: list[str] | None = _field(
        f"The channels of the contract that count, at most {CODES_MAX} codes; null: all of them."
    )
    rules: list[ContractRuleInput] | None = _field(f"The rules for the amounts due, at most {RULES_MAX} rules.")
    cap: float | None = _field("The maximum total of the term's penalties of a period; null: no limit.")


@strawberry.input(description="A shift: hours of some weekdays that are settled. A shift ends by midnight.")
class ContractShiftInput:
    """The input of a ContractShift."""

    weekdays: list[int] = strawberry.field(description="The ISO weekdays, 1 is Monday; at most 7 weekdays.")
    opens: str = strawberry.field(description="The start on the contract's clock, on a quarter-hour: 08:15.")
    closes: str = strawberry.field(description="The end on the contract's clock, on a quarter-hour; 00:00 is midnight.")


@strawberry.input(description="A time of force majeure, which is not settled.")
class ContractForceMajeureInput:
    """The input of a ContractForceMajeure."""

    start: str = strawberry.field(description="The start on the contract's clock, on a quarter-hour: 2015-12-09T14:00.")
    end: str = strawberry.field(description="The end on the contract's clock, on a quarter-hour; excluded.")
    reason_en: str = strawberry.field(description=f"The reason in English, 1 to {WORD_MAX} characters.")
    reason_fr: str | None = _field(f"The reason in French, {_WORD}; null: the English text.")


@strawberry.input(description="The forecast contacts of a window.")
class ContractExpectedInput:
    """The input of a ContractExpectedVolume."""

    start: str = strawberry.field(description="The start of the window on the contract's clock: 2015-12-01T09:00.")
    contacts: int = strawberry.field(description="The number of forecast contacts.")


@strawberry.input(description="Forecast contacts by window. A window with many more contacts is not settled.")
class ContractVolumesInput:
    """The input of ContractVolumes."""

    window: MeasurementWindow = strawberry.field(description="The width of a window.")
    above_percent: float = strawberry.field(
        description="The percentage by which contacts may exceed the forecast; a window beyond that is not settled."
    )
    expected: list[ContractExpectedInput] = strawberry.field(
        description=f"The forecast of each window, at most {WINDOWS_MAX:,} windows."
    )


@strawberry.input(description="The members of a contract to replace; null removes a member.")
class ContractChangeInput:
    """The members of ContractInput that may change: all except code, partner, zone, first day and settlement period."""

    label_en: str | None = _field(_NAME_EN)
    label_fr: str | None = _field(_NAME_FR)
    sites: list[str] | None = _field(_SITES)
    channels: list[str] | None = _field(
        f"The codes of the channels that count, at most {CODES_MAX} codes; null: all channels."
    )
    valid_to: Date | None = _field("The first day on which the contract no longer holds; null: open-ended.")
    seal_after_days: int | None = _field(_SEAL_AFTER)
    hours: SettledHours | None = _field(_HOURS)
    shifts: list[ContractShiftInput] | None = _field(_SHIFT_LIST)
    force_majeure: list[ContractForceMajeureInput] | None = _field(_TIMES)
    volumes: ContractVolumesInput | None = _field(_VOLUMES)
    terms: list[ContractTermInput] | None = _field(_TERMS)
    cap: float | None = _field(_CAP)


@strawberry.input(description="An SLA contract to create.")
class ContractInput:
    """The input of a Contract."""

    contract: str = strawberry.field(description="The code of the contract.")
    partner: str = strawberry.field(description="The code of the partner.")
    sites: list[str] = strawberry.field(description=_SITES)
    zone: str = strawberry.field(
        description="The IANA time zone of the contract's clock, on which periods and windows begin and end."
    )
    valid_from: Date = strawberry.field(description="The first day on which the contract holds, such as 2015-01-01.")
    terms: list[ContractTermInput] = strawberry.field(description=_TERMS)
    label_en: str | None = _field(_NAME_EN)
    label_fr: str | None = _field(_NAME_FR)
    channels: list[str] | None = _field(_CHANNELS)
    valid_to: Date | None = _field("The first day on which the contract no longer holds; null: open-ended.")
    settled_by: SettlementPeriod | None = _field("The length of a settlement period; default: MONTH.")
    seal_after_days: int | None = _field(_SEAL_AFTER)
    hours: SettledHours | None = _field(_HOURS)
    shifts: list[ContractShiftInput] | None = _field(_SHIFT_LIST)
    force_majeure: list[ContractForceMajeureInput] | None = _field(_TIMES)
    volumes: ContractVolumesInput | None = _field(_VOLUMES)
    cap: float | None = _field(_CAP)


_SHIFTS: Final = "shifts"


def make_form(given: ContractInput) -> dict[str, Any]:
    """Return the document of a new contract, without members that are null."""
    return {name: value for name, value in make_change_form(given).items() if value is not None}


def make_change_form(given: ContractInput | ContractChangeInput) -> dict[str, Any]:
    """Return the document that a REST request would have. Raises QuestionRefused (``bad_parameter``) if hours are given
    both as a word and as shifts."""
    found = _members(given)
    if _SHIFTS in found:
        shifts = found.pop(_SHIFTS)
        if shifts is not None and found.get("hours") is not None:
            raise _refused("hours", "give either hours or shifts, not both")
        found["hours"] = shifts if shifts is not None else found.get("hours")
    return found


def _members(given: Any) -> dict[str, Any]:
    values = {field.python_name: getattr(given, field.python_name) for field in given.__strawberry_definition__.fields}
    return {name: _plain(value) for name, value in values.items() if value is not UNSET}


def _plain(value: Any) -> Any:
    if isinstance(value, ContractVolumesInput):
        return {
            "window": value.window.value,
            "above_percent": _plain(value.above_percent),
            "expected": _expected(value),
        }
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, list):
        return [_plain(each) for each in value]
    if isinstance(value, float):
        # A whole number becomes an integer. Any other number becomes a string, because JSON cannot write NaN.
        return int(value) if value.is_integer() else repr(value)
    if hasattr(value, "__strawberry_definition__"):
        return {name: each for name, each in _members(value).items() if each is not None}
    return value


def _expected(given: ContractVolumesInput) -> dict[str, int]:
    found = {each.start: each.contacts for each in given.expected}
    if len(found) < len(given.expected):
        raise _refused("volumes", "expected names a window twice; give each window once")
    return found


def _refused(name: str, detail: str) -> QuestionRefused:
    return QuestionRefused(f"{name}: {detail}.", code="bad_parameter", parameter=name)
