"""The SQL that all statements about instants share: the buckets, the keys, the filters and the final SELECT.

Takes a question about the state at an instant. Each bucket is measured at its end, or at the end of the data if that is
earlier. The final SELECT groups by the keys of the answer.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.instants import Bucket, buckets
from cadran.compiler.lattice.table import Table
from cadran.compiler.select import QueryScope, list_key_columns
from cadran.compiler.statement import Arguments
from cadran.domain.window import WIDTHS


@dataclass(frozen=True, slots=True)
class InstantContext:
    """The context of a statement about instants: the question, the arguments collected so far, and the buckets.
    ``elsewhere`` maps columns that are not read from the table to the expressions that replace them."""

    scoped: QueryScope
    arguments: Arguments
    buckets: Sequence[Bucket]
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    @property
    def keys(self) -> tuple[str, ...]:
        return list_key_columns(self.scoped.question)

    @property
    def members(self) -> tuple[str, ...]:
        """Return the keys without the bucket's start."""
        return tuple(name for name in self.keys if name != "start")

    def scene(self, table: Table) -> Scene:
        return Scene(
            self.scoped.question, table, self.scoped.timing, self.scoped.directory, self.arguments, self.elsewhere
        )

    def selected(self, table: Table) -> str:
        """Return the member keys as columns g0, g1 … for a SELECT from a table."""
        scene = self.scene(table)
        return "".join(f"    {sql.key(scene, name)} AS g{number},\n" for number, name in enumerate(self.members))

    def where(self, table: Table) -> list[str]:
        """Return the filters as tests on a table, and the test of a rollup's state."""
        scene = self.scene(table)
        filters = [sql.filter_condition(scene, each) for each in self.scoped.question.where]
        return [*filters, *sql.rollup_conditions(scene)]


def make_context(scoped: QueryScope) -> InstantContext:
    """Return the context of a question, with no arguments collected yet."""
    return InstantContext(scoped, Arguments(), buckets(scoped.question, scoped.timing, scoped.directory))


def compose_bounds(stage: InstantContext, horizon: str) -> str:
    """Return the CTE ``b``: the buckets that begin by the horizon, each with the ``instant`` at which it is measured.

    ``horizon`` is a SELECT of one row with a column ``horizon``."""
    columns = [list(column) for column in zip(*stage.buckets, strict=True)] or [[] for _ in Bucket._fields]
    zones, numbers, starts, begins, ends, end_days = columns
    add = stage.arguments.add
    kind = "timestamptz" if stage.scoped.question.grain in WIDTHS else "date"
    arrays = (
        f"{add(zones)}::text[], {add(numbers)}::int[], {add(starts)}::{kind}[], {add(begins)}::timestamptz[],"
        f" {add(ends)}::timestamptz[], {add(end_days)}::date[]"
    )
    return f"""b AS (
  SELECT b.zone, b.number, b.start, b.ends, b.end_day, LEAST(b.ends, h.horizon) AS instant
  FROM unnest({arrays}) AS b (zone, number, start, begins, ends, end_day)
  CROSS JOIN ({horizon}) AS h
  WHERE b.begins <= h.horizon
)"""


def compose_groups(stage: InstantContext, columns: list[str], source: str, where: str) -> str:
    """Return the final SELECT: grouped by the answer's keys and ordered by them."""
    names = iter(range(len(stage.members)))
    keys = ["q.start" if name == "start" else f"q.g{next(names)}" for name in stage.keys]
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected += [f"{expression} AS p{number}" for number, expression in enumerate(columns)]
    lines = ["SELECT", "  " + ",\n  ".join(selected), f"FROM {source}"]
    if where:
        lines.append(where)
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return "\n".join(lines)
