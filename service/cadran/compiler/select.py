"""One fragment of a plan: the parts that one fact gives, read from the cheapest table that covers the question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import indent
from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import window_days
from cadran.compiler.fragment import Scene, Threshold
from cadran.compiler.lattice import Table, tables_of
from cadran.compiler.special.surveys import scored_condition, surveyed_condition
from cadran.compiler.special.thresholds import beyond_bins, on_edge, within_months
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.directory import Directory
from cadran.domain.metric import Part
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Question
from cadran.domain.survey_selection import Scored, Surveyed
from cadran.domain.window import Grain
from cadran.errors import QuestionRefused

#: Up to so many days a threshold between two edges is counted exactly in the facts; beyond, it is interpolated in
#: the bins.
EXACT_DAYS = 31


@dataclass(frozen=True, slots=True)
class PartUse:
    """A part as a formula needs it: all of it, within a threshold, one bin of it, limited to some scopes, surveys or
    scores."""

    part: Part
    threshold: Threshold | None = None
    bin: int | None = None
    limit: tuple[Threshold, ...] | None = None
    surveyed: Surveyed | None = None
    scored: Scored | None = None

    @property
    def scopes(self) -> tuple[Threshold, ...]:
        """All that narrows it by channel, moment or date."""
        return (*(self.limit or ()), *((self.threshold,) if self.threshold is not None else ()))


@dataclass(frozen=True, slots=True)
class Scoped:
    """A question with its clock and the directory; ``totals_for`` is the number of the fragment that it gives the
    totals of."""

    question: Question
    timing: Timing
    directory: Directory
    totals_for: int | None = None
    sampled: bool = False


@dataclass(frozen=True, slots=True)
class Fragment:
    """A statement, its leading key columns, and how each further column merges into totals ("" = it does not).

    ``arrays``: it brings one row, of a column's values each; ``plain`` is then the statement that brings the rows.
    """

    source: str
    statement: Statement
    keys: tuple[str, ...]
    merges: tuple[Literal["sum", "max", "min", ""], ...]
    why: str
    totals_for: int | None = None
    approximate: bool = False
    kind: Literal["table", "base", "budget", "coverage"] = "table"
    scale: int = 1
    parts: tuple[str, ...] = ()
    arrays: bool = False
    plain: Statement | None = None


def by_rows(fragment: Fragment) -> Fragment:
    """The fragment as it brings its rows: an array cannot be read out of a row that is itself a value."""
    return fragment if fragment.plain is None else replace(fragment, statement=fragment.plain, arrays=False, plain=None)


def select(scoped: Scoped, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """The fragment of additive parts over one fact."""
    question = without(scoped.question, ignores)
    table, why = choose(scoped, question, uses)
    scene = Scene(question, table, scoped.timing, scoped.directory, Arguments())
    names = key_names(question)
    keys = [sql.start_key(scene) if name == "start" else sql.key(scene, name) for name in names]
    directions = {_direction(use.part, question) for use in uses}
    shared = directions.pop() if len(directions) == 1 else ""
    where = [*sql.window_conditions(scene), *(sql.filter_condition(scene, each) for each in question.where), shared]
    columns = [_column(scene, use, "" if shared else _direction(use.part, question)) for use in uses]
    text = compose(keys, columns, table.sql, where, partner="partner" in question.by)
    plain = Statement(text, scene.arguments.values())
    return Fragment(
        source=table.sql,
        statement=replace(plain, sql=_turned(text, len(keys), len(columns))) if keys else plain,
        keys=names,
        merges=tuple(use.part.merge for use in uses),
        why=why,
        approximate=table.is_rollup and any(use.threshold is not None and not on_edge(use.threshold) for use in uses),
        arrays=bool(keys),
        plain=plain if keys else None,
    )


def without(question: Question, ignores: tuple[str, ...]) -> Question:
    """The question without the splits and filters that a part ignores."""
    if not ignores:
        return question
    return replace(
        question,
        by=tuple(name for name in question.by if name not in ignores),
        where=tuple(each for each in question.where if each.dimension not in ignores),
    )


def key_names(question: Question) -> tuple[str, ...]:
    """The names of the key columns."""
    return question.by if question.grain is Grain.TOTAL else ("start", *question.by)


def compose(keys: list[str], columns: list[str], source: str, where: list[str], *, partner: bool) -> str:
    """The text of a grouped selection."""
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected += [f"{expression} AS p{number}" for number, expression in enumerate(columns)]
    lines = ["SELECT", "  " + ",\n  ".join(selected), f"FROM {source} AS f"]
    if partner:
        lines.append("JOIN site AS s ON s.site_id = f.site_id")
    kept = [condition for condition in where if condition]
    lines.append("WHERE " + "\n  AND ".join(kept))
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return "\n".join(lines)


def _turned(text: str, keys: int, parts: int) -> str:
    """The columns of a selection, each as one array in the order of its rows: to read a value out of an array takes
    half of what it takes to read it out of a row."""
    names = [*(f"k{number}" for number in range(keys)), *(f"p{number}" for number in range(parts))]
    gathered = ",\n  ".join(f"array_agg({name}) AS {name}" for name in names)
    return f"SELECT\n  {gathered}\nFROM (\n{indent(text, '  ')}\n) AS a"


def _direction(part: Part, question: Question) -> str:
    if part.direction == "any" or (part.direction == "named" and question.names("direction")):
        return ""
    return "f.outbound" if part.direction == "outbound" else "NOT f.outbound"


def _column(scene: Scene, use: PartUse, direction: str) -> str:
    part = use.part
    origin = PARTS[part.of] if part.of else part
    tests = [direction] if direction else []
    if use.limit is not None:
        tests.append(sql.scopes_condition(scene, use.limit))
    if use.surveyed is not None:
        tests.append(surveyed_condition(scene, use.surveyed))
    if use.scored is not None:
        tests.append(scored_condition(scene, use.scored))
    if use.bin is not None:
        return sql.bins_sql(scene, origin, tests)[use.bin]
    return sql.part_sql(scene, part, origin, tests, use.threshold)


def needed_dimensions(question: Question, uses: tuple[PartUse, ...]) -> set[str]:
    """The member dimensions that a table must keep to answer."""
    named = {name for name in (*question.by, *(each.dimension for each in question.where)) if name not in CALENDAR}
    needed = {"site" if name == "partner" else name for name in named}
    for use in uses:
        if use.part.only:
            needed.add("moment" if use.part.only == "complaint" else "channel")
        if any(scope.channels is not None for scope in use.scopes):
            needed.add("channel")
        if any(scope.moments or scope.not_moments for scope in use.scopes):
            needed.add("moment")
    return needed


def choose(scoped: Scoped, question: Question, uses: tuple[PartUse, ...]) -> tuple[Table, str]:
    """The cheapest table that keeps the dimensions, tells time finely enough and answers the thresholds; and why it
    is that one."""
    needed = needed_dimensions(question, uses)
    thresholds = [use.threshold for use in uses if use.threshold is not None]
    first, last = window_days(scoped.timing)
    exact = (last - first).days <= EXACT_DAYS and not all(map(on_edge, thresholds))
    facts_only = exact or any(map(beyond_bins, thresholds))
    by_months = all(within_months(scope) for use in uses for scope in use.scopes)
    passed: list[str] = []
    for table in tables_of(uses[0].part.fact):
        if not needed <= set(table.dimensions):
            passed.append(f"{table.name} lacks {', '.join(sorted(needed - set(table.dimensions)))}")
        elif not scoped.timing.suits(table, question):
            passed.append(f"{table.name} tells time by {table.time}")
        elif facts_only and table.is_rollup:
            passed.append(f"{table.name} keeps no such threshold")
        elif table.by_month and not by_months:
            passed.append(f"{table.name} cannot tell since when an answer norm holds")
        else:
            return table, "; ".join((*passed, f"{table.name} covers the question"))
    if any(needed <= set(table.dimensions) for table in tables_of(uses[0].part.fact)):
        raise QuestionRefused(
            "Agents' time is kept by quarter-hours: the window's start and end must fall on them.",
            code="bad_window",
            parameter="start",
        )
    raise QuestionRefused(
        f"No table keeps {', '.join(sorted(needed))} together: ask with fewer of them at a time.",
        code="impossible_split",
        parameter="by",
        suggestions=sorted(needed),
    )
