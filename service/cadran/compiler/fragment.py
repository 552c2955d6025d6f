"""Pieces of SQL over one table of the lattice: keys, conditions and parts. SQL text is composed only here.

Identifiers come from lattice and catalogue. Values become placeholders (``Arguments``). The alias ``f`` is the table.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, time, timedelta
from itertools import pairwise

from cadran.compiler.lattice.lattice import list_bin_columns
from cadran.compiler.lattice.table import COLUMNS, Table
from cadran.compiler.statement import Arguments
from cadran.compiler.timing import CALENDAR, Timing
from cadran.domain.access.scope_members import find_outside_ids
from cadran.domain.dimension import DIMENSIONS
from cadran.domain.directory import Directory
from cadran.domain.parts.part import WAIT_EDGES, Part
from cadran.domain.question import Filter, Question
from cadran.domain.window import QUARTERS, Grain

_ORIGIN = "TIMESTAMPTZ '2000-01-01 00:00:00+00'"


@dataclass(frozen=True, slots=True)
class Threshold:
    """A wait threshold in seconds, and the rows that it applies to: by channel, by moment, and by day from
    ``first_day`` to before ``end_day``. None means no limit."""

    seconds: float
    channels: tuple[int, ...] | None = None
    moments: tuple[int, ...] | None = None
    not_moments: tuple[int, ...] = ()
    queues: tuple[int, ...] | None = None
    not_queues: tuple[int, ...] = ()
    first_day: date | None = None
    end_day: date | None = None


@dataclass(frozen=True, slots=True)
class Scene:
    """The context of all pieces of one statement. ``elsewhere`` maps columns that are not read from the table to the
    expressions that replace them."""

    question: Question
    table: Table
    timing: Timing
    directory: Directory
    arguments: Arguments
    elsewhere: Mapping[str, str] = field(default_factory=dict)

    def column(self, name: str) -> str:
        """Return the expression that reads a column."""
        return self.elsewhere.get(name, f"f.{name}")


def bucket(scene: Scene) -> str:
    """Return the UTC instant at which a row's quarter-hour starts."""
    if scene.table.time == "quarter":
        return "f.bucket"
    return f"date_bin('15 minutes', f.{scene.table.instant}, {_ORIGIN})"


def _local(scene: Scene) -> str:
    """Return the row's wall-clock time in the question's time zone."""
    return f"({bucket(scene)} AT TIME ZONE {scene.arguments.add(scene.timing.zone)})"


def day(scene: Scene) -> str:
    """Return the local day of a row (of a table by month: the first day of the month)."""
    if scene.timing.zone is not None:
        return f"{_local(scene)}::date"
    return "f.month" if scene.table.by_month else "f.day"


def quarter(scene: Scene) -> str:
    """Return the local quarter-hour of the day, 0–95."""
    if scene.timing.zone is not None:
        local = _local(scene)
        return f"(EXTRACT(hour FROM {local}) * 4 + EXTRACT(minute FROM {local})::int / 15)::int"
    return "f.quarter::int"


def start_key(scene: Scene) -> str:
    """Return the start of the row's bucket: a local date for a grain of a day or coarser, else an instant."""
    grain = scene.question.grain
    if grain is Grain.QUARTER_HOUR:
        return bucket(scene)
    if grain in QUARTERS:
        return f"{bucket(scene)} - ({quarter(scene)} % {QUARTERS[grain]}) * interval '15 minutes'"
    if grain is Grain.DAY:
        return day(scene)
    return f"date_trunc('{grain.value}', {day(scene)}::timestamp)::date"


def key(scene: Scene, dimension: str) -> str:
    """Return the value of a dimension: a member's id, or a number of the calendar."""
    if dimension == "partner":
        return _id_in_scope(scene, dimension, "s.partner_id")
    if dimension == "direction":
        return "CASE WHEN f.outbound THEN 2 ELSE 1 END"
    if dimension in COLUMNS or dimension not in DIMENSIONS:
        return _id_in_scope(scene, dimension, scene.column(_column_of(scene, dimension)))
    if dimension == "time_of_day" and (width := QUARTERS[scene.question.step]) > 1:
        return f"{quarter(scene)} / {width} * {width}"
    return calendar_value(scene, dimension)


def calendar_value(scene: Scene, dimension: str) -> str:
    """Return the number of a calendar dimension; of the time of day, the quarter-hour."""
    if dimension == "time_of_day":
        return quarter(scene)
    if dimension == "weekday":
        return "f.weekday::int" if scene.table.time == "usual" else f"EXTRACT(isodow FROM {day(scene)})::int"
    return f"EXTRACT({dimension} FROM {day(scene)})::int"


