"""Rules of objectives: no team of a single person, and the time zone whose midnight ends an objective."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import MappingProxyType
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cadran.domain.directory import EMPTY, Directory, Member
from cadran.domain.window import load_zone
from cadran.errors import QuestionRefused
from cadran.objectives.model import rules
from cadran.objectives.model.objective import Owner
from cadran.objectives.reader import ObjectiveReader
from tests.defaults import make_desk
from tests.objectives.conftest import ObjectiveRequests, manual, objective

ZONES = {1: "Europe/Paris", 2: "Asia/Kathmandu", 3: "America/St_Johns"}


def company(agents: dict[int, int]) -> Directory:
    """Return a directory with three sites in three zones, a team at each, and so many agents in each team."""
    numbers = [(team, place) for team, count in agents.items() for place in range(count)]
    members = {
        "site": {site: Member(site, f"S{site}", "", "") for site in ZONES},
        "team": {team: Member(team, f"T{team}", "", "", team) for team in (1, 2, 3)} | {9: Member(9, "T9", "", "", 0)},
        "agent": {place: Member(place, f"A{place}", "", "", team) for place, (team, _) in enumerate(numbers, start=1)},
    }
    return replace(EMPTY, members=MappingProxyType({**EMPTY.members, **members}), zones=ZONES)


@pytest.mark.parametrize(
    ("where", "alone"),
    [
        ([("team", ["T1"], False)], True),
        ([("team", ["T2"], False)], False),
        ([("team", ["t1", "T2"], False)], False),
        ([("team", ["T2", "T3", "T9"], True)], True),
        ([("agent", ["A2"], False)], True),
        ([("site", ["S1"], False)], False),
    ],
)
def test_a_team_of_one_is_one_person(where: list[tuple[str, list[str], bool]], alone: bool):
    directory = company({1: 1, 2: 5, 3: 5})
    of = rules.ObjectiveForm("Answer", "", Owner("company"), date(2015, 1, 1), date(2016, 1, 1))
    filters = [{"dimension": name, "values": values, "negated": negated} for name, values, negated in where]
    sent: dict[str, Any] = {"title": "x", "metric": "aht", "baseline": 400, "target": 300, "where": filters}
    if not alone:
        assert rules.parse_key_result(sent, of, directory).metric == "aht"
        return
    with pytest.raises(QuestionRefused) as refusal:
        rules.parse_key_result(sent, of, directory)
    assert refusal.value.code == "one_person"


def test_a_team_of_one_owns_no_objective():
    with pytest.raises(QuestionRefused) as refusal:
        rules.parse_owner({"kind": "team", "code": "T1"}, company({1: 1, 2: 2}))
    assert refusal.value.code == "one_person"
    assert rules.parse_owner({"kind": "team", "code": "t2"}, company({1: 1, 2: 2})) == Owner("team", "T2")


@given(st.integers(0, 26_000))
def test_an_objective_ends_at_its_owners_midnight(hours: int):
    instant = datetime(2014, 1, 1, tzinfo=UTC) + timedelta(hours=hours)
    directory = company({})
    desk = make_desk(None, lambda: directory, lambda: instant, "Pacific/Auckland")  # type: ignore[arg-type]  # nothing is asked
    objectives = ObjectiveReader(desk, None, 1, 1, 1)  # type: ignore[arg-type]  # nothing is read
    owners = {Owner("site", f"S{site}"): zone for site, zone in ZONES.items()}
    owners |= {Owner("team", f"T{site}"): zone for site, zone in ZONES.items()}
    owners |= {Owner("company"): "Pacific/Auckland", Owner("team", "T9"): "Pacific/Auckland"}
    for owner, zone in owners.items():
        today = objectives.today(owner)
        assert objectives.zone(owner) == zone
        midnight = datetime(today.year, today.month, today.day, tzinfo=load_zone(zone))
        assert midnight <= instant
        assert (instant - midnight).total_seconds() < 25 * 3600


def test_new_year_comes_to_one_site_before_another():
    directory, instant = company({}), datetime(2015, 12, 31, 20, tzinfo=UTC)
    desk = make_desk(None, lambda: directory, lambda: instant, "UTC")  # type: ignore[arg-type]  # nothing is asked
    objectives = ObjectiveReader(desk, None, 1, 1, 1)  # type: ignore[arg-type]  # nothing is read
    assert objectives.today(Owner("site", "S2")) == date(2016, 1, 1)
    assert objectives.today(Owner("site", "S1")) == objectives.today(Owner("company")) == date(2015, 12, 31)


@pytest.mark.parametrize(
    ("change", "member"),
    [
        ({"baseline": -1e308}, "baseline"),
        ({"target": 1e308}, "target"),
        ({"target": 1e-300}, "target"),
    ],
)
async def test_what_progress_would_be_no_finite_number_of_is_refused(
    shared_steering: ObjectiveRequests, change: dict[str, float], member: str
):
    sent = objective(manual(**change))
    response = await shared_steering.ask("POST", body=sent)
    assert (response.status_code, response.json()["parameter"]) == (422, member)


async def test_a_value_past_all_counting_is_refused(shared_steering: ObjectiveRequests):
    made = await shared_steering.make(manual())
    path = f"/{made['objective']}/key-results/{made['key_results'][0]['key_result']}/check-ins"
    for value in (1e308, -1e308):
        response = await shared_steering.ask("POST", path, {"value": value, "on": "2015-11-02"})
        assert (response.status_code, response.json()["parameter"]) == (422, "value")


async def test_years_that_no_calendar_has_are_named(shared_steering: ObjectiveRequests):
    response = await shared_steering.ask("POST", body=objective(start="0001-01-01", end="9999-12-31"))
    assert (response.status_code, response.json()["code"]) == (422, "bad_window")
    assert "in the years" in response.json()["detail"]
