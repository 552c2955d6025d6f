"""Which teams are told apart to those who see no people, and which only together.

A team of too few agents is told by nothing that names teams: neither by a row of its own, nor as the difference between
a total and the rest. So it is put together with the next smallest of its site, and with more until they are enough, and
whatever names teams is told only of whole groups. The groups follow from the directory alone, and from no scope: a
narrower one would make others, and two keys, or a key and a token made with it, would tell together what neither may.

They are those of each day: agents count in their present team while they are employed, and a team nobody of whom is
employed on a day has no figures then. A window tells what each of its days may tell. Were its agents counted over all
of it, five who were there one after another would pass for a team, and two windows would tell together the days by
which they differ.
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
#: The first and the last day of each of a team's agents; absent where none is known.
Staff = Mapping[int, Sequence[tuple[date, date]]]


@dataclass(frozen=True, slots=True)
class Together:
    """Codes of teams that are told together only, and whether their agents are enough to be told of."""

    teams: frozenset[str]
    enough: bool


def together(
    directory: Directory, days: tuple[date, date], *, least: int, own: str | None = None
) -> frozenset[Together]:
    """Every group that teams are in on one of these days, from the first up to the end; a group has ``least`` agents if
    its site has. Who is told of no team but ``own`` can take nothing away from it: it is by itself."""
    staff: dict[int, list[tuple[date, date]]] = {}
    for number, agent in directory.members.get("agent", {}).items():
        staff.setdefault(agent.parent, []).append(directory.employed.get(number, _ALWAYS))
    of_site: dict[int, dict[int, str]] = {}
    for number, team in directory.members.get("team", {}).items():
        if team.code is not None and own in (None, team.code):
            of_site.setdefault(team.parent, {})[number] = team.code
    return frozenset(group for teams in of_site.values() for group in _of_site(teams, staff, days, least))


def _of_site(teams: Mapping[int, str], staff: Staff, days: tuple[date, date], least: int) -> Iterator[Together]:
    sizes: Counter[int] = Counter()
    for moved in _moves(teams, staff, *days):
        sizes.update(moved)
        there = [(sizes[number], code) for number, code in teams.items() if sizes[number] or number not in staff]
        yield from _grouped(sorted(there), least)


def _moves(teams: Iterable[int], staff: Staff, first: date, end: date) -> list[Counter[int]]:
    """By how many each team grew or shrank: up to the first day, and on each later one on which any did."""
    moves: dict[date, Counter[int]] = {first: Counter()}
    for team in teams:
        for joined, left in staff.get(team, ()):
            if joined < end and left >= first:
                moves.setdefault(max(joined, first), Counter())[team] += 1
                if left < end - _DAY:
                    moves.setdefault(left + _DAY, Counter())[team] -= 1
    return [moves[day] for day in sorted(moves)]


def is_told(teams: set[str], groups: Iterable[Together]) -> bool:
    """Whether a figure over all these teams gives none of them away: they are whole groups, none of them too small."""
    touched = [group for group in groups if group.teams & teams]
    whole = teams == {team for group in touched for team in group.teams}
    return bool(teams) and whole and all(group.enough for group in touched)


def _grouped(teams: list[tuple[int, str]], least: int) -> Iterator[Together]:
    """The teams of a site, from the smallest: those too small together with as many others as they need."""
    few = [team for team in teams if team[0] < least]
    rest = teams[len(few) :]
    while few and rest and (sum(size for size, _ in few) < least or len(few) == 1):
        few.append(rest.pop(0))
    if few:
        yield Together(frozenset(code for _, code in few), sum(size for size, _ in few) >= least)
    for size, code in rest:
        yield Together(frozenset({code}), size >= least)
