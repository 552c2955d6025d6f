"""The types of objectives: each shows a document as REST tells it, member by member."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from enum import Enum
from typing import Any, Final

import strawberry

from cadran.domain.filter_name import split_filter_name
from cadran.graphql.answer_interface import Notice
from cadran.graphql.choices import DIMENSION
from cadran.graphql.enums import Better, OwnerKind, ProjectionMethod
from cadran.graphql.fields import resolved
from cadran.graphql.figure import Interval
from cadran.graphql.identifiers import CHECK_IN, KEY_RESULT, OBJECTIVE, identity
from cadran.graphql.scalars import Date, DateTime, instant

Document = dict[str, Any]
#: The member of a document that holds the day asked for by name; None where today was meant.
NAMED_AS_OF: Final = "named_as_of"


@strawberry.enum(description="Where an objective stands.")
class ObjectiveState(Enum):
    """As ``steer.objective.State``, with descriptions."""

    DRAFT = strawberry.enum_value("draft", description="Not begun.")
    ACTIVE = strawberry.enum_value("active", description="Under way.")
    CLOSED = strawberry.enum_value("closed", description="Scored, with what was learned.")
    ABANDONED = strawberry.enum_value("abandoned", description="Given up.")


@strawberry.enum(description="Progress set against what was to be expected by now.")
class Pace(Enum):
    """As ``steer.pace.Pace``, with descriptions."""

    AHEAD = strawberry.enum_value("ahead", description="Further than was to be expected, by a tenth or more.")
    ON_TRACK = strawberry.enum_value("on_track", description="From 0.7 of what was to be done by now.")
    AT_RISK = strawberry.enum_value("at_risk", description="From 0.4 of it.")
    OFF = strawberry.enum_value("off", description="Below that.")


def _member(name: str, kind: Any, description: str, made: Callable[[Any], Any] | None = None) -> Any:
    """A field that shows a member of the document, made into its type where it is not null."""

    def resolve(root: Any) -> Any:
        value = root.document[name]
        return value if made is None or value is None else made(value)

    return resolved(resolve, name, kind, description)


def _identified(kind: str) -> Callable[[int], str]:
    return lambda number: identity(kind, number)


def _identity(kind: str) -> Any:
    """The id of an object, which is another one as of a day that was asked for by name."""

    def resolve(root: Any) -> Any:
        return identity(kind, root.document[kind], root.document.get(NAMED_AS_OF))

    return resolved(resolve, "id", strawberry.ID, "The id, unique across types; another one as of a day named by asOf.")


def as_of_named(document: Document, as_of: str | None) -> Document:
    """Return an objective's document that knows the day it was asked as of, as its key results do."""
    results = [{**each, NAMED_AS_OF: as_of} for each in document["key_results"]]
    return {**document, NAMED_AS_OF: as_of, "key_results": results}


def _of(kind: Any) -> Callable[[Document], Any]:
    return lambda document: kind(document=document)


def _all_of(kind: Any) -> Callable[[list[Document]], list[Any]]:
    return lambda documents: [kind(document=each) for each in documents]


def _when(value: datetime) -> DateTime:
    return instant(value)


@strawberry.type(description="Whose an objective is; never one person's.")
class ObjectiveOwner:
    """The company, a site or a team."""

    document: strawberry.Private[Document]
    kind: OwnerKind = _member("kind", OwnerKind, "Whose it is.")
    code: str | None = _member("code", str | None, "The site's or team's code.")
    label: str | None = _member("label", str | None, "What a screen shows, in the language of Accept-Language.")


@strawberry.type(description="A filter of what a key result measures.")
class KeyResultFilter:
    """As in a question."""

    dimension: Any = strawberry.field(graphql_type=DIMENSION, description="The dimension filtered on.")
    values: list[str] = strawberry.field(description="Codes, numbers or ranges, as written.")
    negated: bool = strawberry.field(description="Whether all but these count.")


@strawberry.type(description="How much of the way is to be done before a day begins.")
class PathPoint:
    """A point of the stated path."""

    document: strawberry.Private[Document]
    on: Date = _member("on", Date, "The day.")
    share: float = _member("share", float, "The share of the way, 0 to 1.")


