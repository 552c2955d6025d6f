"""The dimensions that a metric can be split by and filtered on, and the refusal of other dimensions.

The dimensions of a question choose the formula of a metric: over contacts, or over legs.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache, lru_cache
from typing import Final

from cadran.compiler.lattice.lattice import LATTICE
from cadran.compiler.timing import CALENDAR
from cadran.domain.access.permit import QUEUES, find_permitted_metrics
from cadran.domain.access.principal import Principal
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import ATTRIBUTE, DIMENSIONS, PEOPLE_DIMENSIONS, declare
from cadran.domain.metric import VERSION, Metric, Ratio
from cadran.domain.metric_ref import check_version
from cadran.domain.parts.case import STOCK_FACTS
from cadran.domain.parts.goodwill import CHURN_PARTS
from cadran.domain.parts.live import LIVE_FACTS
from cadran.domain.parts.part import Part
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import Filter, MetricRef, Question
from cadran.domain.window import WIDTHS
from cadran.errors import QuestionRefused

#: The dimensions, and the word for any attribute.
_DECLARED: Final = (*DIMENSIONS, ATTRIBUTE)
#: Facts that are read from the tables of another fact.
_READ_FROM: Final = {"reach": "customer", "tried": "customer", "lately": "queue", **dict.fromkeys(STOCK_FACTS, "step")}


#: The parts that are known by day only, with the subject and verb of the refusal.
_KNOWN_BY_DAY: Final = {
    "customers_active": "customers are",
    "budget_window": "budgets are",
    "mean_staff": "staff is",
    "judged": "tired agents are",
    **{part.slug: "customers are" for part in CHURN_PARTS},
}


@cache
def find_possible_dimensions(formula: Ratio) -> tuple[str, ...]:
    """Return the dimensions that a formula can be split by and filtered on. ``ATTRIBUTE`` is among them if attributes
    are."""
    parts = [PARTS[term.part] for term in (*formula.numerator, *formula.denominator)]
    return tuple(dimension for dimension in _DECLARED if all(supports(part, dimension) for part in parts))


def supports(part: Part, dimension: str) -> bool:
    """Return whether a part can be split by a dimension and filtered on it."""
    dimension = declare(dimension)
    if dimension in part.ignores:
        return True
    if part.fact in ("base", "reach", "open", *STOCK_FACTS, *LIVE_FACTS) and dimension in CALENDAR:
        return False
    if part.fact == "doing":
        return dimension in ("partner", "site", "queue", *PEOPLE_DIMENSIONS)
    if part.fact in ("strain", "staff"):
        return dimension in ("partner", "site", "team")
    if part.fact in ("base", "helped"):
        return dimension == "segment"
    if part.fact == "churn":
        return dimension in ("segment", "year", "month", "day", "weekday")
    if part.fact == "budget" or dimension in CALENDAR:
        return part.fact != "budget" or dimension in ("partner", "site", *CALENDAR)
    stored = "site" if dimension == "partner" else dimension
    fact = _READ_FROM.get(part.fact, part.fact)
    return any(stored in table.dimensions for table in LATTICE if table.fact == fact)


def find_dimensions(metric: Metric) -> tuple[str, ...]:
    """Return all dimensions that a metric can be split by, in any of its formulas. ``ATTRIBUTE`` is among them if
    attributes are."""
    readings = metric.readings
    found = {dimension for formula in readings for dimension in find_possible_dimensions(formula)}
    return tuple(dimension for dimension in _DECLARED if dimension in found)


def has_dimensions(metric: Metric, names: Iterable[str]) -> bool:
    """Return whether a metric can be split by each of these dimensions, in any of its formulas."""
    return set(map(declare, names)) <= set(find_dimensions(metric))


def name_dimensions(found: Collection[str], attributes: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions with the names of the attributes in place of ``ATTRIBUTE``."""
    names = tuple(name for name in DIMENSIONS if name in found)
    return (*names, *attributes) if ATTRIBUTE in found else names


def find_answerable_metrics(slugs: Iterable[str], principal: Principal) -> tuple[str, ...]:
    """Return the metrics that the principal may ask for and that some question within its scope has figures of.

    An agent's questions are filtered on its team, or on the agent itself; those about waiting contacts on its site."""
    bounds = {each.dimension for each in principal.scope}
    found = []
    for slug in find_permitted_metrics(slugs, principal):
        ways = [bounds]
        if principal.role == "agent" and slug not in QUEUES:
            ways = [bounds | {"team"}, bounds | {"agent"}]
        if any(has_dimensions(METRICS[slug], way) for way in ways):
            found.append(slug)
    return tuple(found)


