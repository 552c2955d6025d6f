"""The GraphQL inputs that create and change objectives, and their conversion to the plain values of REST's bodies."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import UNSET

from cadran.graphql.declaration.form_inputs import declare_input, describe_member
from cadran.graphql.enums import Better, OwnerKind
from cadran.graphql.identifiers import KEY_RESULT, OBJECTIVE, ParsedId, encode_id, parse_id
from cadran.graphql.inputs import IndicatorFilter, make_conditions
from cadran.objectives.forms import (
    CheckInBody,
    KeyResultBody,
    KeyResultChange,
    ObjectiveBody,
    ObjectiveChange,
    OwnerBody,
    PathPoint,
    ScoreBody,
)
from cadran.objectives.graphql.types import KINDS, ObjectiveState
from cadran.objectives.model.rules import make_refusal

_DAYS: Final = frozenset({"start", "end", "deadline", "on"})
_WHERE: Final = "The filters of the measurement, never by agent; without a place, the owner's site or team is added."


@declare_input(KINDS, OwnerBody)
class OwnerInput:
    """The company, a site or a team."""

    kind: OwnerKind
    code: str | None = None


@declare_input(KINDS, PathPoint)
class PathPointInput:
    """A point of the path."""


@declare_input(KINDS, KeyResultBody)
class KeyResultInput:
    """A key result to create. Its value comes from its metric, or from check-ins if it has none."""

    where: IndicatorFilter | None = describe_member(_WHERE)
    better: Better | None


@declare_input(KINDS, KeyResultChange)
class KeyResultChangeInput:
    """The members of ``KeyResultInput``, all optional."""

    where: IndicatorFilter | None = describe_member(_WHERE)
    better: Better | None


@declare_input(KINDS, ObjectiveBody)
class ObjectiveInput:
    """An objective, with its key results if they are known."""

    parent: strawberry.ID | None = describe_member(
        "The id of the objective that this one is aligned to; null for none."
    )
    state: ObjectiveState | None = describe_member("The state of the new objective: DRAFT or ACTIVE; default: DRAFT.")


@declare_input(
    KINDS,
    ObjectiveChange,
    leave_out=["scores", "retrospective"],
    description="The members of an objective to change; absent members stay as they are.",
)
class ObjectiveChangeInput:
    """The members of ``ObjectiveInput`` except the key results, all optional."""

    parent: strawberry.ID | None = describe_member(
        "The id of the objective that this one is aligned to; null for none."
    )
    state: ObjectiveState | None = describe_member("The state of the objective; closeObjective closes an objective.")


@declare_input(KINDS, ScoreBody)
class ScoreInput:
    """A score in place of the key result's progress."""

    key_result: strawberry.ID = describe_member("The id of the key result.", required=True)


@declare_input(KINDS, CheckInBody)
class CheckInInput:
    """A value, a confidence or a comment."""


#: The members that null cannot remove.
_NEEDED: Final = frozenset({"title", "baseline", "target", "owner", "start", "end", "state"})


def to_json(given: Any) -> dict[str, Any]:
    """Return the given members of an input as the plain values of a REST body. Raises QuestionRefused."""
    found: dict[str, Any] = {}
    for field in given.__strawberry_definition__.fields:
        name = field.python_name
        value = getattr(given, name)
        if value is UNSET:
            continue
        if value is None and name in _NEEDED:
            raise make_refusal(f"{name} cannot be null.", name)
        found[name] = _plain(name, value)
    return found


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(name, each) for each in value]
    if isinstance(value, IndicatorFilter):
        return [
            {"dimension": each.dimension, "values": list(each.values), "negated": each.negated}
            for each in make_conditions(value)
        ]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__strawberry_definition__"):
        return to_json(value)
    if value is not None and name in _DAYS:
        return date.fromisoformat(value)
    if value is not None and name in ("parent", "key_result"):
        return numbered(value, name, OBJECTIVE if name == "parent" else KEY_RESULT)
    return value


def numbered(text: str, parameter: str, kind: str) -> int:
    """Return the number in an id of this kind. Raises QuestionRefused for other ids, and for an id with a day."""
    parsed = parse_id(kind, text)
    if parsed is None:
        raise make_refusal(
            f"There is no {parameter.replace('_', ' ')} '{text[:60]}'.", parameter, code="unknown_objective"
        )
    return undated(parsed, kind, parameter)


def undated(parsed: ParsedId, kind: str, parameter: str) -> int:
    """Return the number in an id without a day. Raises QuestionRefused for an id with a day.

    Objectives change only in the present. A change through an id with a day could be mistaken for a change of that day.
    """
    if parsed.as_of is not None:
        raise make_refusal(
            f"{parameter} takes an id without a day. Send {encode_id(kind, parsed.number)} in place of"
            f" {encode_id(kind, parsed.number, parsed.as_of)}.",
            parameter,
        )
    return parsed.number
