"""A term of a contract: which metric has to reach what, over which windows, and what follows in euros.

Only figures that add up over quarter-hours or days can be settled: shares and means whose numerators and denominators
are sums over contacts. A metric that cannot be is refused by name (``bad_term``). Answers to surveys are settled by the
month only, so that no single answer is told.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from cadran.domain.metric import Label
from cadran.domain.metric_ref import parse_call
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricCall
from cadran.errors import QuestionRefused

_FACTS: Final = frozenset({"contact", "pending", "response", "pending_hours", "leg", "case", "callback", "survey"})
_KINDS: Final = ("share", "mean")


class Unit(StrEnum):
    """The width of a measurement window; cut at the period's edges."""

    QUARTER_HOUR = "quarter_hour"
    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def minutes(self) -> int | None:
        """Of those shorter than a day."""
        return {Unit.QUARTER_HOUR: 15, Unit.HALF_HOUR: 30, Unit.HOUR: 60}.get(self)


@dataclass(frozen=True, slots=True)
class Rule:
    """What is due. ``missed_window``: the amount for each missed window. ``point``: for each point (a hundredth of a
    share, a second of a mean) that the period's figure is worse than the target; ``started`` points count whole,
    ``whole`` ones only when full, ``exact`` in proportion. ``step``: once, if the figure is worse than the bound; of
    several steps the deepest. ``bonus``: once, to the partner's good, if the figure is at least as good as the bound;
    of several the best."""

    kind: Literal["missed_window", "point", "step", "bonus"]
    amount: Decimal
    bound: Decimal | None = None
    counted: Literal["started", "whole", "exact"] = "started"


@dataclass(frozen=True, slots=True)
class Term:
    """``target`` is in the metric's unit and belongs to the better side: reaching it exactly meets it. ``channels``
    None: those of the contract. ``cap`` bounds the term's penalties."""

    code: str
    label: Label
    call: MetricCall
    target: Decimal
    unit: Unit
    rules: tuple[Rule, ...] = ()
    cap: Decimal | None = None
    channels: tuple[str, ...] | None = None

    @property
    def higher(self) -> bool:
        """Whether more is better."""
        return self.call.metric.better == "higher"

    def met(self, numerator: Decimal, denominator: Decimal) -> bool | None:
        """Whether a figure reaches the target, without dividing; None where it is undefined."""
        if not denominator:
            return None
        wanted = self.target * denominator
        return numerator >= wanted if self.higher else numerator <= wanted

    def beyond(self, numerator: Decimal, denominator: Decimal, bound: Decimal) -> Decimal:
        """How far a figure is past a bound, in the better direction, times the denominator."""
        past = numerator - bound * denominator
        return past if self.higher else -past


def settled_call(text: str, unit: Unit) -> MetricCall:
    """The call of a metric that a term may be about; refused with ``bad_term`` otherwise, and for whatever its own
    words are refused for."""
    call = parse_call(text)
    metric = call.metric
    formula = metric.formula(call.values())
    parts = [PARTS[term.part.replace("_who", "_contact")] for term in (*formula.numerator, *formula.denominator)]
    if not metric.better or metric.kind not in _KINDS or any(part.fact not in _FACTS for part in parts):
        raise _bad(f"{call.name} cannot be settled: a term needs a share or a mean over contacts with a better side.")
    if any(part.ignores for part in parts):
        raise _bad(f"{call.name} is not counted over the sites and channels of a contract alone.")
    if any(part.fact == "survey" for part in parts) and unit is not Unit.MONTH:
        raise _bad(f"{call.name} speaks of single people's answers: settle it with window=month.")
    return call


def _bad(detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_term", parameter="terms")
