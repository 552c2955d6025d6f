"""A term of a contract: the metric, the target that it has to reach, its measurement windows, and the amounts due.

Only figures that add up over quarter-hours or days can be settled: shares and means whose numerators and denominators
are sums over contacts. Other metrics are refused by name (``bad_term``). Metrics of survey answers are settled only by
the month, so that a window never reveals a single answer.

A contact of unknown wait counts against the partner, unless the term leaves it out: a share with a threshold counts it
as missed. A mean has no value for it, and always leaves it out.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from enum import StrEnum
from typing import Final, Literal

from cadran.domain.metric import MISSED, UNKNOWN_WAITS, Label
from cadran.domain.metric_ref import make_metric_ref, parse_metric_ref
from cadran.domain.parts.parts import PARTS
from cadran.domain.parts.queue import VISIT_FACTS
from cadran.domain.question import MetricRef
from cadran.errors import QuestionRefused

_ANSWERS: Final = frozenset({"survey", "sending"})
_FACTS: Final = _ANSWERS | {
    *("contact", "pending", "response", "pending_hours", "leg", "case", "callback"),
    *("queued", *VISIT_FACTS),
}
_KINDS: Final = ("share", "mean")


class Unit(StrEnum):
    """The width of a measurement window. Windows are cut at the edges of the period."""

    QUARTER_HOUR = "quarter_hour"
    HALF_HOUR = "half_hour"
    HOUR = "hour"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"

    @property
    def minutes(self) -> int | None:
        """Return the width in minutes; None for a day and longer."""
        return {Unit.QUARTER_HOUR: 15, Unit.HALF_HOUR: 30, Unit.HOUR: 60}.get(self)


RuleKind = Literal["missed_window", "point", "step", "bonus"]
PointCount = Literal["started", "whole", "exact"]
UnknownWaits = Literal["missed", "left_out"]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule for an amount that is due.

    - ``missed_window``: the amount for each missed window.
    - ``point``: the amount for each point by which the period's figure is worse than the target. A point is a hundredth
      of a share, or a second of a mean. With ``started``, a started point counts as a whole point; with ``whole``, only
      whole points count; with ``exact``, fractions of points count.
    - ``step``: the amount once, if the period's figure is worse than the bound. Of several steps, the deepest counts.
    - ``bonus``: the amount once, to the partner, if the period's figure is at least as good as the bound. Of several
      bonuses, the best counts.
    """

    kind: RuleKind
    amount: Decimal
    bound: Decimal | None = None
    counted: PointCount = "started"


@dataclass(frozen=True, slots=True)
class Term:
    """A term of a contract. ``target`` is in the metric's unit; a figure that equals the target meets it. ``channels``
    None means the channels of the contract, ``queues`` None all queues. ``cap`` limits the term's penalties of a
    period."""

    code: str
    label: Label
    call: MetricRef
    target: Decimal
    unit: Unit
    rules: tuple[Rule, ...] = ()
    cap: Decimal | None = None
    channels: tuple[str, ...] | None = None
    queues: tuple[str, ...] | None = None

    @property
    def higher(self) -> bool:
        """Return whether higher figures are better."""
        return self.call.metric.better == "higher"

    def met(self, numerator: Decimal, denominator: Decimal) -> bool | None:
        """Return whether a figure reaches the target, computed without a division; None if the figure is undefined."""
        if not denominator:
            return None
        wanted = self.target * denominator
        return numerator >= wanted if self.higher else numerator <= wanted

    def beyond(self, numerator: Decimal, denominator: Decimal, bound: Decimal) -> Decimal:
        """Return how much better a figure is than a bound, multiplied by the denominator; below 0 if it is worse."""
        past = numerator - bound * denominator
        return past if self.higher else -past


def parse_settled_metric(text: str, unit: Unit, unknown_waits: UnknownWaits = "missed") -> MetricRef:
    """Parse the metric of a term, with the treatment of unknown waits. Raises QuestionRefused for metrics that cannot
    be settled (``bad_term``), and for texts that ``parse_metric_ref`` refuses."""
    call = parse_metric_ref(text)
    if f"{UNKNOWN_WAITS}=" in text.replace(" ", ""):
        raise _bad(f"{call.name}: give {UNKNOWN_WAITS} as a member of the term, not as an argument of its metric.")
    if unknown_waits == MISSED and call.version == call.metric.version and call.metric.missed:
        call = make_metric_ref(call.metric, {**dict(call.arguments), UNKNOWN_WAITS: MISSED})
    metric = call.metric
    formula = metric.formula(call.values())
    parts = [PARTS[term.part] for term in (*formula.numerator, *formula.denominator)]
    if not metric.better or metric.kind not in _KINDS or any(part.fact not in _FACTS for part in parts):
        raise _bad(
            f"{call.name} cannot be settled: a term needs a share or a mean over contacts of which higher or lower"
            " values are better."
        )
    if any(part.ignores for part in parts):
        raise _bad(f"{call.name} cannot be settled: it cannot be limited to the sites and channels of a contract.")
    if any(part.fact in _ANSWERS for part in parts) and unit is not Unit.MONTH:
        raise _bad(f"{call.name} would reveal the survey answers of single people: settle it with window=month.")
    return call


def _bad(detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_term", parameter="terms")
