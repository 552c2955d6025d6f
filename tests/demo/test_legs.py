"""Legs of the demonstration: they divide transferred calls among agents who are free, and change no figure of contacts.
The team of Nantes has five agents, of whom one takes transferred calls only.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, datetime, timedelta
from itertools import pairwise

import pytest

from cadran.demo.customers import Population
from cadran.demo.days import local_day
from cadran.demo.legs import leg_rows, make_legs
from cadran.demo.recent import Weeks
from cadran.demo.world import Row
from cadran.facts.schema.leg import LegRow
from tests.demo.conftest import NOW, SEED

Tables = dict[str, list[Row]]
TIMES = ("talk", "hold", "acw")


@pytest.fixture(scope="module")
def divided(story: Tables) -> list[tuple[Row, list[Row]]]:
    """Return the contacts that have legs, each with its legs in order."""
    legs: dict[str, list[Row]] = defaultdict(list)
    for row in story["legs"]:
        legs[str(row["contact"])].append(row)
    return [(row, legs.pop(str(row["contact"]))) for row in story["contacts"] if row["contact"] in legs]


def instant(row: Row, name: str) -> datetime:
    return datetime.fromisoformat(str(row[name]))


def seconds(row: Row, *names: str) -> int:
    return sum(int(str(row[name])) for name in names)


def recent_at(now: datetime) -> list[Row]:
    """Return the legs of the recent weeks, sorted."""
    today, until = local_day(now), int(now.timestamp())
    weeks = Weeks(SEED, Population(SEED, today), today)
    assert list(weeks.contacts(until))
    found: list[Row] = []
    for week in weeks.weeks:
        legs = make_legs(weeks.topic(week)("legs"), week.contacts, week.rows.transferred, weeks.clock)
        found += leg_rows(legs, week.rows, weeks.clock, until)
    return sorted(found, key=lambda row: (str(row["contact"]), str(row["leg"])))


def test_the_legs_of_a_contact_add_up_to_its_times(divided: list[tuple[Row, list[Row]]]) -> None:
    for contact, legs in divided:
        assert [row["leg"] for row in legs] == [str(number) for number in range(1, len(legs) + 1)]
        assert {name: sum(seconds(row, name) for row in legs) for name in TIMES} == {
            name: seconds(contact, name) for name in TIMES
        }
        assert legs[0]["agent"] == contact["agent"]
        assert legs[0]["started_at"] == contact["answered_at"]
        assert len({row["agent"] for row in legs}) == len(legs)
        assert contact["transferred_to"]
        for before, after in pairwise(legs):
            assert instant(after, "started_at") - instant(before, "started_at") == timedelta(
                seconds=seconds(before, "talk", "hold")
            )
        ended = instant(legs[-1], "started_at") + timedelta(seconds=seconds(legs[-1], "talk", "hold"))
        assert ended == instant(contact, "ended_at")


def test_rows_of_legs_validate(story: Tables) -> None:
    for row in story["legs"]:
        LegRow.model_validate(row)
    employed = {row["agent"]: (str(row["joined_on"]), row["left_on"] or "9999") for row in story["agents"]}
    for row in story["legs"]:
        joined, left = employed[row["agent"]]
        assert joined <= str(row["started_at"])[:10] <= left


def test_some_contacts_have_several_legs_in_each_month_and_between_teams(divided: list[tuple[Row, list[Row]]]) -> None:
    sizes = Counter(len(legs) for _, legs in divided)
    assert sizes.keys() == {2, 3}
    assert sizes[2] > 10 * sizes[3] / 2 > 100
    months = Counter(str(contact["offered_at"])[:7] for contact, _ in divided)
    assert min(months[f"2015-{month:02d}"] for month in range(1, 13)) > 30
    assert months["2026-10"] > 30
    across = sum(len({row["team"] for row in legs}) > 1 for _, legs in divided)
    assert 0.5 < across / len(divided) < 0.95


def test_colleagues_take_no_call_while_they_handle_another_contact(
    story: Tables, divided: list[tuple[Row, list[Row]]]
) -> None:
    whole = {str(contact["contact"]) for contact, _ in divided}
    busy: dict[tuple[object, str], list[tuple[datetime, datetime]]] = defaultdict(list)
    for row in story["contacts"]:
        if row["talk"] is not None and row["contact"] not in whole and str(row["offered_at"]) < "2016-01-01":
            start = instant(row, "answered_at")
            busy[row["agent"], str(start.date())].append((start, start + timedelta(seconds=seconds(row, *TIMES))))
    looked = 0
    for contact, legs in divided:
        for row in legs[1:] if str(contact["offered_at"]) < "2015-12-31" else ():
            start = instant(row, "started_at")
            end = start + timedelta(seconds=seconds(row, *TIMES))
            spans = busy[row["agent"], str(start.date())]
            looked += len(spans)
            assert not any(begun < end and start < ended for begun, ended in spans), row
    assert looked > 5_000


def test_the_states_follow_the_legs(story: Tables, divided: list[tuple[Row, list[Row]]]) -> None:
    states: dict[tuple[object, str], list[Row]] = defaultdict(list)
    for row in story["states"]:
        states[row["agent"], str(row["started_at"])[:10]].append(row)
    looked = 0
    for contact, legs in divided:
        for leg in legs if "2015-10-01" <= str(contact["offered_at"]) < "2015-12-31" else ():
            at = instant(leg, "started_at")
            found = states[leg["agent"], str(at.date())]
            current = [row["state"] for row in found if instant(row, "started_at") <= at < instant(row, "ended_at")]
            assert current == ["on_contact"], (leg, current)
            looked += 1
    assert looked > 300


def test_the_same_seed_divides_the_same_on_another_day() -> None:
    before, after = recent_at(NOW), recent_at(NOW + timedelta(days=9, hours=5))
    assert recent_at(NOW) == before
    first = (NOW - timedelta(days=40)).isoformat()
    kept = [row for row in before if str(row["started_at"]) > first]
    assert len(kept) > 100
    assert all(row in after for row in kept)


def test_nantes_has_five_agents_on_each_day_and_one_team(story: Tables) -> None:
    teams = {row["team"]: row["site"] for row in story["teams"]}
    assert [team for team, site in teams.items() if site == "NTE"] == ["NTE"]
    members = [(str(row["joined_on"]), row["left_on"] or "9999") for row in story["agents"] if row["team"] == "NTE"]
    assert len(members) == 6, "one of them was replaced"
    for day in (date(2014, 12, 25) + timedelta(days=n) for n in range(380)):
        assert sum(joined <= day.isoformat() <= left for joined, left in members) == 5
    taken = Counter(str(row["started_at"])[:7] for row in story["legs"] if row["agent"] == "NTE-N2-1")
    assert len([month for month in taken if month.startswith("2015-")]) == 12
