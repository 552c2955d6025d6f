"""The documents of key results and check-ins, with the same members at every edge."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, TypedDict

from cadran.domain.directory import Directory
from cadran.domain.display import display
from cadran.domain.filter_name import filter_name
from cadran.domain.metric import Better, Metric
from cadran.domain.metric_ref import parse_metric_ref
from cadran.errors import QuestionRefused
from cadran.objectives.measurement.measurement import Measurement
from cadran.objectives.model.objective import CheckIn, KeyResult
from cadran.objectives.model.pace import Pace
from cadran.objectives.model.projection import Method
from cadran.objectives.progress import KeyResultProgress
from cadran.web.answer_documents import IntervalDocument
from cadran.web.documents import Number, Share

PACE = (
    "Progress divided by expected progress: ahead from 1.1, on_track from 0.7, at_risk from 0.4, else off; null if"
    " progress is unknown."
)


class PathPointDocument(TypedDict):
    """The share of the way that is due before a day begins."""

    on: Annotated[date, "The day before which the share is due."]
    share: Annotated[Share, "The share of the way from baseline to target, 0 to 1."]


class KeyResultProjectionDocument(TypedDict):
    """The value at the deadline if the course stays a straight line (least squares over whole weeks, or months of a
    longer time), with the bounds of a prediction at 95%. There is none with fewer than five points."""

    value: Annotated[float, "The projected value at the deadline, in the key result's unit."]
    low: Annotated[float, "The lower bound of the 95% prediction interval, in the key result's unit."]
    high: Annotated[float, "The upper bound of the 95% prediction interval, in the key result's unit."]
    points: Annotated[int, "The number of points that the line is fitted to."]
    method: Annotated[Method, "How the points make up the value: each is a level, they add up, or it is their mean."]


class KeyResultProblemDocument(TypedDict):
    """Why a key result cannot be measured."""

    code: Annotated[str, "The stable code of the problem."]
    detail: Annotated[str, "What is wrong, as an English sentence."]


class CheckInDocument(TypedDict):
    """A dated statement about a key result; it is never altered."""

    check_in: Annotated[Number, "The number of the check-in."]
    on: Annotated[date, "The day that the check-in is about."]
    value: Annotated[float | None, "The value of the key result on that day; null if a metric measures it."]
    confidence: Annotated[Share | None, "How sure the author is of reaching the target, 0 to 1; null if not stated."]
    comment: Annotated[str, "The reason for value or confidence; empty for embed tokens."]
    author: Annotated[str, "The name of the author; empty for embed tokens."]
    recorded_at: Annotated[datetime, "When the check-in was recorded."]


class CheckInsDocument(TypedDict):
    """The check-ins of a key result."""

    check_ins: Annotated[list[CheckInDocument], "The check-ins, the oldest first."]


class KeyResultDocument(TypedDict):
    """A measurable result that shows whether an objective is reached."""

    key_result: Annotated[Number, "The number of the key result."]
    title: Annotated[str, "What the key result is to reach."]
    metric: Annotated[
        str | None, "The metric reference that measures the key result; null if check-ins give the value."
    ]
    metric_version: Annotated[
        str | None,
        "The version of the metric's definition: the one that scored the key result, else the present one; null without"
        " a metric.",
    ]
    label: Annotated[str | None, "The name of the metric, in the language of Accept-Language; null without one."]
    where: Annotated[dict[str, list[str]], "The filters of the measurement, as in a question."]
    unit: Annotated[str, "The unit of the value, baseline and target."]
    better: Annotated[Better, "Which direction of the value is better."]
    baseline: Annotated[float, "The value at the start, in the key result's unit."]
    target: Annotated[float, "The value to reach by the deadline, in the key result's unit."]
    deadline: Annotated[date, "The first day after the key result."]
    path: Annotated[list[PathPointDocument], "The shares of the way that are due by days; empty for even progress."]
    value: Annotated[
        float | None, "The value, in the key result's unit; null if it is undefined or no check-in gives it."
    ]
    display: Annotated[str, "The value as a screen shows it."]
    numerator: Annotated[float | None, "The numerator of the value; null without a metric."]
    denominator: Annotated[float | None, "The denominator of the value; null if the value is no ratio."]
    n: Annotated[float | None, "The number of observations, or check-ins, behind the value."]
    interval: Annotated[IntervalDocument | None, "The 95% interval of the value; null if there is none."]
    approximate: Annotated[bool, "Whether the value is estimated."]
    progress: Annotated[
        float | None, "The share of the way from baseline to target, 1 at the target; null without a value."
    ]
    expected: Annotated[float, "The share of the way that was due by the day."]
    pace: Annotated[Pace | None, PACE]
    reached: Annotated[bool | None, "Whether the target is reached; null without a value."]
    confidence: Annotated[Share | None, "The confidence of the last check-in that has one, 0 to 1; null without any."]
    projection: Annotated[
        KeyResultProjectionDocument | None, "The projection to the deadline; null with too few points."
    ]
    score: Annotated[Share | None, "The score, 0 to 1; null until the objective closes."]
    problem: Annotated[KeyResultProblemDocument | None, "Why the key result cannot be measured; null if it can."]
    check_ins: Annotated[list[CheckInDocument], "The check-ins of the key result, the oldest first."]


def encode_key_result(found: KeyResultProgress, directory: Directory, language: str) -> KeyResultDocument:
    """Return one key result with its value, the parts of the value, and its check-ins."""
    of, measured = found.key_result, found.measured
    interval = measured.interval
    return {
        "key_result": of.number,
        "title": of.title,
        "metric": of.metric,
        "metric_version": found.metric_version,
        "label": None if (metric := _metric(of)) is None else metric.label[language],
        "where": {filter_name(each.dimension, negated=each.negated): [*each.values] for each in of.where},
        "unit": of.unit,
        "better": of.better,
        "baseline": of.baseline,
        "target": of.target,
        "deadline": of.deadline,
        "path": [{"on": on, "share": share} for on, share in of.path],
        "value": measured.value,
        "display": encode_value(of, measured.value, directory, language),
        "numerator": measured.numerator,
        "denominator": measured.denominator,
        "n": measured.n,
        "interval": None if interval is None else {"low": interval[0], "high": interval[1]},
        "approximate": measured.approximate,
        "progress": found.progress,
        "expected": found.expected,
        "pace": found.pace,
        "reached": found.reached,
        "confidence": found.confidence,
        "projection": _encode_projection(measured),
        "score": of.score,
        "problem": _encode_problem(measured),
        "check_ins": [encode_check_in(each) for each in of.check_ins],
    }


def encode_check_in(entry: CheckIn) -> CheckInDocument:
    """Return one check-in."""
    return {
        "check_in": entry.number,
        "on": entry.on,
        "value": entry.value,
        "confidence": entry.confidence,
        "comment": entry.comment,
        "author": entry.author,
        "recorded_at": entry.recorded_at,
    }


def encode_value(
    of: KeyResult, value: float | None, directory: Directory, language: str, *, share_decimals: int = 0
) -> str:
    """Return a value of a key result as a screen shows it. ``share_decimals`` are the decimals of a percentage."""
    metric = _metric(of)
    if metric is not None:
        decimals = share_decimals if metric.unit == "ratio" else None
        return display(value, metric.unit, language, currency=directory.currency, decimals=decimals)
    return "–" if value is None else f"{value:g} {of.unit}".strip()


def _metric(of: KeyResult) -> Metric | None:
    """Return the metric of a key result; None without a metric, or if the catalogue no longer has it."""
    try:
        return None if of.metric is None else parse_metric_ref(of.metric).metric
    except QuestionRefused:
        return None


def _encode_problem(measured: Measurement) -> KeyResultProblemDocument | None:
    problem = measured.problem
    return None if problem is None else {"code": problem.code, "detail": problem.detail}


def _encode_projection(measured: Measurement) -> KeyResultProjectionDocument | None:
    found = measured.projection
    if found is None:
        return None
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "points": found.points,
        "method": found.method,
    }
