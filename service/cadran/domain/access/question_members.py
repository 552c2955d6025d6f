"""The members that figures cover, for each dimension that the question narrows.

A member implies its parent: an agent its team, a team its site, a site its partner, a reason its moment. A partner
implies its sites, because the site decides to whom figures belong. A dimension that is not narrowed is absent: the
figures cover all its members.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from cadran.domain.dimension import is_calendar
from cadran.domain.directory import Directory
from cadran.domain.question import Filter

CoveredMembers = Mapping[str, frozenset[int]]
_PARENTS: Final = (("agent", "team"), ("team", "site"), ("site", "partner"), ("reason", "moment"))


def find_covered_members(where: Iterable[Filter], directory: Directory) -> CoveredMembers:
    """Return the members that pass the filters."""
    found: dict[str, frozenset[int]] = {}
    for each in where:
        if is_calendar(each.dimension):
            continue
        codes = directory.codes.get(each.dimension, {})
        ids = frozenset(codes.get(value.lower(), 0) if value else 0 for value in each.values)
        if each.negated:
            ids = frozenset((0, *directory.members.get(each.dimension, {}))) - ids
        found[each.dimension] = found.get(each.dimension, ids) & ids
    return _completed(found, directory)


def narrow_members(outer: CoveredMembers, members: Mapping[str, int], directory: Directory) -> CoveredMembers:
    """Return the part of ``outer`` that a row with these members covers."""
    found = dict(outer)
    for dimension, member_id in members.items():
        found[dimension] = found.get(dimension, frozenset({member_id})) & {member_id}
    return _completed(found, directory)


def is_all_of(scope: Iterable[tuple[str, int]], figures: CoveredMembers) -> bool:
    """Return whether the figures are wholly within a scope."""
    return all(figures.get(dimension) == frozenset({member_id}) for dimension, member_id in scope)


def touches(scope: Iterable[tuple[str, int]], figures: CoveredMembers, directory: Directory) -> bool:
    """Return whether the figures may cover something within a scope."""
    lifted = narrow_members({}, dict(scope), directory)
    return all(not ids.isdisjoint(figures[dimension]) for dimension, ids in lifted.items() if dimension in figures)


def _completed(found: dict[str, frozenset[int]], directory: Directory) -> CoveredMembers:
    for child, parent in _PARENTS:
        if child in found:
            ids = frozenset(directory.member(child, member_id).parent for member_id in found[child])
            # Parents that the question names take precedence over a member's current parent.
            known = found.get(parent, ids)
            found[parent] = known & ids or known
    partners = found.get("partner", frozenset())
    # Figures without a partner (id 0) may have no site either, so sites follow only from partners.
    if partners and 0 not in partners and "site" not in found:
        found["site"] = frozenset(directory.sites_of(partners))
    return found
