"""The staff: the mean number of agents employed in each bucket, and the leavers, from the agents' own dates.

Gives one fragment. An agent belongs to the present team and its site. Agents without a joining date are left out.
``supported_dimensions`` refuses other splits and filters.
"""

from __future__ import annotations

from typing import Final, Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import bucket_days
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.select import Fragment, PartUse, QueryScope, list_key_columns
from cadran.compiler.statement import Arguments, Statement

#: The agents as a table with the usual key columns. Site 0 means: no team, or a team without a site.
_SOURCE: Final = """(
  SELECT a.team_id, coalesce(t.site_id, 0::smallint) AS site_id, a.joined_on, coalesce(a.left_on, 'infinity') AS left_on
  FROM agent AS a
  LEFT JOIN team AS t ON t.team_id = a.team_id
  WHERE a.joined_on <= coalesce(a.left_on, 'infinity')
) AS f"""
_COLUMNS: Final = {
    "leavers": "count(*) FILTER (WHERE f.left_on < b.ending)",
    "mean_staff": "sum(LEAST(f.left_on, b.ending - 1) - GREATEST(f.joined_on, b.beginning) + 1)::float8"
    " / (b.ending - b.beginning)",
}
#: Agents without a site have no partner (0), like a site without a partner.
_KEYS: Final = {"start": "b.start", "partner": "coalesce(s.partner_id, 0::smallint)"}


def staff(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of leavers and mean staff of each bucket, cut to the window."""
    question, arguments = scoped.question, Arguments()
    scene = Scene(question, find_tables("time")[0], scoped.timing, scoped.directory, arguments)
    buckets = bucket_days(question.grain, scoped.timing)
    starts, firsts, ends = (arguments.add([*column]) for column in zip(*buckets, strict=True))
    keys = [_KEYS.get(name) or sql.key(scene, name) for name in list_key_columns(question)]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected += [f"{_COLUMNS[use.part.slug]} AS p{number}" for number, use in enumerate(uses)]
    lines = ["SELECT", "  " + ",\n  ".join(selected)]
    lines.append(f"FROM unnest({starts}::date[], {firsts}::date[], {ends}::date[]) AS b (start, beginning, ending)")
    lines.append(f"JOIN {_SOURCE} ON f.joined_on < b.ending AND f.left_on >= b.beginning")
    if "partner" in question.by:
        lines.append("LEFT JOIN site AS s ON s.site_id = f.site_id")
    conditions = [sql.filter_condition(scene, each) for each in question.where]
    if conditions:
        lines.append("WHERE " + "\n  AND ".join(conditions))
    grouped = [*map(str, range(1, len(keys) + 1)), "b.beginning", "b.ending"]
    lines.append("GROUP BY " + ", ".join(grouped))
    if keys:
        lines.append("ORDER BY " + ", ".join(grouped[: len(keys)]))
    return Fragment(
        source="agent",
        statement=Statement("\n".join(lines), arguments.values()),
        keys=list_key_columns(question),
        merges=tuple[Literal["sum"], ...]("sum" for _ in uses),
        why="staff is computed from the agents who joined and left",
        totals_for=scoped.totals_for,
    )
