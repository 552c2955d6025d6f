"""What may come in to hold figures against: targets with their bands, and annotations. See ``contract``."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from cadran.domain.metric_ref import parse_call
from cadran.errors import QuestionRefused
from cadran.facts.schema.fields import Code, Labelled, Row


def _canonical(text: str) -> str:
    """A metric as questions write it, arguments equal to their default left out."""
    try:
        call = parse_call(text)
    except QuestionRefused as error:
        raise ValueError(error.detail) from error
    if not call.metric.better:
        raise ValueError(f"{call.slug} has neither a better nor a worse direction, so that no target can be missed")
    if call.metric.kind in ("count", "sum"):
        raise ValueError(f"{call.slug} grows with the window: set a target for a rate or a mean")
    return call.name


Metric = Annotated[str, Field(max_length=200), AfterValidator(_canonical)]
_ANY = "empty: any"


class TargetRow(Row):
    """What a metric is to reach within a scope; of those that hold on a day the most specific one counts."""

    metric: Metric = Field(description="as in a question, e.g. service_level(within=20)")
    site: Code | None = Field(default=None, description=_ANY)
    partner: Code | None = Field(default=None, description=_ANY)
    team: Code | None = Field(default=None, description=_ANY)
    segment: Code | None = Field(default=None, description=_ANY)
    channel: Code | None = Field(default=None, description=_ANY)
    moment: Code | None = Field(default=None, description=_ANY)
    valid_from: date | None = Field(default=None, description="empty: always")
    valid_to: date | None = Field(default=None, description="the first day it no longer holds; empty: open")
    target: float = Field(allow_inf_nan=False, description="in the metric's unit: ratios 0–1, seconds, points")
    warning: float | None = Field(default=None, allow_inf_nan=False, description="the last good value; empty: target")
    bad: float | None = Field(
        default=None, allow_inf_nan=False, description="the last value that is not bad yet; empty: none is bad"
    )

    @model_validator(mode="after")
    def _in_order(self) -> "TargetRow":
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        good = self.target if self.warning is None else self.warning
        if self.bad is not None and self.bad != good:
            better = parse_call(self.metric).metric.better
            if (self.bad > good) == (better == "higher"):
                raise ValueError(f"bad is better than {'target' if self.warning is None else 'warning'}")
        return self


class AnnotationRow(Labelled):
    """Something that happened while figures were made, on the wall clocks of the sites that it concerns."""

    annotation: Code = Field(description="its id; a later row of the same id replaces it")
    kind: Literal["campaign", "incident", "strike", "release", "other"] = Field(description="what went on")
    start: datetime = Field(description="the sites' own time; with an offset only together with a site")
    end: datetime | None = Field(default=None, description="the first instant after it; empty: it goes on")
    site: Code | None = Field(default=None, description=_ANY)
    partner: Code | None = Field(default=None, description=_ANY)
    channel: Code | None = Field(default=None, description=_ANY)
    segment: Code | None = Field(default=None, description=_ANY)

    @model_validator(mode="after")
    def _in_order(self) -> "AnnotationRow":
        bounds = [bound for bound in (self.start, self.end) if bound is not None]
        if any(bound.tzinfo for bound in bounds) and self.site is None:
            raise ValueError("a time with an offset needs a site, whose clock it is read on")
        if len({bound.tzinfo is None for bound in bounds}) > 1:
            raise ValueError("give start and end both with an offset, or both without")
        if self.end is not None and self.end <= self.start:
            raise ValueError("end is not after start")
        return self
