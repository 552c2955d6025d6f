"""The live state at an instant: waiting contacts and their waits, recently answered contacts, and agent states.

Each state is measured at the buckets' ends (``instant_query``), or at the last known instant if that is earlier.
``width_bucket`` counts the instants before each bound of an interval, so each row is read once for any number of
instants. Waiting contacts are searched among the contacts of the last day, and among the few older ones with a longer
wait (index contact_waiting). Agent states are searched among those that started in the last day (index
agent_state_started). The state of an agent is chosen from all sites' states. Then the caller's wall decides whether the
agent counts.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from cadran.compiler.instant_query import InstantContext, compose_bounds, compose_groups, make_context
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.select import Fragment, PartUse, QueryScope
from cadran.compiler.statement import Statement
from cadran.compiler.warnings.mixed_channels import both_kinds

#: The expressions of the parts over waiting contacts, recently answered contacts, and agent states.
_COLUMNS: Final = {
    "waiting": "sum(q.waiting)::bigint",
    "waiting_longest": "max(q.longest)::float8",
    "in_line": "sum(q.in_line)::bigint",
    "in_line_longest": "max(q.in_line_longest)::float8",
    "in_line_any": "max(CASE WHEN q.in_line > 0 THEN 1 END)::bigint",
    "lately_answered": "count(*)",
    "lately_waited": "sum(q.waited)::float8",
    "doing_available": "count(*) FILTER (WHERE q.state = 'available')",
    "doing_on_contact": "count(*) FILTER (WHERE q.state = 'on_contact')",
    "doing_acw": "count(*) FILTER (WHERE q.state = 'acw')",
    "doing_paused": "count(*) FILTER (WHERE q.state NOT IN ('available', 'on_contact', 'acw'))",
}
_QUEUE: Final = find_tables("queue")[0]
_HORIZON: Final = "SELECT l.seen AS horizon FROM live_state AS l"
_FIRST: Final = "(SELECT min(b.instant) FROM b)"
_LAST: Final = "(SELECT max(b.instant) FROM b)"
#: The number of instants before a bound: an interval includes its start and excludes its end.
_BEFORE: Final = "width_bucket({0} - interval '1 microsecond', clock.instants)"

#: The instant after which an answered contact no longer counts towards the expected wait.
_ANSWER_EXPIRY: Final = "f.until + interval '30 minutes'"

#: The queues that an agent may serve at the instant: by an assignment of the agent, or of the team of the state.
_SERVING: Final = """
  LEFT JOIN LATERAL (
    SELECT a.queue_id
    FROM across.queue_assignment AS a
    WHERE (a.agent_id = f.agent_id OR (a.agent_id = 0 AND a.team_id = f.team_id))
      AND a.valid_from <= (b.instant AT TIME ZONE s.zone)::date
      AND a.valid_to > (b.instant AT TIME ZONE s.zone)::date
  ) AS serves ON true"""
_SERVED: Final = {"queue_id": "coalesce(serves.queue_id, 0::smallint)"}


def queue(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of waiting contacts and the longest wait, for groups with a contact in the last day."""
    stage = make_context(scoped)
    groups = [f"g{number}" for number in range(len(stage.members))]
    own, shown = ("".join(f", {alias}.{name}" for name in groups) for alias in ("c", "g"))
    same = {alias: "".join(f" AND {alias}.{name} = g.{name}" for name in groups) for alias in ("a", "w")}
    columns = [
        "f.offered_at",
        f"{_at_once_test(stage)} AS at_once",
        f"{_BEFORE.format('f.offered_at')} AS since",
        f"{_BEFORE.format('f.until')} AS upto",
    ]
    text = f"""WITH {compose_bounds(stage, _HORIZON)},
{_clock()},
c AS (
{_select_contacts(stage, columns)}
),
a AS (
  SELECT c.zone, c.since AS number{own}, max(c.offered_at) AS offered_at
  FROM c
  GROUP BY c.zone, c.since{own}
),
w AS (
  SELECT
    c.zone, n.number{own}, count(*) AS waiting, min(c.offered_at) AS offered_at,
    count(*) FILTER (WHERE c.at_once) AS in_line, min(c.offered_at) FILTER (WHERE c.at_once) AS first_at
  FROM c
  CROSS JOIN LATERAL generate_series(c.since, c.upto - 1) AS n (number)
  GROUP BY c.zone, n.number{own}
),
q AS (
  SELECT
    b.start, b.instant{shown},
    coalesce(w.waiting, 0) AS waiting,
    EXTRACT(epoch FROM b.instant - w.offered_at) AS longest,
    coalesce(w.in_line, 0) AS in_line,
    EXTRACT(epoch FROM b.instant - w.first_at) AS in_line_longest,
    max(a.offered_at) OVER (PARTITION BY b.zone{shown} ORDER BY b.number) AS offered_at
  FROM b
  JOIN (SELECT DISTINCT c.zone{own} FROM c) AS g ON g.zone = b.zone
  LEFT JOIN a ON a.zone = b.zone AND a.number = b.number{same["a"]}
  LEFT JOIN w ON w.zone = b.zone AND w.number = b.number{same["w"]}
)
{_compose(stage, uses, "WHERE q.waiting > 0 OR q.offered_at > q.instant - interval '24 hours'")}"""
    return _fragment(stage, text, uses, "waiting contacts are read from the contacts of a day and the longer waits")


