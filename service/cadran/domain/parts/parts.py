"""The additive parts of all figures, by fact. Only this package defines outcomes, flags and durations in SQL.

Outcome ids are those of the table ``outcome``. Parts read the fact views (``contact_fact``, ``leg_fact``,
``case_fact``, ``pending_fact``, ``survey_fact``, ``callback_fact``). The views leave out callbacks, which belong to
their request, and excluded outcomes. So the conditions of the parts need not exclude them.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from cadran.domain.parts.agent_time import AGENT_PARTS
from cadran.domain.parts.case import COMPLAINT_STEP_PARTS, STEP_PARTS, STOCK_PARTS
from cadran.domain.parts.goodwill import CHURN_PARTS, GOODWILL_MONTH_PARTS, GOODWILL_PARTS
from cadran.domain.parts.interval import INTERVAL_PARTS, INTERVAL_WITHIN_PARTS
from cadran.domain.parts.live import LIVE_PARTS
from cadran.domain.parts.part import Part
from cadran.domain.parts.queue import QUEUE_PARTS, QUEUED_WITHIN_PARTS, VISIT_WITHIN_PARTS
from cadran.domain.parts.survey import EMPLOYEE_PARTS, SCORE_PARTS, SENDING_PARTS, SURVEY_PARTS, SURVEYED_WAIT_PARTS

HANDLED, SELF_SERVED, ABANDONED, DEFLECTED, EXPIRED, CLOSED, IN_PROGRESS, CALLBACK = range(1, 9)


def _outcome(*ids: int) -> str:
    return f"f.outcome_id = {ids[0]}" if len(ids) == 1 else f"f.outcome_id IN ({', '.join(map(str, ids))})"


_LOST = _outcome(ABANDONED, DEFLECTED, EXPIRED)
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
    Part("recalled", "contact", f"{_LOST} AND f.recalled"),
    Part("losses", "contact", f"{_LOST} AND f.judged"),
    Part("losses_identified", "contact", f"{_LOST} AND f.judged AND f.customer_id <> 0"),
    Part("losses_recovered", "contact", f"{_LOST} AND f.judged AND f.reached_at <= f.offered_at + interval '1 day'"),
    Part("wait_answered", "contact", _outcome(HANDLED), "f.wait"),
    Part("wait_abandoned", "contact", _outcome(ABANDONED), "f.wait"),
    Part("handled_unknown", "contact", f"{_outcome(HANDLED)} AND f.wait IS NULL"),
    Part("abandoned_unknown", "contact", f"{_outcome(ABANDONED)} AND f.wait IS NULL"),
    Part("abandoned_timed", "contact", f"{_outcome(ABANDONED)} AND f.wait IS NOT NULL"),
    Part("wait_longest", "contact", _outcome(HANDLED, ABANDONED), "f.wait", merge="max"),
    Part("delayed", "contact", f"{_outcome(HANDLED, ABANDONED)} AND f.wait > 0"),
    Part("flag_known", "contact", f"{_outcome(HANDLED)} AND f.resolved IS NOT NULL", direction="named"),
    Part("flagged_resolved", "contact", f"{_outcome(HANDLED)} AND f.resolved", direction="named"),
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
    Part("unpriced", "contact", f"{_NOT_CLOSED} AND f.cost IS NULL", direction="named"),
    Part("unpriced_identified", "contact", f"{_NOT_CLOSED} AND f.customer_id <> 0 AND f.cost IS NULL"),
    Part("priced_handled", "contact", f"{_outcome(HANDLED)} AND f.cost IS NOT NULL", direction="named"),
    Part("revenue", "contact", "", "f.revenue", direction="any"),
    Part("conversations", "contact", _outcome(HANDLED), direction="any"),
    Part("outbound", "contact", _NOT_CLOSED, direction="outbound", of="contacts"),
)

#: Parts that narrow another part to channels or moments of a kind. They need no separate column.
NARROWED_PARTS = (
    Part("offered_live", "contact", of="offered", only="synchronous"),
    *(
        Part(f"{slug}_live", "contact", of=slug, only="synchronous")
        for slug in ("contacts", "self_served", "timed", "talk", "hold", "acw")
    ),
    Part("phone_contacts", "contact", of="contacts", only="phone"),
    Part("complaints", "contact", of="contacts", only="complaint"),
    Part("answered", "contact", of="handled", direction="named"),
    Part("first_answers", "answered", of="answers", direction="named"),
    Part("contacts_of_channels", "contact", of="contacts", ignores=("channel",)),
)

#: Contacts that still wait, by their wait so far. A contact whose wait exceeds the threshold already misses the service
#: level.
PENDING_PARTS = (
    Part("overdue", "pending", "", binned=True, measure="age"),
    Part("overdue_open", "pending_hours", "", binned=True, measure="age_open"),
    Part("overdue_from_queue", "pending", "", binned=True, measure="queue_age"),
)

_HOURS_KNOWN = "f.in_hours IS NOT NULL"

#: Waits in open hours, if the site has a calendar, and the replies after the first.
RESPONSE_PARTS = (
    Part("handled_open", "response", f"{_outcome(HANDLED)} AND {_HOURS_KNOWN}", binned=True, measure="wait_open"),
    Part("abandoned_open", "response", f"{_outcome(ABANDONED)} AND {_HOURS_KNOWN}", binned=True, measure="wait_open"),
    Part("handled_unknown_open", "response", f"{_outcome(HANDLED)} AND {_HOURS_KNOWN} AND f.wait_open IS NULL"),
    Part("abandoned_unknown_open", "response", f"{_outcome(ABANDONED)} AND {_HOURS_KNOWN} AND f.wait_open IS NULL"),
    Part("expired_open", "response", f"{_outcome(EXPIRED)} AND {_HOURS_KNOWN}"),
    Part("offered_open", "response", f"f.outcome_id NOT IN ({CLOSED}, {IN_PROGRESS}, {CALLBACK}) AND {_HOURS_KNOWN}"),
    Part("wait_open", "response", f"{_outcome(HANDLED)} AND {_HOURS_KNOWN}", "f.wait_open"),
    Part("replies", "response", _NOT_CLOSED, "f.replies", direction="named"),
    Part("reply_wait", "response", _NOT_CLOSED, "f.reply_wait", direction="named"),
)

#: Contacts within the thresholds that the database counts exactly (``Directory.thresholds``), in addition to the edges
#: of the bins; and the part that each of these is of.
WITHIN_PARTS = (
    Part("handled_within", "within", _outcome(HANDLED)),
    Part("abandoned_within", "within", _outcome(ABANDONED)),
)
WITHIN_OPEN_PARTS = (
    Part("handled_open_within", "within_open", f"{_outcome(HANDLED)} AND {_HOURS_KNOWN}", measure="wait_open"),
    Part("abandoned_open_within", "within_open", f"{_outcome(ABANDONED)} AND {_HOURS_KNOWN}", measure="wait_open"),
)
WITHIN: Final[Mapping[str, Part]] = {
    part.slug.removesuffix("_within"): part
    for part in (*WITHIN_PARTS, *WITHIN_OPEN_PARTS, *VISIT_WITHIN_PARTS, *QUEUED_WITHIN_PARTS)
}

#: Handled contacts by handle time.
HANDLING_PARTS = (Part("handled_in", "handling", "", direction="named", binned=True, measure="handle"),)

#: Answered contacts by the agent who answered first.
ANSWER_PARTS = (
    Part("answers", "answered"),
    Part("answers_wait", "answered", "", "f.wait"),
    Part("answers_unknown", "answered", "f.wait IS NULL"),
    Part("answers_open", "answered", _HOURS_KNOWN),
    Part("answers_unknown_open", "answered", f"{_HOURS_KNOWN} AND f.wait_open IS NULL"),
    Part("answers_wait_open", "answered", _HOURS_KNOWN, "f.wait_open"),
    Part("answers_flag_known", "answered", "f.resolved IS NOT NULL", direction="named"),
    Part("answers_flagged_resolved", "answered", "f.resolved", direction="named"),
    Part("answers_untimed", "answered", "f.handle IS NULL", direction="named"),
    Part("answers_handled_in", "answered", "f.handle IS NOT NULL", direction="named", binned=True, measure="handle"),
)

#: The conditions of what is counted of contacts, by the name of the count.
_COUNTED: Final[Mapping[str, str]] = {
    "handled": "",
    "timed": "f.talk IS NOT NULL",
    "transferred": "f.transferred",
    "escalated": "f.escalated",
}
#: The leg that counts for the contact, for its team, and for its agent: one with known times, if any (for the contact:
#: ``first_timed``).
_FIRST: Final = {"contact": "f.first_of_contact", "team": "f.first_of_team", "agent": "f.first_of_agent"}
#: The leg that counts for a contact whose legs all have the same agent, team and site: one with known times, if any.
_ALONE = "f.first_of_agent AND NOT f.shared"

#: The durations that percentiles are read from. Rollups store them as sketches (``compiler/refresh/sketches``).
WAIT_PARTS = (Part("waits", "waits", f"{_outcome(HANDLED)} AND f.wait IS NOT NULL"),)
HANDLE_TIME_PARTS = (Part("handle_times", "handle_times", "", direction="named", measure="handle"),)
ANSWER_TIME_PARTS = (
    Part("answers_handle_times", "answer_times", "f.handle IS NOT NULL", direction="named", measure="handle"),
)
#: For each of these, the part with a histogram of the same durations.
BINNED_PARTS: Final[Mapping[str, str]] = {
    "waits": "handled",
    "handle_times": "handled_in",
    "answers_handle_times": "answers_handled_in",
    "surveyed_waits": "survey_sent",
    "answering_waits": "survey_answered",
    "sendings_waits": "sendings",
    "sendings_answered_waits": "sendings_answered",
}

#: Times and numbers of legs, and the contacts that nobody shared. Such a contact is found once, whichever members a
#: question names, so its counts are additive.
LEG_PARTS = (
    Part("legs", "leg", "f.talk IS NOT NULL", direction="named"),
    Part("legs_unknown", "leg", "f.talk IS NULL", direction="named"),
    Part("leg_talk", "leg", "f.talk IS NOT NULL", "f.talk", direction="named"),
    Part("leg_hold", "leg", "f.talk IS NOT NULL", "f.hold", direction="named"),
    Part("leg_acw", "leg", "f.talk IS NOT NULL", "f.acw", direction="named"),
    *(
        Part(f"alone_{name}", "leg", f"{_ALONE} AND {test}" if test else _ALONE, direction="named")
        for name, test in _COUNTED.items()
    ),
)

#: The contacts that several agents, teams or sites shared. Each counts once in a row or a total, however many of its
#: legs the question finds. The counts by contact, team and agent replace the others where a row has all legs of its
#: contacts, those of one team, or those of one agent: there, one leg counts for the others.
SHARED_PARTS = (
    *(Part(f"shared_{name}", "shared", each, merge="distinct", direction="named") for name, each in _COUNTED.items()),
    *(
        Part(f"shared_{name}_{who}", "shared", f"{first} AND {test}" if test else first, direction="named")
        for name, test in _COUNTED.items()
        for who, first in (_FIRST | ({"contact": "f.first_timed"} if name == "timed" else {})).items()
    ),
)

#: Handled inbound contacts by participant, even if the question names a direction.
ANSWERED_PARTS = (
    Part("alone_answered", "leg", of="alone_handled"),
    Part("shared_answered", "shared", of="shared_handled", merge="distinct"),
    *(Part(f"shared_answered_{who}", "shared", of=f"shared_handled_{who}") for who in _FIRST),
)

CASE_PARTS = (
    Part("cases", "case", "f.mature", direction="any"),
    Part("cases_of_one", "case", "f.mature AND f.contacts = 1", direction="any"),
    Part("case_contacts", "case", "f.mature", "f.contacts", direction="any"),
    Part("case_attempts", "case", "f.mature", "f.attempts", direction="any"),
    Part("case_channels", "case", "f.mature", "f.channels", direction="any"),
    Part("cases_flagged", "case", "f.mature AND f.flagged IS NOT NULL", direction="any"),
    Part("cases_of_one_flagged", "case", "f.mature AND f.flagged AND f.contacts = 1", direction="any"),
)

#: Counts of distinct people, which cannot be summed. They are computed separately for every group (see
#: ``compiler/special/people``).
PEOPLE_PARTS = (
    Part("customers", "customer"),
    Part("customer_cost", "customer"),
    Part("customers_priced", "customer"),
    Part("customer_value", "customer"),
    Part("customers_valued", "customer"),
    Part("customer_potential", "customer"),
    Part("customers_rated", "customer"),
    Part("customer_management", "customer"),
    Part("customers_managed", "customer"),
    Part("customers_reached", "reach"),
    Part("customers_tried", "tried"),
    Part("customers_through", "tried"),
    Part("customers_open", "open", direction="any"),
    Part(
        "customers_active",
        "base",
        ignores=("partner", "site", "channel", "moment", "reason", "direction", "outcome", "queue", "first_queue"),
    ),
)

#: Promised callbacks that are due.
CALLBACK_PARTS = (
    Part("promises", "callback", "f.judged", direction="any"),
    Part("promises_made", "callback", "f.judged AND f.made_at <= f.due_at", direction="any"),
    Part("promises_reached", "callback", "f.judged AND f.reached_at <= f.due_at", direction="any"),
)

_BUDGET_IGNORES = ("segment", "channel", "moment", "reason", "direction", "outcome", "queue", "first_queue")
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
        *RESPONSE_PARTS,
        *WITHIN_PARTS,
        *WITHIN_OPEN_PARTS,
        *HANDLING_PARTS,
        *ANSWER_PARTS,
        *WAIT_PARTS,
        *HANDLE_TIME_PARTS,
        *ANSWER_TIME_PARTS,
        *SURVEYED_WAIT_PARTS,
        *LEG_PARTS,
        *SHARED_PARTS,
        *ANSWERED_PARTS,
        *CASE_PARTS,
        *PEOPLE_PARTS,
        *BUDGET_PARTS,
        *SURVEY_PARTS,
        *SENDING_PARTS,
        *GOODWILL_PARTS,
        *GOODWILL_MONTH_PARTS,
        *CHURN_PARTS,
        *SCORE_PARTS,
        *EMPLOYEE_PARTS,
        *CALLBACK_PARTS,
        *STEP_PARTS,
        *COMPLAINT_STEP_PARTS,
        *STOCK_PARTS,
        *AGENT_PARTS,
        *QUEUE_PARTS,
        *LIVE_PARTS,
        *INTERVAL_PARTS,
        *INTERVAL_WITHIN_PARTS,
    )
}
