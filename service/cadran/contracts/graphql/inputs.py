"""The GraphQL inputs that create and amend contracts, and their conversion into the document that REST reads. All
checks are made on that document."""

from __future__ import annotations

from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import UNSET

from cadran.contracts.graphql.enums import ENUMS, MeasurementWindow, SettledHours
from cadran.contracts.model.form import ContractForm
from cadran.contracts.model.form_parts import ForceMajeureForm, RuleForm, ShiftForm, TermForm, VolumesForm
from cadran.contracts.model.values import SHIFTS_MAX, WINDOWS_MAX
from cadran.contracts.store import LASTING
from cadran.errors import QuestionRefused
from cadran.graphql.declaration.document_types import GraphQLKinds
from cadran.graphql.declaration.form_inputs import declare_input, describe_member

_HOURS: Final = "The hours that are settled; null: ALWAYS. Give either hours or shifts."
_SHIFT_LIST: Final = f"The shifts that are settled, instead of hours; at most {SHIFTS_MAX} shifts."
KINDS: Final = GraphQLKinds(ENUMS)


@declare_input(KINDS, RuleForm)
class ContractRuleInput:
    """The input of a ContractRule."""


@declare_input(KINDS, TermForm)
class ContractTermInput:
    """The input of a ContractTerm."""


@declare_input(KINDS, ShiftForm)
class ContractShiftInput:
    """The input of a ContractShift."""


@declare_input(KINDS, ForceMajeureForm)
class ContractForceMajeureInput:
    """The input of a ContractForceMajeure."""


@strawberry.input(description="The forecast contacts of a window.")
class ContractExpectedInput:
    """The input of a ContractExpectedVolume."""

    start: str = strawberry.field(description="The start of the window on the contract's clock: 2015-12-01T09:00.")
    contacts: int = strawberry.field(description="The number of forecast contacts.")


@declare_input(KINDS, VolumesForm)
class ContractVolumesInput:
    """The input of ContractVolumes, with a list in place of an object."""

    window: MeasurementWindow
    above_percent: float
    expected: list[ContractExpectedInput] = describe_member(
        f"The forecast of each window, at most {WINDOWS_MAX:,} windows.", required=True
    )


@declare_input(KINDS, ContractForm, description="An SLA contract to create.")
class ContractInput:
    """The input of a Contract, with hours split into a word and shifts."""

    hours: SettledHours | None = describe_member(_HOURS)
    shifts: list[ContractShiftInput] | None = describe_member(_SHIFT_LIST)


@declare_input(
    KINDS,
    ContractForm,
    leave_out=LASTING,
    is_change=True,
    description="The members of a contract to replace. An absent member stays as it is; null removes a member.",
)
class ContractChangeInput:
    """The members of ContractInput that may change."""

    hours: SettledHours | None = describe_member(_HOURS)
    shifts: list[ContractShiftInput] | None = describe_member(_SHIFT_LIST)


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
