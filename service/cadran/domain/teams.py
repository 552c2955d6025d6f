"""Which teams are told apart to those who see no people, and which only together.

A team of too few agents is told by nothing that names teams: neither by a row of its own, nor as the difference between
a total and the rest. So it is put together with the next smallest of its site, and with more until they are enough, and
whatever names teams is told only of whole groups. The groups follow from the directory and the scope alone: no two
questions of one asker, with one directory, tell different ones.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Filter


@dataclass(frozen=True, slots=True)
class Together:
    """Codes of teams that are told together only, and how many agents they have."""

    teams: frozenset[str]
    agents: int


def together(directory: Directory, scope: Iterable[Filter], *, least: int) -> list[Together]:
    """Every team of the scope in one group; a group has ``least`` agents if its site has."""
    filters = tuple(scope)
    sites = sites_in(filters, directory)
    named = [{code.lower() for code in each.values} for each in filters if each.dimension == "team"]
    sizes = Counter(agent.parent for agent in directory.members.get("agent", {}).values())
    of_site: dict[int, list[tuple[int, str]]] = {}
    for number, team in directory.members.get("team", {}).items():
        code = team.code
        if code is None or (sites is not None and team.parent not in sites):
            continue
        if all(code.lower() in codes for codes in named):
            of_site.setdefault(team.parent, []).append((sizes[number], code))
    return [group for teams in of_site.values() for group in _grouped(sorted(teams), least)]


def is_told(teams: Collection[str], groups: Sequence[Together], *, least: int) -> bool:
    """Whether a figure over all these teams gives none of them away: they are whole groups, none of them too small."""
    for group in groups:
        among = group.teams & set(teams)
        if among and (among != group.teams or group.agents < least):
            return False
    return bool(teams)


def _grouped(teams: list[tuple[int, str]], least: int) -> Iterable[Together]:
    """The teams of a site, from the smallest: those too small together with as many others as they need."""
    few = [team for team in teams if team[0] < least]
    rest = teams[len(few) :]
    while few and rest and (sum(size for size, _ in few) < least or len(few) == 1):
        few.append(rest.pop(0))
    if few:
        yield Together(frozenset(code for _, code in few), sum(size for size, _ in few))
    for size, code in rest:
        yield Together(frozenset({code}), size)
