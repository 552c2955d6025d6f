"""The additive parts of every figure, by fact: the only place where an outcome code, a flag or a duration meets SQL.

Outcome ids are those of the table ``outcome``. Parts read the fact views (``contact_fact``, ``leg_fact``,
``case_fact``, ``pending_fact``, ``survey_fact``),
which leave out callbacks (they belong to their request) and excluded outcomes, so a part says only what is particular
to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cadran.domain.metric import Part
from cadran.domain.time_parts import AGENT_PARTS

HANDLED, SELF_SERVED, ABANDONED, DEFLECTED, EXPIRED, CLOSED, IN_PROGRESS, CALLBACK = range(1, 9)


def _outcome(*ids: int) -> str:
    return f"f.outcome_id = {ids[0]}" if len(ids) == 1 else f"f.outcome_id IN ({', '.join(map(str, ids))})"


_NOT_CLOSED = f"f.outcome_id <> {CLOSED}"
_TIMED = f"{_outcome(HANDLED)} AND f.talk IS NOT NULL"

CONTACT_PARTS = (
    Part("contacts", "contact", _NOT_CLOSED),
    Part("offered", "contact", f"f.outcome_id NOT IN ({CLOSED}, {IN_PROGRESS}, {CALLBACK})"),
    Part("handled", "contact", _outcome(HANDLED), binned=True),
    Part("self_served", "contact", _outcome(SELF_SERVED)),
    Part("abandoned", "contact", _outcome(ABANDONED), binned=True),
    Part("deflected", "contact", _outcome(DEFLECTED)),
    Part("expired", "contact", _outcome(EXPIRED)),
    Part("closed", "contact", _outcome(CLOSED)),
    Part("callbacks", "contact", _outcome(CALLBACK)),
    Part("recalled", "contact", f"{_outcome(ABANDONED, DEFLECTED, EXPIRED)} AND f.recalled"),
    Part("wait_answered", "contact", _outcome(HANDLED), "f.wait"),
    Part("wait_abandoned", "contact", _outcome(ABANDONED), "f.wait"),
    Part("abandoned_timed", "contact", f"{_outcome(ABANDONED)} AND f.wait IS NOT NULL"),
    Part("wait_longest", "contact", _outcome(HANDLED, ABANDONED), "f.wait", merge="max"),
    Part("timed", "contact", _TIMED, direction="named"),
    Part("talk", "contact", _TIMED, "f.talk", direction="named"),
    Part("hold", "contact", _TIMED, "f.hold", direction="named"),
    Part("acw", "contact", _TIMED, "f.acw", direction="named"),
    Part("transferred", "contact", f"{_outcome(HANDLED)} AND f.transferred_to IS NOT NULL", direction="named"),
    Part("escalated", "contact", f"{_outcome(HANDLED)} AND f.escalated", direction="named"),
    Part("overflowed", "contact", f"{_outcome(HANDLED)} AND f.overflowed"),
    Part("identified", "contact", f"{_NOT_CLOSED} AND f.customer_id <> 0"),
    Part("identified_handled", "contact", f"{_outcome(HANDLED)} AND f.customer_id <> 0"),
    Part("repeated", "contact", f"{_NOT_CLOSED} AND f.preceded"),
    Part("cost", "contact", _NOT_CLOSED, "f.cost", direction="named"),
    Part("priced", "contact", f"{_NOT_CLOSED} AND f.cost IS NOT NULL", direction="named"),
    Part("priced_handled", "contact", f"{_outcome(HANDLED)} AND f.cost IS NOT NULL", direction="named"),
    Part("revenue", "contact", "", "f.revenue", direction="any"),
    Part("conversations", "contact", _outcome(HANDLED), direction="any"),
    Part("outbound", "contact", _NOT_CLOSED, direction="outbound", of="contacts"),
)

#: Parts that narrow another one by what the directory knows of channels and moments; they need no column of their own.
NARROWED_PARTS = (
    Part("offered_live", "contact", of="offered", only="synchronous"),
    Part("phone_contacts", "contact", of="contacts", only="phone"),
    Part("complaints", "contact", of="contacts", only="complaint"),
    Part("answered", "contact", of="handled", direction="named"),
    Part("contacts_of_channels", "contact", of="contacts", ignores=("channel",)),
)

#: Contacts still waiting, by how long: a wait already past the threshold is a miss.
PENDING_PARTS = (Part("overdue", "pending", "", binned=True),)

LEG_PARTS = (
    Part("legs", "leg", "f.talk IS NOT NULL", direction="named"),
    Part("leg_talk", "leg", "f.talk IS NOT NULL", "f.talk", direction="named"),
    Part("leg_hold", "leg", "f.talk IS NOT NULL", "f.hold", direction="named"),
    Part("leg_acw", "leg", "f.talk IS NOT NULL", "f.acw", direction="named"),
    *(
        part
        for who in ("contact", "team", "agent")
        for part in (
            Part(f"leg_handled_{who}", "leg", f"f.first_of_{who}", direction="named"),
            Part(f"leg_timed_{who}", "leg", f"f.first_of_{who} AND f.talk IS NOT NULL", direction="named"),
            Part(f"leg_transferred_{who}", "leg", f"f.first_of_{who} AND f.transferred", direction="named"),
            Part(f"leg_escalated_{who}", "leg", f"f.first_of_{who} AND f.escalated", direction="named"),
        )
    ),
)

CASE_PARTS = (
    Part("cases", "case", "f.mature", direction="any"),
    Part("cases_of_one", "case", "f.mature AND f.contacts = 1", direction="any"),
    Part("case_contacts", "case", "f.mature", "f.contacts", direction="any"),
    Part("case_attempts", "case", "f.mature", "f.attempts", direction="any"),
    Part("cases_flagged", "case", "f.mature AND f.flagged IS NOT NULL", direction="any"),
    Part("cases_of_one_flagged", "case", "f.mature AND f.flagged AND f.contacts = 1", direction="any"),
)

#: Figures over distinct people cannot be summed: they are counted afresh for every group (see ``compiler/people``).
PEOPLE_PARTS = (
    Part("customers", "customer"),
    Part("customer_cost", "customer"),
    Part("customers_priced", "customer"),
    Part("customer_value", "customer"),
    Part("customers_valued", "customer"),
    Part("customers_reached", "reach"),
    Part(
        "customers_active", "base", ignores=("partner", "site", "channel", "moment", "reason", "direction", "outcome")
    ),
)

#: Satisfied and dissatisfied by the cuts of each instrument: of an NPS, promoters and detractors.
SURVEY_PARTS = (
    Part("survey_sent", "survey", direction="any"),
    Part("survey_answered", "survey", "f.answered_at IS NOT NULL", direction="any"),
    Part("survey_score", "survey", "f.answered_at IS NOT NULL", "f.score", direction="any"),
    Part("survey_satisfied", "survey", "f.satisfied", direction="any"),
    Part("survey_dissatisfied", "survey", "f.dissatisfied", direction="any"),
)

_BUDGET_IGNORES = ("segment", "channel", "moment", "reason", "direction", "outcome")
BUDGET_PARTS = (
    Part("budget_year", "budget", direction="any", ignores=_BUDGET_IGNORES),
    Part("budget_window", "budget", direction="any", ignores=_BUDGET_IGNORES),
)

PARTS: Final[Mapping[str, Part]] = {
    part.slug: part
    for part in (
        *CONTACT_PARTS,
        *NARROWED_PARTS,
        *PENDING_PARTS,
        *LEG_PARTS,
        *CASE_PARTS,
        *PEOPLE_PARTS,
        *BUDGET_PARTS,
        *SURVEY_PARTS,
        *AGENT_PARTS,
    )
}
