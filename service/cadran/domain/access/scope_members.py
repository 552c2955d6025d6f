"""The members within a scope: for each dimension, the members that it names, their children and their parents."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from itertools import pairwise
from typing import Final

from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory, Member
from cadran.domain.question import Filter, Question

#: From the whole to its parts. A member is outside the scope when its parent is.
PLACES: Final = ("partner", "site", "team", "agent")
#: The dimensions of a scope outside which members may occur in figures: agents of another site who helped, and the
#: queue that a contact came from.
SHOWING_OTHERS: Final = (*PLACES, "queue")
Members = Mapping[int, Member]


def find_members_within(directory: Directory, scope: Collection[Filter]) -> dict[str, Members]:
    """Return the members of every dimension that are within a scope."""
    members: dict[str, Members] = {name: {} for name in PLACES} | dict(directory.members)
    narrowed = set()
    for each in scope:
        if each.dimension in members and not each.negated:
            members[each.dimension] = _coded(members[each.dimension], each.values)
            narrowed.add(each.dimension)
    if "queue" in narrowed:
        members["first_queue"] = members["queue"]
    for above, below in pairwise(PLACES):
        if above in narrowed:
            members[below] = _below(members[below], members[above])
            narrowed.add(below)
    is_own = any(each.dimension == "agent" for each in scope)
    if is_own:
        members["team"] = _above(members["team"], members["agent"])
    if is_bound_to_teams(scope):
        homes = {team.parent for team in members["team"].values()}
        # A team without a site may work at any site, and so may an agent without a team.
        if 0 not in homes and (homes or not is_own):
            members["site"] = _above(members["site"], members["team"])
        narrowed.add("site")
    if "site" in narrowed:
        members["partner"] = _above(members["partner"], members["site"])
    return members


def is_bound_to_teams(scope: Collection[Filter]) -> bool:
    """Return whether a scope is bound to teams and to no place: the scope of an agent, or of only teams."""
    named = {each.dimension for each in scope}
    return "agent" in named or ("team" in named and not named & {"site", "partner"})


def find_outside_ids(question: Question, directory: Directory, dimension: str) -> set[int]:
    """Return the ids of the members outside the caller's scope, among the sites that the filters leave."""
    if not question.scope or dimension not in (*PLACES, "first_queue"):
        return set()
    found = directory.members.get(dimension, {}).keys() - find_members_within(directory, question.scope)[dimension]
    sites = sites_in(question.where, directory)
    if sites is not None and dimension == "site":
        found &= {*sites}
    if sites is not None and dimension == "partner":
        found &= {directory.member("site", site).parent for site in sites}
    return found


def _coded(members: Members, codes: Iterable[str]) -> Members:
    wanted = {code.lower() for code in codes}
    return {number: member for number, member in members.items() if (member.code or "").lower() in wanted}


def _below(members: Members, above: Members) -> Members:
    """Return the members whose parent is one of ``above``. Members without a parent are excluded."""
    return {number: member for number, member in members.items() if member.parent in above}


def _above(members: Members, below: Members) -> Members:
    """Return the members that are the parent of one of ``below``."""
    parents = {member.parent for member in below.values()}
    return {number: member for number, member in members.items() if number in parents}
