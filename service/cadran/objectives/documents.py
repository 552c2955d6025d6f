"""The documents of objectives, with the same members at every edge. Times are instants, days are texts."""

from __future__ import annotations

from typing import Any

from cadran.domain.directory import Directory
from cadran.domain.display import display
from cadran.domain.filter_name import filter_name
from cadran.domain.metric import Metric
from cadran.domain.metric_ref import parse_metric_ref
from cadran.errors import QuestionRefused
from cadran.objectives.model.objective import CheckIn, KeyResult
from cadran.objectives.model.projection import Projection
from cadran.objectives.progress import KeyResultProgress, ObjectiveProgress
from cadran.objectives.reader import Page


def encode_page(found: Page, directory: Directory, language: str) -> dict[str, Any]:
    """Return a page of objectives, each with its cursor."""
    edges = [
        {"cursor": str(each.objective.number), "node": encode_objective(each, directory, language)}
        for each in found.objectives
    ]
    return {
        "edges": edges,
        "page_info": {
            "has_next_page": found.more,
            "has_previous_page": found.after > 0,
            "start_cursor": edges[0]["cursor"] if edges else None,
            "end_cursor": edges[-1]["cursor"] if edges else None,
        },
    }


def encode_objective(found: ObjectiveProgress, directory: Directory, language: str) -> dict[str, Any]:
    """Return one objective with its key results and their check-ins."""
    of = found.objective
    owner = directory.member(of.owner.kind, directory.codes.get(of.owner.kind, {}).get((of.owner.code or "").lower()))
    return {
        "objective": of.number,
        "title": of.title,
        "description": of.description,
        "owner": {
            "kind": of.owner.kind,
            "code": of.owner.code,
            "label": None if of.owner.code is None else owner.label(language),
        },
        "start": of.start.isoformat(),
        "end": of.end.isoformat(),
        "zone": found.zone,
        "parent": found.parent,
        "state": of.state,
        "version": of.tag,
        "as_of": found.day.isoformat(),
        "data_as_of": found.data_as_of,
        "progress": found.progress,
        "expected": found.expected,
        "pace": found.pace,
        "confidence": found.confidence,
        "score": found.score,
        "key_results": [encode_key_result(each, directory, language) for each in found.key_results],
        "withheld": found.withheld,
        "retrospective": of.retrospective,
        "created_at": of.created_at,
        "created_by": of.created_by,
        "changed_at": of.changed_at,
        "closed_at": of.closed_at,
        "warnings": [{"code": each.code, "detail": each.detail[language]} for each in found.warnings],
    }


def encode_key_result(found: KeyResultProgress, directory: Directory, language: str) -> dict[str, Any]:
    """Return one key result with its value, the parts of the value, and its check-ins."""
    of, measured = found.key_result, found.measured
    interval = measured.interval
    problem = measured.problem
    return {
        "key_result": of.number,
        "title": of.title,
        "metric": of.metric,
        "label": None if (metric := _metric(of)) is None else metric.label[language],
        "where": {filter_name(each.dimension, negated=each.negated): [*each.values] for each in of.where},
        "unit": of.unit,
        "better": of.better,
        "baseline": of.baseline,
        "target": of.target,
        "deadline": of.deadline.isoformat(),
        "path": [{"on": on.isoformat(), "share": share} for on, share in of.path],
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
        "projection": None if measured.projection is None else _projection(measured.projection),
        "score": of.score,
        "problem": None if problem is None else {"code": problem.code, "detail": problem.detail},
        "check_ins": [encode_check_in(each) for each in of.check_ins],
    }


def encode_check_in(entry: CheckIn) -> dict[str, Any]:
    """Return one check-in."""
    return {
        "check_in": entry.number,
        "on": entry.on.isoformat(),
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


def _projection(found: Projection) -> dict[str, Any]:
    return {
        "value": found.value,
        "low": found.low,
        "high": found.high,
        "points": found.points,
        "method": found.method,
    }
