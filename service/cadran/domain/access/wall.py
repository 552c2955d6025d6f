"""The wall: whose rows PostgreSQL itself lets a principal's questions read, whatever the questions say.

Takes a principal and the directory; gives the ids that its grant is bound to, or None where it is bound to none. It is
worked out of the grant and never of a question: whoever forgets to narrow a question has not forgotten the wall.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import ROLES
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Filter

_PLACES = ("site", "partner")


@dataclass(frozen=True, slots=True)
class Wall:
    """The ids of the sites that rows may belong to; or, where ``sites`` is None, of the teams or else the agents."""

    sites: tuple[int, ...] | None = None
    teams: tuple[int, ...] = ()
    agents: tuple[int, ...] = ()


def walling(principal: Principal) -> tuple[Filter, ...]:
    """What the wall is made of: the part of a grant that a question keeps when it has been narrowed, in the form of a
    scope. Principals who share it stand behind the same wall."""
    if principal.role == "agent":
        who = (("agent", principal.agent), ("team", principal.team))
        return tuple(Filter(dimension, (code,)) for dimension, code in who if code is not None)
    places = tuple(each for each in principal.scope if each.dimension in _PLACES)
    return places or tuple(each for each in principal.scope if each.dimension == "team")


def wall_of(principal: Principal, directory: Directory) -> Wall | None:
    """The wall in front of a principal; None for who may see all sites. A role that needs sites and brings none sees
    nothing."""
    if principal.role == "agent":
        return Wall(
            teams=_ids("team", (principal.team,), directory), agents=_ids("agent", (principal.agent,), directory)
        )
    made_of = walling(principal)
    if any(each.dimension in _PLACES for each in made_of):
        return Wall(sites=sites_in(made_of, directory))
    if made_of:
        return Wall(teams=_ids("team", [code for each in made_of for code in each.values], directory))
    return Wall(sites=()) if "sites" in ROLES[principal.role].needs else None


def _ids(dimension: str, codes: Iterable[str | None], directory: Directory) -> tuple[int, ...]:
    known = directory.codes.get(dimension, {})
    found = {known[code.lower()] for code in codes if code and code.lower() in known}
    return tuple(sorted(found))
