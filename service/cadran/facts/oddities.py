"""Contradictions in a row that are odd, but not impossible: the rows are loaded, counted and listed.

`ODDITIES` declares each contradiction once. `find_oddities` counts the stored rows and returns examples (`cadran check
--oddities`), `compose_loaded_count` gives the loader a statement that counts those of a batch, and `docs/loading.md`
shows the table. What is impossible is rejected by the statements that read the kinds (`sql/facts/<table>/read.sql`).
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from cadran import sqlfiles
from cadran.facts.schema.facts import FACTS
from cadran.store.pool import Connection, Pool

#: The seconds by which times and durations of one row may differ, because sources round each of them.
TOLERANCE_SECONDS: Final = 2


@dataclass(frozen=True, slots=True)
class Oddity:
    """A contradiction: its code, the kind of its rows, and what is odd, as a phrase.

    ``condition`` is SQL over the row (alias f) and what `_KINDS` joins to it. ``values`` are the columns that
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
class _Kind:
    """Where the rows of a kind are read: the view or table, the joins that the conditions need, and the shown id."""

    rows: str
    joins: str
    id: str


_CONTACT_OF_ROW: Final = (
    "JOIN contact_place AS p ON p.source_id = f.contact_source_id AND p.contact_id = f.contact_id "
    "JOIN contact AS c ON c.source_id = p.source_id AND c.contact_id = p.contact_id AND c.customer_id = p.customer_id"
    " AND c.day = p.day"
)
_AGENT: Final = "JOIN agent AS a ON a.agent_id = f.agent_id"
_KINDS: Final[Mapping[str, _Kind]] = {
    "contacts": _Kind(
        "contact",
        "JOIN outcome AS o ON o.outcome_id = f.outcome_id JOIN channel AS h ON h.channel_id = f.channel_id",
        "f.contact_id",
    ),
    "legs": _Kind(
        "leg",
        "JOIN channel AS h ON h.channel_id = f.channel_id "
        "JOIN contact AS c ON c.source_id = f.source_id AND c.contact_id = f.contact_id"
        " AND c.customer_id = f.customer_id AND c.day = f.day",
        "f.contact_id || ' leg ' || f.leg_number",
    ),
    "surveys": _Kind("survey", _CONTACT_OF_ROW, "f.survey_id"),
    "goodwill": _Kind("goodwill", _CONTACT_OF_ROW.replace("JOIN", "LEFT JOIN"), "f.goodwill_id"),
    "cases": _Kind("given_case", "", "f.case_id"),
    "states": _Kind("agent_state_span", _AGENT, "a.code"),
    "schedules": _Kind("agent_schedule", _AGENT, "a.code"),
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
)


@dataclass(frozen=True, slots=True)
class FoundOddity:
    """An oddity of the stored rows: how many rows have it, and examples (source, id, contradicting values)."""

    oddity: Oddity
    count: int
    examples: list[tuple[str, str, dict[str, Any]]]


async def find_oddities(
    pool: Pool, *, examples_max: int, on_progress: Callable[[str], None] = lambda _: None
) -> list[FoundOddity]:
    """Return the oddities that stored rows have, in the order of their declaration. Read each kind once to count, and
    once for each oddity found. Rows stay in PostgreSQL, so memory does not grow with them."""
    found: list[FoundOddity] = []
    async with pool.acquire() as connection, connection.transaction(isolation="repeatable_read", readonly=True):
        await connection.execute("SET LOCAL TimeZone = 'UTC'")
        for kind in _KINDS:
            on_progress(kind)
            found += await _of_kind(connection, kind, examples_max)
    return found


async def _of_kind(connection: Connection, kind: str, examples_max: int) -> list[FoundOddity]:
    declared = [each for each in ODDITIES if each.kind == kind]
    counts = ", ".join(f"count(*) FILTER (WHERE {each.condition})" for each in declared)
    rows = _rows(kind, _KINDS[kind].rows)
    (counted,) = await connection.fetch(sqlfiles.read("facts/oddities.sql:count").format(counts=counts, rows=rows))
    found = []
    for oddity, count in zip(declared, counted, strict=True):
        if count:
            values = ", ".join(f"'{name}', {column}" for name, column in oddity.values.items())
            names = {"id": _KINDS[kind].id, "instant": FACTS[kind].instant, "condition": oddity.condition}
            statement = sqlfiles.read("facts/oddities.sql:examples").format(rows=rows, values=values, **names)
            examples = await connection.fetch(statement, examples_max)
            listed = [(row["source"], row["id"], json.loads(row["values"], parse_float=str)) for row in examples]
            found.append(FoundOddity(oddity, count, listed))
    return found


def compose_loaded_count(kind: str) -> str | None:
    """Return the statement that counts the odd rows of a batch in `ready_<table>`, once the batch is stored. None: no
    oddity of the kind can be tested on a batch."""
    conditions = [each.condition for each in ODDITIES if each.kind == kind and each.at_load]
    if not conditions:
        return None
    rows = _rows(kind, f"ready_{FACTS[kind].table}")
    any_of = " OR ".join(f"({condition})" for condition in conditions)
    return sqlfiles.read("facts/oddities.sql:loaded").format(rows=rows, any=any_of)


def write_oddities() -> str:
    """Return the oddities as a Markdown table."""
    rows = ["| Code | Rows | What is odd |", "| --- | --- | --- |"]
    rows += [f"| `{each.code}` | `{each.kind}` | {each.about} |" for each in ODDITIES]
    return "\n".join(rows) + "\n"


def _rows(kind: str, table: str) -> str:
    return f"{table} AS f {_KINDS[kind].joins}"
