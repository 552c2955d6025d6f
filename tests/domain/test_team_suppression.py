"""The figures of a small team cannot be derived from any combination of answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime, time
from itertools import chain, combinations
from types import MappingProxyType

from hypothesis import given, settings
from hypothesis import strategies as st

from cadran.domain.access.cells import GROUP_MIN
from cadran.domain.access.suppression import suppress
from cadran.domain.answer import Answer, Figures, Freshness, KeyColumn
from cadran.domain.directory import EMPTY, Directory, Member
from cadran.domain.question import Filter, MetricRef, Question
from cadran.domain.window import Window

NOW = datetime(2016, 1, 1, tzinfo=UTC)
WINDOW = Window(datetime(2015, 12, 1, tzinfo=UTC), NOW, "Europe/Paris")
CALL = MetricRef("occupancy")


def company(sizes: list[list[int]], employed: Mapping[int, tuple[date, date]] | None = None) -> Directory:
    """Return a directory with sites, teams and agents.

    ``sizes`` lists the number of agents of each team by site. ``employed`` has the first and last day of some agents;
    the others are always employed.
    """
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
    zones = dict.fromkeys(sites, "Europe/Paris")
    return replace(EMPTY, members=MappingProxyType(members), zones=zones, employed=employed or {})


def answered(question: Question, worked: Mapping[str, float], directory: Directory) -> Answer:
    """Return the answer that the engine would compute: the seconds that teams worked, by team or in all."""
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


def questions(directory: Directory, window: Window, scope: tuple[Filter, ...]) -> list[Question]:
    """Return questions by team and in all, over every set of teams and every site, within the scope."""
    teams = [str(team.code) for team in directory.members["team"].values()]
    sets = chain.from_iterable(combinations(teams, size) for size in range(1, len(teams) + 1))
    wheres: list[tuple[Filter, ...]] = [(Filter("team", each, negated),) for each in sets for negated in (False, True)]
    wheres += [(), *((Filter("site", (str(site.code),)),) for site in directory.members["site"].values())]
    return [Question((CALL,), window, by=by, where=(*where, *scope)) for where in wheres for by in ((), ("team",))]


def told(directory: Directory, window: Window) -> set[int]:
    """Return every sum of a window that is shown to a caller who sees all teams, or to one who sees some of them.

    Each team worked twice as long as the one before, so a sum identifies the teams that it contains.
    """
    teams = [str(team.code) for team in directory.members["team"].values()]
    worked = {team: float(2**number) for number, team in enumerate(teams)}
    scopes = ((), (Filter("team", tuple(teams[1:])),), (Filter("team", (teams[0],)),))
    found = set()
    for question in (each for scope in scopes for each in questions(directory, window, scope)):
        answer = suppress(answered(question, worked, directory), directory)
        columns = (*answer.figures, *answer.totals)
        found |= {int(value) for each in columns for value in (*each.values, *each.numerators) if value is not None}
    return found


DAYS = 3
SPANS = st.tuples(st.integers(0, DAYS - 1), st.integers(0, DAYS - 1)).map(sorted)


def day(number: int) -> date:
    return date(2015, 6, 1 + number)


@settings(max_examples=25)
@given(st.data(), st.lists(st.lists(st.integers(0, 9), min_size=1, max_size=3), min_size=1, max_size=2))
def test_a_small_team_is_told_by_no_difference(data: st.DataObject, sizes: list[list[int]]):
    """Check that sums over any windows do not reveal a small team.

    For each day and each small team, another team of its site must be in exactly the same shown sums. So time that
    moves between the two teams on this day changes no shown sum.
    """
    drawn = data.draw(st.dictionaries(st.integers(1, 50), SPANS, max_size=12))
    directory = company(sizes, {number: (day(first), day(last)) for number, (first, last) in drawn.items()})
    ends = [(start, end) for start in range(DAYS) for end in range(start + 1, DAYS + 1)]
    sums = {(start, end): told(directory, window(day(start), day(end))) for start, end in ends}
    for number in range(DAYS):
        known = [each for (start, end), found in sums.items() if start <= number < end for each in found]
        there = present(directory, day(number))
        for team, size in there.items():
            site = directory.member("team", team).parent
            others = [each for each in there if each != team and directory.member("team", each).parent == site]
            if others and size < GROUP_MIN:
                assert any(all(has(each, team) == has(each, other) for each in known) for other in others)


def present(directory: Directory, on: date) -> dict[int, int]:
    """Return the number of agents by team on a day, for teams that have agents then or whose agents are all unknown."""
    agents = directory.members["agent"].values()
    known = [agent.parent for agent in agents]
    always = (date.min, date.max)
    spans = {agent.member_id: directory.employed.get(agent.member_id, always) for agent in agents}
    working = [each.parent for each in agents if spans[each.member_id][0] <= on <= spans[each.member_id][1]]
    return {team: working.count(team) for team in directory.members["team"] if team in working or team not in known}


def has(total: int, team: int) -> bool:
    """Return whether a sum contains a team."""
    return bool(total >> (team - 1) & 1)


def test_enough_is_told():
    """Check that large teams and all figures that name no team are still shown."""
    directory = company([[2, 5, 7], [6, 6]])
    worked = {f"T{number}": 100.0 * number for number in range(1, 6)}
    by_team = suppress(answered(Question((CALL,), WINDOW, by=("team",)), worked, directory), directory)
    assert by_team.figures[0].values == [None, None, 300.0, 400.0, 500.0]
    assert by_team.totals[0].values == [1500.0]
    assert by_team.warnings[-1].code == "suppressed"
    both = Question((CALL,), WINDOW, where=(Filter("team", ("T1", "T2")),))
    assert suppress(answered(both, worked, directory), directory).figures[0].values == [300.0]
    others = Question((CALL,), WINDOW, where=(Filter("team", ("T1",), negated=True),))
    assert suppress(answered(others, worked, directory), directory).figures[0].values == [None]


def window(start: date, end: date) -> Window:
    return Window(datetime.combine(start, time()), datetime.combine(end, time()))


def shown(directory: Directory, start: date, end: date) -> list[bool]:
    """Return which teams are shown in a window."""
    teams = {str(team.code): 1.0 for team in directory.members["team"].values()}
    answer = suppress(answered(Question((CALL,), window(start, end), by=("team",)), teams, directory), directory)
    return [value is not None for value in answer.figures[0].values]


MAY, JUNE, JULY, AUGUST = (date(2015, month, 1) for month in (5, 6, 7, 8))
LAST = date(2015, 6, 30)


def test_who_has_left_counts_no_more():
    """Check a team of seven, of whom three leave at the end of June.

    From July on the team has four agents, so it is hidden with the next smallest team. A window that ends in July is
    hidden too: its difference to June would reveal July.
    """
    directory = company([[7, 8, 9]], dict.fromkeys((1, 2, 3), (date.min, LAST)))
    assert shown(directory, MAY, JULY) == [True, True, True]
    assert shown(directory, JULY, AUGUST) == [False, False, True]
    assert shown(directory, MAY, date(2015, 7, 2)) == [False, False, True]
    staying = company([[7, 8, 9]], dict.fromkeys((1, 2), (date.min, LAST)))
    assert shown(staying, MAY, AUGUST) == [True, True, True]


def test_who_were_never_there_together_are_as_few_as_at_once():
    """Check a team of six in a window, of whom three start when the other three have left."""
    one_after_another = {number: (date.min, LAST) if number < 4 else (JULY, date.max) for number in range(1, 7)}
    assert shown(company([[6, 8, 9]], one_after_another), MAY, AUGUST) == [False, False, True]


def test_a_team_that_begins_or_ends_is_told_of_its_days():
    """Check that days without any agent hide neither the team nor another team with it."""
    begins = dict.fromkeys(range(1, 6), (JULY, date.max))
    assert shown(company([[5, 8, 9]], begins), MAY, AUGUST) == [True, True, True]
    assert shown(company([[5, 8, 9]], begins), MAY, JULY) == [False, True, True]
    ends = dict.fromkeys(range(1, 6), (date.min, LAST))
    assert shown(company([[5, 8, 9]], ends), MAY, AUGUST) == [True, True, True]
    # A team without known agents is taken as small.
    assert shown(company([[0, 8, 9]]), MAY, AUGUST) == [False, False, True]


def test_with_whom_a_small_team_goes_does_not_change_what_windows_tell_together():
    """Check a next smallest team that changes in July: both are hidden in windows where they protect the small team."""
    grown = dict.fromkeys(range(9, 13), (JULY, date.max))
    directory = company([[2, 10, 7]], grown)
    assert shown(directory, JUNE, JULY) == [False, False, True]
    assert shown(directory, JULY, AUGUST) == [False, True, False]
    assert shown(directory, JUNE, AUGUST) == [False, False, False]
