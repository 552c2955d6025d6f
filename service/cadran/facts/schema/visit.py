"""The rows about queue visits: the model, and how they are loaded."""

from typing import Final, Literal

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.fields import Code, Row, Wait

Exit = Literal["answered", "abandoned", "flowed_out", "timed_out", "deflected"]


class VisitRow(Row):
    """One stay of a contact in one queue. The contact must be loaded already."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    contact: Code = Field(description="id of the contact within its source")
    visit: int = Field(
        ge=1,
        le=30_000,
        description="position of the visit within the contact, from 1; a later row of the same number replaces this"
        " one",
    )
    queue: Code = Field(description="code of the queue")
    entered_at: AwareDatetime = Field(
        description="when the contact entered the queue; a time without an offset from UTC needs a zone"
    )
    left_at: AwareDatetime | None = Field(
        default=None, description="when the contact left the queue; empty: not known, or still waiting"
    )
    exit: Exit | None = Field(
        default=None,
        description="how the visit ended: answered by an agent; abandoned by the customer; flowed_out to another queue,"
        " site or treatment, such as a callback; timed_out, because the longest wait was over; deflected, because the"
        " customer was asked to call later; empty: still waiting",
    )
    wait: Wait = Field(
        default=None,
        description="seconds in the queue until the exit; empty: computed from the times; where left_at is empty, too,"
        " the wait is not known, and figures of waits leave the visit out",
    )
    priority: int | None = Field(
        default=None, ge=-30_000, le=30_000, description="priority of the contact in the queue; empty: not known"
    )


VISITS: Final = StagedFact(
    kind="visits",
    row=VisitRow,
    table="visit",
    keys=("contact_source_id", "contact_id", "visit_number"),
    instant="entered_at",
    read="facts/visit/read.sql",
    change="visit",
    follows=("contacts",),
    complete=("facts/visit.sql:complete",),
    gone="",
    by_source=True,
    # The day of the contact, which may differ from that of the visit, and its instant.
    working={"contact_day": "date", "contact_offered_at": "timestamptz"},
    uncast=("visit", "priority"),
    reasons={
        "unknown_visiting_contact": (
            "contact '{contact}' is not loaded with the source of the visit: load the contacts before their visits"
        ),
        "visit_number": "visit '{visit}' is not a whole number from 1 to 30000",
        "unknown_exit": "exit '{exit}' is not one of " + ", ".join(Exit.__args__),  # type: ignore[attr-defined] # a Literal has them
        "priority_number": "priority '{priority}' is not a whole number from -30000 to 30000",
        "left_before_entered": "left_at '{left_at}' is before entered_at '{entered_at}'",
        "left_without_exit": "left_at needs an exit: say how the visit ended, or leave left_at and wait empty",
        "visit_in_interval": (
            "an aggregated interval counts the visits of queue '{queue}' at this time (sources '{column}'): load either"
            " visits or intervals of a time, or withdraw the interval (length 0)"
        ),
        "entered_in_future": "entered_at '{entered_at}' lies in the future",
        "entered_too_early": "entered_at '{entered_at}' is before 1970",
    },
)
