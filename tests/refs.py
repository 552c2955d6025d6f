"""Metric references of tests, written as in a URL."""

from cadran.domain.metric_ref import parse_metric_refs
from cadran.domain.question import MetricRef


def refs(*texts: str) -> tuple[MetricRef, ...]:
    """Return the references of these metrics."""
    return parse_metric_refs(texts)
