"""Enums of closed lists: each value of a field or an argument, with its meaning.

The values are those of REST, in upper case. Answers may gain values within /v1 (docs/compatibility.md).
"""

from __future__ import annotations

from enum import Enum

import strawberry


def _value(word: str, description: str) -> str:
    return strawberry.enum_value(word, description=description)  # type: ignore[return-value]  # Enum unwraps it


@strawberry.enum(description="The unit of a metric's values.")
class MetricUnit(Enum):
    """The values of ``domain.metric.Unit``, with descriptions."""

    CHANNELS = _value("channels", "A number of channels.")
    CONTACTS = _value("contacts", "A number of contacts per unit of something else.")
    COUNT = _value("count", "A number of the things that the metric counts.")
    CURRENCY = _value("currency", "An amount in the service's currency.")
    DAYS = _value("days", "A number of days.")
    PER_HOUR = _value("per_hour", "A number per hour.")
    POINTS = _value("points", "Points from -100 to 100.")
    RATIO = _value("ratio", "A share, from 0 to 1 unless the metric's definition says otherwise.")
    SCORE = _value("score", "A score on the scale of the survey instrument.")
    SECONDS = _value("seconds", "A duration in seconds.")


@strawberry.enum(description="The direction in which a value is better.")
class Better(Enum):
    """The values of ``domain.metric.Metric.better``, with descriptions."""

    HIGHER = _value("higher", "Higher values are better.")
    LOWER = _value("lower", "Lower values are better.")


@strawberry.enum(description="The verdict: a value compared with its target.")
class TargetStatus(Enum):
    """The values of ``domain.target.Verdict.status``, with descriptions."""

    GOOD = _value("good", "The value meets the target.")
    WARNING = _value("warning", "The value misses the target, within the tolerated band.")
    BAD = _value("bad", "The value misses the target by more than the tolerated band.")


@strawberry.enum(description="The estimation method of a metric that has several.")
class EstimationMethod(Enum):
    """The values of the argument ``method`` of ``expected_wait``, with descriptions."""

    RECENT_ANSWERS = _value("recent_answers", "Estimated from the waits of contacts answered in the last half hour.")
    HEAD_OF_LINE = _value("head_of_line", "Estimated from the wait of the contact at the head of the queue.")


@strawberry.enum(description="The kind of event that an annotation describes.")
class AnnotationKind(Enum):
    """The values of the column ``kind`` of annotations, with descriptions."""

    CAMPAIGN = _value("campaign", "A marketing campaign.")
    INCIDENT = _value("incident", "A technical incident.")
    STRIKE = _value("strike", "A strike of employees.")
    RELEASE = _value("release", "A release of software.")
    OTHER = _value("other", "Any other event.")


@strawberry.enum(description="The kind of values that a dimension has.")
class DimensionKind(Enum):
    """The values of ``domain.dimension.Dimension.kind``, with descriptions."""

    MEMBER = _value("member", "Members, identified by codes.")
    CALENDAR = _value("calendar", "Parts of the calendar: numbers, or times of day.")


@strawberry.enum(description="The side that started a contact.")
class ContactDirection(Enum):
    """The values of the column ``direction`` of contacts, with descriptions."""

    INBOUND = _value("inbound", "The customer contacted the company.")
    OUTBOUND = _value("outbound", "The company contacted the customer.")


@strawberry.enum(description="The way in which a contact ended.")
class ContactOutcome(Enum):
    """The values of ``facts.contract.Outcome``, with descriptions."""

    HANDLED = _value("handled", "An agent answered the contact.")
    SELF_SERVED = _value("self_served", "Self-service handled the contact without an agent.")
    ABANDONED = _value("abandoned", "The customer gave up before an answer.")
    DEFLECTED = _value("deflected", "The contact was turned away before it could queue.")
    EXPIRED = _value("expired", "A written message was not answered in time.")
    CLOSED = _value("closed", "The contact arrived outside the opening hours.")
    IN_PROGRESS = _value("in_progress", "The contact is not over yet.")
    CALLBACK = _value("callback", "The customer was promised a callback.")
    TEST = _value("test", "The contact was a test. No metric counts it.")
    DUPLICATE = _value("duplicate", "The record repeats another contact. No metric counts it.")
    WRONG_NUMBER = _value("wrong_number", "The contact was not meant for the company. No metric counts it.")


@strawberry.enum(description="The reason why a customer is on the recovery list.")
class CallReason(Enum):
    """The values of the column ``reason`` of ``compiler.recontact``, with descriptions."""

    LOST = _value("lost", "Contacts of the customer were lost, and no later contact got through.")
    CALLBACK_PROMISED = _value("callback_promised", "The promise of a callback is open.")


@strawberry.enum(description="The reason why a customer may not be surveyed.")
class IneligibilityReason(Enum):
    """The values of ``compiler.eligibility.Reason``, with descriptions."""

    CHURNED = _value("churned", "The customer has left.")
    ASKED_RECENTLY = _value("asked_recently", "The customer was surveyed within the rest period.")
    CONTACTS_IN_A_ROW = _value("contacts_in_a_row", "The customer recently had too many contacts.")


@strawberry.enum(description="The kind of owner of an objective.")
class OwnerKind(Enum):
    """The values of ``objectives.model.objective.OWNERS``, with descriptions."""

    COMPANY = _value("company", "The whole company owns the objective.")
    SITE = _value("site", "A site owns the objective.")
    TEAM = _value("team", "A team owns the objective.")


@strawberry.enum(description="The relation between the points of a projection and its value.")
class ProjectionMethod(Enum):
    """The values of the projection method of ``objectives.model.projection``, with descriptions."""

    LEVEL = _value("level", "Each point is the value at its time. The line ends at the projected value.")
    SUM = _value("sum", "The value is the sum of the points.")
    MEAN = _value("mean", "The value is the mean of the points.")
