"""What is left of a term before it breaks, by whole contacts: exact, as sums and target are.

Of a share, a miss is a contact that counts in the denominator without being good (a late call, an abandonment), a hit
one that is good. With n good of d and a target t of a share that should be high, k more misses leave n / (d + k), which
still reaches t while k ≤ n / t − d; m more hits lift (n + m) / (d + m) to t from m ≥ (t d − n) / (1 − t) on. Of a share
that should be low, n are the misses, and the two change places. Of a mean, what is left is the time that the same
contacts could have taken more.
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from math import ceil, floor

from cadran.contracts.model.term import Term
from cadran.contracts.settlement.attainment import Sums


@dataclass(frozen=True, slots=True)
class Margin:
    """``misses_left``: how many more contacts may miss in a row with the target still met (0: none, or it is missed
    already); ``late_calls_left``: the same, where a miss is a late answer. ``hits_needed``: how many more in a row have
    to be good until it is met again; 0 while it is. ``seconds_left``: of a mean, below 0 where it is past its target.
    None where no number is enough, or it does not apply."""

    misses_left: int | None = None
    late_calls_left: int | None = None
    hits_needed: int | None = None
    seconds_left: Decimal | None = None


def margin(term: Term, sums: Sums) -> Margin:
    """The margin of a term that stands at these sums."""
    if term.call.metric.kind == "mean":
        return Margin(seconds_left=term.beyond(sums.numerator, sums.denominator, term.target))
    n, d, t = Fraction(sums.numerator), Fraction(sums.denominator), Fraction(term.target)
    if term.higher:
        misses = None if t <= 0 else floor(n / t - d)
        hits = _times(t * d - n, 1 - t)
    else:
        misses = None if t >= 1 else floor((t * d - n) / (1 - t))
        hits = _times(n - t * d, t)
    left = None if misses is None else max(0, misses)
    return Margin(left, left if term.call.slug.startswith("service_level") else None, hits)


def _times(missing: Fraction, each: Fraction) -> int | None:
    """How many steps make good what is missing; None where none does."""
    if missing <= 0:
        return 0
    return ceil(missing / each) if each > 0 else None
