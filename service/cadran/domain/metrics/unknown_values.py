"""Values that sources may leave out: what metrics do with contacts whose wait, times or cost is not known.

Unknown is neither zero nor infinity. A contact without a value leaves the numerator and the denominator of the figures
that read the value, and answers warn of it. Shares with a threshold can count unknown waits as missed instead, as
contracts do unless they say otherwise.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from typing import Final

from cadran.domain.metric import MISSED, UNKNOWN_WAITS, Label, Parameter, Ratio, Revision, Term, Unknown, terms

LEFT_OUT: Final = "left_out"

#: The contacts of unknown wait that a figure concerns: answered ones, abandoned ones, or both.
ANSWERED_WAITS: Final = Unknown("wait", terms("handled_unknown"), terms("handled"), "answered")
ABANDONED_WAITS: Final = Unknown("wait", terms("abandoned_unknown"), terms("abandoned"), "abandoned")
WAITS: Final = Unknown("wait", terms("handled_unknown + abandoned_unknown"), terms("handled + abandoned"))
#: Answered contacts of unknown wait: by the agent who answered first, and by the wait in open hours.
FIRST_ANSWERS: Final = Unknown("wait", terms("answers_unknown"), terms("answers"), "answered")
FIRST_ANSWERS_OPEN: Final = Unknown("wait", terms("answers_unknown_open"), terms("answers_open"), "answered")
ANSWERED_WAITS_OPEN: Final = Unknown("wait", terms("handled_unknown_open"), terms("handled_open"), "answered")
#: Handled contacts, and legs, whose talk time is not known.
TIMES: Final = Unknown("times", terms("answered - timed"), terms("answered"))
FIRST_TIMES: Final = Unknown("times", terms("answers_untimed"), terms("first_answers"))
LEG_TIMES: Final = Unknown("leg_times", terms("legs_unknown"), terms("legs + legs_unknown"))
#: Contacts, and contacts of identified customers, whose cost is not known.
COSTS: Final = Unknown("cost", terms("unpriced"), terms("priced + unpriced"))
COSTS_OF_CUSTOMERS: Final = Unknown("cost", terms("unpriced_identified"), terms("identified"))

#: The parameter of the count of unknown waits, by the choice of each kind of contacts.
OF: Final = Parameter(
    "of",
    "choice",
    "all: answered and abandoned contacts; answered: answered contacts only; abandoned: abandoned contacts only",
    default="all",
    choices=("all", "answered", "abandoned"),
)
COUNTS: Final[Mapping[str, Ratio]] = {
    found.of: Ratio(found.count, (), found.whole) for found in (WAITS, ANSWERED_WAITS, ABANDONED_WAITS)
}
TREATMENT: Final = Parameter(
    UNKNOWN_WAITS,
    "choice",
    "left_out: contacts of unknown wait do not count; missed: contacts of unknown wait count as if they had waited beyond"
    " every threshold",
    default=LEFT_OUT,
    choices=(LEFT_OUT, MISSED),
)

_SINCE: Final = date(2026, 11, 30)
_CHANGE: Final = Label(
    "Contacts of unknown wait are left out. Before, abandoned ones counted as long waits, and answered ones could not be"
    " loaded.",
    "Les contacts dont l'attente n'est pas connue sont laissés de côté. Auparavant, les abandons d'attente inconnue"
    " comptaient comme de longues attentes, et les contacts pris en charge d'attente inconnue ne pouvaient être chargés.",
)

#: A tariff by the minute gave a cost to a contact whose handle time was unknown. The costs are stored, so the figures
#: before the change cannot be computed any more.
KNOWN_COSTS: Final = Revision(
    _SINCE,
    Label(
        "A contact whose handle time is unknown has no cost by a tariff per minute or hour. Before, its time counted as"
        " zero.",
        "Un contact dont la durée de traitement n'est pas connue n'a pas de coût selon un tarif à la minute ou à l'heure."
        " Auparavant, sa durée comptait pour zéro.",
    ),
)


def leave_out_unknown(formula: Ratio, unknown: Unknown, *, numerator: bool = False) -> Ratio:
    """Return a formula whose denominator (and ``numerator``) has no contacts of unknown wait."""
    less = tuple(replace(term, sign=-term.sign) for term in unknown.count)
    above = (*formula.numerator, *less) if numerator else formula.numerator
    return replace(formula, numerator=above, denominator=(*formula.denominator, *less), unknown=unknown)


def read_open_hours(unknown: Unknown) -> Unknown:
    """Return the same contacts, counted by their waits in open hours."""
    return replace(unknown, count=name_open_parts(unknown.count), whole=name_open_parts(unknown.whole))


def name_open_parts(found: tuple[Term, ...]) -> tuple[Term, ...]:
    """Return the terms over the parts that count open seconds."""
    return tuple(replace(term, part=f"{term.part}_open") for term in found)


def revise_unknown(replaced: Mapping[str, Ratio]) -> tuple[Revision, ...]:
    """Return the revisions of a metric that had these formulas before unknown waits were left out."""
    known = {name: replace(formula, unknown=None) for name, formula in replaced.items()}
    return (Revision(_SINCE, _CHANGE, known),)
