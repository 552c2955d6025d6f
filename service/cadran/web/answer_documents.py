"""The documents that answers share: the window, the freshness, figures with their metric, annotations and warnings; and
rows as dictionaries, made from columns."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from itertools import repeat
from typing import Annotated, Any, Literal, NotRequired, TypeAlias, TypedDict

from cadran.domain.annotation import AnnotationKind
from cadran.domain.metric import Better, Unit
from cadran.web.documents import BoundText, Component

#: The document that ``domain.question_params.question_document`` returns.
Question: TypeAlias = Annotated[dict[str, Any], Component("Question")]
Labels: TypeAlias = Annotated[
    dict[str, Annotated[dict[str, str], "Labels by code; `none` is for contacts without a value."]],
    "The labels of the codes, by dimension.",
]


class IntervalDocument(TypedDict):
    """The bounds of a 95% interval (Wilson's for shares, error bounds for estimates)."""

    low: Annotated[float | None, "The lower bound."]
    high: Annotated[float | None, "The upper bound."]


class NoticeDocument(TypedDict):
    """A warning about the figures."""

    code: Annotated[str, "The stable code of the warning."]
    detail: Annotated[str, "The warning as a sentence, in the language of Accept-Language."]


class WindowDocument(TypedDict):
    """The window of an answer: start ≤ t < end."""

    start: Annotated[
        BoundText,
        "The first instant of the window, in RFC 3339 with the offset of the zone; local time of each site if the zone"
        " is null.",
    ]
    end: Annotated[
        BoundText,
        "The first instant after the window, in RFC 3339 with the offset of the zone; local time of each site if the"
        " zone is null.",
    ]
    zone: Annotated[str | None, "The IANA time zone of the window; null if the zones of the sites differ."]


class StateDocument(TypedDict):
    """The state of the data behind an answer."""

    as_of: Annotated[datetime | None, "The last instant that the data reach; null without data."]
    data_version: Annotated[str, "The version of the data; it changes whenever the data do."]
    stale: Annotated[bool, "True for an older answer, sent while the database is unavailable."]
    approximate: Annotated[
        bool, "Whether a figure is estimated, such as a percentile or a threshold that nobody named."
    ]
    warnings: Annotated[list[NoticeDocument], "Warnings about the figures; empty if there are none."]


class TimesDocument(TypedDict):
    """The times of an answer, which its ETag leaves out."""

    generated_at: Annotated[datetime, "The instant at which the answer was computed."]
    stale_after: Annotated[datetime, "The instant until which the answer counts as current; ask again after it."]


class MetricLabelDocument(TypedDict):
    """The label, unit and direction of a metric of the catalogue."""

    label: Annotated[str, "The name of the metric, in the language of Accept-Language."]
    unit: Annotated[Unit, "The unit of the metric's values."]
    better: Annotated[Better | None, "Which direction is better; null if neither is."]


class MeaningDocument(MetricLabelDocument):
    """The label, unit and direction of a metric."""

    method: NotRequired[Annotated[str, "The estimation method; present if the metric has several."]]


class MetricDocument(MeaningDocument):
    """The metric, and how to read its values."""

    metric: Annotated[str, "The metric, with its arguments in parentheses."]


class PartsDocument(TypedDict):
    """A figure with its numerator, denominator, n and interval."""

    value: Annotated[
        float | None,
        "The value: durations in seconds, shares from 0 to 1, counts as numbers; null if undefined or suppressed.",
    ]
    numerator: Annotated[float | None, "The numerator of the value; null if suppressed."]
    denominator: Annotated[
        float | None,
        "The denominator of the value; null for counts and sums, or if suppressed. Counts by time of day or weekday"
        " have the number of open days.",
    ]
    n: Annotated[float | None, "The number of observations behind the value; null if suppressed."]
    interval: Annotated[
        IntervalDocument | None, "The 95% interval of a share, a mean score or an estimate; null for other values."
    ]


Target: TypeAlias = Annotated[float | None, "The target value, in the metric's unit; null if no target applies."]
Status: TypeAlias = Annotated[
    Literal["good", "warning", "bad"] | None,
    "The verdict on the value against its target; null without a target or a value.",
]
Distance: TypeAlias = Annotated[
    float | None,
    "The margin by which the value is better than the target, in the metric's unit; negative if the target is missed,"
    " null without a target.",
]
Display: TypeAlias = Annotated[
    str, "The value as display text, in the language of Accept-Language: 92%, 5:16, 148,835."
]
Previous: TypeAlias = Annotated[float | None, "The value in the comparison window; null if undefined."]
Change: TypeAlias = Annotated[float | None, "Value minus previous, in the metric's unit; null if either is null."]


class ComparedDocument(TypedDict):
    """What a figure has on request only."""

    display: NotRequired[Display]
    previous: NotRequired[Previous]
    change: NotRequired[Change]
    p10: NotRequired[
        Annotated[
            float | None, "With bands, the 10th percentile of the values of the row's days; null without a value."
        ]
    ]
    p90: NotRequired[
        Annotated[
            float | None, "With bands, the 90th percentile of the values of the row's days; null without a value."
        ]
    ]
    target: NotRequired[Target]
    status: NotRequired[Status]
    distance: NotRequired[Distance]


class FigureDocument(MetricDocument, PartsDocument):
    """One headline figure."""

    display: Display
    target: Target
    status: Status
    distance: Distance
    previous: NotRequired[Previous]
    change: NotRequired[Change]


class AnnotationDocument(TypedDict):
    """An event that overlaps the window, such as a campaign or an incident."""

    annotation: Annotated[str, "The code of the annotation."]
    kind: Annotated[AnnotationKind, "The kind of event."]
    label: Annotated[str, "The name of the event, in the language of Accept-Language."]
    start: Annotated[BoundText, "The first instant of the event."]
    end: Annotated[BoundText | None, "The first instant after the event; null while the event lasts."]


class SourceDocument(TypedDict):
    """A statement that read the data."""

    name: Annotated[str, "The name of the table or rollup."]
    sql: Annotated[str, "The SQL text of the statement."]
    why: Annotated[str, "Why the table was chosen."]


class DetailsDocument(TypedDict):
    """What an answer has on request only."""

    compared: NotRequired[
        Annotated[WindowDocument, "The earlier window that the figures are compared with; present with compare."]
    ]
    annotations: NotRequired[
        Annotated[list[AnnotationDocument], "The events that overlap the window; present on request."]
    ]
    sources: NotRequired[Annotated[list[SourceDocument], "The tables that were read; present with explain."]]


class ScorecardDocument(StateDocument, DetailsDocument):
    """The headline figures of a window."""

    period: Annotated[WindowDocument, "The window of the figures."]
    question: Annotated[Question, "The question as the service understood it."]
    figures: Annotated[list[FigureDocument], "The figures, one for each metric."]


def make_records(columns: Mapping[str, Sequence[Any]]) -> list[dict[str, Any]]:
    """Return one dictionary for each row. Without columns, there are no rows."""
    names = tuple(columns)
    if len(names) == 1:
        [(a, column)] = columns.items()
        return [{a: v} for v in column]
    found = zip(*columns.values(), strict=True)
    match names:
        # The usual widths are written out: a dict display takes a third of the time of dict(zip(…)).
        case (a, b):
            return [{a: v, b: w} for v, w in found]
        case (a, b, c):
            return [{a: v, b: w, c: x} for v, w, x in found]
        case (a, b, c, d):
            return [{a: v, b: w, c: x, d: y} for v, w, x, y in found]
        case (a, b, c, d, e):
            return [{a: v, b: w, c: x, d: y, e: z} for v, w, x, y, z in found]
    return list(map(dict, map(zip, repeat(names), found)))
