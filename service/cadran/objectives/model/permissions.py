"""Who sees which objectives and key results, and who may change them: one rule for every edge.

An embed token is shown the objectives that it names and no others, without who wrote what. Of those, as for any key:
a site's or a team's objective is told to whoever knows of the site or team; the company's to every role but partners,
who are outsiders, and to no page of theirs. A key result is told to whoever may ask for its metric and whose scope
holds all of its own: nothing of it is narrowed, since the figure would be another one than its target was set for.
Those left out are counted (``withheld``). An agent may see what is its team's or its site's. Administrators write;
supervisors what is their sites' or teams'; nobody else does.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from cadran.domain.access.permit import is_of_teams, permitted_metrics
from cadran.domain.access.principal import Principal
from cadran.domain.access.role import bearers
from cadran.domain.ask import Condition
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import parse_call
from cadran.errors import Forbidden, NotFound, QuestionRefused, absent
from cadran.objectives.model.objective import KeyResult, Objective, Owner

#: What belongs to what: whoever names the finer place names the coarser one.
_WITHIN = {"partner": ("partner", "site", "team"), "site": ("site", "team"), "team": ("team",)}


@dataclass(frozen=True, slots=True)
class Owners:
    """The owners whose objectives a principal is told: the company, and sites and teams by id; and the numbers that an
    embed token names (None: any)."""

    company: bool
    sites: tuple[int, ...]
    teams: tuple[int, ...]
    numbers: tuple[int, ...] | None = None

    def see(self, number: int, owner: tuple[str, int]) -> bool:
        """Whether the objective of this number and owner is seen."""
        if self.numbers is not None and number not in self.numbers:
            return False
        kind, place = owner
        return self.company if kind == "company" else place in (self.sites if kind == "site" else self.teams)


def owners(principal: Principal, directory: Directory) -> Owners:
    """Those that this principal sees; ``directory`` is as far as it may know of it."""
    teams = {number: team for number, team in directory.members.get("team", {}).items() if number}
    sites = _own_sites(directory) if is_of_teams(principal) else set(directory.members.get("site", {})) - {0}
    named = None if principal.objectives is None else tuple(sorted(principal.objectives))
    return Owners(principal.may("company"), tuple(sorted(sites)), tuple(sorted(teams)), named)


def shown(objective: Objective, principal: Principal) -> Objective:
    """Return the objective as this principal is shown it: a page's token is not shown who wrote what, nor what people
    said of it."""
    if not principal.is_embedded:
        return objective
    results = [
        replace(each, check_ins=tuple(replace(said, author="", comment="") for said in each.check_ins))
        for each in objective.key_results
    ]
    return replace(objective, created_by="", retrospective=None, key_results=tuple(results))


def sees(key_result: KeyResult, principal: Principal, directory: Directory) -> bool:
    """Whether a key result is told to this principal; ``directory`` is as far as it may know of it."""
    if key_result.metric is None:
        return True
    try:
        slug = parse_call(key_result.metric).slug
    except QuestionRefused:
        # The catalogue has it no more; that is told to whoever may ask for any metric.
        return principal.metrics is None
    if slug not in permitted_metrics((slug,), principal):
        return False
    where = key_result.where
    if principal.role == "agent" and not _in_own_place(where, directory):
        return False
    return all(_holds(each.dimension, each.values, where, directory) for each in principal.scope if not each.negated)


def check_steers(principal: Principal) -> None:
    """Refuse whoever changes no objectives at all. Raises Forbidden."""
    if not principal.may("steer"):
        raise Forbidden(f"The role {principal.role} reads objectives; {bearers('steer')} change them.")


def check_write(principal: Principal, owner: Owner, directory: Directory) -> None:
    """Refuse to let this principal make or change what is this owner's. Raises Forbidden."""
    check_steers(principal)
    if principal.may("administer"):
        return
    known = owner.code is not None and owner.code.lower() in directory.codes.get(owner.kind, {})
    if not known:
        raise Forbidden(
            "You may change the objectives of your own sites and teams; this is the company's: an administrator does."
        )


def _holds(dimension: str, values: Sequence[str], where: Sequence[Condition], directory: Directory) -> bool:
    """Whether filters stay within a bound: the dimension itself within its values, or a finer place that is known."""
    allowed = {each.lower() for each in values}
    for each in where:
        if each.negated or each.dimension not in _WITHIN.get(dimension, (dimension,)):
            continue
        if each.dimension == dimension:
            held = {value.lower() for value in each.values} <= allowed
        else:
            held = _known(each, directory)
        if held:
            return True
    return False


def _in_own_place(where: Sequence[Condition], directory: Directory) -> bool:
    """Whether filters name an agent's own team, the only one that it knows, or the site of that team."""
    for each in where:
        if each.negated or each.dimension not in ("site", "team"):
            continue
        codes = directory.codes.get(each.dimension, {})
        own = _own_sites(directory) if each.dimension == "site" else set(codes.values())
        if {codes.get(value.lower(), 0) for value in each.values} <= own:
            return True
    return False


def _own_sites(directory: Directory) -> set[int]:
    """The sites of the teams that are known. A team without a site may work at any, but none is its own."""
    return {team.parent for team in directory.members.get("team", {}).values()} - {0}


def _known(each: Condition, directory: Directory) -> bool:
    codes = directory.codes.get(each.dimension, {})
    return all(value.lower() in codes for value in each.values)


def no_objective(word: str) -> NotFound:
    """What is told of an objective that there is not, or that the asker is not told."""
    return absent("objective", word, listed="/v1/objectives, or `cadran okr list`,")


def no_key_result(objective: int, word: str, seen: Iterable[KeyResult]) -> NotFound:
    """What is told of a key result that there is not among those that the asker sees."""
    numbers = ", ".join(str(each.number) for each in seen)
    return NotFound(f"Objective {objective} has no key result {word}; it has {numbers or 'none'}.")
