"""What stands at an instant: open cases and their age, the oldest of them, the pace at which they are cleared.

A stock is the running sum of what flowed in and out, told at each bucket's end (``instants``), or at the data's horizon
where that is earlier; buckets that begin after the horizon have no row. History comes from the months' and days'
rollups, so that a wallboard reads no event older than its month; instants within a day add the steps of the last days.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from cadran.compiler.instant_query import Stage, bounds, stage_of, told
from cadran.compiler.instants import by_whole_days, safe_day
from cadran.compiler.lattice import Table, tables_of
from cadran.compiler.select import Fragment, PartUse, Scoped, needed_dimensions
from cadran.compiler.statement import Statement

#: How far cases are known, by contacts or by the cases themselves.
_HORIZON: Final = "SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d"
#: How the parts of a stock are read off its running sums.
_COLUMNS = {
    "backlog": "sum(q.flow)::bigint",
    # Against what is cleared in seven days, so that it comes out in days.
    "backlog_weeks": "(7 * sum(q.flow))::bigint",
    "backlog_seconds": "sum(q.flow * EXTRACT(epoch FROM q.instant) - q.opened)::float8",
}


def _table(stage: Stage, time: Literal["month", "day"]) -> Table | None:
    """The rollup by that time that keeps the question's dimensions."""
    needed = needed_dimensions(stage.scoped.question, ())
    fitting = (table for table in tables_of("step") if table.time == time and needed <= set(table.dimensions))
    return next(fitting, None)


def _facts() -> Table:
    return next(table for table in tables_of("step") if not table.is_rollup)


