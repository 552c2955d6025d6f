"""Plans that are moved to other days: they equal the plans that are made for these days."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from cadran.compiler.plan import Plan, make_plan
from cadran.compiler.plan_shape import find_shape, is_movable, move_plan
from cadran.compiler.statement import Statement
from cadran.domain.directory import Directory, RollupState
from cadran.domain.question import Question
from cadran.domain.window import Window
from cadran.engine.planner import Planner
from cadran.errors import TooCostly
from tests.domain.sample_directory import directory, question
from tests.golden.test_plans import GOLDEN

#: Whole months and other whole days, with and without the first day of an answer norm (1 July 2015) as a bound.
WINDOWS = [
    (datetime.fromisoformat(start), datetime.fromisoformat(end))
    for start, end in (
        ("2015-01-01", "2016-01-01"),
        ("2015-07-01", "2015-09-01"),
        ("2014-02-01", "2015-07-01"),
        ("2015-07-01", "2015-07-15"),
        ("2015-03-29", "2015-03-30"),
        ("2015-12-24", "2016-02-03"),
        ("2013-05-07", "2015-07-01"),
    )
]


def ask_golden(name: str) -> tuple[Question, Directory]:
    """Return the question of a golden file, and its directory."""
    metrics, options = GOLDEN[name]
    known = replace(
        directory(one_zone=options.get("one_zone", True)),
        thresholds=frozenset({33.0, 34.0}),
        intervals={1: (date(2015, 1, 1), date(2015, 12, 31))} if options.get("intervals") else {},
        rollups=RollupState(thresholds=frozenset({33.0}), attributes=frozenset({1})),
    )
    asked: dict[str, Any] = {key: value for key, value in options.items() if key != "intervals"}
    return question(*metrics, **asked), known


def plan(asked: Question, known: Directory) -> Plan:
    return make_plan(asked, known, values_max=10**9)


def inline(found: Plan) -> Plan:
    """Return the plan with the arguments in the text of its statements. A day that is a bound of the window and the
    first day of an answer norm is one argument or two."""

    def write(statement: Statement) -> Statement:
        values = [repr(each) for each in statement.arguments]
        text = re.sub(r"\$(\d+)", lambda placeholder: values[int(placeholder[1]) - 1], statement.sql)
        return replace(statement, sql=text, arguments=())

    fragments = [
        replace(each, statement=write(each.statement), plain=each.plain and write(each.plain), window=None)
        for each in found.fragments
    ]
    return replace(found, fragments=tuple(fragments))


@pytest.mark.parametrize("name", GOLDEN)
def test_a_moved_plan_is_the_plan_of_its_days(name: str):
    asked, known = ask_golden(name)
    days = [replace(asked, window=Window(start, end, asked.window.zone)) for start, end in WINDOWS]
    by_shape: dict[object, Plan] = {}
    for each in days:
        shape, whole = find_shape(each, known), plan(each, known)
        assert shape is not None
        first = by_shape.setdefault(shape, whole)
        if is_movable(first):
            assert inline(move_plan(first, each, known, values_max=10**9)) == inline(whole)


@pytest.mark.parametrize("name", ["day_by_site", "threshold", "usual_day", "surveys", "percentile", "several_facts"])
def test_plans_of_sums_and_percentiles_can_be_moved(name: str):
    asked, known = ask_golden(name)
    whole = plan(replace(asked, window=Window(*WINDOWS[0])), known)
    assert is_movable(whole)


@pytest.mark.parametrize("name", ["budget", "backlog", "churn", "base", "customers", "goodwill_of_months"])
def test_plans_that_read_the_days_elsewhere_cannot(name: str):
    asked, known = ask_golden(name)
    assert not is_movable(plan(asked, known))


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2015-12-24T06:00", "2015-12-25"),
        ("2015-12-24", "2015-12-24T06:15"),
        ("2015-12-24T06:00:00+01:00", "2015-12-24T12:00:00+01:00"),
    ],
)
def test_windows_of_instants_or_parts_of_days_have_no_shape(start: str, end: str):
    assert find_shape(question("qos", start=start, end=end), directory()) is None


def test_a_shape_depends_on_whole_months_and_intervals():
    known = replace(directory(), intervals={1: (date(2015, 6, 1), date(2015, 6, 30))})
    shapes = {
        find_shape(question("qos", period=each), known) for each in ("2015-05", "2015-06", "2015-W19", "2015-W25")
    }
    assert len(shapes) == 4
    assert find_shape(question("qos", period="2015-04"), known) == find_shape(question("qos", period="2015-05"), known)
    assert find_shape(question("qos", period="2015-05"), known) != find_shape(question("aht", period="2015-05"), known)


def test_a_norm_that_begins_with_the_window_does_not_move_with_it():
    known = directory()
    at_norm = question("service_level", period="2015-07", grain="day")
    later = replace(at_norm, window=Window(*WINDOWS[1]))
    assert not is_movable(plan(at_norm, known))
    planner = Planner(values_max=10**9)
    assert planner.plan(at_norm, known, sampled=False) == plan(at_norm, known)
    assert planner.plan(later, known, sampled=False) == plan(later, known)


def test_the_planner_shares_a_plan_and_checks_each_window():
    known, planner = directory(), Planner(values_max=10_000)
    short = question("qos", "aht", period="2015-W19", grain="day", by=("site",))
    first = planner.plan(short, known, sampled=False)
    other = planner.plan(replace(short, window=Window(*WINDOWS[5])), known, sampled=False)
    assert other.fragments[0].statement.sql is first.fragments[0].statement.sql
    assert other == plan(replace(short, window=Window(*WINDOWS[5])), known)
    with pytest.raises(TooCostly):
        planner.plan(replace(short, window=Window(*WINDOWS[0])), known, sampled=False)


def test_the_planner_makes_another_plan_for_another_directory():
    known, planner = directory(), Planner(values_max=10_000)
    asked = question("service_level", period="2015-05", grain="day", by=("site",))
    planner.plan(asked, known, sampled=False)
    without = replace(known, version=2, answer_norms=known.answer_norms[:2])
    assert planner.plan(asked, without, sampled=False) == plan(asked, without)


def test_the_planner_makes_another_plan_for_changed_rollups():
    known, planner = directory(), Planner(values_max=10_000)
    asked = question("qos", period="2015-05", grain="day", by=("site",))
    planner.plan(asked, known, sampled=False)
    changed = replace(known, rollups=RollupState(version=2))
    assert planner.plan(asked, changed, sampled=False) == plan(asked, changed) != plan(asked, known)
