"""Which figures may be put together from those of smaller groups: sums of numerators over sums of denominators."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from cadran.domain.metric import Part
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricCall

_A: Final = {"percentile": "a percentile", "index": "an index", "computed": "a number of agents"}
_PEOPLE: Final = frozenset({"customer", "reach", "tried", "open", "base"})
_LEAVERS: Final = frozenset({"churn", "helped"})


def obstacle(call: MetricCall, by: Collection[str]) -> str | None:
    """Why the groups of this split do not add up, as the end of a sentence; None where they do."""
    if call.metric.kind in _A:
        return f"{_A[call.metric.kind]} is not made of those of its groups"
    parts = _parts(call)
    if any(part.fact in _PEOPLE for part in parts):
        return "a customer who is in several groups counts once in all of them together"
    if any(part.fact in _LEAVERS for part in parts):
        return "who left with a gesture before depends on the bucket that is asked for"
    if any(part.fact == "budget" or set(part.ignores) & set(by) for part in parts):
        return "its denominator is the same for all groups"
    return None


def _parts(call: MetricCall) -> list[Part]:
    formula = call.metric.formula(call.values())
    terms = (*formula.numerator, *formula.denominator, *formula.n)
    return [PARTS[term.part.replace("_who", "_contact")] for term in terms]
