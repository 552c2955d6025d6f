"""What is sent to make and amend contracts, as typed inputs; and the same as the document that REST reads, which alone
judges it."""

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
_TIMES: Final = f"Times that are not settled, at most {TIMES_MAX:,} times."


def _field(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


@strawberry.input(description="What is due by a term, in euros.")
class ContractRuleInput:
    """As ContractRule."""

    rule: RuleKind = strawberry.field(description="When the amount is due.")
    amount: float = strawberry.field(description="For each missed window or point, or once.")
    worse_than: float | None = _field("The bound of a step.")
    at_least: float | None = _field("The bound of a bonus; of what should be low, it is the most.")
    counted: PointCount | None = _field("How points are counted: STARTED unless given.")


@strawberry.input(description="A metric that has to reach a target, over which windows, and what follows.")
class ContractTermInput:
    """As ContractTerm."""

    term: str = strawberry.field(description="Its code.")
    metric: str = strawberry.field(description="The metric, as written in a URL: service_level(within=20).")
    target: float = strawberry.field(description="In the metric's unit: a share from 0 to 1, seconds.")
    window: MeasurementWindow = strawberry.field(description="The width of a measurement window.")
    label_en: str | None = _field(f"Its name in English, {_WORD}.")
    label_fr: str | None = _field(f"Its name in French, {_WORD}.")
    channels: list[str] | None = _field(f"Only these of the contract's, at most {CODES_MAX} codes.")
    rules: list[ContractRuleInput] | None = _field(f"What is due, at most {RULES_MAX} rules.")
    cap: float | None = _field("Penalties of a period are at most this.")


@strawberry.input(description="Hours of some weekdays in which terms are settled, by midnight.")
class ContractShiftInput:
    """As ContractShift."""

    weekdays: list[int] = strawberry.field(description="1 is Monday; at most 7 weekdays.")
    opens: str = strawberry.field(description="On the contract's clock, in quarter-hours: 08:15.")
    closes: str = strawberry.field(description="00:00 is midnight.")


@strawberry.input(description="A time that is not settled.")
class ContractForceMajeureInput:
    """As ContractForceMajeure."""

    start: str = strawberry.field(description="On the contract's clock, in quarter-hours: 2015-12-09T14:00.")
    end: str = strawberry.field(description="The first minute after it.")
    reason_en: str = strawberry.field(description=f"Why, in English, 1 to {WORD_MAX} characters.")
    reason_fr: str | None = _field(f"Why, in French, {_WORD}.")


@strawberry.input(description="Contacts foreseen in a window.")
class ContractExpectedInput:
    """As ContractExpected."""

    start: str = strawberry.field(description="When it starts on the contract's clock: 2015-12-01T09:00.")
    contacts: int = strawberry.field(description="How many are foreseen.")


@strawberry.input(description="Contacts foreseen by window; what comes above frees that window from being settled.")
class ContractVolumesInput:
    """As ContractVolumes."""

    window: MeasurementWindow = strawberry.field(description="The width of a window.")
    above_percent: float = strawberry.field(description="How far above what is foreseen still counts.")
    expected: list[ContractExpectedInput] = strawberry.field(
        description=f"What is foreseen, at most {WINDOWS_MAX:,} windows."
    )


@strawberry.input(description="What of a contract is to be otherwise; null takes a member away.")
class ContractChangeInput:
    """As ContractInput, of which the code, the partner, the zone, the first day and the period are for good."""

    label_en: str | None = _field(f"Its name in English, {_WORD}.")
    label_fr: str | None = _field(f"Its name in French, {_WORD}.")
    sites: list[str] | None = _field(f"The codes of its sites, at most {CODES_MAX} codes.")
    channels: list[str] | None = _field(f"Only these, at most {CODES_MAX} codes; null: all.")
    valid_to: Date | None = _field("The first day it no longer holds; null: open.")
    seal_after_days: int | None = _field("Days after a period's end on which it is sealed; 10 unless given.")
    hours: SettledHours | None = _field("When terms are settled: ALWAYS unless given.")
    shifts: list[ContractShiftInput] | None = _field(f"The hours, in place of a word; at most {SHIFTS_MAX} shifts.")
    force_majeure: list[ContractForceMajeureInput] | None = _field(
        f"Times that are not settled, at most {TIMES_MAX:,} times."
    )
    volumes: ContractVolumesInput | None = _field("Contacts foreseen by window.")
    terms: list[ContractTermInput] | None = _field(f"What has to be reached, at most {TERMS_MAX} terms.")
    cap: float | None = _field("Penalties of a period are at most this.")


@strawberry.input(description="A contract to be made.")
class ContractInput:
    """As Contract."""

    contract: str = strawberry.field(description="Its code.")
    partner: str = strawberry.field(description="The partner's code.")
    sites: list[str] = strawberry.field(
        description=f"The codes of its sites, all of them the partner's; at most {CODES_MAX} codes."
    )
    zone: str = strawberry.field(description="An IANA zone: the clock of periods and windows.")
    valid_from: Date = strawberry.field(description="The first day: 2015-01-01.")
    terms: list[ContractTermInput] = strawberry.field(description=f"What has to be reached, at most {TERMS_MAX} terms.")
    label_en: str | None = _field(f"Its name in English, {_WORD}.")
    label_fr: str | None = _field(f"Its name in French, {_WORD}.")
    channels: list[str] | None = _field(f"Only these, at most {CODES_MAX} codes; all unless given.")
    valid_to: Date | None = _field("The first day it no longer holds.")
    settled_by: SettlementPeriod | None = _field("The period that it is settled by: MONTH unless given.")
    seal_after_days: int | None = _field("Days after a period's end on which it is sealed; 10 unless given.")
    hours: SettledHours | None = _field("When terms are settled: ALWAYS unless given.")
    shifts: list[ContractShiftInput] | None = _field(f"The hours, in place of a word; at most {SHIFTS_MAX} shifts.")
    force_majeure: list[ContractForceMajeureInput] | None = _field(
        f"Times that are not settled, at most {TIMES_MAX:,} times."
    )
    volumes: ContractVolumesInput | None = _field("Contacts foreseen by window.")
    cap: float | None = _field("Penalties of a period are at most this.")


_SHIFTS: Final = "shifts"


def made(given: ContractInput) -> dict[str, Any]:
    """The document of a new contract, in which null is left out."""
    return {name: value for name, value in changed(given).items() if value is not None}


def changed(given: ContractInput | ContractChangeInput) -> dict[str, Any]:
    """The document that REST would be sent. Refused with ``bad_parameter`` where hours are said twice."""
    found = _members(given)
    if _SHIFTS in found:
        shifts = found.pop(_SHIFTS)
        if shifts is not None and found.get("hours") is not None:
            raise _refused("hours", "say them by a word or by shifts, not both")
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
        # What is whole is told as it is written without a point; text keeps what JSON could not say.
        return int(value) if value.is_integer() else repr(value)
    if hasattr(value, "__strawberry_definition__"):
        return {name: each for name, each in _members(value).items() if each is not None}
    return value


def _expected(given: ContractVolumesInput) -> dict[str, int]:
    found = {each.start: each.contacts for each in given.expected}
    if len(found) < len(given.expected):
        raise _refused("volumes", "a window is foreseen twice")
    return found


def _refused(name: str, detail: str) -> QuestionRefused:
    return QuestionRefused(f"{name}: {detail}.", code="bad_parameter", parameter=name)
