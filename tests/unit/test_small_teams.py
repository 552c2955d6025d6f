"""A team of too few agents cannot be worked out from anything that is told, whatever is asked beside it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from itertools import chain, combinations
from types import MappingProxyType

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cadran.domain.answer import Answer, Figures, Freshness, KeyColumn
from cadran.domain.directory import EMPTY, Directory, Member
from cadran.domain.question import Filter, MetricCall, Question
from cadran.domain.small import GROUP_MIN, hidden
from cadran.domain.window import Window

NOW = datetime(2016, 1, 1, tzinfo=UTC)
WINDOW = Window(datetime(2015, 12, 1, tzinfo=UTC), NOW, "Europe/Paris")
CALL = MetricCall("occupancy")


def company(sizes: list[list[int]]) -> Directory:
    """Sites with teams of so many agents."""
    sites = {number: Member(number, f"S{number}", "", "") for number in range(1, len(sizes) + 1)}
    teams: dict[int, Member] = {}
    agents: dict[int, Member] = {}
    for site, of_site in enumerate(sizes, 1):
        for size in of_site:
            team = len(teams) + 1
            teams[team] = Member(team, f"T{team}", "", "", site)
            for _ in range(size):
                agents[len(agents) + 1] = Member(len(agents) + 1, f"A{len(agents) + 1}", "", "", team)
    members = {**EMPTY.members, "site": sites, "team": teams, "agent": agents}
    return replace(EMPTY, members=MappingProxyType(members), zones=dict.fromkeys(sites, "Europe/Paris"))


def answered(question: Question, worked: Mapping[str, float], directory: Directory) -> Answer:
    """The seconds that each team worked, as the engine would answer: by team or in all, under the filters."""
    teams = [str(team.code) for team in directory.members["team"].values() if passes(team, question, directory)]
    sums = [worked[team] for team in teams]
    rows = sums if question.by else [sum(sums)]
    keys = (KeyColumn("team", teams),) if question.by else ()
    freshness = Freshness(None, NOW, NOW, 1)
    return Answer(question, len(rows), keys, (figures(rows),), (figures([sum(sums)]),), "", "", None, freshness)


def figures(sums: list[float]) -> Figures:
    return Figures(CALL, [*sums], [*sums], [1.0] * len(sums), [None] * len(sums))


def passes(team: Member, question: Question, directory: Directory) -> bool:
    for each in question.where:
        value = team.code if each.dimension == "team" else directory.member("site", team.parent).code
        if (value in each.values) is each.negated:
            return False
    return True


def questions(directory: Directory, scope: tuple[Filter, ...]) -> list[Question]:
    """By team and in all, over every set of teams and over every site, within the scope."""
    teams = [str(team.code) for team in directory.members["team"].values()]
    sets = chain.from_iterable(combinations(teams, size) for size in range(1, len(teams) + 1))
    wheres: list[tuple[Filter, ...]] = [(Filter("team", each, negated),) for each in sets for negated in (False, True)]
    wheres += [(), *((Filter("site", (str(site.code),)),) for site in directory.members["site"].values())]
    return [Question((CALL,), WINDOW, by=by, where=(*where, *scope)) for where in wheres for by in ((), ("team",))]


def told(directory: Directory, worked: Mapping[str, float]) -> list[object]:
    """All that is told to somebody who may see every team, and to holders of keys or tokens for some of them."""
    teams = [str(team.code) for team in directory.members["team"].values()]
    scopes = [(), (Filter("team", tuple(teams[1:])),), *((Filter("team", (team,)),) for team in teams)]
    found: list[object] = []
    for question in (each for scope in scopes for each in questions(directory, scope)):
        answer = hidden(answered(question, worked, directory), directory)
        found.append([(each.values, each.numerators, each.denominators) for each in (*answer.figures, *answer.totals)])
    return found


@settings(max_examples=25, deadline=None)
@given(sizes=st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=2))
def test_a_small_team_is_told_by_no_difference(sizes: list[list[int]]):
    """Time moved between a small team and another one of its site changes nothing that is told, for some other one."""
    directory = company(sizes)
    teams = list(directory.members["team"].values())
    agents = [agent.parent for agent in directory.members["agent"].values()]
    small = [team for team in teams if agents.count(team.member_id) < GROUP_MIN]
    assume(small)
    worked = {str(team.code): 1_000.0 + 10**number for number, team in enumerate(teams)}
    before = told(directory, worked)
    for team in small:
        others = [each for each in teams if each.parent == team.parent and each is not team]
        moves = [worked | moved(worked, team, other) for other in others]
        assert not others or any(told(directory, after) == before for after in moves)


def moved(worked: Mapping[str, float], team: Member, other: Member) -> dict[str, float]:
    one, two = str(team.code), str(other.code)
    return {one: worked[one] + 500.0, two: worked[two] - 500.0}


def test_enough_is_told():
    """Large teams beside enough others are told, and so is everything that names no team."""
    directory = company([[2, 5, 7], [6, 6]])
    worked = {f"T{number}": 100.0 * number for number in range(1, 6)}
    by_team = hidden(answered(Question((CALL,), WINDOW, by=("team",)), worked, directory), directory)
    assert by_team.figures[0].values == [None, None, 300.0, 400.0, 500.0]
    assert by_team.totals[0].values == [1500.0]
    assert by_team.warnings[-1].code == "suppressed"
    both = Question((CALL,), WINDOW, where=(Filter("team", ("T1", "T2")),))
    assert hidden(answered(both, worked, directory), directory).figures[0].values == [300.0]
    others = Question((CALL,), WINDOW, where=(Filter("team", ("T1",), negated=True),))
    assert hidden(answered(others, worked, directory), directory).figures[0].values == [None]
