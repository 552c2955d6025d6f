"""The rows about legs: the model, and how they are loaded."""

from typing import Final

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import UNCHANGED, StagedFact
from cadran.facts.schema.fields import Code, Row, Seconds


class LegRow(Row):
    """One agent's share of a contact. The contact must be loaded already."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    contact: Code = Field(description="id of the contact within its source")
    leg: int = Field(
        ge=1,
        le=30_000,
        description="position of the leg within the contact, from 1; a later row of the same number replaces this one",
    )
    agent: Code | None = Field(default=None, description="code of the agent; empty: not known")
    team: Code | None = Field(default=None, description="code of the team; empty: the agent's team")
    site: Code | None = Field(
        default=None, description="code of the agent's site; empty: the team's site, or else the contact's site"
    )
    started_at: AwareDatetime | None = Field(
        default=None, description="when the agent took the contact; empty: when the contact was answered"
    )
    talk: Seconds = Field(default=None, description="seconds of conversation; empty: not known")
    hold: Seconds = Field(default=None, description="seconds on hold; empty: not known")
    acw: Seconds = Field(default=None, description="seconds of after-call work; empty: not known")


LEGS: Final = StagedFact(
    kind="legs",
    row=LegRow,
    table="leg",
    keys=("source_id", "contact_id", "leg_number", "customer_id", "day"),
    instant="offered_at",
    read="facts/leg/read.sql",
    marks="facts/leg.sql:mark_days",
    # Only the contacts with a changed leg are completed, and only the legs that change by this are stored.
    complete=(UNCHANGED, "facts/leg.sql:complete", UNCHANGED),
    gone="",
    rezoned=(),
    by_source=True,
    uncast=("leg",),
    reasons={
        "unknown_contact": (
            "contact '{contact}' is not loaded with the source of the leg: load the contacts before their legs"
        ),
        "leg_number": "leg '{leg}' is not a whole number from 1 to 30000",
        "started_before_offered": "started_at '{started_at}' is before the contact was offered",
    },
)
