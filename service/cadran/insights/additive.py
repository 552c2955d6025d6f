"""The rule for adding up groups: figures add up if they are sums of numerators over sums of denominators."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cadran.domain.dimension import LEG_DIMENSIONS, PEOPLE_DIMENSIONS
from cadran.domain.parts.part import Part
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricRef

_A: Final = {"percentile": "a percentile", "index": "an index", "computed": "a figure of staffing"}
_PEOPLE: Final = frozenset({"customer", "reach", "tried", "open", "base"})
_LEAVERS: Final = frozenset({"churn", "helped"})


def explain_not_additive(call: MetricRef, by: Collection[str]) -> str | None:
    """Return why the figures of groups do not add up, as the end of a sentence; None if they add up."""
    if call.metric.kind in _A:
        return f"{_A[call.metric.kind]} cannot be computed from those of its groups"
    parts = _parts(call)
    if any(part.fact in _PEOPLE for part in parts):
        return "a customer who is in several groups counts only once in their total"
    if any(part.fact in _LEAVERS for part in parts):
        return "which customers left after a gesture depends on the bucket"
    if any(part.fact == "budget" or set(part.ignores) & set(by) for part in parts):
        return "its denominator is the same for all groups"
    return None


def explain_shared(call: MetricRef, by: Collection[str], filtered: Collection[str]) -> str | None:
    """Return why the figures of groups of legs do not add up, as the end of a sentence; None if they add up.

    They do over time: a contact belongs to one bucket."""
    if not {*PEOPLE_DIMENSIONS} & {*by, *filtered} or not LEG_DIMENSIONS & {*by}:
        return None
    formula = call.metric.formula(call.values(), by_people=True)
    if all(PARTS[term.part].fact != "shared" for term in (*formula.numerator, *formula.denominator)):
        return None
    return "a contact that several of the groups took part in counts only once in their total"


def _parts(call: MetricRef) -> list[Part]:
    formula = call.metric.formula(call.values())
    terms = (*formula.numerator, *formula.denominator, *formula.n)
    return [PARTS[term.part] for term in terms]
