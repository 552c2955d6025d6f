"""The fragments of a plan: each reads the parts of one fact from the cheapest table that covers the question."""

from __future__ import annotations

from dataclasses import dataclass, replace
from textwrap import indent
from typing import Literal

from cadran.compiler import fragment as sql
from cadran.compiler.days import bound_months
from cadran.compiler.fragment import Scene, Threshold
from cadran.compiler.lattice.lattice import find_tables, list_bin_columns
from cadran.compiler.lattice.table import SKETCH_COLUMNS, SKETCHED, Table
from cadran.compiler.special.surveys import scored_condition, surveyed_condition, surveys_condition
from cadran.compiler.special.thresholds import within_months
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.dimension import declare
from cadran.domain.directory import Directory
from cadran.domain.parts.part import Part
from cadran.domain.parts.parts import PARTS, WITHIN
from cadran.domain.question import Question
from cadran.domain.survey_selection import ScoreBin, SurveySelection
from cadran.domain.window import Grain
from cadran.errors import QuestionRefused


@dataclass(frozen=True, slots=True)
class PartUse:
    """A part as a formula needs it: the whole part, or limited to a threshold, a bin, scopes, surveys or scores; or of
    the durations that the part counts, the percentile of a share or an extreme."""

    part: Part
    threshold: Threshold | None = None
    bin: int | None = None
    limit: tuple[Threshold, ...] | None = None
    surveyed: SurveySelection | None = None
    scored: ScoreBin | None = None
    share: float | None = None
    extreme: Literal["", "low", "high"] = ""

    @property
    def scopes(self) -> tuple[Threshold, ...]:
        """Return all limits by channel, moment or date."""
        return (*(self.limit or ()), *((self.threshold,) if self.threshold is not None else ()))


@dataclass(frozen=True, slots=True)
class QueryScope:
    """A question with its clock and the directory. ``totals_for`` is the number of the fragment whose totals the
    question computes (None: it computes rows); ``rows_by`` are then the splits of its rows."""

    question: Question
    timing: Timing
    directory: Directory
    totals_for: int | None = None
    rows_by: tuple[str, ...] = ()
    sampled: bool = False

    def direction_condition(self, part: Part) -> str:
        """Return the test of the contacts that a part counts by their direction; empty when it counts both.

        The totals of a split by direction count both directions, as its rows do."""
        named = self.question.names("direction") or "direction" in self.rows_by
        if part.direction == "any" or (part.direction == "named" and named):
            return ""
        return "f.outbound" if part.direction == "outbound" else "NOT f.outbound"


@dataclass(frozen=True, slots=True)
class Fragment:
    """A statement, its leading key columns, and how each further column merges into totals ("" = it does not).

    With ``arrays``, the statement returns one row with one array per column. ``plain`` is then the statement that
    returns the same as plain rows. ``why`` says why the source was chosen. ``window`` are the places of the window's
    days among the arguments, if nothing else of the fragment depends on the days (see ``compiler/plan_shape``).
    ``daily_rows`` is the cost of reading one day of the window (see ``compiler/read_size``). ``one_row``: the statement
    always returns one row.
    """

    source: str
    statement: Statement
    keys: tuple[str, ...]
    merges: tuple[Literal["sum", "max", "min", ""], ...]
    why: str
    totals_for: int | None = None
    kind: Literal["table", "base", "budget", "coverage", "unknown", "intervals", "cut"] = "table"
    scale: int = 1
    parts: tuple[str, ...] = ()
    arrays: bool = False
    plain: Statement | None = None
    window: tuple[int, int] | None = None
    daily_rows: float = 0.0
    one_row: bool = False


def read_by_rows(fragment: Fragment) -> Fragment:
    """Return the fragment with the statement that returns plain rows. A bundle needs plain rows: its rows are composite
    values, and an array inside a composite value cannot be read."""
    if fragment.plain is None:
        return fragment
    return replace(fragment, statement=fragment.plain, arrays=False, plain=None, one_row=False)


def select(scoped: QueryScope, uses: tuple[PartUse, ...], ignores: tuple[str, ...]) -> Fragment:
    """Return the fragment of additive parts over one fact."""
    question = drop_ignored(scoped.question, ignores)
    table, why = choose(scoped, question, uses)
    scene = Scene(question, table, scoped.timing, scoped.directory, Arguments())
    names = list_key_columns(question)
    keys = [sql.start_key(scene) if name == "start" else sql.key(scene, name) for name in names]
    directions = {scoped.direction_condition(use.part) for use in uses}
    shared = directions.pop() if len(directions) == 1 else ""
    where = [*sql.window_conditions(scene), *(sql.filter_condition(scene, each) for each in question.where), shared]
    if table.whole_months:
        where += bound_months(question, scoped.directory, scene.arguments)
    where.append(surveys_condition(scene, [use.surveyed for use in uses]))
    if len({use.surveyed for use in uses}) == 1:
        uses = tuple(replace(use, surveyed=None) for use in uses)
    columns = [_column(scene, use, "" if shared else scoped.direction_condition(use.part)) for use in uses]
    text = compose(keys, columns, table.sql, where, partner="partner" in question.by)
    plain = Statement(text, scene.arguments.values())
    return Fragment(
        source=table.sql,
        statement=replace(plain, sql=_as_arrays(text, len(keys), len(columns))) if keys else plain,
        keys=names,
        merges=tuple(use.part.total for use in uses),
        why=why,
        totals_for=scoped.totals_for,
        arrays=bool(keys),
        plain=plain if keys else None,
        window=None if table.whole_months else scene.arguments.window,
        # With keys, a row of arrays; without, a row of totals.
        one_row=True,
    )


