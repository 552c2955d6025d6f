"""Contradictions in a row that are odd, but not impossible, each declared once (`oddities` counts and lists them).

What is impossible is rejected by the statements that read the kinds (`sql/facts/<table>/read.sql`).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

#: The seconds by which times and durations of one row may differ, because sources round each of them.
TOLERANCE_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Oddity:
    """A contradiction: its code, the kind of its rows, and what is odd, as a phrase.

    ``condition`` is SQL over the row (alias f) and what `KINDS` joins to it. ``values`` are the columns that
    contradict each other, by the names that an example shows. Only with ``at_load``, the condition can be tested on the
    rows of a batch.
    """

    code: str
    kind: str
    about: str
    condition: str
    values: Mapping[str, str]
    at_load: bool = True


@dataclass(frozen=True, slots=True)
class Kind:
    """Where the rows of a kind are read: the view or table, the joins that the conditions need, the shown id, and
    the source of the id. ``loaded_joins`` replace the joins for the rows of a batch, if the batch has looked up what
    the conditions need."""

    rows: str
    joins: str
    id: str
    source: str = "f.source_id"
    loaded_joins: str | None = None


_CONTACT_OF_ROW: Final = (
    "JOIN contact_place AS p ON p.source_id = f.contact_source_id AND p.contact_id = f.contact_id "
    "JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id"
    " AND c.day = p.day"
)
_AGENT: Final = "JOIN agent AS a ON a.agent_id = f.agent_id"
KINDS: Final[Mapping[str, Kind]] = {
    "contacts": Kind(
        "contact",
        "JOIN outcome AS o ON o.outcome_id = f.outcome_id JOIN channel AS h ON h.channel_id = f.channel_id",
        "f.contact_id",
    ),
    "legs": Kind(
        "leg",
        "JOIN channel AS h ON h.channel_id = f.channel_id "
        "JOIN contact AS c ON c.source_id = f.source_id AND c.contact_id = f.contact_id"
        " AND c.customer_id = f.customer_id AND c.day = f.day",
        "f.contact_id || ' leg ' || f.leg_number",
    ),
    "visits": Kind(
        "visit",
        _CONTACT_OF_ROW,
        "f.contact_id || ' visit ' || f.visit_number",
        "f.contact_source_id",
        "CROSS JOIN LATERAL (SELECT f.contact_offered_at AS offered_at) AS c",
    ),
    "surveys": Kind("survey", _CONTACT_OF_ROW, "f.survey_id"),
    "goodwill": Kind("goodwill", _CONTACT_OF_ROW.replace("JOIN", "LEFT JOIN"), "f.goodwill_id"),
    "cases": Kind("given_case", "", "f.case_id"),
    "states": Kind("agent_state_span", _AGENT, "a.code"),
    "schedules": Kind("agent_schedule", _AGENT, "a.code"),
    "intervals": Kind(
        "interval_count",
        "LEFT JOIN site AS i ON i.site_id = f.site_id LEFT JOIN queue AS q ON q.queue_id = f.queue_id",
        "concat_ws(' ', i.code, q.code, f.starts_at)",
    ),
}

_TIMES: Final = {name: f"f.{name}" for name in ("offered_at", "answered_at", "ended_at")}
_EMPLOYED: Final = {"joined_on": "a.joined_on", "left_on": "a.left_on"}
# The load gives a contact whose legs come from a file the sums of its legs, which may lie side by side.
_HAS_NO_LEGS: Final = (
    "(SELECT coalesce(max(l.leg_number), 0) FROM leg AS l WHERE l.source_id = f.source_id"
    " AND l.contact_id = f.contact_id AND l.customer_id = f.customer_id AND l.day = f.day) = 0"
)
_REQUESTED_AT: Final = (
    "(SELECT c.offered_at FROM contact_place AS p JOIN contact AS c ON c.source_id = p.source_id"
    " AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id AND c.day = p.day"
    " WHERE p.source_id = f.source_id AND p.contact_id = f.parent_id)"
)
_LEFT_BEFORE: Final = (
    "(SELECT max(coalesce(v.left_at, v.entered_at + make_interval(secs => v.wait::float8))) FROM visit AS v"
    " WHERE v.contact_source_id = f.contact_source_id AND v.contact_id = f.contact_id"
    " AND v.visit_number < f.visit_number)"
)
_LIMITS: Final = "gesture_limit AS t WHERE t.gesture_id = f.gesture_id"

ODDITIES: Final = (
    Oddity(
        "wait_contradicts_answer",
        "contacts",
        f"`wait` differs from `answered_at` − `offered_at` by more than {TOLERANCE_SECONDS} s; figures use `wait`",
        f"o.class <> 'lost' AND abs(f.wait - extract(epoch FROM f.answered_at - f.offered_at)) > {TOLERANCE_SECONDS}",
        {"offered_at": "f.offered_at", "answered_at": "f.answered_at", "wait": "f.wait"},
    ),
    Oddity(
        "wait_exceeds_contact",
        "contacts",
        "`wait` of a contact without `answered_at`, or with a lost outcome, exceeds `ended_at` − `offered_at` by more"
        f" than {TOLERANCE_SECONDS} s",
        "(f.answered_at IS NULL OR o.class = 'lost')"
        f" AND f.wait > extract(epoch FROM f.ended_at - f.offered_at) + {TOLERANCE_SECONDS}",
        {"offered_at": "f.offered_at", "ended_at": "f.ended_at", "wait": "f.wait"},
    ),
    Oddity(
        "talk_exceeds_contact",
        "contacts",
        "`talk` + `hold` exceed `ended_at` − `answered_at` (or else `offered_at`) by more than"
        f" {TOLERANCE_SECONDS} s, on a channel that is not asynchronous, without a file of legs",
        "NOT h.asynchronous AND f.talk + coalesce(f.hold, 0)"
        f" > extract(epoch FROM f.ended_at - coalesce(f.answered_at, f.offered_at)) + {TOLERANCE_SECONDS}"
        f" AND {_HAS_NO_LEGS}",
        {**_TIMES, "talk": "f.talk", "hold": "f.hold"},
    ),
    Oddity(
        "lost_but_answered",
        "contacts",
        "`answered_at` is given, and the outcome is a lost one (abandoned, deflected, expired, closed)",
        "o.class = 'lost' AND f.answered_at IS NOT NULL",
        {"outcome": "o.code", "answered_at": "f.answered_at"},
    ),
    Oddity(
        "lost_but_handled",
        "contacts",
        "`talk`, `hold` or `acw` is more than 0, and the outcome is a lost one",
        "o.class = 'lost' AND greatest(f.talk, f.hold, f.acw) > 0",
        {"outcome": "o.code", "talk": "f.talk", "hold": "f.hold", "acw": "f.acw"},
    ),
    Oddity(
        "in_progress_but_ended",
        "contacts",
        "`ended_at` is given, and the outcome is `in_progress`",
        "o.code = 'in_progress' AND f.ended_at IS NOT NULL",
        {"outcome": "o.code", "ended_at": "f.ended_at"},
    ),
    Oddity(
        "callback_before_request",
        "contacts",
        "`offered_at` is before that of the contact named as `parent`",
        f"f.parent_id IS NOT NULL AND f.offered_at < {_REQUESTED_AT}",
        {"offered_at": "f.offered_at", "parent": "f.parent_id", "parent_offered_at": _REQUESTED_AT},
    ),
    Oddity(
        "talk_exceeds_leg",
        "legs",
        "`talk` + `hold` exceed the time from `started_at` (or else the contact's `answered_at` or `offered_at`) to the"
        f" contact's `ended_at` by more than {TOLERANCE_SECONDS} s, on a channel that is not asynchronous",
        "f.leg_number > 0 AND NOT h.asynchronous AND (f.started_at <= c.ended_at) IS NOT FALSE"
        " AND f.talk + coalesce(f.hold, 0)"
        " > extract(epoch FROM c.ended_at - coalesce(f.started_at, c.answered_at, c.offered_at))"
        f" + {TOLERANCE_SECONDS}",
        {"started_at": "f.started_at", "ended_at": "c.ended_at", "talk": "f.talk", "hold": "f.hold"},
    ),
    Oddity(
        "leg_after_contact",
        "legs",
        f"`started_at` is more than {TOLERANCE_SECONDS} s after the contact's `ended_at`",
        f"f.leg_number > 0 AND f.started_at > c.ended_at + interval '{TOLERANCE_SECONDS} seconds'",
        {"started_at": "f.started_at", "ended_at": "c.ended_at"},
    ),
    Oddity(
        "visit_before_contact",
        "visits",
        f"`entered_at` is more than {TOLERANCE_SECONDS} s before the contact's `offered_at`",
        f"f.entered_at < c.offered_at - interval '{TOLERANCE_SECONDS} seconds'",
        {"entered_at": "f.entered_at", "offered_at": "c.offered_at"},
    ),
    Oddity(
        "wait_contradicts_exit",
        "visits",
        f"`wait` differs from `left_at` − `entered_at` by more than {TOLERANCE_SECONDS} s; figures use `wait`",
        f"abs(f.wait - extract(epoch FROM f.left_at - f.entered_at)) > {TOLERANCE_SECONDS}",
        {"entered_at": "f.entered_at", "left_at": "f.left_at", "wait": "f.wait"},
    ),
    Oddity(
        "visits_overlap",
        "visits",
        "`entered_at` is before a visit of a lower number ended (`left_at`, or else `entered_at` + `wait`) by more than"
        f" {TOLERANCE_SECONDS} s",
        f"f.visit_number > 1 AND f.entered_at < {_LEFT_BEFORE} - interval '{TOLERANCE_SECONDS} seconds'",
        {"entered_at": "f.entered_at", "left_before": _LEFT_BEFORE},
    ),
    Oddity(
        "answered_but_lost",
        "visits",
        "the visit ended as `answered`, and the outcome of its contact is abandoned, deflected, expired or closed",
        "f.exit_id = 1 AND f.outcome_id IN (3, 4, 5, 6)",
        {"outcome": "(SELECT o.code FROM outcome AS o WHERE o.outcome_id = f.outcome_id)"},
    ),
    Oddity(
        "survey_before_end",
        "surveys",
        f"`sent_at` of a transactional survey is more than {TOLERANCE_SECONDS} s before the contact's `ended_at`",
        f"f.hot AND f.sent_at < c.ended_at - interval '{TOLERANCE_SECONDS} seconds'",
        {"sent_at": "f.sent_at", "ended_at": "c.ended_at"},
    ),
    Oddity(
        "gesture_before_contact",
        "goodwill",
        "`given_at` is before the contact's `offered_at`",
        "f.given_at < c.offered_at",
        {"given_at": "f.given_at", "offered_at": "c.offered_at"},
    ),
    Oddity(
        "gesture_outside_validity",
        "goodwill",
        "no row of the catalogue is valid for the gesture on the day of `given_at`, such as a day before its first"
        " `valid_from`",
        f"EXISTS (SELECT FROM {_LIMITS}) AND NOT EXISTS"
        f" (SELECT FROM {_LIMITS} AND t.valid_from <= f.day AND f.day < t.valid_to)",
        {"given_at": "f.given_at", "gesture": "(SELECT k.code FROM gesture AS k WHERE k.gesture_id = f.gesture_id)"},
    ),
    Oddity(
        "ended_before_answered",
        "cases",
        "`resolved_at` or `closed_at` is before `answered_at`",
        "least(f.resolved_at, f.closed_at) < f.answered_at",
        {"answered_at": "f.answered_at", "resolved_at": "f.resolved_at", "closed_at": "f.closed_at"},
    ),
    Oddity(
        "state_until_cap",
        "states",
        "a state without an end, other than offline, lasted until the cap: no later state of the agent followed"
        " before it",
        "f.ended_at IS NULL AND f.state <> 'offline'"
        " AND f.until = f.started_at + (SELECT d.open_state_max FROM data_state AS d)",
        {"state": "f.state", "started_at": "f.started_at", "until": "f.until"},
        at_load=False,
    ),
    Oddity(
        "state_outside_employment",
        "states",
        "a state other than offline began before the agent's `joined_on` or after `left_on`",
        "f.state <> 'offline' AND (f.day < a.joined_on OR f.day > a.left_on)",
        {"state": "f.state", "started_at": "f.started_at", **_EMPLOYED},
    ),
    Oddity(
        "plan_outside_employment",
        "schedules",
        "an activity is planned before the agent's `joined_on` or after `left_on`",
        "f.day < a.joined_on OR f.day > a.left_on",
        {"activity": "f.activity", "starts_at": "f.starts_at", **_EMPLOYED},
    ),
    Oddity(
        "ended_exceed_offered",
        "intervals",
        "`answered`, `abandoned`, `deflected`, `flowed_out` and `timed_out` together exceed `offered`: some systems"
        " count an end when it happens; figures use each count",
        "f.answered + coalesce(f.abandoned, 0) + coalesce(f.deflected, 0) + coalesce(f.flowed_out, 0)"
        " + coalesce(f.timed_out, 0) > f.offered",
        {"offered": "f.offered", "answered": "f.answered", "abandoned": "f.abandoned"},
    ),
    Oddity(
        "busy_exceeds_login",
        "intervals",
        f"`busy` + `available` exceed `logged_in` by more than {TOLERANCE_SECONDS} s",
        f"coalesce(f.busy, 0) + coalesce(f.available, 0) > f.logged_in + {TOLERANCE_SECONDS}",
        {"logged_in": "f.logged_in", "busy": "f.busy", "available": "f.available"},
    ),
    Oddity(
        "sum_without_answers",
        "intervals",
        "`wait`, `talk`, `hold` or `acw` is more than 0, and `answered` is 0; figures add the sum",
        "f.answered = 0 AND greatest(f.wait, f.talk, f.hold, f.acw) > 0",
        {"answered": "f.answered", "wait": "f.wait", "talk": "f.talk"},
    ),
)
