"""The seven formulas of the service level, by what becomes of abandoned contacts and of unknown waits.

All formulas leave out the same contacts of unknown wait, so that they differ by their treatment of abandonments only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from cadran.domain.metric import FROM_QUEUE, Ratio, Term, terms
from cadran.domain.metrics.unknown_values import ANSWERED_WAITS, WAITS, leave_out_unknown

#: All contacts that were answered, abandoned, never answered, or still wait beyond the threshold.
_JUDGED = "handled + abandoned + expired + overdue:within"

#: The formulas if contacts of unknown wait count as missed.
MISSED_FORMULAS: Mapping[str, Ratio] = {
    name: Ratio(terms(numerator), terms(denominator), unknown=ANSWERED_WAITS if name == "answered_only" else WAITS)
    for name, numerator, denominator in (
        ("offered", "handled:within", _JUDGED),
        ("answered_only", "handled:within", "handled"),
        ("offered_ex_short", "handled:within", f"{_JUDGED} - abandoned:short"),
        ("abandon_neutral", "handled:within", f"{_JUDGED} - abandoned:within"),
        ("short_as_met", "handled:within + abandoned:short", _JUDGED),
        ("removed_within", "handled:within + abandoned:within", _JUDGED),
        ("all_incoming", "handled:within", "offered + overdue:within"),
    )
}
#: The formulas over contacts of known wait.
SERVICE_LEVEL_FORMULAS: Mapping[str, Ratio] = {
    name: leave_out_unknown(formula, formula.unknown) for name, formula in MISSED_FORMULAS.items() if formula.unknown
}


def _from_queue(terms_of: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the terms with the waits from the entry into the queue."""
    return tuple(
        replace(term, part=f"{term.part}{FROM_QUEUE}") if term.within or term.part.endswith("_unknown") else term
        for term in terms_of
    )


def measure_from_queue(formulas: Mapping[str, Ratio]) -> Mapping[str, Ratio]:
    """Return the formulas, and after them the same over the waits from the entry into the queue."""
    found = dict(formulas)
    for name, formula in formulas.items():
        unknown = formula.unknown and replace(formula.unknown, count=_from_queue(formula.unknown.count))
        above, below = _from_queue(formula.numerator), _from_queue(formula.denominator)
        found[f"{name}{FROM_QUEUE}"] = replace(formula, numerator=above, denominator=below, unknown=unknown)
    return found
