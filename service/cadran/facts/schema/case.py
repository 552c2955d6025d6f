"""What may come in about cases: requests as a source keeps them, and their reopenings. See ``contract``.

Every instant of a case has one place, in its own row or in that of one reopening, so the two files cannot contradict
one another; rows that do not follow one another in time are refused.
"""

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fields import Code, Row

REOPENINGS_MAX = 30_000


class CaseRow(Row):
    """One need of a customer over as many contacts as it takes; contacts that carry its number belong to it."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    case: Code = Field(description="id of the case within its source; a later row of the same id replaces it")
    customer: Code | None = Field(default=None, description="empty: that of the first contact with the case's number")
    site: Code = Field(description="the site that works on it")
    segment: Code | None = Field(default=None, description="as it was at the opening; empty: that of the first contact")
    channel: Code | None = Field(default=None, description="empty: that of the first contact")
    moment: Code | None = Field(default=None, description="empty: that of the reason, else of the first contact")
    reason: Code | None = Field(default=None, description="empty, and no moment either: that of the first contact")
    team: Code | None = Field(default=None, description="empty: the agent's own")
    agent: Code | None = Field(default=None, description="empty, and no team either: those of the first contact")
    opened_at: AwareDatetime = Field(description="without an offset only together with a zone")
    answered_at: AwareDatetime | None = Field(
        default=None, description="the first answer; a case resolved before is refused"
    )
    resolved_at: AwareDatetime | None = Field(
        default=None, description="the first resolution; what follows a reopening stands in the reopening's row"
    )
    closed_at: AwareDatetime | None = Field(default=None, description="closed before any reopening")


class ReopeningRow(Row):
    """A case taken up again after it was resolved or closed, and how that ended."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    case: Code = Field(description="a case that is loaded already")
    reopening: int = Field(
        ge=1,
        le=REOPENINGS_MAX,
        description="its number within the case, from 1 without gaps; a later row of a number replaces it",
    )
    reopened_at: AwareDatetime = Field(description="not before the run before it was resolved and closed")
    resolved_at: AwareDatetime | None = Field(
        default=None, description="when it was resolved after that; empty: not yet, or not by this run"
    )
    closed_at: AwareDatetime | None = Field(default=None, description="when it was closed after that")