def lately(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of contacts answered in the half hour before each instant, and of their waits. Contacts of
    unknown wait are left out."""
    stage = make_context(scoped)
    groups = "".join(f", c.g{number}" for number in range(len(stage.members)))
    columns = [
        "f.wait",
        f"{_BEFORE.format('f.until')} AS since",
        f"{_BEFORE.format(_ANSWER_EXPIRY)} AS upto",
    ]
    text = f"""WITH {compose_bounds(stage, _HORIZON)},
{_clock()},
c AS (
{_select_contacts(stage, columns, "f.outcome_id = 1", "f.wait IS NOT NULL", _at_once_test(stage))}
),
q AS (
  SELECT b.start{groups}, c.wait AS waited
  FROM c
  CROSS JOIN LATERAL generate_series(c.since, c.upto - 1) AS n (number)
  JOIN b ON b.zone = c.zone AND b.number = n.number
)
{_compose(stage, uses, "")}"""
    return _fragment(
        stage, text, uses, "recently answered contacts are read from the contacts of a day and the longer waits"
    )


def doing(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of the states of logged-in agents, one state per agent.

    Of simultaneous states, the order of precedence is: on contact, after-contact work, available, others. Of equal
    states, the latest counts. The agent belongs to the site and team of the chosen state. A state without an end holds
    until the agent's next state or the cap. The horizon of its source does not end it, because the last known state is
    the live one.

    Where the question names queues, an agent counts in each queue that it may serve, and once in a total. Behind a wall
    of queues, an agent counts in no other total."""
    serving = _SERVING if scoped.question.names("queue") else ""
    own = "serves.queue_id" if serving else "NULL"
    stage = replace(make_context(scoped), elsewhere=_SERVED if serving else {})
    # The table only gives the key columns: states have the keys of any table of agents.
    table = find_tables("time")[0]
    conditions = " AND ".join([f"within_wall(f.site_id, f.team_id, f.agent_id, {own})", *stage.where(table)])
    text = f"""WITH {compose_bounds(stage, _HORIZON)},
{_clock()},
held AS (
  SELECT DISTINCT ON (clock.zone, n.number, f.agent_id)
    clock.zone, n.number, f.agent_id, f.team_id, f.site_id, f.state
  FROM across.agent_state AS f
  CROSS JOIN clock
  CROSS JOIN LATERAL generate_series(
    {_BEFORE.format("f.started_at")},
    {_BEFORE.format("f.held_until")} - 1
  ) AS n (number)
  WHERE f.started_at > {_FIRST} - interval '24 hours'
    AND f.started_at <= {_LAST}
    AND f.state <> 'offline'
  ORDER BY
    clock.zone, n.number, f.agent_id,
    array_position(ARRAY['on_contact', 'acw', 'available'], f.state), f.started_at DESC, f.source_id, f.state
),
q AS (
  SELECT{" DISTINCT" if serving else ""}
{stage.selected(table)}    b.start,
    f.state{", f.zone, f.number, f.agent_id" if serving else ""}
  FROM held AS f
  JOIN site AS s ON s.site_id = f.site_id AND f.zone IN ('', s.zone)
  JOIN b ON b.zone = f.zone AND b.number = f.number{serving}
  WHERE {conditions}
)
{_compose(stage, uses, "")}"""
    return _fragment(stage, text, uses, "agents' states are found by their start")


def _at_once_test(stage: InstantContext) -> str:
    """Return the test of contacts that count towards the expected wait.

    If the question pools channels of both kinds, channels answered later do not count: the wait of a letter does not
    predict the wait of a caller."""
    kinds = both_kinds(stage.scoped.question, stage.scoped.directory)
    return "true" if kinds is None else f"f.channel_id <> ALL ({stage.arguments.add(sorted(kinds[1]))}::smallint[])"


def _clock() -> str:
    """Return the CTE ``clock``: the instants of each clock as an array."""
    return """clock AS (
  SELECT b.zone, array_agg(b.instant ORDER BY b.number) AS instants
  FROM b
  GROUP BY b.zone
)"""


def _select_contacts(stage: InstantContext, columns: list[str], *tests: str) -> str:
    """Return the SELECT of contacts that may matter at an instant.

    These are the contacts since 25 hours before the first instant (a day, and an hour for recent answers), and contacts
    of the 29 days before that waited for more than a day or still wait."""
    table = _QUEUE
    early = f"{_FIRST} - interval '25 hours'"
    oldest = f"{_FIRST} - interval '721 hours'"
    recent = [f"f.offered_at > {early}", f"f.offered_at <= {_LAST}", *_days(early, _LAST)]
    older = [f"f.offered_at > {oldest}", f"f.offered_at <= {early}", *_days(oldest, early)]
    older.append("(f.outcome_id = 7 OR f.wait > 86400)")
    pieces = []
    for bounded in (recent, older):
        conditions = "\n    AND ".join([*bounded, *tests, *stage.where(table)])
        pieces.append(f"""  SELECT
    clock.zone,
{stage.selected(table)}    {", ".join(columns)}
  FROM {table.sql} AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE {conditions}""")
    return "\n  UNION ALL\n".join(pieces)


def _days(first: str, last: str) -> list[str]:
    """Return tests of the local days around two instants, so that PostgreSQL prunes partitions."""
    return [
        f"f.day >= (({first}) AT TIME ZONE 'UTC')::date - 1",
        f"f.day <= (({last}) AT TIME ZONE 'UTC')::date + 1",
    ]


def _compose(stage: InstantContext, uses: tuple[PartUse, ...], where: str) -> str:
    """Return the final SELECT. Without keys, an answer without rows is None instead of 0."""
    columns = [_COLUMNS[use.part.slug] for use in uses]
    if not stage.keys:
        columns = [f"CASE WHEN count(*) > 0 THEN {column} END" for column in columns]
    return compose_groups(stage, columns, "q", where)


def _fragment(stage: InstantContext, text: str, uses: tuple[PartUse, ...], why: str) -> Fragment:
    return Fragment(
        source="across.agent_state" if uses[0].part.fact == "doing" else _QUEUE.sql,
        statement=Statement(text, stage.arguments.values()),
        keys=stage.keys,
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why=why,
        totals_for=stage.scoped.totals_for,
    )


FRAGMENTS: Final = {"queue": queue, "lately": lately, "doing": doing}