@strawberry.type(description="Where a key result will be at its deadline, if it goes on along a straight line.")
class KeyResultProjection:
    """Least squares, with the interval of a prediction at 95%."""

    document: strawberry.Private[Document]
    value: float = _member("value", float, "The value at the deadline.")
    low: float = _member("low", float, "The lower bound.")
    high: float = _member("high", float, "The upper bound.")
    points: int = _member("points", int, "How many points the line was fitted to.")
    method: ProjectionMethod = _member("method", ProjectionMethod, "What the points are to the value.")


@strawberry.type(description="Why a key result cannot be measured any more.")
class KeyResultProblem:
    """The refusal of its question."""

    document: strawberry.Private[Document]
    code: str = _member("code", str, "A stable code.")
    detail: str = _member("detail", str, "What is wrong.")


@strawberry.type(description="What somebody said of a key result; it is never altered.")
class CheckIn:
    """A line of its history."""

    document: strawberry.Private[Document]
    id: strawberry.ID = _member("check_in", strawberry.ID, "The id, unique across types.", _identified(CHECK_IN))
    on: Date = _member("on", Date, "Of which day.")
    value: float | None = _member("value", float | None, "How it stood, where it is not measured.")
    confidence: float | None = _member("confidence", float | None, "How sure they were that it will be reached.")
    comment: str = _member("comment", str, "Why; empty for an embed token.")
    author: str = _member("author", str, "Who said it; empty for an embed token.")
    recorded_at: DateTime = _member("recorded_at", DateTime, "When.", _when)


def _filters(where: dict[str, list[str]]) -> list[KeyResultFilter]:
    filters = [(*split_filter_name(name), values) for name, values in where.items()]
    return [
        KeyResultFilter(dimension=DIMENSION(name), values=values, negated=negated) for name, negated, values in filters
    ]


@strawberry.type(description="A result by which one sees whether an objective is reached.")
class KeyResult:
    """Measured, or told by its check-ins."""

    document: strawberry.Private[Document]
    id: strawberry.ID = _identity(KEY_RESULT)
    title: str = _member("title", str, "What is to be reached.")
    metric: str | None = _member("metric", str | None, "What measures it, as in a URL; null: its check-ins tell.")
    label: str | None = _member("label", str | None, "The metric's name, in the language of Accept-Language.")
    where: list[KeyResultFilter] = _member("where", list[KeyResultFilter], "Over what it is measured.", _filters)
    unit: str = _member("unit", str, "Of its value.")
    better: Better = _member("better", Better, "Which direction is better.")
    baseline: float = _member("baseline", float, "Where it began.")
    target: float = _member("target", float, "Where it is to be.")
    deadline: Date = _member("deadline", Date, "The first day after it.")
    path: list[PathPoint] = _member("path", list[PathPoint], "The way, where it is not even.", _all_of(PathPoint))
    value: float | None = _member("value", float | None, "Where it is; null where that is undefined.")
    display: str = _member("display", str, "The value as a screen shows it.")
    numerator: float | None = _member("numerator", float | None, "What the value divides.")
    denominator: float | None = _member("denominator", float | None, "What it is divided by.")
    n: float | None = _member("n", float | None, "How many observations stand behind the value.")
    interval: Interval | None = _member(
        "interval", Interval | None, "The 95% interval of the value.", lambda told: Interval(**told)
    )
    approximate: bool = _member("approximate", bool, "Whether the value is estimated.")
    progress: float | None = _member("progress", float | None, "The share of the way, 1 at the target.")
    expected: float = _member("expected", float, "The share that was to be done by now.")
    pace: Pace | None = _member("pace", Pace | None, "What to call the difference.", Pace)
    reached: bool | None = _member("reached", bool | None, "Whether the value is at the target or past it.")
    confidence: float | None = _member("confidence", float | None, "That of the last check-in, 0 to 1.")
    projection: KeyResultProjection | None = _member(
        "projection", KeyResultProjection | None, "Null with too few points.", _of(KeyResultProjection)
    )
    score: float | None = _member("score", float | None, "0.0 to 1.0, given at the close.")
    problem: KeyResultProblem | None = _member(
        "problem", KeyResultProblem | None, "Why it cannot be measured; null where it can.", _of(KeyResultProblem)
    )
    check_ins: list[CheckIn] = _member("check_ins", list[CheckIn], "The oldest first.", _all_of(CheckIn))


