"""The rows about cases: cases as a source records them, their reopenings, and how both are loaded.

Every instant of a case belongs to one row: the case's row, or the row of one reopening. The two files can therefore not
contradict one another. The load refuses rows whose instants are not in order.
"""

from typing import Final

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import StagedFact
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
        description="when the customer got the first answer; empty: not answered yet",
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


# The refresh works out the effects of cases and reopenings, case by case.
CASES: Final = StagedFact(
    kind="cases",
    row=CaseRow,
    table="given_case",
    keys=("source_id", "case_id"),
    instant="opened_at",
    read="facts/given_case/read.sql",
    marks="facts/given_case.sql:mark",
    rezoned=("facts/given_case.sql:mark_rezoned",),
    day="(r.opened_at AT TIME ZONE 'UTC')",
    reasons={
        "answered_before_opened": "answered_at '{answered_at}' is before opened_at '{opened_at}'",
        "resolved_before_opened": "resolved_at '{resolved_at}' is before opened_at '{opened_at}'",
        "closed_before_opened": "closed_at '{closed_at}' is before opened_at '{opened_at}'",
        "closed_before_resolved": "closed_at '{closed_at}' is before resolved_at '{resolved_at}'",
        "case_in_future": "an instant of case '{case}' lies in the future",
        "opened_too_early": "opened_at '{opened_at}' is before 1970",
        "contradicts_reopening": (
            "case '{case}' was reopened: its own row needs a resolved_at or closed_at,"
            " none of them after its first reopening"
        ),
    },
)
REOPENINGS: Final = StagedFact(
    kind="reopenings",
    row=ReopeningRow,
    table="case_reopening",
    keys=("source_id", "case_id", "number"),
    instant="reopened_at",
    read="facts/case_reopening/read.sql",
    marks="facts/case_reopening/mark.sql",
    gone="facts/deletion.sql:reopening",
    rezoned=(),
    day="(r.reopened_at AT TIME ZONE 'UTC')",
    lock="given_case",
    reasons={
        "unknown_case": "case '{case}' is not loaded: load the cases before their reopenings",
        "reopening_number": "reopening '{reopening}' is not a whole number from 1 to 30000",
        "resolved_before_reopened": "resolved_at '{resolved_at}' is before reopened_at '{reopened_at}'",
        "closed_before_reopened": "closed_at '{closed_at}' is before reopened_at '{reopened_at}'",
        "reopening_left_out": (
            "reopening {reopening} of case '{case}' needs the one before it: number them from 1 without gaps"
        ),
        "reopened_while_open": "case '{case}' was neither resolved nor closed before its reopening {reopening}",
        "reopened_before_end": "reopened_at '{reopened_at}' is before the case was resolved and closed the time before",
        "reopenings_out_of_order": "the reopenings of case '{case}' do not follow one another in time",
        "reopening_followed": (
            "reopening {reopening} of case '{id}' is followed by a later reopening, which would lose its predecessor:"
            " delete the later reopenings before it, or in the same file"
        ),
    },
)
