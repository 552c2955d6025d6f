"""What may come in about agents' time: the states they were in, and what was planned for them. See ``contract``."""

from typing import Literal

from pydantic import AwareDatetime, Field

from cadran.facts.schema.fields import Code, Row

State = Literal["available", "on_contact", "acw", "break", "training", "meeting", "unavailable", "offline"]
Activity = Literal["work", "break", "training", "meeting", "absence"]


class StateRow(Row):
    """An agent in one state, from one instant to another, or still in it. States may overlap: an instant on contact
    counts once, however many contacts it has."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    agent: Code = Field(description="the agent's code")
    state: State = Field(
        description="on_contact and acw are time on contact; a later row of the same source, agent, state and start"
        " replaces it"
    )
    started_at: AwareDatetime = Field(description="without an offset only together with a zone")
    ended_at: AwareDatetime | None = Field(
        default=None,
        description="empty: the state lasts still, until the row is loaded again with its end, or for 24 hours; at most"
        " 24 hours later, unless offline; the same as started_at takes the row back",
    )
    team: Code | None = Field(default=None, description="empty: the agent's own")
    site: Code | None = Field(default=None, description="empty: the team's")


class ScheduleRow(Row):
    """An activity planned for an agent, one row for each stretch. What is planned inside work takes its time out of the
    work; an absence takes its time out of all."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    agent: Code = Field(description="the agent's code")
    activity: Activity = Field(description="what was planned")
    starts_at: AwareDatetime = Field(
        description="without an offset only together with a zone; a later row of the same source, agent and start"
        " replaces it"
    )
    ends_at: AwareDatetime = Field(
        description="at most 24 hours later: a row for each shift; the same as starts_at takes the row back"
    )
    team: Code | None = Field(default=None, description="empty: the agent's own")
    site: Code | None = Field(default=None, description="empty: the team's")
