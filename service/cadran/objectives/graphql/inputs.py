"""What is sent to make and change objectives, as typed inputs; and the same as the plain values that REST reads."""

from __future__ import annotations

from datetime import date
from enum import Enum
from typing import Any, Final

import strawberry
from strawberry import UNSET

from cadran.domain.bounds import KEY_RESULTS_MAX
from cadran.graphql.enums import Better, OwnerKind
from cadran.graphql.identifiers import KEY_RESULT, OBJECTIVE, number_in
from cadran.graphql.inputs import IndicatorFilter, conditions
from cadran.graphql.scalars import Date
from cadran.objectives.graphql.types import ObjectiveState
from cadran.objectives.model.rules import PATH_MAX, TEXT_MAX, TITLE_MAX, UNIT_MAX, refused

_TITLE: Final = f"1 to {TITLE_MAX} characters"
_TEXT: Final = f"0 to {TEXT_MAX:,} characters"
_DAYS: Final = frozenset({"start", "end", "deadline", "on"})


def _field(description: str) -> Any:
    return strawberry.field(default=UNSET, description=description)


@strawberry.input(description="Whose an objective is; never one person's.")
class OwnerInput:
    """The company's, a site's or a team's."""

    kind: OwnerKind = strawberry.field(description="Whose it is.")
    code: str | None = strawberry.field(default=None, description="The site's or team's code.")


@strawberry.input(description="How much of the way is to be done before a day begins.")
class PathPointInput:
    """A point of the path."""

    on: Date = strawberry.field(description="The day: 2015-12-01.")
    share: float = strawberry.field(description="The share of the way, 0 to 1.")


@strawberry.input(description="A key result to be made.")
class KeyResultInput:
    """With a metric it is measured; without, its check-ins tell its value."""

    title: str = strawberry.field(description=f"What is to be reached, {_TITLE}.")
    baseline: float = strawberry.field(description="Where it begins.")
    target: float = strawberry.field(description="Where it is to be.")
    metric: str | None = _field("What measures it, as in a URL.")
    where: IndicatorFilter | None = _field("Over what it is measured; of the owner's place unless it names one.")
    unit: str | None = _field(f"Of its value, where it is not measured; 0 to {UNIT_MAX} characters.")
    better: Better | None = _field("Which direction is better, where the metric doesn't say.")
    deadline: Date | None = _field("The first day after it; the objective's end unless given.")
    path: list[PathPointInput] | None = _field(f"The way, where it is not even; at most {PATH_MAX} points.")


@strawberry.input(description="What of a key result is to be otherwise; what is left out stays.")
class KeyResultChangeInput:
    """As KeyResultInput."""

    title: str | None = _field(f"What is to be reached, {_TITLE}.")
    baseline: float | None = _field("Where it begins.")
    target: float | None = _field("Where it is to be.")
    metric: str | None = _field("What measures it, as in a URL.")
    where: IndicatorFilter | None = _field("Over what it is measured; of the owner's place unless it names one.")
    unit: str | None = _field(f"Of its value, where it is not measured; 0 to {UNIT_MAX} characters.")
    better: Better | None = _field("Which direction is better, where the metric doesn't say.")
    deadline: Date | None = _field("The first day after it; the objective's end unless given.")
    path: list[PathPointInput] | None = _field(f"The way, where it is not even; at most {PATH_MAX} points.")


@strawberry.input(description="An objective to be made.")
class ObjectiveInput:
    """With its key results, if they are known."""

    title: str = strawberry.field(description=f"What is wanted, {_TITLE}.")
    owner: OwnerInput = strawberry.field(description="Whose it is.")
    start: Date = strawberry.field(description="The first day: 2015-01-01.")
    end: Date = strawberry.field(description="The first day after it.")
    description: str | None = _field(f"And why, {_TEXT}.")
    parent: strawberry.ID | None = _field("The objective that it is aligned to.")
    state: ObjectiveState | None = _field("DRAFT unless given, or ACTIVE.")
    key_results: list[KeyResultInput] | None = _field(
        f"Its key results, at most {KEY_RESULTS_MAX:,} of them; CADRAN_OBJECTIVE_KEY_RESULTS_MAX may allow fewer."
    )


@strawberry.input(description="What of an objective is to be otherwise; what is left out stays.")
class ObjectiveChangeInput:
    """As ObjectiveInput."""

    title: str | None = _field(f"What is wanted, {_TITLE}.")
    owner: OwnerInput | None = _field("Whose it is.")
    start: Date | None = _field("The first day.")
    end: Date | None = _field("The first day after it.")
    description: str | None = _field(f"And why, {_TEXT}.")
    parent: strawberry.ID | None = _field("The objective that it is aligned to; null: to none.")
    state: ObjectiveState | None = _field("Where it is to stand; to close it, see closeObjective.")


@strawberry.input(description="The score of a key result.")
class ScoreInput:
    """Where it is not to be what progress amounts to."""

    key_result: strawberry.ID = strawberry.field(description="The key result's id.")
    score: float = strawberry.field(description="0.0 to 1.0.")


@strawberry.input(description="What is said of a key result.")
class CheckInInput:
    """A value, a confidence or a comment."""

    on: Date | None = _field("Of which day; today unless given.")
    value: float | None = _field("How it stands, where it is not measured.")
    confidence: float | None = _field("How sure one is that it will be reached, 0 to 1.")
    comment: str | None = _field(f"Why, {_TEXT}.")


#: What null does not take away.
_NEEDED: Final = frozenset({"title", "baseline", "target", "owner", "start", "end", "state"})


def plain(given: Any) -> dict[str, Any]:
    """What was given of an input, as REST's body would tell it. Refused with ``bad_parameter``."""
    found: dict[str, Any] = {}
    for field in given.__strawberry_definition__.fields:
        name = field.python_name
        value = getattr(given, name)
        if value is UNSET:
            continue
        if value is None and name in _NEEDED:
            raise refused(f"{name} cannot be null.", name)
        found[name] = _plain(name, value)
    return found


def _plain(name: str, value: Any) -> Any:
    if isinstance(value, list):
        return [_plain(name, each) for each in value]
    if isinstance(value, IndicatorFilter):
        return [
            {"dimension": each.dimension, "values": list(each.values), "negated": each.negated}
            for each in conditions(value)
        ]
    if isinstance(value, Enum):
        return value.value
    if hasattr(value, "__strawberry_definition__"):
        return plain(value)
    if value is not None and name in _DAYS:
        return date.fromisoformat(value)
    if value is not None and name in ("parent", "key_result"):
        return numbered(value, name, OBJECTIVE if name == "parent" else KEY_RESULT)
    return value


def numbered(text: str, parameter: str, kind: str) -> int:
    """The number in an id of this kind. Refused with ``unknown_objective``."""
    found = number_in(kind, text)
    if found is None:
        raise refused(f"There is no {parameter.replace('_', ' ')} '{text[:60]}'.", parameter, code="unknown_objective")
    return found
