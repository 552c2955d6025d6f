"""The schemas of canonical files: one pydantic model for each kind of row.

The field names are the header of a canonical file, in this order, and the columns that a mapping must give. Their JSON
Schemas are exported to `schema/`.

The models check dimension rows one by one. Contacts and legs come by the million, so SQL checks them (see `reasons`) by
the same rules. In files of contacts and legs, an absent column and an empty value both mean "not given". In a dimension
file, an absent column leaves the stored value, and an empty value clears it.
"""

import json
import re
from functools import cache
from typing import Literal

from pydantic import AwareDatetime, Field

from cadran.facts.schema.agent_time import ScheduleRow, StateRow
from cadran.facts.schema.calendar import ClosingRow, OpeningRow
from cadran.facts.schema.callback import CallbackRow
from cadran.facts.schema.case import REOPENINGS_MAX, CaseRow, ReopeningRow
from cadran.facts.schema.dimension import (
    AgentRow,
    AnswerNormRow,
    BudgetRow,
    ChannelRow,
    CustomerRow,
    MomentRow,
    PartnerRow,
    ReasonRow,
    SegmentRow,
    SiteRow,
    TariffRow,
    TeamRow,
)
from cadran.facts.schema.fields import Code, LabelledRow, Money, Row, Seconds
from cadran.facts.schema.goodwill import GoodwillRow
from cadran.facts.schema.survey import InstrumentRow, SurveyRow
from cadran.facts.schema.targets import AnnotationRow, TargetRow

Outcome = Literal[
    "handled",
    "self_served",
    "abandoned",
    "deflected",
    "expired",
    "closed",
    "in_progress",
    "callback",
    "test",
    "duplicate",
    "wrong_number",
]


class ContactRow(Row):
    """One request by one customer on one channel, from the offer to the end."""

    source: Code = Field(
        default="default", description="code of the system that the row comes from; ids are unique within it"
    )
    contact: Code = Field(
        description="id of the contact within its source; a later row of the same id replaces this one"
    )
    parent: Code | None = Field(
        default=None, description="of a callback: id of the contact that asked for the callback; empty: none"
    )
    customer: Code | None = Field(default=None, description="code of the customer; empty: anonymous")
    case: Code | None = Field(default=None, description="number of the case in the source; empty: none")
    site: Code = Field(description="code of the site that the contact was offered to")
    segment: Code | None = Field(
        default=None, description="code of the customer's segment at the time of the contact; empty: not known"
    )
    channel: Code = Field(description="phone, chat, email, social, or a channel code of your own")
    moment: Code | None = Field(
        default=None, description="code of the moment of truth; empty: the moment of the reason"
    )
    reason: Code | None = Field(
        default=None, description="code of the reason why the customer got in touch; empty: not known"
    )
    direction: Literal["inbound", "outbound"] = Field(
        default="inbound",
        description="inbound: the customer got in touch; outbound: the contact centre did; metrics over offered"
        " contacts count inbound contacts only",
    )
    offered_at: AwareDatetime = Field(
        description="when the contact was offered; a time without an offset from UTC needs a zone"
    )
    answered_at: AwareDatetime | None = Field(
        default=None,
        description="when a person first answered; a bot's message is no answer; empty: not answered, or not known",
    )
    ended_at: AwareDatetime | None = Field(default=None, description="when the contact ended; empty: not known")
    outcome: Outcome = Field(
        description="how the contact ended; each outcome belongs to one class (served, lost, pending …)"
    )
    wait: Seconds = Field(
        default=None, description="seconds until the contact was answered or lost; empty: computed from the times"
    )
    talk: Seconds = Field(default=None, description="seconds of conversation; empty: the sum over the contact's legs")
    hold: Seconds = Field(default=None, description="seconds on hold; empty: 0 where talk is known")
    acw: Seconds = Field(default=None, description="seconds of after-call work; empty: 0 where talk is known")
    agent: Code | None = Field(
        default=None,
        description="code of the agent who handled the contact, who gets one leg; load contacts with several agents by"
        " a file of legs",
    )
    team: Code | None = Field(
        default=None, description="code of the agent's team at the time of the contact; empty: the agent's present team"
    )
    transferred_to: str | None = Field(
        default=None,
        description="name of the service or site that the contact was transferred to; empty: not transferred",
    )
    escalated: bool = Field(default=False, description="whether the contact was escalated to another service")
    resolved: bool | None = Field(
        default=None, description="whether the agent recorded the need as met; empty: not recorded"
    )
    cost: Money | None = Field(
        default=None, description="cost of the contact, in the deployment's currency; empty: computed from the tariffs"
    )
    revenue: Money | None = Field(
        default=None, description="revenue of the contact, in the deployment's currency; empty: not known"
    )
    replies: int | None = Field(
        default=None,
        ge=0,
        le=30_000,
        description="number of the agents' replies after the first answer; empty: not known; give it together with"
        " reply_wait",
    )
    reply_wait: float | None = Field(
        default=None,
        ge=0,
        description="sum of the seconds that the customer waited for the later replies; empty: not known; give it"
        " together with replies",
    )


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