def _column_of(scene: Scene, dimension: str) -> str:
    """Return the column of a dimension; of a partner that of its sites. A rollup has a row for each attribute."""
    if dimension in DIMENSIONS:
        return COLUMNS.get(dimension, "site_id")
    return "value_id" if scene.table.is_rollup else scene.directory.attributes[dimension].column


def _id_in_scope(scene: Scene, dimension: str, value: str) -> str:
    """Return the id of a member. Members outside the caller's scope get 0, as if no member were set."""
    unnamed = find_outside_ids(scene.question, scene.directory, dimension)
    if not unnamed:
        return value
    return f"CASE WHEN {value} = ANY({_ids(scene, f'{dimension}_id', unnamed)}) THEN 0 ELSE {value} END"


def rollup_conditions(scene: Scene) -> list[str]:
    """Return the test that a rollup still is what the plan takes it for; no test for facts. The statement fails if the
    rollup is something else (`facts/refresh/reconcile`)."""
    if not scene.table.is_rollup:
        return []
    add, attributes = scene.arguments.add, scene.question.attributes if scene.table.has_attributes else ()
    numbers = [scene.directory.attributes[name].number for name in attributes]
    of_attribute = (f"f.attribute = {add(number)}::smallint" for number in numbers)
    return [f"rollups_as_of({add(scene.directory.rollups.version)})", *of_attribute]


def window_conditions(scene: Scene) -> list[str]:
    """Return the tests of the rows within the question's window."""
    return [*_window_conditions(scene), *rollup_conditions(scene)]


def _window_conditions(scene: Scene) -> list[str]:
    add, timing, table = scene.arguments.add, scene.timing, scene.table
    if timing.local is not None:
        start, end = timing.local
        column = "f.month" if table.by_month else "f.day"
        if start.time() == end.time() == time.min:
            first, after = scene.arguments.add_window(start.date(), end.date())
            return [f"{column} >= {first}", f"{column} < {after}"]
        moment = "f.day + f.quarter * interval '15 minutes'"
        return [
            f"f.day BETWEEN {add(start.date())} AND {add(end.date())}",
            f"{moment} >= {add(start)}",
            f"{moment} < {add(end)}",
        ]
    assert timing.spans is not None
    start, end = timing.spans[0][0], timing.spans[-1][1]
    column = "f.bucket" if table.time == "quarter" else f"f.{table.instant}"
    # A site's local day differs from the UTC day by at most one. The bounds on ``day`` prune partitions.
    return [
        f"f.day BETWEEN {add(start.date() - timedelta(days=1))} AND {add(end.date() + timedelta(days=1))}",
        f"{column} >= {add(start)}",
        f"{column} < {add(end)}",
        *(
            f"NOT ({column} >= {add(gap)} AND {column} < {add(again)})"
            for (_, gap), (again, _) in pairwise(timing.spans)
        ),
    ]


def filter_condition(scene: Scene, each: Filter) -> str:
    """Return a filter as a test on the table's columns."""
    add, directory = scene.arguments.add, scene.directory
    if each.dimension in CALENDAR:
        test = f"{calendar_value(scene, each.dimension)} = ANY({add([int(value) for value in each.values])}::int[])"
        return f"NOT ({test})" if each.negated else test
    if each.dimension == "direction":
        wanted = {value == "outbound" for value in each.values}
        wanted = {True, False} - wanted if each.negated else wanted
        return {(False,): "NOT f.outbound", (True,): "f.outbound", (): "false"}.get(tuple(sorted(wanted)), "true")
    if each.dimension not in DIMENSIONS and each.dimension not in directory.attributes:
        # A key may be bound to an attribute that was removed since: it sees nothing.
        return "false"
    codes = directory.codes.get(each.dimension, {})
    ids = {codes[value.lower()] if value else 0 for value in each.values if not value or value.lower() in codes}
    if 0 in ids:
        ids |= find_outside_ids(scene.question, directory, each.dimension)
    if each.dimension == "partner":
        # Site 0 has no partner. Agents whose team has no site have site 0.
        ids = {*directory.sites_of(ids), *(ids & {0})}
    return member_condition(scene, _column_of(scene, each.dimension), ids, negated=each.negated)


def member_condition(scene: Scene, column: str, ids: Iterable[int], *, negated: bool = False) -> str:
    """Return the test of rows whose id is among these (``negated``: is not)."""
    test = f"{scene.column(column)} = ANY({_ids(scene, column, ids)})"
    return f"NOT ({test})" if negated else test


def _ids(scene: Scene, column: str, ids: Iterable[int]) -> str:
    kind = "int" if column in ("agent_id", "reason_id") else "smallint"
    return f"{scene.arguments.add(sorted(ids))}::{kind}[]"


