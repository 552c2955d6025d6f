"""The GraphQL types of objectives. Each type shows the members of a document, as REST does."""

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
from cadran.graphql.fields import resolve_field
from cadran.graphql.figure import Interval
from cadran.graphql.identifiers import CHECK_IN, KEY_RESULT, OBJECTIVE, encode_id
from cadran.graphql.scalars import Date, DateTime, to_instant

Document = dict[str, Any]
#: The member of a document that holds the day of asOf; None where asOf is not given.
NAMED_AS_OF: Final = "named_as_of"


@strawberry.enum(description="The state of an objective.")
class ObjectiveState(Enum):
    """The states of ``objectives.model.objective.State``, with descriptions."""

    DRAFT = strawberry.enum_value("draft", description="Not started yet; it can be deleted.")
    ACTIVE = strawberry.enum_value("active", description="Started; it accepts check-ins.")
    CLOSED = strawberry.enum_value("closed", description="Scored, with a retrospective; it cannot change.")
    ABANDONED = strawberry.enum_value("abandoned", description="Given up before its end; it cannot change.")


@strawberry.enum(description="Progress divided by the progress expected by now.")
class Pace(Enum):
    """The paces of ``objectives.model.pace.Pace``, with descriptions."""

    AHEAD = strawberry.enum_value("ahead", description="At least 1.1 times the expected progress.")
    ON_TRACK = strawberry.enum_value("on_track", description="At least 0.7 times the expected progress.")
    AT_RISK = strawberry.enum_value("at_risk", description="At least 0.4 times the expected progress.")
    OFF = strawberry.enum_value("off", description="Below 0.4 times the expected progress.")


def _member(name: str, kind: Any, description: str, convert: Callable[[Any], Any] | None = None) -> Any:
    """Return a field that shows a member of the document. ``convert`` is applied to a value that is not null."""

    def resolve(root: Any) -> Any:
        value = root.document[name]
        return value if convert is None or value is None else convert(value)

    return resolve_field(resolve, name, kind, description)


def _identified(kind: str) -> Callable[[int], str]:
    return lambda number: encode_id(kind, number)


def _identity(kind: str) -> Any:
    """Return the id field of an object. A day that asOf names is part of the id."""

    def resolve(root: Any) -> Any:
        return encode_id(kind, root.document[kind], root.document.get(NAMED_AS_OF))

    return resolve_field(
        resolve, "id", strawberry.ID, "The id, unique across types. It contains the day of asOf if asOf is given."
    )


def as_of_named(document: Document, as_of: str | None) -> Document:
    """Return the document with the day that asOf names, in the objective and in its key results."""
    results = [{**each, NAMED_AS_OF: as_of} for each in document["key_results"]]
    return {**document, NAMED_AS_OF: as_of, "key_results": results}


def _of(kind: Any) -> Callable[[Document], Any]:
    return lambda document: kind(document=document)


def _all_of(kind: Any) -> Callable[[list[Document]], list[Any]]:
    return lambda documents: [kind(document=each) for each in documents]


def _when(value: datetime) -> DateTime:
    return to_instant(value)


@strawberry.type(description="The owner of an objective; never one person.")
class ObjectiveOwner:
    """The company, a site or a team."""

    document: strawberry.Private[Document]
    kind: OwnerKind = _member("kind", OwnerKind, "The kind of the owner.")
    code: str | None = _member("code", str | None, "The code of the site or team; null for the company.")
    label: str | None = _member("label", str | None, "The name of the site or team; null for the company.")


@strawberry.type(description="A filter of a key result's measurement.")
class KeyResultFilter:
    """A filter as in a question."""

    dimension: Any = strawberry.field(graphql_type=DIMENSION, description="The dimension that the filter is on.")
    values: list[str] = strawberry.field(description="The codes, numbers or ranges of the filter, as written.")
    negated: bool = strawberry.field(description="Whether the filter excludes the values instead of including them.")


@strawberry.type(description="The share of the way that is due before a day begins.")
class PathPoint:
    """A point of the path."""

    document: strawberry.Private[Document]
    on: Date = _member("on", Date, "The day before which the share is due.")
    share: float = _member("share", float, "The share of the way from baseline to target, 0 to 1.")


@strawberry.type(description="The value of a key result at its deadline, if the course stays a straight line.")
class KeyResultProjection:
    """A least-squares line with a 95 % prediction interval."""

    document: strawberry.Private[Document]
    value: float = _member("value", float, "The projected value at the deadline, in the key result's unit.")
    low: float = _member("low", float, "The lower bound of the 95% prediction interval.")
    high: float = _member("high", float, "The upper bound of the 95% prediction interval.")
    points: int = _member("points", int, "The number of points that the line is fitted to.")
    method: ProjectionMethod = _member("method", ProjectionMethod, "How the points make up the value.")


