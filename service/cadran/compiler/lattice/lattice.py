"""The lattice: the declared tables that can answer questions, from the cheapest rollup to the facts.

A declaration determines a rollup's columns, its refresh and its choice by the planner.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cadran.compiler.lattice.table import Table
from cadran.domain.dimension import ATTRIBUTE
from cadran.domain.parts.agent_time import SHIFT_PARTS, TAKEN_PARTS, TIME_PARTS
from cadran.domain.parts.case import STEP_PARTS
from cadran.domain.parts.goodwill import GOODWILL_PARTS
from cadran.domain.parts.interval import INTERVAL_PARTS, INTERVAL_WITHIN_PARTS
from cadran.domain.parts.part import WAIT_EDGES, Fact, Part
from cadran.domain.parts.parts import (
    ANSWER_PARTS,
    ANSWER_TIME_PARTS,
    CALLBACK_PARTS,
    CASE_PARTS,
    CONTACT_PARTS,
    HANDLE_TIME_PARTS,
    HANDLING_PARTS,
    LEG_PARTS,
    RESPONSE_PARTS,
    SHARED_PARTS,
    WAIT_PARTS,
    WITHIN_OPEN_PARTS,
    WITHIN_PARTS,
)
from cadran.domain.parts.queue import QUEUED_PARTS, QUEUED_WITHIN_PARTS, VISIT_PARTS, VISIT_WITHIN_PARTS
from cadran.domain.parts.survey import EMPLOYEE_PARTS, SCORE_PARTS, SENDING_PARTS, SURVEY_PARTS

_SITE = ("site", "direction")
_SLIM = ("site", "channel", "direction")
_BY_ATTRIBUTE = (*_SLIM, ATTRIBUTE)
_SITE_ATTRIBUTE = (*_SITE, ATTRIBUTE)
_FULL = (*_SLIM, "segment", "moment")
_WITHIN = (*_FULL, "threshold")
_CASE = ("site", "channel", "segment", "moment")
_SURVEY = (*_CASE, "instrument", "hot")
_SURVEY_SITE = ("site", "instrument", "hot")
_GESTURE = ("site", "segment", "gesture")
_GESTURE_FACT = (*_GESTURE, "channel", "moment", "reason", "team", "agent")
_SCORE = ("site", "channel", "instrument", "hot", "score")
_EMPLOYEE = ("site", "team", "instrument")
_SURVEYED = (
    *_SURVEY,
    "team",
    "agent",
    "reason",
    "direction",
    "outcome",
    "queue",
    "transferred_to",
    "sent_by",
    ATTRIBUTE,
)
_GIVEN = (*_CASE, "reason")
_GIVEN_TO = ("site", "team", "agent", "moment")
_TEAM = ("site", "team")
_AGENT = (*_TEAM, "agent")
_PART_TAKEN = (*_AGENT, "channel", "direction")
#: The dimensions of a contact's row, those of a leg, and those of a queue visit.
_OFFER = (*_FULL, "reason", "outcome", "queue", "first_queue", "transferred_to", ATTRIBUTE)
_LEG = (*(name for name in _OFFER if name != "first_queue"), "team", "agent")
_VISIT = (*_FULL, "reason", "outcome", "queue")
_QUEUE_ALONE = ("direction", "queue")
_QUEUE = (*_SLIM, "queue")
_QUEUES = (*_QUEUE, "first_queue")
_CONTACT_KEY = "contact_key"
#: Rows of taken contacts are recomputed by the day on which the contact was offered, because loads mark that day.
_OFFERED = "offered_day"
#: Sent surveys are recomputed by the day on which their answers count, because loads mark that day.
_COUNTED = "counted_day"
_BY_COUNTED = (_COUNTED, "site_id")

#: The parts that rollups store as columns; parts with ``of`` are read from the column of another part.
_CONTACT, _CASES, _QUEUED = (
    tuple(part for part in parts if not part.of) for parts in (CONTACT_PARTS, CASE_PARTS, QUEUED_PARTS)
)

#: The sample holds one customer in ``SAMPLE``, chosen by a hash of the key, with all contacts of that customer.
SAMPLE: Final = 64
SAMPLED: Final = (
    f"f.customer_id <> 0 AND f.outcome_id <> 6 AND NOT f.outbound AND hashint8(f.customer_id) & {SAMPLE - 1} = 0"
)
#: The sample's parts: the cost, the instant (in epoch seconds) of the customer's first attempt, and the instant of the
#: first attempt after which the customer was reached within a day. If both are equal, the customer was reached within a
#: day of the first attempt.
_INSTANT = "EXTRACT(EPOCH FROM f.offered_at)"
_SAMPLE = (
    Part("cost", "customer", "", "f.cost"),
    Part("tried", "customer", "", _INSTANT, merge="min"),
    Part("through", "customer", "f.reached_at <= f.offered_at + interval '1 day'", _INSTANT, merge="min"),
)

LATTICE: Final[tuple[Table, ...]] = (
    Table("contact_month", "contact", "month", _SLIM, _CONTACT, summed_from="contact_day"),
    Table("contact_day_site", "contact", "day", _SITE, _CONTACT, summed_from="contact_day"),
    Table("contact_clock", "contact", "clock", _SITE, _CONTACT, summed_from="contact_usual_site"),
    Table("contact_month_segment", "contact", "month", (*_SLIM, "segment"), _CONTACT, summed_from="contact_month_full"),
    Table("contact_month_moment", "contact", "month", (*_SLIM, "moment"), _CONTACT, summed_from="contact_month_full"),
    Table("contact_day", "contact", "day", _SLIM, _CONTACT, summed_from="contact_day_full"),
    Table("contact_month_full", "contact", "month", _FULL, _CONTACT, summed_from="contact_day_full"),
    Table("contact_usual_site", "contact", "usual", _SITE, _CONTACT, summed_from="contact_usual"),
    Table("contact_usual", "contact", "usual", _SLIM, _CONTACT, summed_from="contact_quarter"),
    Table("contact_day_full", "contact", "day", _FULL, _CONTACT),
    Table("contact_quarter", "contact", "quarter", _SLIM, _CONTACT),
    Table("contact_attribute_month", "contact", "month", _BY_ATTRIBUTE, _CONTACT, summed_from="contact_attribute_day"),
    Table("contact_attribute_site", "contact", "day", _SITE_ATTRIBUTE, _CONTACT, summed_from="contact_attribute_day"),
    Table("contact_attribute_day", "contact", "day", _BY_ATTRIBUTE, _CONTACT),
    Table("contact_month_queue", "contact", "month", _QUEUE_ALONE, _CONTACT, summed_from="contact_day_queue"),
    Table("contact_day_queue", "contact", "day", _QUEUE_ALONE, _CONTACT, summed_from="contact_day_queues"),
    Table("contact_month_queues", "contact", "month", _QUEUES, _CONTACT, summed_from="contact_day_queues"),
    Table("contact_day_queues", "contact", "day", _QUEUES, _CONTACT),
    Table("contact_fact", "contact", "instant", _OFFER),
    Table("pending_fact", "pending", "instant", _OFFER),
    Table("queued_month", "queued", "month", _QUEUES, _QUEUED, summed_from="queued_day"),
    Table("queued_day", "queued", "day", _QUEUES, _QUEUED),
    Table("contact_fact", "queued", "instant", _OFFER),
    Table(
        "queued_within_month",
        "queued_within",
        "month",
        (*_QUEUES, "threshold"),
        QUEUED_WITHIN_PARTS,
        summed_from="queued_within_day",
    ),
    Table("queued_within_day", "queued_within", "day", (*_QUEUES, "threshold"), QUEUED_WITHIN_PARTS),
    Table("contact_fact", "queued_within", "instant", _OFFER),
    Table("visit_month_queue", "visit", "month", ("queue",), VISIT_PARTS, summed_from="visit_day_queue"),
    Table("visit_day_queue", "visit", "day", ("queue",), VISIT_PARTS, summed_from="visit_day"),
    Table("visit_month", "visit", "month", _QUEUE, VISIT_PARTS, summed_from="visit_day"),
    Table("visit_day", "visit", "day", _QUEUE, VISIT_PARTS),
    Table("visit_fact", "visit", "instant", _VISIT, instant="entered_at"),
    Table(
        "visit_within_month",
        "visit_within",
        "month",
        (*_QUEUE, "threshold"),
        VISIT_WITHIN_PARTS,
        summed_from="visit_within_day",
    ),
    Table("visit_within_day", "visit_within", "day", (*_QUEUE, "threshold"), VISIT_WITHIN_PARTS),
    Table("visit_fact", "visit_within", "instant", _VISIT, instant="entered_at"),
    Table("waiting_visit_fact", "waiting_visit", "instant", _VISIT, instant="entered_at"),
    Table("handling_month", "handling", "month", _SLIM, HANDLING_PARTS, summed_from="handling_day"),
    Table("handling_day", "handling", "day", _SLIM, HANDLING_PARTS),
    Table("handling_fact", "handling", "instant", _OFFER),
    Table("within_month", "within", "month", _WITHIN, WITHIN_PARTS, summed_from="within_day"),
    Table("within_day", "within", "day", _WITHIN, WITHIN_PARTS),
    Table("within_usual", "within", "usual", (*_SLIM, "threshold"), WITHIN_PARTS, summed_from="within_quarter"),
    Table("within_quarter", "within", "quarter", (*_SLIM, "threshold"), WITHIN_PARTS),
    Table("contact_fact", "within", "instant", _OFFER),
    Table("within_open_month", "within_open", "month", _WITHIN, WITHIN_OPEN_PARTS, summed_from="within_open_day"),
    Table("within_open_day", "within_open", "day", _WITHIN, WITHIN_OPEN_PARTS),
    Table("response_fact", "within_open", "instant", _OFFER),
    Table("wait_month_site", "waits", "month", _SITE, WAIT_PARTS, summed_from="wait_month"),
    Table("wait_day_site", "waits", "day", _SITE, WAIT_PARTS, summed_from="wait_day"),
    Table("wait_month", "waits", "month", _SLIM, WAIT_PARTS, summed_from="wait_day"),
    Table("wait_day", "waits", "day", _SLIM, WAIT_PARTS),
    Table("contact_fact", "waits", "instant", _OFFER),
    Table("handle_time_month_site", "handle_times", "month", _SITE, HANDLE_TIME_PARTS, summed_from="handle_time_month"),
    Table("handle_time_day_site", "handle_times", "day", _SITE, HANDLE_TIME_PARTS, summed_from="handle_time_day"),
    Table("handle_time_month", "handle_times", "month", _SLIM, HANDLE_TIME_PARTS, summed_from="handle_time_day"),
    Table("handle_time_day", "handle_times", "day", _SLIM, HANDLE_TIME_PARTS),
    Table("handling_fact", "handle_times", "instant", _OFFER),
    Table("response_month", "response", "month", _SLIM, RESPONSE_PARTS, summed_from="response_day"),
    Table("response_day", "response", "day", _FULL, RESPONSE_PARTS),
    Table("response_fact", "response", "instant", _OFFER),
    Table("pending_hours_fact", "pending_hours", "instant", _OFFER),
    Table("answered_day", "answered", "day", _PART_TAKEN, ANSWER_PARTS),
    Table("answered_fact", "answered", "instant", _LEG),
    Table("answer_time_month", "answer_times", "month", _PART_TAKEN, ANSWER_TIME_PARTS, summed_from="answer_time_day"),
    Table("answer_time_day", "answer_times", "day", _PART_TAKEN, ANSWER_TIME_PARTS),
    Table("answered_fact", "answer_times", "instant", _LEG),
    Table("leg_day", "leg", "day", _PART_TAKEN, LEG_PARTS),
    Table("leg_fact", "leg", "instant", _LEG),
    Table("shared_leg_day", "shared", "day", _PART_TAKEN, SHARED_PARTS, counted=_CONTACT_KEY),
    Table("shared_leg_fact", "shared", "instant", _LEG, counted=_CONTACT_KEY),
    Table("case_month", "case", "month", _CASE, _CASES, summed_from="case_day"),
    Table("case_day", "case", "day", _CASE, _CASES),
    Table("case_fact", "case", "instant", (*_CASE, "team", "agent", "reason"), instant="opened_at"),
    Table("step_month", "step", "month", _GIVEN, STEP_PARTS, summed_from="step_day"),
    Table("step_month_agent", "step", "month", _GIVEN_TO, STEP_PARTS, summed_from="step_day_agent"),
    Table("step_day", "step", "day", _GIVEN, STEP_PARTS),
    Table("step_day_agent", "step", "day", _GIVEN_TO, STEP_PARTS),
    Table("case_step_fact", "step", "instant", (*_GIVEN, "team", "agent"), instant="happened_at"),
    Table("survey_day_site", "survey", "day", _SURVEY_SITE, SURVEY_PARTS, summed_from="survey_day"),
    Table("survey_month", "survey", "month", _SURVEY, SURVEY_PARTS, summed_from="survey_day"),
    Table("survey_day", "survey", "day", _SURVEY, SURVEY_PARTS),
    Table("goodwill_month", "goodwill", "month", _GESTURE, GOODWILL_PARTS, summed_from="goodwill_day"),
    Table("goodwill_day", "goodwill", "day", _GESTURE, GOODWILL_PARTS),
    Table("goodwill_fact", "goodwill", "instant", _GESTURE_FACT, instant="given_at"),
    Table("goodwill_month_fact", "goodwill_month", "instant", _GESTURE_FACT, instant="given_at", whole_months=True),
    Table("survey_fact", "survey", "instant", _SURVEYED, instant="counted_at"),
    Table("survey_fact", "surveyed_waits", "instant", _SURVEYED, instant="counted_at"),
    Table("sending_day", "sending", "day", _SURVEY, SENDING_PARTS, kept_by=_COUNTED, more_indexes=(_BY_COUNTED,)),
    Table("sent_survey_fact", "sending", "instant", _SURVEYED, instant="sent_at"),
    Table("sent_survey_fact", "sending_waits", "instant", _SURVEYED, instant="sent_at"),
    Table("score_month", "score", "month", _SCORE, SCORE_PARTS, summed_from="score_day"),
    Table("score_day", "score", "day", _SCORE, SCORE_PARTS),
    Table("score_fact", "score", "instant", (*_SURVEYED, "score"), instant="counted_at"),
    Table("employee_day", "employee", "day", _EMPLOYEE, EMPLOYEE_PARTS),
    Table("employee_fact", "employee", "instant", (*_EMPLOYEE, "sent_by"), instant="counted_at"),
    Table("callback_month", "callback", "month", _CASE, CALLBACK_PARTS, summed_from="callback_day"),
    Table("callback_day", "callback", "day", _CASE, CALLBACK_PARTS),
    Table("callback_fact", "callback", "instant", (*_CASE, "reason"), instant="promised_at"),
    Table("recovery_entry", "open", "instant", (*_CASE, "reason"), instant="opened_at"),
    Table("agent_time_month", "time", "month", _AGENT, TIME_PARTS, summed_from="agent_time_day"),
    Table("agent_time_usual", "time", "usual", _TEAM, TIME_PARTS, summed_from="agent_time_quarter"),
    Table("agent_time_day", "time", "day", _AGENT, TIME_PARTS),
    Table("agent_time_quarter", "time", "quarter", _TEAM, TIME_PARTS, instant="bucket"),
    Table("agent_time_fact", "time", "quarter", _AGENT, instant="bucket"),
    Table("shift_day", "shift", "day", _AGENT, SHIFT_PARTS),
    Table("shift_fact", "shift", "instant", _AGENT, instant="starts_at"),
    Table(
        "taken_day",
        "taken",
        "day",
        _AGENT,
        TAKEN_PARTS,
        summed_from="taken_quarter",
        kept_by=_OFFERED,
        more_indexes=((_OFFERED, "site_id"),),
    ),
    Table(
        "taken_quarter",
        "taken",
        "quarter",
        (*_AGENT, "channel", "moment"),
        TAKEN_PARTS,
        instant="taken_at",
        kept_by=_OFFERED,
        more_indexes=((_OFFERED, "site_id"), ("agent_id", "bucket")),
    ),
    Table("taken_fact", "taken", "instant", (*_AGENT, "channel", "moment"), instant="taken_at"),
    Table("interval_month", "interval", "month", _QUEUE, INTERVAL_PARTS, summed_from="interval_day"),
    Table("interval_day", "interval", "day", _QUEUE, INTERVAL_PARTS),
    Table("interval_fact", "interval", "instant", _QUEUE, instant="bucket"),
    Table(
        "interval_within_month",
        "interval_within",
        "month",
        (*_QUEUE, "threshold"),
        INTERVAL_WITHIN_PARTS,
        summed_from="interval_within_day",
    ),
    Table("interval_within_day", "interval_within", "day", (*_QUEUE, "threshold"), INTERVAL_WITHIN_PARTS),
    Table("interval_within_fact", "interval_within", "instant", (*_QUEUE, "threshold"), instant="bucket"),
    Table("waiting_fact", "queue", "instant", _OFFER),
    Table("customer_day", "customer", "day", _CASE, _SAMPLE, sampled=True),
    Table("contact_fact", "customer", "instant", _OFFER),
)

ROLLUPS: Final[Mapping[str, Table]] = {table.name: table for table in LATTICE if table.is_rollup}


def find_tables(fact: Fact) -> tuple[Table, ...]:
    """Return the tables that can answer for a fact, cheapest first."""
    return tuple(table for table in LATTICE if table.fact == fact)


def list_bin_columns(part: Part) -> tuple[str, ...]:
    """Return the rollup columns of a binned part's waits: one per upper edge (≤), and one beyond the last edge."""
    return (*(f"{part.column}_to_{edge}" for edge in WAIT_EDGES), f"{part.column}_over")
