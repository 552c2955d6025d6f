"""The warning that a figure about cases has no case: such figures only count cases that a source provides.

Cases inferred from contacts cannot replace them. An inferred case opens and ends with contacts, so each would count as
resolved.
"""

from __future__ import annotations

from collections.abc import Sequence

from cadran.domain.answer import Figures, Notice
from cadran.domain.metric import Label

FAMILY = "cases"


def notices(totals: Sequence[Figures], others: Sequence[Notice]) -> tuple[Notice, ...]:
    """Return a notice that names the figures without any case in the whole window and scope.

    Figures in opening hours are left out if ``others`` already report sites without a calendar."""
    unknown_hours = any(notice.code == "without_calendar" for notice in others)
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
        f"No case from a source counts here for {names}: none is in this window and scope, or none are loaded yet"
        " (--as cases). Cases inferred from contacts have no resolution.",
        f"Aucun dossier fourni par une source ne compte ici pour {names} : aucun dans cette période et ce périmètre, ou"
        " aucun de chargé (--as cases). Ceux que l'on déduit des contacts ne disent rien de leur résolution.",
    )
    return (Notice("no_given_cases", detail, tuple(call.slug for call in empty)),)
