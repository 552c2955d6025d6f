"""A later release of cadran for tests, in which the definitions of metrics have changed."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date
from typing import Any, cast

from cadran.domain.catalogue import METRICS, complete_metric
from cadran.domain.metric import Label, Metric, Ratio, Revision
from cadran.domain.metric_ref import parse_metric_ref

CHANGE = Label("Abandoned contacts count.", "Les abandons comptent.")


@contextmanager
def later_release(slug: str, formula: Ratio, *, keeps: bool, since: date = date(2026, 11, 30)) -> Iterator[Metric]:
    """Change the definition of a metric within the block: all its formulas become ``formula``. If the release ``keeps``
    the definition before, it can still be asked for."""
    before = METRICS[slug]
    revision = Revision(since, CHANGE, before.formulas if keeps else None)
    own = replace(
        before,
        formulas=dict.fromkeys(before.formulas, formula),
        missed=dict.fromkeys(before.missed, formula),
        parameters=tuple(each for each in before.parameters if each.slug != "version"),
        revisions=(*before.revisions, revision),
    )
    changed = complete_metric(own, before.family)
    catalogue = cast("dict[str, Any]", METRICS)
    catalogue[slug] = changed
    parse_metric_ref.cache_clear()
    try:
        yield changed
    finally:
        catalogue[slug] = before
        parse_metric_ref.cache_clear()
