"""The permissions of principals: what each may ask, by one rule for all edges.

First, the names of a question are checked. A metric or a dimension that the principal may not use is refused
(``forbidden_metric``, ``forbidden_dimension``), and so is a metric with a part that the scope cannot narrow.

The principal gets a directory without the members outside its scope and without targets and annotations about them. So
the refusal of such a member's name is the same as that of an unknown name.

Then the question is silently narrowed to the scope. Members who occur in its figures but are outside the scope (an
agent of another site who helped) appear as `none`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import ROLES, SEEN_BY_RIGHT, Right, name_roles_with
from cadran.domain.access.scope_members import SHOWING_OTHERS, find_members_within, is_bound_to_teams
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import declare
from cadran.domain.directory import Directory
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Filter, Question
from cadran.errors import Forbidden

#: The metrics about waiting contacts.
QUEUES: Final = frozenset(
    slug
    for slug, metric in METRICS.items()
    if {PARTS[term.part].fact for each in metric.formulas.values() for term in each.numerator} <= {"queue", "lately"}
)


def check_right(principal: Principal, right: Right) -> None:
    """Refuse principals without this right. Raises Forbidden."""
    if principal.may(right):
        return
    if right == "contracts" and principal.is_embedded:
        raise Forbidden(
            "This embed token names no contracts. Name them in `contracts` when the token is minted"
            " (POST /v1/embed-tokens)."
        )
    if right in ROLES[principal.role].rights and principal.is_bound:
        raise Forbidden("This needs a key or token without a scope and without a list of metrics.")
    roles, seen = name_roles_with(right), SEEN_BY_RIGHT.get(right)
    if seen is None:
        raise Forbidden(f"The role {principal.role} may not do this; {roles} may.")
    raise Forbidden(f"The role {principal.role} does not see {seen}; {roles} do.")


def check_names(slugs: Iterable[str], dimensions: Collection[str], principal: Principal) -> None:
    """Refuse metrics and dimensions that the principal may not use. Raises Forbidden."""
    if principal.is_bound:
        for slug in slugs:
            _check_metric(slug, principal)
    if "agent" in dimensions and principal.role != "agent" and not principal.sees_people:
        raise Forbidden(
            f"The role {principal.role} may not see figures of single agents; ask by=team instead.",
            code="forbidden_dimension",
            parameter="by",
            suggestions=("team",),
        )


def find_permitted_metrics(slugs: Iterable[str], principal: Principal) -> tuple[str, ...]:
    """Return the metrics that the principal may ask for, for requests that name no metrics."""
    found = []
    for slug in slugs:
        try:
            _check_metric(slug, principal)
        except Forbidden:
            continue
        found.append(slug)
    return tuple(found)


def _check_metric(slug: str, principal: Principal) -> None:
    if principal.metrics is not None and slug not in principal.metrics:
        allowed = sorted(principal.metrics)
        raise Forbidden(
            f"This key may not ask for '{slug}'. It may ask for {', '.join(allowed)}.",
            code="forbidden_metric",
            parameter="metrics",
            suggestions=allowed,
        )
    beyond = sorted(_counted_over_all(slug) & {declare(each.dimension) for each in principal.scope})
    if beyond:
        raise Forbidden(
            f"'{slug}' is counted over every {' and '.join(beyond)}, and this key may not see all of them: use a key"
            " that may.",
            code="forbidden_metric",
            parameter="metrics",
        )


@cache
def _counted_over_all(slug: str) -> frozenset[str]:
    """Return the dimensions whose filters do not narrow some part of a metric."""
    metric = METRICS.get(slug)
    readings = [] if metric is None else metric.readings
    found = [term.part for each in readings for term in (*each.numerator, *each.denominator, *each.n)]
    return frozenset(name for part in found if part in PARTS for name in PARTS[part].ignores)


def resolve_principal(question: Question, principal: Principal, directory: Directory) -> Principal:
    """Return the principal that a question is answered for.

    A waiting contact belongs to no agent and to no team yet. So if an agent asks only about waiting contacts, the
    question is answered as for a principal bound to the site of the agent's team.
    """
    if principal.role != "agent" or not {call.slug for call in question.metrics} <= QUEUES:
        return principal
    team = directory.codes.get("team", {}).get((principal.team or "").lower(), 0)
    site = directory.member("site", directory.member("team", team).parent).code
    if site is None or {"team", "agent"} & _named(question):
        return principal
    return replace(principal, role="board", scope=(*principal.scope, Filter("site", (site,))))


def permit(question: Question, principal: Principal) -> Question:
    """Return the question narrowed to what the principal may see. Raises Forbidden."""
    check_names((call.slug for call in question.metrics), _named(question), principal)
    scope = principal.scope
    if principal.role == "agent":
        scope = (*scope, _of_agent(question, principal))
    places = tuple(each for each in _whole_scope(principal) if each.dimension in SHOWING_OTHERS)
    return replace(narrow(question, scope), scope=places) if scope else question


def restrict_directory(directory: Directory, principal: Principal) -> Directory:
    """Return the directory as the principal may see it."""
    members = find_members_within(directory, _whole_scope(principal))
    if not principal.sees_people and principal.role != "agent":
        members["agent"] = {}

    def known(scope: Iterable[tuple[str, int]]) -> bool:
        return all(number in members.get(dimension, {}) for dimension, number in scope)

    return replace(
        directory,
        members=MappingProxyType(members),
        zones={site: zone for site, zone in directory.zones.items() if site in members["site"]},
        targets=tuple(each for each in directory.targets if known(each.scope)),
        annotations=tuple(each for each in directory.annotations if principal.annotations and known(each.scope)),
    )


def is_of_teams(principal: Principal) -> bool:
    """Return whether a principal is bound to teams and to no place, as agents and keys with only teams are."""
    return is_bound_to_teams(_whole_scope(principal))


def narrow(question: Question, scope: Iterable[Filter]) -> Question:
    """Return the question with these filters added, in the canonical order of filters."""
    every = {*question.where, *scope}
    including: dict[str, list[Filter]] = {}
    for each in every:
        if not each.negated:
            including.setdefault(each.dimension, []).append(each)
    where = {each for each in every if each.negated}
    for dimension, filters in including.items():
        # The values of each filter are in the order of their dimension, so the common values are too.
        common = tuple(value for value in filters[0].values if all(value in each.values for each in filters))
        # If the filters have no value in common, all of them remain and no row passes.
        where.update([Filter(dimension, common)] if common else filters)
    ordered = sorted(where, key=lambda each: (each.dimension, each.negated, each.values))
    return replace(question, where=tuple(ordered))


def _named(question: Question) -> set[str]:
    return {*question.by, *(each.dimension for each in question.where)}


def _of_agent(question: Question, principal: Principal) -> Filter:
    """Return an agent's filter: on the agent if the question names the dimension agent, else on the team."""
    if "agent" in _named(question):
        return Filter("agent", (principal.agent or "",))
    if principal.team is None:
        raise Forbidden("You belong to no team: ask for your own figures (agent=…).", code="forbidden_dimension")
    return Filter("team", (principal.team,))


def _whole_scope(principal: Principal) -> tuple[Filter, ...]:
    """Return the principal's scope; for the role agent, with a filter on the agent."""
    own = (Filter("agent", (principal.agent or "",)),) if principal.role == "agent" else ()
    return (*principal.scope, *own)