def list_dimensions(principal: Principal, attributes: Iterable[str]) -> tuple[str, ...]:
    """Return the dimensions that the catalogue lists for a caller, with these attributes.

    An embed token sees only the dimensions of its metrics. Others see all dimensions. So an embed token sees no team,
    reason or segment that its figures cannot show."""
    if not principal.is_embedded:
        return (*DIMENSIONS, *attributes)
    found = {name for slug in find_permitted_metrics(METRICS, principal) for name in find_dimensions(METRICS[slug])}
    return name_dimensions(found, attributes)


def make_dimension_refusal(
    metric: Metric, dimension: str, *, split: bool, scope: Sequence[Filter] = ()
) -> QuestionRefused:
    """Return the refusal of a split or filter that a metric cannot have: the reason and the possible dimensions.

    A filter on a dimension of ``scope`` comes from the caller's key: the refusal says what the key is bound to."""
    verb = "split by" if split else "filtered on"
    reason = (
        " A lost contact has no agent."
        if dimension in PEOPLE_DIMENSIONS and metric.family in ("service", "volume") and metric.kind != "percentile"
        else ""
    )
    if dimension == "agent" and metric.group_min:
        reason = " It is shown for teams and sites, never for one person."
    if dimension == "queue" and metric.family == "agents":
        reason = " Agents may serve several queues, so their time belongs to none of them."
    possible = tuple(name for name in find_dimensions(metric) if name in DIMENSIONS)
    if split and dimension in CALENDAR and not set(possible) & set(CALENDAR):
        reason = " It describes an instant or a whole window: for its course over time, ask for a grain (day, month …)."
    bound_to = None if split else _bound_to(dimension, {each.dimension for each in scope})
    if bound_to is not None:
        known = f"is known for sites, not for {dimension}s" if "site" in possible else f"is not known for {dimension}s"
        sites = "use a key that is bound to sites or partners, or " if "site" in possible else ""
        return QuestionRefused(
            f"This key is bound to {bound_to}, and {metric.slug} {known}.{reason} To get an answer,"
            f" {sites}ask for a metric that is known for {dimension}s.",
            code="impossible_filter",
            parameter=dimension,
        )
    return QuestionRefused(
        f"{metric.slug} cannot be {verb} {dimension}.{reason} It can by {', '.join(possible)}.",
        code="impossible_split" if split else "impossible_filter",
        parameter="by" if split else dimension,
        suggestions=possible,
    )


def _bound_to(dimension: str, bounds: Collection[str]) -> str | None:
    """Return what a key with these bounds is bound to, if the bounds filter its questions on this dimension."""
    if dimension in PEOPLE_DIMENSIONS and "agent" in bounds:
        # An agent's question is filtered on its team.
        return "an agent"
    return f"{dimension}s" if dimension in bounds else None


def choose_formula(metric: Metric, arguments: Mapping[str, float | str], question: Question) -> Ratio:
    """Return the formula over contacts, or over legs if a team or agent is named. Refuse impossible dimensions."""
    dimensions = {*question.by, *(each.dimension for each in question.where)}
    check_version(metric, str(arguments.get(VERSION, metric.version)), dimensions)
    formula = metric.formula(arguments, by_people=not dimensions.isdisjoint(PEOPLE_DIMENSIONS))
    for name in dimensions:
        if declare(name) not in find_possible_dimensions(formula) and not _ignored_filter(name, formula, question):
            raise make_dimension_refusal(metric, name, split=name in question.by, scope=question.scope)
    named = (*formula.denominator, *formula.numerator)
    by_day = [term.part for term in named if term.part in _KNOWN_BY_DAY]
    if by_day and question.grain in WIDTHS:
        raise QuestionRefused(
            f"{metric.slug} needs a grain of a day or coarser: {_KNOWN_BY_DAY[by_day[0]]} known by day only.",
            code="impossible_grain",
            parameter="grain",
        )
    return formula


def _ignored_filter(name: str, formula: Ratio, question: Question) -> bool:
    """Return whether a calendar filter narrows only the numerator (customers in contact or lost), never the base. Lost
    customers have no time of day."""
    facts = find_facts(formula)
    narrows = name in CALENDAR and not (name == "time_of_day" and "churn" in facts)
    return "base" in facts and narrows and name not in question.by


def find_facts(formula: Ratio) -> set[str]:
    """Return the facts that a formula reads."""
    return {PARTS[term.part].fact for term in (*formula.numerator, *formula.denominator, *formula.n)}


def counts_people(question: Question) -> bool:
    """Return whether a figure of the question counts distinct customers."""
    return any(map(_counts_people, question.metrics))


@lru_cache(maxsize=4096)
def _counts_people(call: MetricRef) -> bool:
    return not find_facts(call.metric.formula(call.values())).isdisjoint({"customer", "reach", "tried"})
