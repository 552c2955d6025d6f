"""What is happening at an instant: who waits and for how long, who was answered lately, what each agent is doing.

Each is told at the buckets' ends (``stage``), or where less is known, at the last instant of which anything is.
Intervals are laid over the instants by ``width_bucket``, which says how many instants come before their bounds, so that
each row is looked at once however many instants there are. Who waits is found among the contacts of a day and the few
whose wait is longer (index contact_waiting), what agents do among the states of a day (index agent_state_started).
Who holds an agent is judged by all states, wherever they were, and told behind the wall of the asker.
"""

from __future__ import annotations

from typing import Final, Literal

from cadran.compiler.instant_query import Stage, bounds, stage_of, told
from cadran.compiler.lattice import tables_of
from cadran.compiler.select import Fragment, PartUse, Scoped
from cadran.compiler.statement import Statement
from cadran.compiler.warnings.mixed_channels import both_kinds

#: How the parts are read off what is waiting, what was answered lately, and what agents are doing.
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
_QUEUE: Final = tables_of("queue")[0]
_HORIZON: Final = "SELECT l.seen AS horizon FROM live_state AS l"
_FIRST: Final = "(SELECT min(b.instant) FROM b)"
_LAST: Final = "(SELECT max(b.instant) FROM b)"
#: A bound of an interval belongs to it at its start and not at its end.
_BEFORE: Final = "width_bucket({0} - interval '1 microsecond', clock.instants)"

#: When an answer no longer tells what is to be expected.
_FORGOTTEN: Final = "f.until + interval '30 minutes'"


