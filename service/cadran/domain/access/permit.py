"""What a principal may ask: one rule for every edge.

What a question names is judged first: a metric or a dimension that the principal may not use is refused
(``forbidden_metric``, ``forbidden_dimension``), and so is a metric that would be counted over more than its scope.
Members outside its scope are no members for it: it is given a directory without them, and without the targets and
annotations about them, so that naming one is told in the same words as naming what does not exist. What it does not
name is narrowed, in silence, to its scope; and whoever shows up in there without belonging to it (an agent of another
site who helped) is told without a name, as nobody's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import replace
from functools import cache
from types import MappingProxyType
from typing import Final

from cadran.domain.access.principal import Principal
from cadran.domain.access.role import ROLES, Right, bearers
from cadran.domain.access.scope_members import PLACES, members_within, of_teams
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import Directory
from cadran.domain.metric_ref import parse_call
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Filter, Question
from cadran.errors import Forbidden

#: The metrics of those who wait.
_QUEUES: Final = frozenset(
    slug
    for slug, metric in METRICS.items()
    if {PARTS[term.part].fact for each in metric.formulas.values() for term in each.numerator} <= {"queue", "lately"}
)


def check_right(principal: Principal, right: Right) -> None:
    """Refuse whoever has not this right. Raises Forbidden."""
    if principal.may(right):
        return
    if right in ROLES[principal.role].rights and principal.is_bound:
        raise Forbidden("This needs a key or token without a scope: an administrator who is bound administers nothing.")
    raise Forbidden(f"The role {principal.role} may not do this; {bearers(right)} may.")


def check_names(metrics: Iterable[str], dimensions: Collection[str], principal: Principal) -> None:
    """Refuse the metrics (as written) and dimensions that the principal may not use. Raises Forbidden, or
    QuestionRefused for what cannot be read."""
    if principal.is_bound:
        for text in metrics:
            _check_metric(parse_call(text.removeprefix("-")).slug, principal)
    if "agent" in dimensions and principal.role != "agent" and not principal.sees_people:
        raise Forbidden(
            f"Figures of single agents are not told to the role {principal.role}; by=team is possible.",
            code="forbidden_dimension",
            parameter="by",
            suggestions=("team",),
        )


def permitted_metrics(slugs: Iterable[str], principal: Principal) -> tuple[str, ...]:
    """Those that the principal may ask for, where nobody named them."""
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
            f"This key may not ask for '{slug}'. It may for {', '.join(allowed)}.",
            code="forbidden_metric",
            parameter="metrics",
            suggestions=allowed,
        )
    beyond = sorted(_counted_over_all(slug) & {each.dimension for each in principal.scope})
    if beyond:
        raise Forbidden(
            f"'{slug}' is counted over every {' and '.join(beyond)}, of which this key may not see all: ask with"
            " one that may.",
            code="forbidden_metric",
            parameter="metrics",
        )


@cache
def _counted_over_all(slug: str) -> frozenset[str]:
    """The dimensions that filters cannot narrow some part of a metric by."""
    metric = METRICS.get(slug)
    readings = [] if metric is None else [*metric.formulas.values(), *([metric.legs] if metric.legs else [])]
    found = [term.part for each in readings for term in (*each.numerator, *each.denominator, *each.n)]
    return frozenset(name for part in found if part in PARTS for name in PARTS[part].ignores)


def asker_of(question: Question, principal: Principal, directory: Directory) -> Principal:
    """Who a question is answered to. How many wait, and how long, is nobody's own, and a contact that waits has come to
    no team yet: an agent is told of that as whoever is bound to the team's site, as long as nothing else is asked."""
    if principal.role != "agent" or not {call.slug for call in question.metrics} <= _QUEUES:
        return principal
    team = directory.codes.get("team", {}).get((principal.team or "").lower(), 0)
    site = directory.member("site", directory.member("team", team).parent).code
    if site is None or {"team", "agent"} & _named(question):
        return principal
    return replace(principal, role="board", scope=(*principal.scope, Filter("site", (site,))))


def permitted(question: Question, principal: Principal) -> Question:
    """The question narrowed to what the principal may see; raises Forbidden."""
    check_names((call.slug for call in question.metrics), _named(question), principal)
    scope = principal.scope
    if principal.role == "agent":
        scope = (*scope, _of_agent(question, principal))
    places = tuple(each for each in _whole_scope(principal) if each.dimension in PLACES)
    return replace(narrowed(question, scope), scope=places) if scope else question


def visible(directory: Directory, principal: Principal) -> Directory:
    """The directory as far as the principal may know of it."""
    members = members_within(directory, _whole_scope(principal))
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
    """Whether a principal is bound to teams and to no place: agents are, and keys with teams alone."""
    return of_teams(_whole_scope(principal))


def narrowed(question: Question, scope: Iterable[Filter]) -> Question:
    """The question under these filters too, in the canonical order of filters."""
    every = {*question.where, *scope}
    including: dict[str, list[Filter]] = {}
    for each in every:
        if not each.negated:
            including.setdefault(each.dimension, []).append(each)
    where = {each for each in every if each.negated}
    for dimension, filters in including.items():
        # Each filter's values stand in their dimension's order, and so do those that are left of them.
        common = tuple(value for value in filters[0].values if all(value in each.values for each in filters))
        # Where nothing is in all of them, they stay side by side, and no row passes.
        where.update([Filter(dimension, common)] if common else filters)
    ordered = sorted(where, key=lambda each: (each.dimension, each.negated, each.values))
    return replace(question, where=tuple(ordered))


def _named(question: Question) -> set[str]:
    return {*question.by, *(each.dimension for each in question.where)}


def _of_agent(question: Question, principal: Principal) -> Filter:
    """An agent asks of themselves where the question names an agent, of the team where it doesn't."""
    if "agent" in _named(question):
        return Filter("agent", (principal.agent or "",))
    if principal.team is None:
        raise Forbidden("You belong to no team: ask for your own figures (agent=…).", code="forbidden_dimension")
    return Filter("team", (principal.team,))


def _whole_scope(principal: Principal) -> tuple[Filter, ...]:
    """A scope with who the asker is, for a role that is somebody's own."""
    own = (Filter("agent", (principal.agent or "",)),) if principal.role == "agent" else ()
    return (*principal.scope, *own)
