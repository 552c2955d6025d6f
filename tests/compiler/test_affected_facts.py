"""Tests of marks: the facts that each change affects, and the blocks of days that a month's marks form."""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as some

from cadran import sqlfiles
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.compiler.refresh.affected_facts import (
    EVERYTHING,
    INFLUENCE,
    find_affected_facts,
    find_changes_reaching,
    find_narrowest,
)
from cadran.compiler.refresh.batch import SPARE, unit_of
from cadran.compiler.refresh.rollup import COPIED
from cadran.facts.refresh import attributes, thresholds
from cadran.facts.schema.facts import FACTS as LOADED

FACTS = Path(__file__).resolve().parents[2] / "sql" / "facts"
MAY = date(2015, 5, 1)
#: The statements that mark days for any kind. They name the change that the kind declares.
SHARED = {"facts/staged.sql:mark_days", "facts/staged.sql:rezone_mark"}


def marking() -> dict[str, str]:
    """Return the statements that mark days, by name."""
    texts: dict[str, str] = {}
    for path in (f"facts/{file.relative_to(FACTS)}" for file in FACTS.rglob("*.sql")):
        queries = {f"{path}:{name}": text for name, text in sqlfiles.queries(path).items()}
        texts |= queries or {path: sqlfiles.read(path)}
    return {name: text for name, text in texts.items() if "INTO dirty_day" in text}


def test_every_statement_that_marks_says_what_changed():
    found = marking()
    assert found.keys() > SHARED
    told = {fact.change for fact in LOADED.values()} - {EVERYTHING}
    for name, text in found.items():
        assert "(site_id, day, change)" in text, name
        assert ("'{change}'" in text) == (name in SHARED), name
        told |= {word for word in re.findall(r"'(\w+)'", text.partition("INTO dirty_day")[2]) if word in INFLUENCE}
    # A threshold and an attribute mark no days: their months are noted to be filled.
    assert told | {thresholds.CHANGE, attributes.CHANGE} == INFLUENCE.keys() - {EVERYTHING}


def test_every_rollup_is_reached_by_a_change_that_is_named():
    named = frozenset().union(*(facts for change, facts in INFLUENCE.items() if change != EVERYTHING))
    assert {table.fact for table in ROLLUPS.values()} == named


def test_a_change_that_nobody_knows_reaches_everything():
    assert find_affected_facts("of another version") == INFLUENCE[EVERYTHING]
    assert set(find_changes_reaching(["goodwill"])) == {EVERYTHING, "goodwill"}


def test_what_is_made_anew_marks_for_itself_and_little_else():
    assert find_narrowest(["survey", "leg", "survey"]) == ["leg", "survey"]
    for fact in {table.fact for table in ROLLUPS.values()}:
        (change,) = find_narrowest([fact])
        assert fact in INFLUENCE[change] != INFLUENCE[EVERYTHING]


def test_facts_read_off_one_copy_are_recomputed_on_the_same_days():
    for change, facts in INFLUENCE.items():
        assert len(facts & {*COPIED}) in (0, len(COPIED)), change


places = some.sets(some.tuples(some.integers(1, 6), some.integers(0, 30)), min_size=1, max_size=60)


@given(places=places, change=some.sampled_from([*INFLUENCE]))
def test_a_unit_holds_all_that_is_marked_and_little_else(places: set[tuple[int, int]], change: str):
    marked = {(site, MAY + timedelta(days=number)) for site, number in places}
    unit = unit_of(MAY, [(site, day, change) for site, day in marked])
    assert unit.blocks.keys() == find_affected_facts(change)
    for fact in unit.blocks:
        held = [(site, day) for block in unit.of(fact) for site in block.sites for day in block.days]
        assert len(held) == len({*held}) <= SPARE * len(marked)
        assert marked <= {*held}
        assert {site for site, _ in held} == {*unit.sites(fact)} == {site for site, _ in marked}
        assert {day.isoweekday() for _, day in held} == {*unit.weekdays(fact)}


@pytest.mark.parametrize(
    ("month", "weekdays", "days"),
    [
        (date(2015, 2, 1), [7], [1, 8, 15, 22]),
        (date(2015, 12, 1), [2, 4], [1, 3, 8, 10, 15, 17, 22, 24, 29, 31]),
        (date(2016, 2, 1), [], []),
    ],
)
def test_days_of_a_month_by_weekday(month: date, weekdays: list[int], days: list[int]):
    assert [day.day for day in unit_of(month, []).days_of(weekdays)] == days