@strawberry.type(description="Why a key result cannot be measured.")
class KeyResultProblem:
    """The refusal of the key result's question."""

    document: strawberry.Private[Document]
    code: str = _member("code", str, "The stable code of the problem.")
    detail: str = _member("detail", str, "What is wrong, as an English sentence.")


@strawberry.type(description="A dated statement about a key result; it is never altered.")
class CheckIn:
    """An entry in the history of a key result."""

    document: strawberry.Private[Document]
    id: strawberry.ID = _member("check_in", strawberry.ID, "The id, unique across types.", _identified(CHECK_IN))
    on: Date = _member("on", Date, "The day that the check-in is about.")
    value: float | None = _member("value", float | None, "The value on that day; null if a metric measures it.")
    confidence: float | None = _member(
        "confidence", float | None, "How sure the author is of reaching the target, 0 to 1; null if not stated."
    )
    comment: str = _member("comment", str, "The reason for value or confidence; empty for embed tokens.")
    author: str = _member("author", str, "The name of the author; empty for embed tokens.")
    recorded_at: DateTime = _member("recorded_at", DateTime, "When the check-in was recorded.", _when)


def _filters(where: dict[str, list[str]]) -> list[KeyResultFilter]:
    filters = [(*split_filter_name(name), values) for name, values in where.items()]
    return [
        KeyResultFilter(dimension=DIMENSION(name), values=values, negated=negated) for name, negated, values in filters
    ]


@strawberry.type(description="A measurable result that shows whether an objective is reached.")
class KeyResult:
    """A key result, with its value from a metric or from check-ins."""

    document: strawberry.Private[Document]
    id: strawberry.ID = _identity(KEY_RESULT)
    title: str = _member("title", str, "What the key result is to reach.")
    metric: str | None = _member("metric", str | None, "The metric, as in a URL; null if check-ins give the value.")
    label: str | None = _member(
        "label", str | None, "The name of the metric, in the language of Accept-Language; null without one."
    )
    where: list[KeyResultFilter] = _member("where", list[KeyResultFilter], "The filters of the measurement.", _filters)
    unit: str = _member("unit", str, "The unit of the value, baseline and target.")
    better: Better = _member("better", Better, "Which direction of the value is better.")
    baseline: float = _member("baseline", float, "The value at the start, in the key result's unit.")
    target: float = _member("target", float, "The value to reach by the deadline, in the key result's unit.")
    deadline: Date = _member("deadline", Date, "The first day after the key result.")
    path: list[PathPoint] = _member(
        "path",
        list[PathPoint],
        "The shares of the way that are due by days; empty for even progress.",
        _all_of(PathPoint),
    )
    value: float | None = _member(
        "value", float | None, "The value, in the key result's unit; null if it is undefined or no check-in gives it."
    )
    display: str = _member("display", str, "The value as a screen shows it.")
    numerator: float | None = _member("numerator", float | None, "The numerator of the value; null without a metric.")
    denominator: float | None = _member(
        "denominator", float | None, "The denominator of the value; null if the value is no ratio."
    )
    n: float | None = _member("n", float | None, "The number of observations, or check-ins, behind the value.")
    interval: Interval | None = _member(
        "interval", Interval | None, "The 95% interval of the value, or null.", lambda bounds: Interval(**bounds)
    )
    approximate: bool = _member("approximate", bool, "Whether the value is estimated.")
    progress: float | None = _member(
        "progress", float | None, "The share of the way from baseline to target, 1 at the target; null without a value."
    )
    expected: float = _member("expected", float, "The share of the way that was due by the day.")
    pace: Pace | None = _member("pace", Pace | None, "Progress divided by expected progress; null if unknown.", Pace)
    reached: bool | None = _member("reached", bool | None, "Whether the target is reached; null without a value.")
    confidence: float | None = _member(
        "confidence", float | None, "The confidence of the last check-in that has one, 0 to 1; null without any."
    )
    projection: KeyResultProjection | None = _member(
        "projection", KeyResultProjection | None, "The projection; null with too few points.", _of(KeyResultProjection)
    )
    score: float | None = _member("score", float | None, "The score, 0.0 to 1.0; null until the objective closes.")
    problem: KeyResultProblem | None = _member(
        "problem", KeyResultProblem | None, "Why the key result is not measured; null if it is.", _of(KeyResultProblem)
    )
    check_ins: list[CheckIn] = _member("check_ins", list[CheckIn], "The check-ins, the oldest first.", _all_of(CheckIn))