class DeletionRow(Row):
    """A row that its source has withdrawn, or that must be deleted for privacy.

    The legs, surveys and callbacks of a contact are deleted with the contact. The reopenings of a case are deleted with
    the case.
    """

    kind: Literal["contacts", "surveys", "callbacks", "goodwill", "cases", "reopenings"] = Field(
        description="kind of the row to delete, in the words of `--as`"
    )
    source: Code | None = Field(default=None, description="source of the row to delete; empty: the source of the load")
    id: Code = Field(description="id of the row within its source; for a reopening, the id of its case")
    reopening: int | None = Field(
        default=None,
        ge=1,
        le=REOPENINGS_MAX,
        description="number of the reopening within the case, only for reopenings; a reopening that later ones follow"
        " is refused unless the file names those too",
    )


KINDS: dict[str, type[Row]] = {
    "contacts": ContactRow,
    "legs": LegRow,
    "surveys": SurveyRow,
    "goodwill": GoodwillRow,
    "callbacks": CallbackRow,
    "cases": CaseRow,
    "reopenings": ReopeningRow,
    "states": StateRow,
    "schedules": ScheduleRow,
    "partners": PartnerRow,
    "sites": SiteRow,
    "teams": TeamRow,
    "agents": AgentRow,
    "segments": SegmentRow,
    "channels": ChannelRow,
    "moments": MomentRow,
    "reasons": ReasonRow,
    "customers": CustomerRow,
    "answer_norms": AnswerNormRow,
    "openings": OpeningRow,
    "closings": ClosingRow,
    "tariffs": TariffRow,
    "budgets": BudgetRow,
    "instruments": InstrumentRow,
    "targets": TargetRow,
    "annotations": AnnotationRow,
    "deletions": DeletionRow,
}


@cache
def list_columns(kind: str) -> tuple[str, ...]:
    """Return the canonical header of a kind of file."""
    fields = KINDS[kind].model_fields
    labels = tuple(name for name in LabelledRow.model_fields if name in fields)
    return tuple(name for name in fields if name not in labels) + labels


@cache
def list_required_columns(kind: str) -> tuple[str, ...]:
    """Return the columns that a file of this kind must have."""
    return tuple(name for name, field in KINDS[kind].model_fields.items() if field.is_required())


def schema_name(model: type[Row]) -> str:
    """Return the name of the JSON Schema file of a model in `schema/`."""
    return f"{re.sub('(?<!^)(?=[A-Z])', '_', model.__name__.removesuffix('Row')).lower()}.schema.json"


def build_schemas() -> dict[str, str]:
    """Return the JSON Schemas of all kinds by file name, such as `contact.schema.json`."""
    found = {}
    for kind, model in KINDS.items():
        file = schema_name(model)
        name = file.removesuffix(".schema.json")
        schema = model.model_json_schema()
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": name, "x-load-as": kind}
        found[file] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return found
