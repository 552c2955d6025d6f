"""The texts and documents of the catalogue that are the same at every edge."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Final, TypedDict

from cadran.domain.metric import Metric

BASIS: Final = (
    "The instant that assigns a row to a bucket, such as offered, answered or given; of metrics of surveys, that of"
    " transactional surveys."
)
BASIS_RELATIONSHIP: Final = (
    "The instant that assigns relationship surveys to a bucket, answered or sent; null for metrics without a parameter"
    " kind of surveys."
)


class MetricRevisionDocument(TypedDict):
    """A change of a metric's definition."""

    version: Annotated[str, "The version that the change made, such as v2."]
    since: Annotated[date, "The day of the change."]
    change: Annotated[str, "Which figures differ, in the language of Accept-Language."]
    replaced: Annotated[str, "The version before, such as v1."]
    replaced_computable: Annotated[bool, "Whether the version before can be asked for, by the argument version."]


def encode_revisions(metric: Metric, language: str) -> list[MetricRevisionDocument]:
    """Return the changes of a metric's definition, the oldest first."""
    return [
        {
            "version": f"v{number + 1}",
            "since": each.since,
            "change": each.change[language],
            "replaced": f"v{number}",
            "replaced_computable": each.replaced is not None,
        }
        for number, each in enumerate(metric.revisions, 1)
    ]
