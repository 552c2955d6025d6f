"""The margin of a term: what is left before it misses its target, in whole contacts, computed exactly.

For a share, a miss is a contact that counts in the denominator without being good (a late call, an abandonment). A hit
is a good contact. Let n of d contacts be good, and let t be the target of a share whose higher values are better. After
k more misses the share is n / (d + k), which reaches t while k ≤ n / t − d. After m more hits the share is (n + m) / (d
+ m), which reaches t from m ≥ (t d − n) / (1 − t) on. For a share whose lower values are better, n counts the misses,
and the two formulas are exchanged. For a mean, the margin is the additional time, in seconds, that the same contacts
could have taken.
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
    """The margin of a term.

    - ``misses_left``: the number of further misses in a row that still meet the target; 0 also if it is missed already.
    - ``late_calls_left``: the same number for a service level, where a miss is a late answer.
    - ``hits_needed``: the number of good contacts in a row needed until the target is met again; 0 if it is met.
    - ``seconds_left``: for a mean, the additional seconds that its contacts may take in total; below 0 if the target is
      missed.

    A value is None if it does not apply, or if no such number exists.
    """

    misses_left: int | None = None
    late_calls_left: int | None = None
    hits_needed: int | None = None
    seconds_left: Decimal | None = None


def compute_margin(term: Term, sums: Sums) -> Margin:
    """Compute the margin of a term from its sums."""
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
    """Return how many steps of size ``each`` cover what is missing; None if no number does."""
    if missing <= 0:
        return 0
    return ceil(missing / each) if each > 0 else None