@strawberry.type(description="What a site, a team or the company wants to reach within a period.")
class Objective:
    """With its key results, as of a day."""

    document: strawberry.Private[Document]
    id: strawberry.ID = _identity(OBJECTIVE)
    title: str = _member("title", str, "What is wanted.")
    description: str = _member("description", str, "And why.")
    owner: ObjectiveOwner = _member("owner", ObjectiveOwner, "Whose it is.", _of(ObjectiveOwner))
    start: Date = _member("start", Date, "The first day.")
    end: Date = _member("end", Date, "The first day after it.")
    zone: str = _member("zone", str, "Whose wall clock its days are on.")
    parent: strawberry.ID | None = _member(
        "parent", strawberry.ID | None, "The id of the objective that it is aligned to.", _identified(OBJECTIVE)
    )
    state: ObjectiveState = _member("state", ObjectiveState, "Where it stands.", ObjectiveState)
    version: str = _member("version", str, "What a change names; REST's ETag.")
    as_of: Date = _member("as_of", Date, "As of which day, which is not counted itself.")
    data_as_of: DateTime | None = _member("data_as_of", DateTime | None, "How far the data behind it reach.", _when)
    progress: float | None = _member("progress", float | None, "The mean of its key results', each held within 0 to 1.")
    expected: float | None = _member("expected", float | None, "The mean of what was to be done by now.")
    pace: Pace | None = _member("pace", Pace | None, "What to call the difference.", Pace)
    confidence: float | None = _member("confidence", float | None, "The mean of its key results'.")
    score: float | None = _member("score", float | None, "The mean of its key results', given at the close.")
    key_results: list[KeyResult] = _member("key_results", list[KeyResult], "Those you may see.", _all_of(KeyResult))
    withheld: int = _member("withheld", int, "How many you may not see.")
    retrospective: str | None = _member("retrospective", str | None, "What was learned; null for an embed token.")
    created_at: DateTime = _member("created_at", DateTime, "When it was made.", _when)
    created_by: str = _member("created_by", str, "By whom; empty for an embed token.")
    changed_at: DateTime = _member("changed_at", DateTime, "When it was changed last.", _when)
    closed_at: DateTime | None = _member("closed_at", DateTime | None, "When it was closed.", _when)
    warnings: list[Notice] = _member(
        "warnings", list[Notice], "What to be careful about.", lambda told: [Notice(**each) for each in told]
    )


@strawberry.type(description="An objective in a list.")
class ObjectiveEdge:
    """With the place that the next page begins after."""

    document: strawberry.Private[Document]
    cursor: str = _member("cursor", str, "Its place.")
    node: Objective = _member("node", Objective, "The objective.", _of(Objective))


@strawberry.type(description="Where a page stands in its list.")
class PageInfo:
    """As Relay has it."""

    document: strawberry.Private[Document]
    has_next_page: bool = _member("has_next_page", bool, "Whether more follow.")
    has_previous_page: bool = _member("has_previous_page", bool, "Whether it begins after a place.")
    start_cursor: str | None = _member("start_cursor", str | None, "The place of the first.")
    end_cursor: str | None = _member("end_cursor", str | None, "The place of the last.")


@strawberry.type(description="A page of objectives.")
class ObjectiveConnection:
    """As Relay has it."""

    document: strawberry.Private[Document]
    edges: list[ObjectiveEdge] = _member("edges", list[ObjectiveEdge], "The objectives.", _all_of(ObjectiveEdge))
    page_info: PageInfo = _member("page_info", PageInfo, "Whether more follow.", _of(PageInfo))