def backlog(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Open cases, and the sum of their ages in seconds, at each bucket's end."""
    stage = stage_of(scoped)
    days = by_whole_days(scoped.question, scoped.timing)
    groups = [f"g{number}" for number in range(len(stage.members))]
    same = "".join(f" AND m.{name} = g.{name}" for name in groups)
    own = "".join(f", g.{name}" for name in groups)
    text = f"""WITH {bounds(stage, _HORIZON)},
clock AS (
  SELECT b.zone, array_agg({"b.end_day" if days else "b.ends"} ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
moved AS (
  SELECT f.zone, f.number, {"".join(f"f.{name}, " for name in groups)}sum(f.flow) AS flow, sum(f.opened) AS opened
  FROM (
{_flows(stage, days=days)}
  ) AS f
  GROUP BY {", ".join(str(number + 1) for number in range(len(groups) + 2))}
),
g AS (
  SELECT DISTINCT {", ".join(["m.zone", *(f"m.{name}" for name in groups)])}
  FROM moved AS m
),
q AS (
  SELECT b.start, b.instant{own}, sum(m.flow) OVER w AS flow, sum(m.opened) OVER w AS opened
  FROM b
  JOIN g ON g.zone = b.zone
  LEFT JOIN moved AS m ON m.zone = b.zone AND m.number = b.number{same}
  WINDOW w AS (PARTITION BY b.zone{own} ORDER BY b.number)
)
{told(stage, [_COLUMNS[use.part.slug] for use in uses], "q", "WHERE q.flow IS NOT NULL")}"""
    return _fragment(stage, text, uses, "a stock is read off what flowed in and out", "table")


def _flows(stage: Stage, *, days: bool) -> str:
    """What flowed, with the number of the first bucket that it counts in: months, then days, then single steps."""
    month, day = _table(stage, "month"), _table(stage, "day")
    # Whatever happened before the first bucket's end counts from that bucket on.
    reached = min((each.end_day if days else safe_day(each.ends) for each in stage.buckets), default=date.min)
    last = max((each.end_day for each in stage.buckets), default=date.min)
    add = stage.arguments.add
    pieces = []
    if month is not None and day is not None:
        first = add(reached.replace(day=1))
        pieces.append(_flow(stage, month, "0", [f"f.month < {first}"]))
        upto = add(last if days else reached)
        tests = [f"f.day >= {first}", f"f.day < {upto}"]
        pieces.append(_flow(stage, day, _number("f.day") if days else "0", tests))
    if days and pieces:
        return "\n    UNION ALL\n".join(pieces)
    moment = "f.day" if days else "f.happened_at"
    tests = [f"f.day < {add(last if days else last + timedelta(days=2))}", "f.flow <> 0"]
    if pieces:
        tests.append(f"f.day >= {add(reached)}")
    pieces.append(_flow(stage, _facts(), _number(moment), tests))
    return "\n    UNION ALL\n".join(pieces)


def _number(moment: str) -> str:
    return f"width_bucket({moment}, clock.ends)"


def _flow(stage: Stage, table: Table, number: str, tests: list[str]) -> str:
    flow, opened = (
        ("f.case_flow", "f.case_flow_opened")
        if table.is_rollup
        else ("f.flow", "f.flow * EXTRACT(epoch FROM f.opened_at)")
    )
    conditions = "\n    AND ".join([*tests, *stage.where(table)])
    return f"""    SELECT
    clock.zone,
    {number} AS number,
{stage.selected(table)}    {flow} AS flow,
    {opened} AS opened
    FROM {table.sql} AS f
    JOIN site AS s ON s.site_id = f.site_id
    JOIN clock ON clock.zone IN ('', s.zone)
    WHERE {conditions}"""


def oldest(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """The longest time since its opening of a case that is open at each bucket's end (index case_step_open).

    A run is open at the ends of the buckets from ``first`` to ``last``. It is told from the first of them that no case
    opened before it still covers, so that each bucket is told once, however many cases are open then; only the run of
    a reopened case may begin after younger ones, and so covers nothing for others.
    """
    stage = stage_of(scoped)
    table = _facts()
    ends = [each.ends - timedelta(microseconds=1) for each in stage.buckets]
    hull = ", ".join(f"{stage.arguments.add(choose(ends, default=None))}::timestamptz" for choose in (min, max))
    tests = ["f.flow = 1", f"tstzrange(f.happened_at, f.ended_at) && tstzrange({hull}, '[]')", *stage.where(table)]
    conditions = "\n    AND ".join(tests)
    groups = "".join(f", r.g{number}" for number in range(len(stage.members)))
    text = f"""WITH {bounds(stage, _HORIZON)},
clock AS (
  SELECT b.zone, array_agg(b.ends ORDER BY b.number) AS ends
  FROM b
  GROUP BY b.zone
),
run AS (
  SELECT
{stage.selected(table)}    clock.zone,
    width_bucket(f.happened_at, clock.ends) AS first,
    COALESCE(width_bucket(f.ended_at, clock.ends), cardinality(clock.ends)) - 1 AS last,
    f.happened_at > f.opened_at AS reopened,
    min(f.opened_at) AS opened_at
  FROM {table.sql} AS f
  JOIN site AS s ON s.site_id = f.site_id
  JOIN clock ON clock.zone IN ('', s.zone)
  WHERE {conditions}
  GROUP BY {", ".join(str(number + 1) for number in range(len(stage.members) + 4))}
),
told AS (
  SELECT
    r.zone{groups}, r.last, r.opened_at,
    GREATEST(r.first, COALESCE(max(r.last) FILTER (WHERE NOT r.reopened) OVER w + 1, 0)) AS first
  FROM run AS r
  WHERE r.first <= r.last
  WINDOW w AS (
    PARTITION BY r.zone{groups}
    ORDER BY r.opened_at, r.reopened, r.first, r.last
    ROWS BETWEEN UNBOUNDED PRECEDING AND 1 PRECEDING
  )
),
q AS (
  SELECT b.start{groups}, EXTRACT(epoch FROM b.instant - r.opened_at) AS age
  FROM told AS r
  CROSS JOIN LATERAL generate_series(r.first, r.last) AS n (number)
  JOIN b ON b.zone = r.zone AND b.number = n.number
  WHERE r.first <= r.last
)
{told(stage, ["max(q.age)::float8"] * len(uses), "q", "")}"""
    return _fragment(stage, text, uses, "the runs that are open at an instant are found by an index", "table")


def pace(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Cases resolved or closed in the seven whole days (of each site) before each instant."""
    stage = stage_of(scoped)
    table = _table(stage, "day") or _facts()
    cleared = "sum(f.cases_cleared)" if table.is_rollup else "count(*) FILTER (WHERE f.flow = -1)"
    groups = [f"g{number}" for number in range(len(stage.members))]
    tests = ["f.site_id = d.site_id", "f.day >= d.day - 7", "f.day < d.day", *stage.where(table)]
    conditions = "\n    AND ".join(tests)
    text = f"""WITH {bounds(stage, _HORIZON)},
at AS (
  SELECT b.start, s.site_id, s.partner_id, (b.instant AT TIME ZONE s.zone)::date AS day
  FROM b
  JOIN site AS s ON b.zone IN ('', s.zone)
),
cleared AS (
  SELECT
{stage.selected(table)}    d.site_id,
    d.day,
    {cleared} AS cleared
  FROM (SELECT DISTINCT at.site_id, at.partner_id, at.day FROM at) AS d
  JOIN site AS s ON s.site_id = d.site_id
  CROSS JOIN {table.sql} AS f
  WHERE {conditions}
  GROUP BY {", ".join([*groups, "d.site_id", "d.day"])}
),
q AS (
  SELECT at.start, {"".join(f"c.{name}, " for name in groups)}c.cleared
  FROM at
  JOIN cleared AS c ON c.site_id = at.site_id AND c.day = at.day
)
{told(stage, ["sum(q.cleared)::bigint"] * len(uses), "q", "")}"""
    return _fragment(stage, text, uses, "the pace is that of the seven days before", "base")


def _fragment(stage: Stage, text: str, uses: tuple[PartUse, ...], why: str, kind: Literal["table", "base"]) -> Fragment:
    day = _table(stage, "day")
    return Fragment(
        source=(day or _facts()).sql if kind == "base" or "rollup." in text else _facts().sql,
        statement=Statement(text, stage.arguments.values()),
        keys=stage.keys,
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why=why,
        totals_for=stage.scoped.totals_for,
        kind=kind,
    )
