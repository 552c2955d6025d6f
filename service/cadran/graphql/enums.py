"""The enums of closed lists: each word that a field or an argument can have, with what it means.

Values are the words that REST writes in lower case. Answers may gain values within /v1 (docs/compatibility.md).
"""

from __future__ import annotations

from enum import Enum

import strawberry


def _value(word: str, description: str) -> str:
    return strawberry.enum_value(word, description=description)  # type: ignore[return-value]  # Enum unwraps it


@strawberry.enum(description="The unit of a metric's values.")
class MetricUnit(Enum):
    """As ``domain.metric.Unit``, with descriptions."""

    CHANNELS = _value("channels", "A number of channels.")
    CONTACTS = _value("contacts", "A number of contacts, for one of something else.")
    COUNT = _value("count", "A number of whatever the metric counts.")
    CURRENCY = _value("currency", "An amount in the service's currency.")
    DAYS = _value("days", "A number of days.")
    PER_HOUR = _value("per_hour", "A number in an hour.")
    POINTS = _value("points", "Points from -100 to 100.")
    RATIO = _value("ratio", "A share, from 0 to 1 unless the metric's definition says otherwise.")
    SCORE = _value("score", "A score on the scale of its instrument.")
    SECONDS = _value("seconds", "A duration in seconds.")


@strawberry.enum(description="Which direction of a value is better.")
class Better(Enum):
    """As ``domain.metric.Metric.better``, with descriptions."""

    HIGHER = _value("higher", "The more, the better.")
    LOWER = _value("lower", "The less, the better.")


@strawberry.enum(description="How a value compares with its target.")
class TargetStatus(Enum):
    """As ``domain.target.Verdict.status``, with descriptions."""

    GOOD = _value("good", "The value meets the target.")
    WARNING = _value("warning", "The value misses the target, within the tolerated band.")
    BAD = _value("bad", "The value misses the target by more than the tolerated band.")


@strawberry.enum(description="How a metric is estimated that can be estimated in several ways.")
class EstimationMethod(Enum):
    """As the argument ``method`` of ``expected_wait``, with descriptions."""

    RECENT_ANSWERS = _value("recent_answers", "From the waits of contacts answered lately.")
    HEAD_OF_LINE = _value("head_of_line", "From the wait of the contact at the head of the line.")


@strawberry.enum(description="What kind of event an annotation describes.")
class AnnotationKind(Enum):
    """As the column ``kind`` of annotations, with descriptions."""

    CAMPAIGN = _value("campaign", "A marketing campaign.")
    INCIDENT = _value("incident", "A technical incident.")
    STRIKE = _value("strike", "A strike of employees.")
    RELEASE = _value("release", "A release of software.")
    OTHER = _value("other", "Any other event.")


@strawberry.enum(description="How the values of a dimension are written.")
class DimensionKind(Enum):
    """As ``domain.dimension.Dimension.kind``, with descriptions."""

    MEMBER = _value("member", "Members, known by their codes.")
    CALENDAR = _value("calendar", "Numbers, or times of day.")


@strawberry.enum(description="Who started a contact.")
class ContactDirection(Enum):
    """As the column ``direction`` of contacts, with descriptions."""

    INBOUND = _value("inbound", "The customer contacted the company.")
    OUTBOUND = _value("outbound", "The company contacted the customer.")


@strawberry.enum(description="How a contact ended.")
class ContactOutcome(Enum):
    """As ``facts.contract.Outcome``, with descriptions."""

    HANDLED = _value("handled", "An agent answered it.")
    SELF_SERVED = _value("self_served", "Self-service settled it, without an agent.")
    ABANDONED = _value("abandoned", "The customer gave up before an answer.")
    DEFLECTED = _value("deflected", "It was turned away before it could wait.")
    EXPIRED = _value("expired", "A written message was not answered in time.")
    CLOSED = _value("closed", "It came outside the opening hours.")
    IN_PROGRESS = _value("in_progress", "It is not over yet.")
    CALLBACK = _value("callback", "The customer was promised a callback.")
    TEST = _value("test", "It was a test, and counts nowhere.")
    DUPLICATE = _value("duplicate", "It repeats another contact, and counts nowhere.")
    WRONG_NUMBER = _value("wrong_number", "It was not meant for the company, and counts nowhere.")


@strawberry.enum(description="Why a customer is on the recovery list.")
class CallReason(Enum):
    """As the column ``reason`` of ``compiler.recontact``, with descriptions."""

    LOST = _value("lost", "Contacts of the customer were lost, and none got through since.")
    CALLBACK_PROMISED = _value("callback_promised", "A promise to call back is open.")


@strawberry.enum(description="Why a customer may not be surveyed.")
class IneligibilityReason(Enum):
    """As ``compiler.eligibility.Reason``, with descriptions."""

    CHURNED = _value("churned", "The customer has left.")
    ASKED_RECENTLY = _value("asked_recently", "The customer was surveyed within the days of rest.")
    CONTACTS_IN_A_ROW = _value("contacts_in_a_row", "The customer had too many contacts lately.")


@strawberry.enum(description="Who owns an objective.")
class OwnerKind(Enum):
    """As ``steer.objective.OWNERS``, with descriptions."""

    COMPANY = _value("company", "The whole company.")
    SITE = _value("site", "One site.")
    TEAM = _value("team", "One team.")


@strawberry.enum(description="What the points of a projection are to its value.")
class ProjectionMethod(Enum):
    """As ``steer.projection``, with descriptions."""

    LEVEL = _value("level", "Each point is the value at its time; the line ends at the value.")
    SUM = _value("sum", "Points add up to the value.")
    MEAN = _value("mean", "The value is a mean of points.")
