"""What to say where a figure about cases has none to speak of: they come from a source, and are never made up.

The cases inferred from contacts cannot stand in: they open and end with contacts, so that each would be resolved.
"""

from __future__ import annotations

from collections.abc import Sequence

from cadran.domain.answer import Figures, Notice
from cadran.domain.metric import Label

FAMILY = "cases"


def notices(totals: Sequence[Figures], told: Sequence[Notice]) -> tuple[Notice, ...]:
    """A notice that names the figures without any case in the whole window and scope. Where sites without a calendar
    have been ``told`` of already, that says enough of figures in open hours."""
    unknown_hours = any(notice.code == "without_calendar" for notice in told)
    empty = [
        each.call
        for each in totals
        if each.call.metric.family == FAMILY
        and each.values[0] is None
        and not (unknown_hours and each.call.values().get("hours") == "open")
    ]
    if not empty:
        return ()
    names = ", ".join(call.name for call in empty)
    detail = Label(
        f"No case that a source gave counts here for {names}: load them (--as cases)."
        " Those inferred from contacts know no resolution.",
        f"Aucun dossier fourni par une source ne compte ici pour {names} : chargez-les (--as cases)."
        " Ceux que l'on déduit des contacts ne disent rien de leur résolution.",
    )
    return (Notice("no_given_cases", detail, tuple(call.slug for call in empty)),)
