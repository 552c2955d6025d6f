"""The stock of open cases at an instant: their number and age, the oldest case, and the pace of clearing.

A stock is the running sum of inflows and outflows. It is measured at each bucket's end (``instants``), or at the data's
horizon if that is earlier. Buckets that begin after the horizon have no row. The history is read from the rollups by
month and day. For instants within a day, the single steps of the last days are added.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final, Literal

from cadran.compiler.instant_query import InstantContext, compose_bounds, compose_groups, make_context
from cadran.compiler.instants import by_whole_days, safe_day
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.lattice.table import Table
from cadran.compiler.select import Fragment, PartUse, QueryScope, find_needed_dimensions
from cadran.compiler.statement import Statement

#: The instant up to which cases are known, from contacts or from the cases themselves.
_HORIZON: Final = "SELECT greatest(d.horizon, d.case_horizon) AS horizon FROM data_state AS d"
#: The columns that the history is read from.
_FLOWS: Final = ("case_flow", "case_flow_opened")
#: The expressions of the parts over the running sums.
_COLUMNS = {
    "backlog": "sum(q.flow)::bigint",
    # Seven times the stock: divided by the cases cleared in seven days, it gives days.
    "backlog_weeks": "(7 * sum(q.flow))::bigint",
    "backlog_seconds": "sum(q.flow * EXTRACT(epoch FROM q.instant) - q.opened)::float8",
}


def _table(stage: InstantContext, time: Literal["month", "day"], columns: tuple[str, ...]) -> Table | None:
    """Return the rollup by month or day that has the question's dimensions and these columns; None if there is none."""
    needed = find_needed_dimensions(stage.scoped.question, ())
    rollups = stage.scoped.directory.rollups
    fitting = (table for table in find_tables("step") if table.time == time and needed <= set(table.dimensions))
    return next((table for table in fitting if not rollups.lacks(table.name, columns)), None)


def _facts() -> Table:
    return next(table for table in find_tables("step") if not table.is_rollup)


def backlog(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of open cases, and of the sum of their ages in seconds, at each bucket's end."""
    stage = make_context(scoped)
    days = by_whole_days(scoped.question, scoped.timing)
    groups = [f"g{number}" for number in range(len(stage.members))]
    same = "".join(f" AND m.{name} = g.{name}" for name in groups)
    own = "".join(f", g.{name}" for name in groups)
    text = f"""WITH {compose_bounds(stage, _HORIZON)},
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
{compose_groups(stage, [_COLUMNS[use.part.slug] for use in uses], "q", "WHERE q.flow IS NOT NULL")}"""
    history = _table(stage, "day", _FLOWS) if "rollup." in text else None
    why = "a stock is the running sum of inflows and outflows"
    return _fragment(stage, text, uses, why, "table", history or _facts())


def _flows(stage: InstantContext, *, days: bool) -> str:
    """Return the SELECTs of the flows, each flow with the number of the first bucket in which it counts.

    Whole months come first, then whole days, then single steps."""
    month, day = (_table(stage, time, _FLOWS) for time in ("month", "day"))
    # Steps before the first bucket's end count from the first bucket on.
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


def _flow(stage: InstantContext, table: Table, number: str, tests: list[str]) -> str:
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


def oldest(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of the age of the oldest case that is open at each bucket's end (index case_step_open).

    A run is a span in which a case is open: at the ends of the buckets from ``first`` to ``last``. A run counts from
    its first bucket that no run of an older case covers. So each bucket is read once for any number of open cases. Runs
    of reopened cases cover nothing for others, because such a run may begin after the runs of younger cases.
    """
    stage = make_context(scoped)
    table = _facts()
    ends = [each.ends - timedelta(microseconds=1) for each in stage.buckets]
    hull = ", ".join(f"{stage.arguments.add(choose(ends, default=None))}::timestamptz" for choose in (min, max))
    tests = ["f.flow = 1", f"tstzrange(f.happened_at, f.ended_at) && tstzrange({hull}, '[]')", *stage.where(table)]
    conditions = "\n    AND ".join(tests)
    groups = "".join(f", r.g{number}" for number in range(len(stage.members)))
    text = f"""WITH {compose_bounds(stage, _HORIZON)},
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
{compose_groups(stage, ["max(q.age)::float8"] * len(uses), "q", "")}"""
    return _fragment(stage, text, uses, "open cases at an instant are found by an index", "table", table)


def pace(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of cases resolved or closed in the seven whole local days before each instant."""
    stage = make_context(scoped)
    table = _table(stage, "day", ("cases_cleared",)) or _facts()
    cleared = "sum(f.cases_cleared)" if table.is_rollup else "count(*) FILTER (WHERE f.flow = -1)"
    groups = [f"g{number}" for number in range(len(stage.members))]
    tests = ["f.site_id = d.site_id", "f.day >= d.day - 7", "f.day < d.day", *stage.where(table)]
    conditions = "\n    AND ".join(tests)
    text = f"""WITH {compose_bounds(stage, _HORIZON)},
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
{compose_groups(stage, ["sum(q.cleared)::bigint"] * len(uses), "q", "")}"""
    return _fragment(
        stage, text, uses, "the pace is the number of cases cleared in the seven days before", "base", table
    )


def _fragment(
    stage: InstantContext, text: str, uses: tuple[PartUse, ...], why: str, kind: Literal["table", "base"], table: Table
) -> Fragment:
    return Fragment(
        source=table.sql,
        statement=Statement(text, stage.arguments.values()),
        keys=stage.keys,
        merges=tuple[Literal[""], ...]("" for _ in uses),
        why=why,
        totals_for=stage.scoped.totals_for,
        kind=kind,
    )