def drop_ignored(question: Question, ignores: tuple[str, ...]) -> Question:
    """Return the question without the splits and filters that a part ignores."""
    if not ignores:
        return question
    return replace(
        question,
        by=tuple(name for name in question.by if name not in ignores),
        where=tuple(each for each in question.where if each.dimension not in ignores),
    )


def list_key_columns(question: Question) -> tuple[str, ...]:
    """Return the names of the key columns."""
    return question.by if question.grain is Grain.TOTAL else ("start", *question.by)


def compose(keys: list[str], columns: list[str], source: str, where: list[str], *, partner: bool) -> str:
    """Return the text of a SELECT with its GROUP BY and ORDER BY."""
    selected = [f"{expression} AS k{number}" for number, expression in enumerate(keys)]
    selected += [f"{expression} AS p{number}" for number, expression in enumerate(columns)]
    lines = ["SELECT", "  " + ",\n  ".join(selected), f"FROM {source} AS f"]
    if partner:
        lines.append("JOIN site AS s ON s.site_id = f.site_id")
    conditions = [condition for condition in where if condition]
    lines.append("WHERE " + "\n  AND ".join(conditions))
    if keys:
        numbers = ", ".join(str(number + 1) for number in range(len(keys)))
        lines += [f"GROUP BY {numbers}", f"ORDER BY {numbers}"]
    return "\n".join(lines)


def _as_arrays(text: str, keys: int, parts: int) -> str:
    """Return a SELECT whose columns are arrays in the order of the rows.

    Reading a value from an array takes half the time of reading it from a row."""
    names = [*(f"k{number}" for number in range(keys)), *(f"p{number}" for number in range(parts))]
    gathered = ",\n  ".join(f"array_agg({name}) AS {name}" for name in names)
    return f"SELECT\n  {gathered}\nFROM (\n{indent(text, '  ')}\n) AS a"


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


def _list_columns(use: PartUse) -> tuple[str, ...]:
    """Return the columns of a rollup that a part is read from."""
    if use.part.fact in SKETCHED:
        return tuple(name for name, _ in SKETCH_COLUMNS)
    part = PARTS[use.part.of] if use.part.of else use.part
    plain = use.threshold is None and use.bin is None
    return (part.column,) if plain or use.part in WITHIN.values() else list_bin_columns(part)


def find_needed_dimensions(question: Question, uses: tuple[PartUse, ...]) -> set[str]:
    """Return the member dimensions that a table must have to answer."""
    named = {name for name in (*question.by, *(each.dimension for each in question.where)) if name not in CALENDAR}
    needed = {"site" if name == "partner" else declare(name) for name in named}
    for use in uses:
        if use.part.only:
            needed.add("moment" if use.part.only == "complaint" else "channel")
        if any(scope.channels is not None for scope in use.scopes):
            needed.add("channel")
        if any(scope.moments or scope.not_moments for scope in use.scopes):
            needed.add("moment")
        if any(scope.queues is not None or scope.not_queues for scope in use.scopes):
            needed.add("queue")
    return needed


def _holds_attribute(directory: Directory, name: str) -> bool:
    attribute = directory.attributes.get(name)
    return attribute is not None and attribute.number in directory.rollups.attributes


def choose(scoped: QueryScope, question: Question, uses: tuple[PartUse, ...]) -> tuple[Table, str]:
    """Return the cheapest table whose dimensions, time and bins answer the question, and the reason for the choice.

    The reason says what each cheaper table lacks."""
    needed = find_needed_dimensions(question, uses)
    thresholds = [use.threshold for use in uses if use.threshold is not None]
    by_months = all(within_months(scope) for use in uses for scope in use.scopes)
    rollups = scoped.directory.rollups
    columns = [column for use in uses for column in _list_columns(use)]
    passed: list[str] = []
    attributes = question.attributes
    for table in find_tables(uses[0].part.fact):
        if table.has_attributes and not attributes:
            continue
        if not needed <= set(table.dimensions):
            passed.append(f"{table.name} lacks {', '.join(sorted(needed - set(table.dimensions)))}")
        elif not scoped.timing.suits(table, question):
            passed.append(f"{table.name} is too coarse ({table.time})")
        elif table.has_thresholds and not {each.seconds for each in thresholds} <= rollups.thresholds:
            passed.append(f"{table.name} is still being filled (thresholds)")
        elif table.has_attributes and len(attributes) > 1:
            passed.append(f"{table.name} holds one attribute at a time")
        elif table.has_attributes and not _holds_attribute(scoped.directory, attributes[0]):
            passed.append(f"{table.name} does not hold {attributes[0]}")
        elif table.by_month and not by_months:
            passed.append(f"{table.name} is by month, but an answer norm changes within a month")
        elif lacking := rollups.lacks(table.name, columns):
            passed.append(f"{table.name} is still being filled ({', '.join(lacking)})")
        else:
            return table, "; ".join((*passed, f"{table.name} covers the question"))
    if any(needed <= set(table.dimensions) for table in find_tables(uses[0].part.fact)):
        raise QuestionRefused(
            "Agents' time is recorded by quarter-hours: the window's start and end must fall on quarter-hours.",
            code="bad_window",
            parameter="start",
        )
    raise QuestionRefused(
        f"No table has {', '.join(sorted(needed))} together: use fewer of these dimensions at a time.",
        code="impossible_split",
        parameter="by",
        suggestions=sorted(needed),
    )