@strawberry.type(description="What a site, a team or the company wants to reach within a period.")
class Objective:
    """An objective with its key results, as of a day."""

    document: strawberry.Private[Document]
    id: strawberry.ID = _identity(OBJECTIVE)
    title: str = _member("title", str, "What the objective is to reach.")
    description: str = _member("description", str, "Why the objective matters; may be empty.")
    owner: ObjectiveOwner = _member("owner", ObjectiveOwner, "The owner of the objective.", _of(ObjectiveOwner))
    start: Date = _member("start", Date, "The first day of the objective.")
    end: Date = _member("end", Date, "The first day after the objective.")
    zone: str = _member("zone", str, "The IANA time zone of the owner, in which the objective's days begin and end.")
    parent: strawberry.ID | None = _member(
        "parent",
        strawberry.ID | None,
        "The id of the objective that this one is aligned to; null for none, or if you may not see it.",
        _identified(OBJECTIVE),
    )
    state: ObjectiveState = _member("state", ObjectiveState, "The state of the objective.", ObjectiveState)
    version: str = _member("version", str, "The version that a change must name; the same as REST's ETag.")
    as_of: Date = _member("as_of", Date, "The day that the objective is shown as of; figures end before it.")
    data_as_of: DateTime | None = _member(
        "data_as_of", DateTime | None, "How far the measured data reach; null without measured key results.", _when
    )
    progress: float | None = _member(
        "progress", float | None, "The mean progress of the key results, each held within 0 to 1; null if unknown."
    )
    expected: float | None = _member(
        "expected", float | None, "The mean of the progress expected by the day, 0 to 1; null if unknown."
    )
    pace: Pace | None = _member("pace", Pace | None, "Progress divided by expected progress; null if unknown.", Pace)
    confidence: float | None = _member(
        "confidence", float | None, "The mean confidence of the key results, 0 to 1; null without check-ins."
    )
    score: float | None = _member("score", float | None, "The mean score, 0.0 to 1.0; null until the objective closes.")
    key_results: list[KeyResult] = _member(
        "key_results", list[KeyResult], "The key results that you may see.", _all_of(KeyResult)
    )
    withheld: int = _member("withheld", int, "The number of key results that you may not see.")
    retrospective: str | None = _member(
        "retrospective", str | None, "What was learned; null until the close, and for embed tokens."
    )
    created_at: DateTime = _member("created_at", DateTime, "When the objective was created.", _when)
    created_by: str = _member("created_by", str, "The name of the creator; empty for embed tokens.")
    changed_at: DateTime = _member("changed_at", DateTime, "When the objective or a key result last changed.", _when)
    closed_at: DateTime | None = _member("closed_at", DateTime | None, "The time of the close; null until then.", _when)
    warnings: list[Notice] = _member(
        "warnings", list[Notice], "Warnings about the figures.", lambda rows: [Notice(**each) for each in rows]
    )


@strawberry.type(description="An objective with its cursor in a list.")
class ObjectiveEdge:
    """An edge as Relay defines it."""

    document: strawberry.Private[Document]
    cursor: str = _member("cursor", str, "The cursor of the objective, for the argument after.")
    node: Objective = _member("node", Objective, "The objective at the cursor.", _of(Objective))


@strawberry.type(description="The place of a page in its list.")
class PageInfo:
    """The page information as Relay defines it."""

    document: strawberry.Private[Document]
    has_next_page: bool = _member("has_next_page", bool, "Whether more objectives follow.")
    has_previous_page: bool = _member("has_previous_page", bool, "Whether the page begins after a cursor.")
    start_cursor: str | None = _member(
        "start_cursor", str | None, "The cursor of the first objective; null on an empty page."
    )
    end_cursor: str | None = _member(
        "end_cursor", str | None, "The cursor of the last objective; null on an empty page."
    )


@strawberry.type(description="A page of objectives.")
class ObjectiveConnection:
    """A connection as Relay defines it."""

    document: strawberry.Private[Document]
    edges: list[ObjectiveEdge] = _member(
        "edges", list[ObjectiveEdge], "The objectives of the page, the oldest first.", _all_of(ObjectiveEdge)
    )
    page_info: PageInfo = _member("page_info", PageInfo, "The place of the page in the list.", _of(PageInfo))
