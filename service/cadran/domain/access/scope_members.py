"""Who is left within a scope: of each dimension the members that it names, those that belong to them, and those that
they belong to."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Final

from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory, Member
from cadran.domain.question import Filter, Question

#: From the whole to its parts; a member goes when what it belongs to goes.
PLACES: Final = ("partner", "site", "team", "agent")
Members = Mapping[int, Member]


def members_within(directory: Directory, scope: Collection[Filter]) -> dict[str, Members]:
    """The members of every dimension as far as a scope leaves them."""
    members: dict[str, Members] = {name: {} for name in PLACES} | dict(directory.members)
    narrowed = set()
    for each in scope:
        if each.dimension in members and not each.negated:
            members[each.dimension] = _coded(members[each.dimension], each.values)
            narrowed.add(each.dimension)
    for above, below in pairwise(PLACES):
        if above in narrowed:
            members[below] = _below(members[below], members[above])
            narrowed.add(below)
    is_own = any(each.dimension == "agent" for each in scope)
    if is_own:
        members["team"] = _above(members["team"], members["agent"])
    if of_teams(scope):
        homes = {team.parent for team in members["team"].values()}
        # A team without a site may work at any, and so may an agent without a team.
        if 0 not in homes and (homes or not is_own):
            members["site"] = _above(members["site"], members["team"])
        narrowed.add("site")
    if "site" in narrowed:
        members["partner"] = _above(members["partner"], members["site"])
    return members


def of_teams(scope: Collection[Filter]) -> bool:
    """Whether a scope is bound to teams and to no place: that of an agent is, and of teams alone."""
    named = {each.dimension for each in scope}
    return "agent" in named or ("team" in named and not named & {"site", "partner"})


def outside(question: Question, directory: Directory, dimension: str) -> set[int]:
    """The ids of the members that do not exist for whoever asks, as far as the filters on sites leave any."""
    if not question.scope or dimension not in PLACES:
        return set()
    found = directory.members.get(dimension, {}).keys() - members_within(directory, question.scope)[dimension]
    sites = sites_in(question.where, directory)
    if sites is not None and dimension == "site":
        found &= {*sites}
    if sites is not None and dimension == "partner":
        found &= {directory.member("site", site).parent for site in sites}
    return found


def _coded(members: Members, codes: Iterable[str]) -> Members:
    kept = {code.lower() for code in codes}
    return {number: member for number, member in members.items() if (member.code or "").lower() in kept}


def _below(members: Members, above: Members) -> Members:
    """Those that belong to one of these; who belongs to nobody is nobody's."""
    return {number: member for number, member in members.items() if member.parent in above}


def _above(members: Members, below: Members) -> Members:
    """Those that one of these belongs to."""
    parents = {member.parent for member in below.values()}
    return {number: member for number, member in members.items() if number in parents}
