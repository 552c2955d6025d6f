"""Models of the rows that figures are compared with: targets with their bands, and annotations."""

from datetime import date, datetime
from typing import Annotated, Literal

from pydantic import AfterValidator, Field, model_validator

from cadran.domain.metric_ref import parse_metric_ref
from cadran.errors import QuestionRefused
from cadran.facts.schema.fields import Code, LabelledRow, Row


def _canonical(text: str) -> str:
    """Return the canonical spelling of a metric, without arguments that equal their default. Raises ValueError for a
    metric that cannot have a target."""
    try:
        call = parse_metric_ref(text)
    except QuestionRefused as error:
        raise ValueError(error.detail) from error
    if not call.metric.better:
        raise ValueError(f"{call.slug} has neither a better nor a worse direction, so that no target can be missed")
    if call.metric.is_counted:
        raise ValueError(f"{call.slug} grows with the window: set a target for a rate or a mean")
    return call.name


Metric = Annotated[str, Field(max_length=200), AfterValidator(_canonical)]


class TargetRow(Row):
    """The target of a metric within a scope. Of several targets that are valid on a day, the most specific one
    applies."""

    metric: Metric = Field(description="metric as in a question, such as service_level(within=20)")
    site: Code | None = Field(default=None, description="code of the site that the target is for; empty: every site")
    partner: Code | None = Field(
        default=None, description="code of the partner that the target is for; empty: every partner"
    )
    team: Code | None = Field(default=None, description="code of the team that the target is for; empty: every team")
    segment: Code | None = Field(
        default=None, description="code of the segment that the target is for; empty: every segment"
    )
    channel: Code | None = Field(
        default=None, description="code of the channel that the target is for; empty: every channel"
    )
    moment: Code | None = Field(
        default=None, description="code of the moment of truth that the target is for; empty: every moment"
    )
    queue: Code | None = Field(default=None, description="code of the queue that the target is for; empty: every queue")
    valid_from: date | None = Field(
        default=None, description="first day on which the target is valid; empty: it has always been valid"
    )
    valid_to: date | None = Field(
        default=None, description="first day on which the target is no longer valid; empty: it stays valid"
    )
    target: float = Field(
        allow_inf_nan=False, description="value to reach, in the metric's unit: ratios from 0 to 1, seconds, points"
    )
    warning: float | None = Field(
        default=None, allow_inf_nan=False, description="last value that is good, in the metric's unit; empty: target"
    )
    bad: float | None = Field(
        default=None,
        allow_inf_nan=False,
        description="last value that is not bad, in the metric's unit; empty: no value is bad",
    )

    @model_validator(mode="after")
    def _in_order(self) -> "TargetRow":
        if self.valid_from and self.valid_to and self.valid_to <= self.valid_from:
            raise ValueError("valid_to is not after valid_from")
        good = self.target if self.warning is None else self.warning
        if self.bad is not None and self.bad != good:
            better = parse_metric_ref(self.metric).metric.better
            if (self.bad > good) == (better == "higher"):
                raise ValueError(f"bad is better than {'target' if self.warning is None else 'warning'}")
        return self


class AnnotationRow(LabelledRow):
    """An event that may explain figures, such as a strike. Its times are on the local clocks of the sites that it
    concerns."""

    annotation: Code = Field(description="id of the annotation; a later row of the same id replaces this one")
    kind: Literal["campaign", "incident", "strike", "release", "other"] = Field(description="the kind of the event")
    start: datetime = Field(
        description="when the event began, in the sites' local time; an offset from UTC is allowed only together with a"
        " site"
    )
    end: datetime | None = Field(
        default=None, description="first instant after the event, in the same form as start; empty: the event goes on"
    )
    site: Code | None = Field(default=None, description="code of the site that the event concerns; empty: every site")
    partner: Code | None = Field(
        default=None, description="code of the partner that the event concerns; empty: every partner"
    )
    channel: Code | None = Field(
        default=None, description="code of the channel that the event concerns; empty: every channel"
    )
    segment: Code | None = Field(
        default=None, description="code of the customer segment that the event concerns; empty: every segment"
    )

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
