"""The rows about agents' time (the states that agents were in, the activities planned for them), and how they are
loaded."""

from typing import Final, Literal

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fact import StagedFact
from cadran.facts.schema.fields import Code, Row

State = Literal["available", "on_contact", "acw", "break", "training", "meeting", "unavailable", "offline"]
Activity = Literal["work", "break", "training", "meeting", "absence"]


class StateRow(Row):
    """An agent's state from one instant to another, or a state without an end.

    States may overlap. An instant on contact counts once, however many contacts the agent handles at that instant.
    """

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    agent: Code = Field(description="code of the agent who was in the state")
    state: State = Field(
        description="what the agent did; on_contact and acw are time on contact; a later row of the same source, agent,"
        " state and start replaces this one"
    )
    started_at: AwareDatetime = Field(
        description="when the state began; a time without an offset from UTC needs a zone"
    )
    ended_at: AwareDatetime | None = Field(
        default=None,
        description="when the state ended, at most 24 hours after started_at (offline may last longer); empty: the"
        " state lasts until the agent's next state, the last instant that the states of its source name, or for 24"
        " hours, whichever comes first; equal to started_at: the row is withdrawn",
    )
    team: Code | None = Field(
        default=None, description="code of the team that the time counts for; empty: the agent's team"
    )
    site: Code | None = Field(
        default=None, description="code of the site that the time counts for; empty: the team's site"
    )


class ScheduleRow(Row):
    """An activity planned for an agent, one row for each stretch of time.

    An activity planned inside work reduces the work by its time. An absence reduces every other activity by its time.
    """

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    agent: Code = Field(description="code of the agent whom the plan is for")
    activity: Activity = Field(description="the kind of the planned activity")
    starts_at: AwareDatetime = Field(
        description="when the activity begins; a time without an offset from UTC needs a zone; a later row of the same"
        " source, agent and start replaces this one"
    )
    ends_at: AwareDatetime = Field(
        description="when the activity ends, at most 24 hours after starts_at (write a row for each shift); equal to"
        " starts_at: the row is withdrawn"
    )
    team: Code | None = Field(
        default=None, description="code of the team that the time counts for; empty: the agent's team"
    )
    site: Code | None = Field(
        default=None, description="code of the site that the time counts for; empty: the team's site"
    )


# The load itself computes the time and the shifts of agents from these rows (`load/effects.py`).
STATES: Final = StagedFact(
    kind="states",
    row=StateRow,
    table="agent_state",
    keys=("agent_id", "started_at", "state", "source_id"),
    instant="started_at",
    read="facts/agent_state/read.sql",
    gone="",
    reasons={
        "unknown_state": "state '{state}' is not one of " + ", ".join(State.__args__),  # type: ignore[attr-defined] # a Literal has them
        "state_ends_before": "ended_at '{ended_at}' is before started_at '{started_at}'",
        "state_too_long": (
            "'{state}' lasts longer than 24 hours: correct its end if the agent did not log out, or split it at"
            " midnight"
        ),
        "state_in_interval": (
            "an aggregated interval counts the time of the site's agents at this time (sources '{column}'): load either"
            " states or intervals of a time, or withdraw the interval (length 0)"
        ),
        "state_in_future": "the state that began at '{started_at}' begins or ends in the future",
    },
)
SCHEDULES: Final = StagedFact(
    kind="schedules",
    row=ScheduleRow,
    table="agent_schedule",
    keys=("agent_id", "starts_at", "source_id"),
    instant="starts_at",
    read="facts/agent_schedule/read.sql",
    gone="",
    reasons={
        "unknown_activity": "activity '{activity}' is not one of " + ", ".join(Activity.__args__),  # type: ignore[attr-defined] # the same
        "activity_ends_before": "ends_at '{ends_at}' is before starts_at '{starts_at}'",
        "activity_too_long": "'{activity}' is planned for longer than 24 hours: write a row for each shift",
        "activity_too_far": "ends_at '{ends_at}' is more than three years ahead",
    },
)
