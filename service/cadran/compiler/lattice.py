"""The lattice: the tables that can answer, each declared once; cheapest first, the facts themselves last.

From a declaration come the rollup's columns, its refresh and its choice by the planner.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, Literal

from cadran.domain.metric import WAIT_EDGES, Fact, Part
from cadran.domain.parts.agent_time import SHIFT_PARTS, TAKEN_PARTS, TIME_PARTS
from cadran.domain.parts.case import STEP_PARTS
from cadran.domain.parts.goodwill import GOODWILL_PARTS
from cadran.domain.parts.parts import (
    CALLBACK_PARTS,
    CASE_PARTS,
    CONTACT_PARTS,
    EMPLOYEE_PARTS,
    HANDLING_PARTS,
    LEG_PARTS,
    RESPONSE_PARTS,
    SCORE_PARTS,
    SURVEY_PARTS,
)

#: How finely a table tells time: by month, by month × quarter-hour of day, by month × weekday × quarter-hour of day,
#: by day, by quarter-hour, by instant.
Time = Literal["month", "clock", "usual", "day", "quarter", "instant"]

#: The column of a member dimension, the same in every table that has it. Partner is read off the site, direction is
#: a flag.
COLUMNS: Final[Mapping[str, str]] = {
    "site": "site_id",
    "team": "team_id",
    "agent": "agent_id",
    "segment": "segment_id",
    "channel": "channel_id",
    "moment": "moment_id",
    "reason": "reason_id",
    "direction": "outbound",
    "outcome": "outcome_id",
    "instrument": "instrument_id",
    "hot": "hot",
    "score": "score",
}


@dataclass(frozen=True, slots=True)
class Table:
    """One table of the lattice: its fact, how it tells time, the dimensions it keeps, the table it is summed from.

    A ``sampled`` one keeps the days of one customer in ``SAMPLE`` only, a row for each. ``kept_by`` is the column of
    the day by which rows are recomputed, where it is not the day that they count on. ``more_indexes``: by what else
    rows are looked up.
    """

    name: str
    fact: Fact
    time: Time
    dimensions: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    summed_from: str = ""
    instant: str = "offered_at"
    sampled: bool = False
    kept_by: str = ""
    more_indexes: tuple[tuple[str, ...], ...] = ()

    @property
    def is_rollup(self) -> bool:
        """Whether it is a rollup (else a fact view)."""
        return bool(self.parts)

    @property
    def by_month(self) -> bool:
        """Whether its rows belong to a month instead of a day."""
        return self.time in ("month", "clock", "usual")

    @property
    def sql(self) -> str:
        """As it stands in FROM."""
        return f"rollup.{self.name}" if self.is_rollup else self.name


_SITE = ("site", "direction")
_SLIM = ("site", "channel", "direction")
_FULL = (*_SLIM, "segment", "moment")
_CASE = ("site", "channel", "segment", "moment")
_SURVEY = (*_CASE, "instrument", "hot")
_SURVEY_SITE = ("site", "instrument", "hot")
_GESTURE = ("site", "segment")
_SCORE = ("site", "channel", "instrument", "hot", "score")
_EMPLOYEE = ("site", "team", "instrument")
_SURVEYED = (*_SURVEY, "team", "agent", "reason", "direction", "outcome")
_GIVEN = (*_CASE, "reason")
_GIVEN_TO = ("site", "team", "agent", "moment")
_TEAM = ("site", "team")
_AGENT = (*_TEAM, "agent")
#: What was taken when is kept by the day on which it was offered, which is the day that loads mark.
_OFFERED = "offered_day"

#: The columns that rollups keep: parts with an expression of their own.
_CONTACT, _LEG, _CASES = (
    tuple(part for part in parts if not part.of) for parts in (CONTACT_PARTS, LEG_PARTS, CASE_PARTS)
)

#: One customer in so many is in the sample, by a hash of the key, so that all their contacts are.
SAMPLE: Final = 64
SAMPLED: Final = (
    f"f.customer_id <> 0 AND f.outcome_id <> 6 AND NOT f.outbound AND hashint8(f.customer_id) & {SAMPLE - 1} = 0"
)
#: Besides the cost, the first instant (in seconds) at which they tried, and the first after which they were reached
#: within a day: the first try of any group was followed by a reach when both are the same.
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
    Table("contact_fact", "contact", "instant", (*_FULL, "reason", "outcome")),
    Table("pending_fact", "pending", "instant", (*_FULL, "reason", "outcome")),
    Table("handling_month", "handling", "month", _SLIM, HANDLING_PARTS, summed_from="handling_day"),
    Table("handling_day", "handling", "day", _SLIM, HANDLING_PARTS),
    Table("handling_fact", "handling", "instant", (*_FULL, "reason", "outcome")),
    Table("response_month", "response", "month", _SLIM, RESPONSE_PARTS, summed_from="response_day"),
    Table("response_day", "response", "day", _FULL, RESPONSE_PARTS),
    Table("response_fact", "response", "instant", (*_FULL, "reason", "outcome")),
    Table("pending_hours_fact", "pending_hours", "instant", (*_FULL, "reason", "outcome")),
    Table("leg_day", "leg", "day", ("site", "team", "agent", "channel", "direction"), _LEG),
    Table("leg_fact", "leg", "instant", (*_FULL, "team", "agent", "reason", "outcome")),
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
    Table(
        "goodwill_fact",
        "goodwill",
        "instant",
        (*_GESTURE, "channel", "moment", "reason", "team", "agent"),
        instant="given_at",
    ),
    Table("survey_fact", "survey", "instant", _SURVEYED, instant="counted_at"),
    Table("score_month", "score", "month", _SCORE, SCORE_PARTS, summed_from="score_day"),
    Table("score_day", "score", "day", _SCORE, SCORE_PARTS),
    Table("score_fact", "score", "instant", (*_SURVEYED, "score"), instant="counted_at"),
    Table("employee_day", "employee", "day", _EMPLOYEE, EMPLOYEE_PARTS),
    Table("employee_fact", "employee", "instant", _EMPLOYEE, instant="counted_at"),
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
    Table("waiting_fact", "queue", "instant", (*_FULL, "reason", "outcome")),
    Table("customer_day", "customer", "day", _CASE, _SAMPLE, sampled=True),
    Table("contact_fact", "customer", "instant", (*_FULL, "reason", "outcome")),
)

ROLLUPS: Final[Mapping[str, Table]] = {table.name: table for table in LATTICE if table.is_rollup}


def tables_of(fact: Fact) -> tuple[Table, ...]:
    """The tables that can answer for a fact, cheapest first."""
    return tuple(table for table in LATTICE if table.fact == fact)


def bin_columns(part: Part) -> tuple[str, ...]:
    """The rollup columns of a binned part's waits: one per edge (≤) and one beyond the last."""
    return (*(f"{part.column}_to_{edge}" for edge in WAIT_EDGES), f"{part.column}_over")
