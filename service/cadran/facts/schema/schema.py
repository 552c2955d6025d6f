"""What may come in: one pydantic model per kind of row, the only description of the canonical files.

The field names are the header of a canonical file, in this order, and the columns a mapping has to give. Their JSON
Schemas go to `schema/`. Dimension rows are checked here, one by one; contacts and legs come by the million and are
checked in SQL (see `reasons`), in the same words. An absent column and an empty value both mean "not given" there; in a
dimension file an absent column leaves what is stored, an empty value clears it.
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
from cadran.facts.schema.fields import Code, Labelled, Money, Row, Seconds
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
    """One request by one customer on one channel, from the instant it was offered to its end."""

    source: Code = Field(default="default", description="the system the id belongs to")
    contact: Code = Field(description="id of the contact within its source; a later row of the same id replaces it")
    parent: Code | None = Field(default=None, description="of a callback: the id of the contact that asked for it")
    customer: Code | None = Field(default=None, description="key of the customer; empty when anonymous")
    case: Code | None = Field(default=None, description="the source's own case number")
    site: Code = Field(description="the site it was offered to")
    segment: Code | None = Field(default=None, description="the customer's segment at that time")
    channel: Code = Field(description="phone, chat, email, social or a code of yours")
    moment: Code | None = Field(default=None, description="moment of truth; empty: that of the reason")
    reason: Code | None = Field(default=None, description="why the customer came")
    direction: Literal["inbound", "outbound"] = Field(
        default="inbound", description="who got in touch with whom; figures over what was offered count inbound only"
    )
    offered_at: AwareDatetime = Field(description="without an offset only together with a zone")
    answered_at: AwareDatetime | None = Field(
        default=None, description="the first answer by a person; a bot's message is none"
    )
    ended_at: AwareDatetime | None = Field(default=None, description="when the contact ended")
    outcome: Outcome = Field(description="how it ended; each outcome belongs to one class (served, lost, pending …)")
    wait: Seconds = Field(default=None, description="seconds until answered or lost; empty: taken from the times")
    talk: Seconds = Field(default=None, description="seconds; empty: the sum of the contact's legs")
    hold: Seconds = Field(default=None, description="seconds; empty counts as 0 where talk is known")
    acw: Seconds = Field(default=None, description="seconds of work after the contact; empty as hold")
    agent: Code | None = Field(
        default=None, description="who handled it: makes one leg; several legs come in a file of their own"
    )
    team: Code | None = Field(default=None, description="the agent's team at that time; empty: the agent's own")
    transferred_to: str | None = Field(default=None, description="the service or site it was passed on to")
    escalated: bool = Field(default=False, description="whether it was handed on to another service")
    resolved: bool | None = Field(default=None, description="the agent's own word that the need was met")
    cost: Money | None = Field(default=None, description="empty: computed from the tariffs")
    revenue: Money | None = Field(default=None, description="what it brought in, in the deployment's currency")
    replies: int | None = Field(
        default=None, ge=0, le=30_000, description="later answers of the agent's side, after the first; with reply_wait"
    )
    reply_wait: float | None = Field(
        default=None, ge=0, description="seconds waited before those later answers, summed; with replies"
    )


class LegRow(Row):
    """One agent's share of a contact that is loaded already."""

    source: Code = Field(default="default", description="where the row comes from; ids are unique within it")
    contact: Code = Field(description="id of the contact within its source")
    leg: int = Field(
        ge=1, le=30_000, description="position within the contact, from 1; a later row of the same number replaces it"
    )
    agent: Code | None = Field(default=None, description="the agent whose share it is; empty: not known")
    team: Code | None = Field(default=None, description="empty: the agent's own")
    site: Code | None = Field(default=None, description="the agent's site; empty: the team's, else the contact's")
    started_at: AwareDatetime | None = Field(
        default=None, description="when the agent took it; empty: when the contact was answered"
    )
    talk: Seconds = Field(default=None, description="seconds of conversation; empty: not known")
    hold: Seconds = Field(default=None, description="seconds on hold; empty: not known")
    acw: Seconds = Field(default=None, description="seconds of work after it; empty: not known")


class DeletionRow(Row):
    """A row that its source has taken back, or that must be forgotten. A contact goes with its legs, surveys and
    promises, a case with its reopenings."""

    kind: Literal["contacts", "surveys", "callbacks", "goodwill", "cases", "reopenings"] = Field(
        description="what the id names, in the word of `--as`"
    )
    source: Code | None = Field(default=None, description="empty: that of the load")
    id: Code = Field(description="the id within its source; of a reopening, that of its case")
    reopening: int | None = Field(
        default=None,
        ge=1,
        le=REOPENINGS_MAX,
        description="of a reopening, and of nothing else: its number within the case; one that others follow is refused"
        " unless they are named too",
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
def columns(kind: str) -> tuple[str, ...]:
    """The canonical header of a kind of file."""
    fields = KINDS[kind].model_fields
    labels = tuple(name for name in Labelled.model_fields if name in fields)
    return tuple(name for name in fields if name not in labels) + labels


@cache
def required(kind: str) -> tuple[str, ...]:
    """The columns a file of this kind cannot do without."""
    return tuple(name for name, field in KINDS[kind].model_fields.items() if field.is_required())


def schema_name(model: type[Row]) -> str:
    """The file of a kind's JSON Schema in `schema/`."""
    return f"{re.sub('(?<!^)(?=[A-Z])', '_', model.__name__.removesuffix('Row')).lower()}.schema.json"


def schemas() -> dict[str, str]:
    """The JSON Schemas of all kinds, by file name: `contact.schema.json` and so on."""
    found = {}
    for kind, model in KINDS.items():
        file = schema_name(model)
        name = file.removesuffix(".schema.json")
        schema = model.model_json_schema()
        schema = {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema, "title": name, "x-load-as": kind}
        found[file] = json.dumps(schema, indent=2, ensure_ascii=False) + "\n"
    return found