def only_condition(scene: Scene, part: Part) -> str:
    """Return the test of the channels or moments that a part is limited to; empty when it has no limit."""
    directory = scene.directory
    if part.only == "synchronous":
        return member_condition(scene, "channel_id", directory.asynchronous, negated=True)
    if part.only == "phone":
        return member_condition(scene, "channel_id", directory.phones)
    return member_condition(scene, "moment_id", directory.complaints) if part.only else ""


def threshold_condition(scene: Scene, threshold: Threshold) -> str:
    """Return the test of the rows that a threshold applies to; empty when it applies to all."""
    named = (("channel_id", threshold.channels), ("moment_id", threshold.moments), ("queue_id", threshold.queues))
    tests = [member_condition(scene, column, ids) for column, ids in named if ids is not None]
    excluded = (("moment_id", threshold.not_moments), ("queue_id", threshold.not_queues))
    tests += [member_condition(scene, column, ids, negated=True) for column, ids in excluded if ids]
    # An answer norm starts and ends with the site's local day, also when the answer uses another zone.
    own_day = "f.month" if scene.table.by_month else "f.day"
    if threshold.first_day is not None:
        tests.append(f"{own_day} >= {scene.arguments.add(threshold.first_day)}")
    if threshold.end_day is not None:
        tests.append(f"{own_day} < {scene.arguments.add(threshold.end_day)}")
    return " AND ".join(tests)


def scopes_condition(scene: Scene, scopes: tuple[Threshold, ...]) -> str:
    """Return the test of the rows that are in any of these scopes."""
    tests = [threshold_condition(scene, scope) for scope in scopes]
    return " OR ".join(f"({test})" for test in tests).join("()") if len(tests) > 1 else "".join(tests) or "false"


def filtered(aggregate: str, tests: Iterable[str]) -> str:
    """Return an aggregate over the rows that pass all nonempty tests."""
    nonempty = [test for test in tests if test]
    return f"{aggregate} FILTER (WHERE {' AND '.join(nonempty)})" if nonempty else aggregate


def part_sql(scene: Scene, part: Part, origin: Part, tests: list[str], threshold: Threshold | None = None) -> str:
    """Return the aggregate of a part under these tests: over its column of a rollup, or over its expression on the
    facts.

    ``origin`` is the part whose column and expression are read (``part.of``, or the part itself). With a threshold,
    only rows within the threshold count.
    """
    if threshold is not None:
        tests = [*tests, threshold_condition(scene, threshold)]
    tests = [*tests, only_condition(scene, part)]
    if scene.table.is_rollup:
        if threshold is not None and scene.table.has_thresholds:
            tests = [*tests, f"f.threshold = {scene.arguments.add(float(threshold.seconds))}::float8"]
        elif threshold is not None:
            return _bins_sql(origin, threshold.seconds, tests)
        if origin.merge == "distinct":
            return filtered(_distinct(scene), [f"f.{origin.column} > 0", *tests])
        return filtered(f"{origin.merge}(f.{origin.column})", tests) + _cast(origin)
    if threshold is not None:
        compared = f"f.{origin.measure} {'>' if part.fact in ('pending', 'pending_hours', 'waiting_visit') else '<='}"
        tests = [*tests, f"{compared} {scene.arguments.add(float(threshold.seconds))}::float8"]
    if not origin.expression:
        counted = _distinct(scene) if origin.merge == "distinct" else "count(*)"
        return filtered(counted, [origin.condition, *tests])
    return filtered(f"{origin.merge}({origin.expression})", [origin.condition, *tests]) + _cast(origin)


def _distinct(scene: Scene) -> str:
    return f"count(DISTINCT f.{scene.table.counted})"


def _cast(part: Part) -> str:
    return "::float8" if part.expression else ""


def _bins_sql(part: Part, seconds: float, tests: list[str]) -> str:
    """Return the number of rows within a threshold that is an edge of the bins."""
    below = [column for column, edge in zip(list_bin_columns(part), WAIT_EDGES, strict=False) if edge <= seconds]
    return " + ".join(f"COALESCE({filtered(f'sum(f.{column})', tests)}, 0)" for column in below)


def bins_sql(scene: Scene, part: Part, tests: list[str]) -> list[str]:
    """Return the histogram of a binned part's waits, one aggregate per bin."""
    if scene.table.is_rollup:
        return [filtered(f"sum(f.{column})", tests) for column in list_bin_columns(part)]
    found = []
    for low, high in zip((None, *WAIT_EDGES), (*WAIT_EDGES, None), strict=True):
        bounds = [f"f.{part.measure} > {low}" if low else "", f"f.{part.measure} <= {high}" if high else ""]
        found.append(filtered("count(*)", [part.condition, *bounds, *tests]))
    return found