def queue(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Contacts that wait, and the longest wait, of groups with contacts offered in the day before."""
    stage = stage_of(scoped)
    groups = [f"g{number}" for number in range(len(stage.members))]
    own, told_of = ("".join(f", {alias}.{name}" for name in groups) for alias in ("c", "g"))
    same = {alias: "".join(f" AND {alias}.{name} = g.{name}" for name in groups) for alias in ("a", "w")}
    columns = [
        "f.offered_at",
        f"{_at_once(stage)} AS at_once",
        f"{_BEFORE.format('f.offered_at')} AS since",
        f"{_BEFORE.format('f.until')} AS upto",
    ]
    text = f"""WITH {bounds(stage, _HORIZON)},
{_clock()},
c AS (
{_came(stage, columns)}
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
    b.start, b.instant{told_of},
    coalesce(w.waiting, 0) AS waiting,
    EXTRACT(epoch FROM b.instant - w.offered_at) AS longest,
    coalesce(w.in_line, 0) AS in_line,
    EXTRACT(epoch FROM b.instant - w.first_at) AS in_line_longest,
    max(a.offered_at) OVER (PARTITION BY b.zone{told_of} ORDER BY b.number) AS offered_at
  FROM b
  JOIN (SELECT DISTINCT c.zone{own} FROM c) AS g ON g.zone = b.zone
  LEFT JOIN a ON a.zone = b.zone AND a.number = b.number{same["a"]}
  LEFT JOIN w ON w.zone = b.zone AND w.number = b.number{same["w"]}
)
{_selected(stage, uses, "WHERE q.waiting > 0 OR q.offered_at > q.instant - interval '24 hours'")}"""
    return _fragment(
        stage, text, uses, "who waits at an instant is read off the contacts of a day and the longer waits"
    )


def lately(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Contacts answered in the half hour before each instant, and how long they had waited."""
    stage = stage_of(scoped)
    groups = "".join(f", c.g{number}" for number in range(len(stage.members)))
    columns = [
        "f.wait",
        f"{_BEFORE.format('f.until')} AS since",
        f"{_BEFORE.format(_FORGOTTEN)} AS upto",
    ]
    text = f"""WITH {bounds(stage, _HORIZON)},
{_clock()},
c AS (
{_came(stage, columns, "f.outcome_id = 1", _at_once(stage))}
),
q AS (
  SELECT b.start{groups}, c.wait AS waited
  FROM c
  CROSS JOIN LATERAL generate_series(c.since, c.upto - 1) AS n (number)
  JOIN b ON b.zone = c.zone AND b.number = n.number
)
{_selected(stage, uses, "")}"""
    return _fragment(
        stage, text, uses, "who was answered lately is read off the contacts of a day and the longer waits"
    )


def doing(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """What each agent who is logged in is doing, one thing at a time: on contact before after-contact work before
    available before any other, and of equals what began last, whose site and team have the agent then."""
    stage = stage_of(scoped)
    # Any table of agents: what is read has their keys.
    table = tables_of("time")[0]
    conditions = " AND ".join(["within_wall(f.site_id, f.team_id, f.agent_id)", *stage.where(table)])
    text = f"""WITH {bounds(stage, _HORIZON)},
{_clock()},
held AS (
  SELECT DISTINCT ON (clock.zone, n.number, f.agent_id)
    clock.zone, n.number, f.agent_id, f.team_id, f.site_id, f.state
  FROM across.agent_state AS f
  CROSS JOIN clock
  CROSS JOIN LATERAL generate_series(
    {_BEFORE.format("f.started_at")},
    {_BEFORE.format("coalesce(f.ended_at, f.started_at + interval '24 hours')")} - 1
  ) AS n (number)
  WHERE f.started_at > {_FIRST} - interval '24 hours'
    AND f.started_at <= {_LAST}
    AND f.state <> 'offline'
  ORDER BY
    clock.zone, n.number, f.agent_id,
    array_position(ARRAY['on_contact', 'acw', 'available'], f.state), f.started_at DESC, f.source_id, f.state
),
q AS (
  SELECT
{stage.selected(table)}    b.start,
    f.state
  FROM held AS f
  JOIN site AS s ON s.site_id = f.site_id AND f.zone IN ('', s.zone)
  JOIN b ON b.zone = f.zone AND b.number = f.number
  WHERE {conditions}
)
{_selected(stage, uses, "")}"""
    return _fragment(stage, text, uses, "agents' states are found by their start")


def _at_once(stage: Stage) -> str:
    """Whether a contact is one of those that tell what to expect: a letter answered after days tells no caller."""
    kinds = both_kinds(stage.scoped.question, stage.scoped.directory)
    return "true" if kinds is None else f"f.channel_id <> ALL ({stage.arguments.add(sorted(kinds[1]))}::smallint[])"


def _clock() -> str:
    return """clock AS (
  SELECT b.zone, array_agg(b.instant ORDER BY b.number) AS instants
  FROM b
  GROUP BY b.zone
)"""


def _came(stage: Stage, columns: list[str], *tests: str) -> str:
    """The contacts that may matter at an instant: those of the day before the first (and an hour, for those answered
    lately), and the older ones that waited for more than a day."""
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
    """Local days around two instants, by which partitions are left out."""
    return [
        f"f.day >= (({first}) AT TIME ZONE 'UTC')::date - 1",
        f"f.day <= (({last}) AT TIME ZONE 'UTC')::date + 1",
    ]


def _selected(stage: Stage, uses: tuple[PartUse, ...], where: str) -> str:
    """The groups of the answer; over everything, no group is no data."""
    columns = [_COLUMNS[use.part.slug] for use in uses]
    if not stage.keys:
        columns = [f"CASE WHEN count(*) > 0 THEN {column} END" for column in columns]
    return told(stage, columns, "q", where)


def _fragment(stage: Stage, text: str, uses: tuple[PartUse, ...], why: str) -> Fragment:
    return Fragment(
        source="across.agent_state" if uses[0].part.fact == "doing" else _QUEUE.sql,
        statement=Statement(text, stage.arguments.values()),
        keys=stage.keys,
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why=why,
        totals_for=stage.scoped.totals_for,
    )


FRAGMENTS: Final = {"queue": queue, "lately": lately, "doing": doing}
