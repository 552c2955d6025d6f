"""The wall: the row-level security that limits which rows PostgreSQL lets a principal's questions read.

Takes a principal and the directory. Returns the ids that the principal's grant is bound to; None if it is unbound. The
wall depends on the grant and never on a question, so it is effective even if code forgets to narrow a question.
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
    """The ids of the sites whose rows may be read; if ``sites`` is None, of the teams or the agents."""

    sites: tuple[int, ...] | None = None
    teams: tuple[int, ...] = ()
    agents: tuple[int, ...] = ()


def wall_scope(principal: Principal) -> tuple[Filter, ...]:
    """Return the filters of a grant that determine the wall. Principals with equal filters have equal walls."""
    if principal.role == "agent":
        who = (("agent", principal.agent), ("team", principal.team))
        return tuple(Filter(dimension, (code,)) for dimension, code in who if code is not None)
    places = tuple(each for each in principal.scope if each.dimension in _PLACES)
    return places or tuple(each for each in principal.scope if each.dimension == "team")


def make_wall(principal: Principal, directory: Directory) -> Wall | None:
    """Return the wall of a principal; None if the principal may see all sites.

    A principal without sites sees nothing if its role needs sites.
    """
    if principal.role == "agent":
        return Wall(
            teams=_ids("team", (principal.team,), directory), agents=_ids("agent", (principal.agent,), directory)
        )
    made_of = wall_scope(principal)
    if any(each.dimension in _PLACES for each in made_of):
        return Wall(sites=sites_in(made_of, directory))
    if made_of:
        return Wall(teams=_ids("team", [code for each in made_of for code in each.values], directory))
    return Wall(sites=()) if "sites" in ROLES[principal.role].needs else None


def _ids(dimension: str, codes: Iterable[str | None], directory: Directory) -> tuple[int, ...]:
    known = directory.codes.get(dimension, {})
    found = {known[code.lower()] for code in codes if code and code.lower() in known}
    return tuple(sorted(found))
