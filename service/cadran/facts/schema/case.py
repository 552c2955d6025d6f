"""Models of the rows about cases: cases as a source records them, and their reopenings.

Every instant of a case belongs to one row: the case's row, or the row of one reopening. The two files can therefore not
contradict one another. The load refuses rows whose instants are not in order.
"""

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fields import Code, Row

REOPENINGS_MAX = 30_000


class CaseRow(Row):
    """One need of a customer, over as many contacts as it takes. Contacts that carry the case's number belong to the
    case."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    case: Code = Field(description="id of the case within its source; a later row of the same id replaces this one")
    customer: Code | None = Field(
        default=None,
        description="code of the customer; empty: the customer of the first contact that carries the case's number",
    )
    site: Code = Field(description="code of the site that works on the case")
    segment: Code | None = Field(
        default=None,
        description="the customer's segment when the case was opened; empty: the segment of the first contact",
    )
    channel: Code | None = Field(
        default=None, description="code of the channel; empty: the channel of the first contact"
    )
    moment: Code | None = Field(
        default=None,
        description="code of the moment of truth; empty: the moment of the reason, or else of the first contact",
    )
    reason: Code | None = Field(
        default=None, description="code of the reason; empty while moment is empty too: the reason of the first contact"
    )
    team: Code | None = Field(default=None, description="code of the team; empty: the agent's team")
    agent: Code | None = Field(
        default=None,
        description="code of the agent; empty while team is empty too: agent and team of the first contact",
    )
    opened_at: AwareDatetime = Field(
        description="when the case was opened; a time without an offset from UTC needs a zone"
    )
    answered_at: AwareDatetime | None = Field(
        default=None,
        description="when the customer got the first answer, not after resolved_at; empty: not answered yet",
    )
    resolved_at: AwareDatetime | None = Field(
        default=None,
        description="when the case was first resolved; empty: not resolved before any reopening; later resolutions are"
        " in the rows of the reopenings",
    )
    closed_at: AwareDatetime | None = Field(
        default=None, description="when the case was closed, before any reopening; empty: not closed"
    )


class ReopeningRow(Row):
    """A reopening of a case that was resolved or closed, with its resolution and closing."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    case: Code = Field(description="id of the case within its source; the case must be loaded already")
    reopening: int = Field(
        ge=1,
        le=REOPENINGS_MAX,
        description="number of the reopening within the case, from 1 without gaps; a later row of the same number"
        " replaces this one",
    )
    reopened_at: AwareDatetime = Field(
        description="when the case was reopened; not before the case was resolved and closed the time before"
    )
    resolved_at: AwareDatetime | None = Field(
        default=None, description="when the case was resolved after this reopening; empty: it was not, or not yet"
    )
    closed_at: AwareDatetime | None = Field(
        default=None, description="when the case was closed after this reopening; empty: it was not, or not yet"
    )
