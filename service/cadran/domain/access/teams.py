"""Groups of small teams: the teams that callers who see no people may only see together.

A team of too few agents is hidden: no row may show it, and neither may the difference between a total and the other
rows. So a small team is grouped with the next smallest teams of its site until the group has enough agents. Callers see
figures by team only for whole groups.

The groups depend only on the directory, not on a scope. A narrower scope would make other groups, and two keys (or a
key and an embed token) would together reveal what neither may see.

The groups are made for each day. Agents count in their current team while they are employed. A team without an employed
agent on a day has no figures on that day. A window shows only what each of its days may show. If agents were counted
over the whole window, five agents who followed one another would count as a team of five, and two windows would
together reveal the days by which they differ.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from cadran.domain.directory import Directory

_DAY: Final = timedelta(days=1)
_ALWAYS: Final = (date.min, date.max)
#: The first and the last day of each agent of a team. A team without known agents is absent.
Staff = Mapping[int, Sequence[tuple[date, date]]]


@dataclass(frozen=True, slots=True)
class TeamGroup:
    """A group of teams, by code, that are shown only together, and whether they have enough agents to be shown."""

    teams: frozenset[str]
    enough: bool


def group_teams(
    directory: Directory, days: tuple[date, date], *, least: int, own: str | None = None
) -> frozenset[TeamGroup]:
    """Return the groups of teams on each day from the first up to the end (excluded).

    A group has at least ``least`` agents if its site has that many. With ``own``, that team is a group by itself: a
    caller who sees no other team cannot subtract anything from it.
    """
    staff: dict[int, list[tuple[date, date]]] = {}
    for number, agent in directory.members.get("agent", {}).items():
        staff.setdefault(agent.parent, []).append(directory.employed.get(number, _ALWAYS))
    of_site: dict[int, dict[int, str]] = {}
    for number, team in directory.members.get("team", {}).items():
        if team.code is not None and own in (None, team.code):
            of_site.setdefault(team.parent, {})[number] = team.code
    return frozenset(group for teams in of_site.values() for group in _of_site(teams, staff, days, least))


def _of_site(teams: Mapping[int, str], staff: Staff, days: tuple[date, date], least: int) -> Iterator[TeamGroup]:
    sizes: Counter[int] = Counter()
    for moved in _moves(teams, staff, *days):
        sizes.update(moved)
        there = [(sizes[number], code) for number, code in teams.items() if sizes[number] or number not in staff]
        yield from _grouped(sorted(there), least)


def _moves(teams: Iterable[int], staff: Staff, first: date, end: date) -> list[Counter[int]]:
    """Return the teams' sizes on the first day, then the change of sizes on each later day with a change."""
    moves: dict[date, Counter[int]] = {first: Counter()}
    for team in teams:
        for joined, left in staff.get(team, ()):
            if joined < end and left >= first:
                moves.setdefault(max(joined, first), Counter())[team] += 1
                if left < end - _DAY:
                    moves.setdefault(left + _DAY, Counter())[team] -= 1
    return [moves[day] for day in sorted(moves)]


def is_shown(teams: set[str], groups: Iterable[TeamGroup]) -> bool:
    """Return whether a figure over these teams reveals no small team: they are whole groups with enough agents."""
    touched = [group for group in groups if group.teams & teams]
    whole = teams == {team for group in touched for team in group.teams}
    return bool(teams) and whole and all(group.enough for group in touched)


def _grouped(teams: list[tuple[int, str]], least: int) -> Iterator[TeamGroup]:
    """Group the teams of a site, smallest first: small teams together, with as many others as they need."""
    few = [team for team in teams if team[0] < least]
    rest = teams[len(few) :]
    while few and rest and (sum(size for size, _ in few) < least or len(few) == 1):
        few.append(rest.pop(0))
    if few:
        yield TeamGroup(frozenset(code for _, code in few), sum(size for size, _ in few) >= least)
    for size, code in rest:
        yield TeamGroup(frozenset({code}), size >= least)
