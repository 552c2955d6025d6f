"""Permissions to read and change objectives and key results. Every edge applies the same rules.

An embed token reads only the objectives that it names, without authors and comments. The following rules limit it
further. A caller reads the objectives of the sites and teams that it knows. Every role reads the company's objectives,
except partners and their pages, because partners are outsiders.

Readers of an objective read its key results without a metric. For a key result with a metric, the caller must have the
right to ask for the metric, and the key result's filters must lie within the caller's scope. A key result is never
narrowed to a scope: its figure would differ from the figure that its target was set for. Key results that the caller
may not read are counted (``withheld``). An agent reads the key results of its team and site.

Administrators change every objective. Supervisors change those of their sites and teams. No other role changes any.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cadran.domain.access.permit import check_right, find_permitted_metrics, is_of_teams
from cadran.domain.access.principal import Principal
from cadran.domain.ask import Condition
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import parse_metric_ref
from cadran.errors import Forbidden, NotFound, QuestionRefused, absent
from cadran.objectives.model.objective import KeyResult, Objective, Owner

#: The dimensions within each place: a filter on a finer one is also a filter on the coarser one.
_WITHIN = {"partner": ("partner", "site", "team"), "site": ("site", "team"), "team": ("team",)}


@dataclass(frozen=True, slots=True)
class Owners:
    """The owners whose objectives a principal may read: the company, and sites and teams by id. ``numbers`` are the
    objectives that an embed token names; None without such a limit."""

    company: bool
    sites: tuple[int, ...]
    teams: tuple[int, ...]
    numbers: tuple[int, ...] | None = None

    def see(self, number: int, owner: tuple[str, int]) -> bool:
        """Return whether the principal may read the objective of this number and owner."""
        if self.numbers is not None and number not in self.numbers:
            return False
        kind, place = owner
        return self.company if kind == "company" else place in (self.sites if kind == "site" else self.teams)


def find_visible_owners(principal: Principal, directory: Directory) -> Owners:
    """Return the owners whose objectives this principal may read. ``directory`` is the part that the principal
    knows."""
    teams = {number: team for number, team in directory.members.get("team", {}).items() if number}
    sites = _own_sites(directory) if is_of_teams(principal) else set(directory.members.get("site", {})) - {0}
    named = None if principal.objectives is None else tuple(sorted(principal.objectives))
    return Owners(principal.may("company"), tuple(sorted(sites)), tuple(sorted(teams)), named)


def redact(objective: Objective, principal: Principal) -> Objective:
    """Return the objective as this principal may read it. Embed tokens get no authors, no comments and no
    retrospective."""
    if not principal.is_embedded:
        return objective
    results = [
        replace(each, check_ins=tuple(replace(check_in, author="", comment="") for check_in in each.check_ins))
        for each in objective.key_results
    ]
    return replace(objective, created_by="", retrospective=None, key_results=tuple(results))


def may_read(key_result: KeyResult, principal: Principal, directory: Directory) -> bool:
    """Return whether this principal may read a key result. ``directory`` is the part that the principal knows."""
    if key_result.metric is None:
        return True
    try:
        slug = parse_metric_ref(key_result.metric).slug
    except QuestionRefused:
        # The metric has left the catalogue: only callers who may ask for every metric see the key result.
        return principal.metrics is None
    if slug not in find_permitted_metrics((slug,), principal):
        return False
    where = key_result.where
    if principal.role == "agent" and not _in_own_place(where, directory):
        return False
    return all(_holds(each.dimension, each.values, where, directory) for each in principal.scope if not each.negated)


def check_write(principal: Principal, owner: Owner, directory: Directory) -> None:
    """Check that the principal may create and change objectives of this owner. Raises Forbidden."""
    check_right(principal, "steer")
    if principal.may("administer"):
        return
    known = owner.code is not None and owner.code.lower() in directory.codes.get(owner.kind, {})
    if not known:
        raise Forbidden(
            "You may change the objectives of your own sites and teams; an administrator changes the company's."
        )


def _holds(dimension: str, values: Sequence[str], where: Sequence[Condition], directory: Directory) -> bool:
    """Return whether the filters stay within one condition of a scope. One of them must be on the same dimension and
    name only values of the condition, or be on a finer place and name only places that the principal knows."""
    allowed = {each.lower() for each in values}
    for each in where:
        if each.negated or each.dimension not in _WITHIN.get(dimension, (dimension,)):
            continue
        if each.dimension == dimension:
            is_within = {value.lower() for value in each.values} <= allowed
        else:
            is_within = _knows_all(each, directory)
        if is_within:
            return True
    return False


def _in_own_place(where: Sequence[Condition], directory: Directory) -> bool:
    """Return whether the filters name the agent's own team (the only one that it knows), or the site of that team."""
    for each in where:
        if each.negated or each.dimension not in ("site", "team"):
            continue
        codes = directory.codes.get(each.dimension, {})
        own = _own_sites(directory) if each.dimension == "site" else set(codes.values())
        if {codes.get(value.lower(), 0) for value in each.values} <= own:
            return True
    return False


def _own_sites(directory: Directory) -> set[int]:
    """Return the sites of the known teams. A team without a site may work at any site, but has no own site."""
    return {team.parent for team in directory.members.get("team", {}).values()} - {0}


def _knows_all(each: Condition, directory: Directory) -> bool:
    codes = directory.codes.get(each.dimension, {})
    return all(value.lower() in codes for value in each.values)


def no_objective(word: str) -> NotFound:
    """Return the error for an objective that does not exist or that the caller may not read."""
    return absent("objective", word, listed="/v1/objectives, or `cadran okr list`,")


def no_key_result(objective: int, word: str, seen: Iterable[KeyResult]) -> NotFound:
    """Return the error for a key result that is not among those that the caller may read."""
    numbers = ", ".join(str(each.number) for each in seen)
    return NotFound(f"Objective {objective} has no key result {word}; it has {numbers or 'none'}.")
