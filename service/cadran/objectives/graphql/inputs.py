"""The GraphQL inputs that create and change objectives, and their conversion to the plain values of REST's bodies."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import UNSET

from cadran.domain.bounds import KEY_RESULTS_MAX
from cadran.graphql.enums import Better, OwnerKind
from cadran.graphql.identifiers import KEY_RESULT, OBJECTIVE, ParsedId, encode_id, parse_id
from cadran.graphql.inputs import IndicatorFilter, make_conditions
from cadran.graphql.scalars import Date
from cadran.objectives.graphql.types import ObjectiveState
from cadran.objectives.model.rules import PATH_MAX, TEXT_MAX, TITLE_MAX, UNIT_MAX, make_refusal

_TITLE: Final = f"1 to {TITLE_MAX} characters"
_TEXT: Final = f"0 to {TEXT_MAX:,} characters"
_DAYS: Final = frozenset({"start", "end", "deadline", "on"})


def _field(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


@strawberry.input(description="The owner of an objective: the company, a site or a team; never one person.")
class OwnerInput:
    """The company, a site or a team."""

    kind: OwnerKind = strawberry.field(description="The kind of the owner.")
    code: str | None = strawberry.field(default=None, description="The code of the site or team; null for the company.")


@strawberry.input(description="The share of the way that is due before a day begins.")
class PathPointInput:
    """A point of the path."""

    on: Date = strawberry.field(description="The day before which the share is due: 2015-12-01.")
    share: float = strawberry.field(description="The share of the way from baseline to target, 0 to 1.")


@strawberry.input(description="A key result to create.")
class KeyResultInput:
    """A key result to create. Its value comes from its metric, or from check-ins if it has none."""

    title: str = strawberry.field(description=f"What the key result is to reach, {_TITLE}.")
    baseline: float = strawberry.field(description="The value at the start, in the key result's unit.")
    target: float = strawberry.field(description="The value to reach by the deadline, in the key result's unit.")
    metric: str | None = _field(
        "The metric that measures the key result, written as in a URL; null if check-ins give the value."
    )
    where: IndicatorFilter | None = _field(
        "The filters of the measurement; without a place, the owner's site or team is added."
    )
    unit: str | None = _field(f"The unit of the value if there is no metric, 0 to {UNIT_MAX} characters.")
    better: Better | None = _field("The better direction of the value, if the metric has none.")
    deadline: Date | None = _field("The first day after the key result; null: the objective's end.")
    path: list[PathPointInput] | None = _field(
        f"The shares of the way that are due by days, if progress is expected unevenly; at most {PATH_MAX} points."
    )


@strawberry.input(description="The members of a key result to change; absent members stay as they are.")
class KeyResultChangeInput:
    """The members of ``KeyResultInput``, all optional."""

    title: str | None = _field(f"What the key result is to reach, {_TITLE}.")
    baseline: float | None = _field("The value at the start, in the key result's unit.")
    target: float | None = _field("The value to reach by the deadline, in the key result's unit.")
    metric: str | None = _field(
        "The metric that measures the key result, written as in a URL; null if check-ins give the value."
    )
    where: IndicatorFilter | None = _field(
        "The filters of the measurement; without a place, the owner's site or team is added."
    )
    unit: str | None = _field(f"The unit of the value if there is no metric, 0 to {UNIT_MAX} characters.")
    better: Better | None = _field("The better direction of the value, if the metric has none.")
    deadline: Date | None = _field("The first day after the key result; null: the objective's end.")
    path: list[PathPointInput] | None = _field(
        f"The shares of the way that are due by days, if progress is expected unevenly; at most {PATH_MAX} points."
    )


@strawberry.input(description="An objective to create.")
class ObjectiveInput:
    """An objective, with its key results if they are known."""

    title: str = strawberry.field(description=f"What the objective is to reach, {_TITLE}.")
    owner: OwnerInput = strawberry.field(description="The owner of the objective.")
    start: Date = strawberry.field(description="The first day of the objective: 2015-01-01.")
    end: Date = strawberry.field(description="The first day after the objective.")
    description: str | None = _field(f"Why the objective matters, {_TEXT}.")
    parent: strawberry.ID | None = _field("The id of the objective that this one is aligned to.")
    state: ObjectiveState | None = _field("The state of the new objective: DRAFT or ACTIVE; default: DRAFT.")
    key_results: list[KeyResultInput] | None = _field(
        f"The key results, at most {KEY_RESULTS_MAX:,} of them; CADRAN_OBJECTIVE_KEY_RESULTS_MAX may allow fewer."
    )


@strawberry.input(description="The members of an objective to change; absent members stay as they are.")
class ObjectiveChangeInput:
    """The members of ``ObjectiveInput`` except the key results, all optional."""

    title: str | None = _field(f"What the objective is to reach, {_TITLE}.")
    owner: OwnerInput | None = _field("The owner of the objective.")
    start: Date | None = _field("The first day of the objective.")
    end: Date | None = _field("The first day after the objective.")
    description: str | None = _field(f"Why the objective matters, {_TEXT}.")
    parent: strawberry.ID | None = _field("The id of the objective that this one is aligned to; null for none.")
    state: ObjectiveState | None = _field("The state of the objective; closeObjective closes an objective.")


@strawberry.input(description="The score of a key result when its objective closes.")
class ScoreInput:
    """A score in place of the key result's progress."""

    key_result: strawberry.ID = strawberry.field(description="The id of the key result.")
    score: float = strawberry.field(description="The score of the key result, 0.0 to 1.0.")


@strawberry.input(description="A check-in on a key result: a value, a confidence or a comment.")
class CheckInInput:
    """A value, a confidence or a comment."""

    on: Date | None = _field("The day that the check-in is about; default: today.")
    value: float | None = _field("The value of the key result on that day; only if no metric measures it.")
    confidence: float | None = _field("How sure the author is of reaching the target, 0 to 1.")
    comment: str | None = _field(f"The reason for value or confidence, {_TEXT}.")


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
