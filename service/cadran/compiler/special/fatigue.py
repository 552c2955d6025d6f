"""Tired agents: the number of tired agents among the agents that can be judged at the end of each bucket.

Gives one fragment over the shifts that agents worked and the contacts that they took in them. Each bucket looks back
from its end, at all work of an agent at any site. Filters and splits use the site and team of the last shift counted.
``supported_dimensions`` refuses other splits and filters.
"""

from __future__ import annotations

from dataclasses import replace
from typing import Final, Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import bucket_days
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import ROLLUPS, find_tables
from cadran.compiler.refresh.rollup import compose_from_facts
from cadran.compiler.select import Fragment, PartUse, QueryScope, list_key_columns
from cadran.compiler.statement import Arguments, Statement
from cadran.domain.metrics.agents import LOOK_BACK_DAYS

WORKED_DAYS: Final = 10
SHIFTS_MIN: Final = 5
SHIFT_SECONDS_MIN: Final = 5 * 3600
OCCUPANCY_ABOVE: Final = 0.85
SLOWED_ABOVE: Final = 1.2

#: The buckets. A bucket that ends after the last shift is judged on the day of that shift.
_BUCKETS: Final = """WITH bucket AS (
  SELECT b.start, LEAST(b.ending, d.ending) AS ending
  FROM unnested
  JOIN (SELECT max(day) + 1 AS ending FROM across.worked_shift) AS d ON b.beginning < d.ending
), """
#: The judgement of agents from their counted shifts. ``busy`` means an occupancy above the limit. ``slowed`` means a
#: longer handle time in the last two hours of the shifts than in the first two. Both handle times are standardized to
#: the same mix of moments and channels; moments and channels on one side only are left out. The four hours of a shift
#: are read once for any number of buckets (index taken_quarter_agent_id).
_JUDGED: Final = f"""worked AS (
  SELECT
    b.start, w.*, dense_rank() OVER (PARTITION BY b.start, w.agent_id ORDER BY w.day DESC) AS recency
  FROM bucket AS b
  JOIN across.worked_shift AS w ON w.day < b.ending AND w.day >= b.ending - {LOOK_BACK_DAYS}
), counted AS (
  SELECT * FROM worked WHERE recency <= {WORKED_DAYS} AND login >= {SHIFT_SECONDS_MIN}
), agent_of AS (
  SELECT
    start, agent_id,
    (array_agg(site_id ORDER BY started_at DESC))[1] AS site_id,
    (array_agg(team_id ORDER BY started_at DESC))[1] AS team_id,
    sum(oc) > {OCCUPANCY_ABOVE} * sum(oc + idle) AS busy
  FROM counted
  GROUP BY 1, 2
  HAVING count(*) >= {SHIFTS_MIN}
), span AS MATERIALIZED (
  SELECT DISTINCT c.agent_id, c.started_at, e.first, e.since, e.until
  FROM counted AS c
  JOIN agent_of AS a ON a.start = c.start AND a.agent_id = c.agent_id AND a.busy
  CROSS JOIN LATERAL (
    VALUES
      (true, c.started_at, c.started_at + interval '2 hours'),
      (false, c.ended_at - interval '2 hours', c.ended_at)
  ) AS e (first, since, until)
), shift AS MATERIALIZED (
  SELECT
    p.agent_id, p.started_at, t.channel_id, t.moment_id,
    sum(t.taken_timed) FILTER (WHERE p.first) AS first_n,
    sum(t.taken_handle) FILTER (WHERE p.first) AS first_seconds,
    sum(t.taken_timed) FILTER (WHERE NOT p.first) AS last_n,
    sum(t.taken_handle) FILTER (WHERE NOT p.first) AS last_seconds
  FROM span AS p
  JOIN taken AS t
    ON t.agent_id = p.agent_id AND t.bucket >= p.since AND t.bucket < p.until AND t.taken_timed > 0
  GROUP BY 1, 2, 3, 4
), mixed AS (
  SELECT
    c.start, c.agent_id, t.channel_id, t.moment_id,
    sum(t.first_n) AS first_n, sum(t.first_seconds) AS first_seconds,
    sum(t.last_n) AS last_n, sum(t.last_seconds) AS last_seconds
  FROM counted AS c
  JOIN agent_of AS a ON a.start = c.start AND a.agent_id = c.agent_id AND a.busy
  JOIN shift AS t ON t.agent_id = c.agent_id AND t.started_at = c.started_at
  GROUP BY 1, 2, 3, 4
), slowed AS (
  SELECT start, agent_id
  FROM mixed
  WHERE first_n > 0 AND last_n > 0
  GROUP BY 1, 2
  HAVING sum((first_n + last_n) * last_seconds / last_n)
    > {SLOWED_ABOVE} * sum((first_n + last_n) * first_seconds / first_n)
)"""
_COLUMNS: Final = {"judged": "count(*)", "tired": "count(w.agent_id)"}
_TAKEN: Final = ROLLUPS["taken_quarter"]
#: The contacts that an agent took in a span, by quarter-hour: from the rollup, or while it is being filled from the
#: facts.
_FROM_ROLLUP: Final = "JOIN across.taken_quarter AS t\n"
_FROM_FACTS: Final = f"""JOIN LATERAL (
{
    compose_from_facts(
        _TAKEN,
        "across.taken_fact",
        "f.agent_id = p.agent_id AND f.taken_at >= p.since AND f.taken_at < p.until + interval '15 minutes'",
        into=False,
    )
}
  ) AS t
"""


def tired(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of judged agents and tired agents at the end of each bucket, cut to the window."""
    question, arguments = scoped.question, Arguments()
    scene = Scene(question, find_tables("time")[0], scoped.timing, scoped.directory, arguments)
    buckets = bucket_days(question.grain, scoped.timing)
    starts, firsts, ends = (arguments.add([*column]) for column in zip(*buckets, strict=True))
    keys = ["f.start" if name == "start" else sql.key(scene, name) for name in list_key_columns(question)]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected += [f"{_COLUMNS[use.part.slug]} AS p{number}" for number, use in enumerate(uses)]
    unnested = f"unnest({starts}::date[], {firsts}::date[], {ends}::date[]) AS b (start, beginning, ending)"
    filled = not scoped.directory.rollups.lacks(_TAKEN.name, ("taken_timed", "taken_handle"))
    judged = _JUDGED.replace("JOIN taken AS t\n", _FROM_ROLLUP if filled else _FROM_FACTS)
    lines = [_BUCKETS.replace("unnested", unnested) + judged, "SELECT", "  " + ",\n  ".join(selected)]
    lines += ["FROM agent_of AS f", "LEFT JOIN slowed AS w ON w.start = f.start AND w.agent_id = f.agent_id"]
    if "partner" in question.by:
        lines.append("JOIN site AS s ON s.site_id = f.site_id")
    conditions = ["within_wall(f.site_id, f.team_id, f.agent_id, NULL)"]
    conditions += sql.rollup_conditions(replace(scene, table=_TAKEN)) if filled else []
    conditions += [sql.filter_condition(scene, each) for each in question.where]
    lines.append("WHERE " + "\n  AND ".join(conditions))
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return Fragment(
        source="worked_shift",
        statement=Statement("\n".join(lines), arguments.values()),
        keys=list_key_columns(question),
        merges=tuple[Literal["sum"], ...]("sum" for _ in uses),
        why="agents are judged by their last worked days",
        totals_for=scoped.totals_for,
    )
