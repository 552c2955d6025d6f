"""Which teams are told apart to those who see no people, and which only together.

A team of too few agents is told by nothing that names teams: neither by a row of its own, nor as the difference between
a total and the rest. So it is put together with the next smallest of its site, and with more until they are enough, and
whatever names teams is told only of whole groups. The groups follow from the directory alone, and from no scope: a
narrower one would make others, and two keys, or a key and a token made with it, would tell together what neither may.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

from cadran.domain.directory import Directory


@dataclass(frozen=True, slots=True)
class Together:
    """Codes of teams that are told together only, and how many agents they have."""

    teams: frozenset[str]
    agents: int


def together(directory: Directory, *, least: int, own: str | None = None) -> list[Together]:
    """Every team in one group; a group has ``least`` agents if its site has. Who is told of no team but ``own`` can
    take nothing away from it: it is by itself."""
    sizes = Counter(agent.parent for agent in directory.members.get("agent", {}).values())
    of_site: dict[int, list[tuple[int, str]]] = {}
    for number, team in directory.members.get("team", {}).items():
        if team.code is not None and own in (None, team.code):
            of_site.setdefault(team.parent, []).append((sizes[number], team.code))
    return [group for teams in of_site.values() for group in _grouped(sorted(teams), least)]


def is_told(teams: set[str], groups: Iterable[Together], *, least: int) -> bool:
    """Whether a figure over all these teams gives none of them away: they are whole groups, none of them too small."""
    touched = [group for group in groups if group.teams & teams]
    whole = teams == {team for group in touched for team in group.teams}
    return bool(touched) and whole and all(group.agents >= least for group in touched)


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
