"""The wall: the row-level security that limits which rows PostgreSQL lets a principal's questions read.

Takes a principal and the directory. Returns the ids that the principal's grant is bound to; None if it is unbound. The
wall depends on the grant and never on a question, so it is effective even if code forgets to narrow a question.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import ROLES
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.question import Filter

_PLACES = ("site", "partner")


@dataclass(frozen=True, slots=True)
class Wall:
    """The ids of the sites, or else of the teams or agents, whose rows may be read; and of the queues, if the grant is
    bound to queues. None: not bound."""

    sites: tuple[int, ...] | None = None
    teams: tuple[int, ...] | None = None
    agents: tuple[int, ...] | None = None
    queues: tuple[int, ...] | None = None

    @property
    def is_of_teams(self) -> bool:
        """Return whether rows are read by team and agent instead of by site."""
        return self.sites is None and (self.teams is not None or self.agents is not None)


def wall_scope(principal: Principal) -> tuple[Filter, ...]:
    """Return the filters of a grant that determine the wall. Principals with equal filters have equal walls."""
    queues = _named(("queue",), principal)
    if principal.role == "agent":
        who = (("agent", principal.agent), ("team", principal.team))
        return (*(Filter(dimension, (code,)) for dimension, code in who if code is not None), *queues)
    return (*(_named(_PLACES, principal) or _named(("team",), principal)), *queues)


def make_wall(principal: Principal, directory: Directory) -> Wall | None:
    """Return the wall of a principal; None if the principal may see all sites and queues.

    A principal without sites sees nothing if its role needs sites.
    """
    queues = _queues(principal, directory)
    if principal.role == "agent":
        teams, agents = _ids("team", (principal.team,), directory), _ids("agent", (principal.agent,), directory)
        return Wall(teams=teams, agents=agents, queues=queues)
    if places := _named(_PLACES, principal):
        return Wall(sites=sites_in(places, directory), queues=queues)
    if teams_named := _named(("team",), principal):
        codes = [code for each in teams_named for code in each.values]
        return Wall(teams=_ids("team", codes, directory), queues=queues)
    if "sites" in ROLES[principal.role].needs:
        return Wall(sites=(), queues=queues)
    return None if queues is None else Wall(queues=queues)


def _named(dimensions: Collection[str], principal: Principal) -> tuple[Filter, ...]:
    return tuple(each for each in principal.scope if each.dimension in dimensions)


def _queues(principal: Principal, directory: Directory) -> tuple[int, ...] | None:
    """Return the ids of the queues that pass every filter of the scope on queues; None without such a filter."""
    found = [{*_ids("queue", each.values, directory)} for each in _named(("queue",), principal)]
    return tuple(sorted(set.intersection(*found))) if found else None


def _ids(dimension: str, codes: Iterable[str | None], directory: Directory) -> tuple[int, ...]:
    known = directory.codes.get(dimension, {})
    found = {known[code.lower()] for code in codes if code and code.lower() in known}
    return tuple(sorted(found))
