"""The warning that figures in opening hours leave out sites without known opening hours."""

from __future__ import annotations

from cadran.domain.answer import Notice
from cadran.domain.ask import sites_in
from cadran.domain.directory import Directory
from cadran.domain.metric import Label, Ratio
from cadran.domain.parts.parts import PARTS
from cadran.domain.question import MetricRef, Question

#: The suffix of columns in seconds of opening hours: wait_open, age_open.
_OPEN = "_open"
_SHOWN_MAX = 10


def without_calendar(call: MetricRef, formula: Ratio, question: Question, directory: Directory) -> Notice | None:
    """Return the notice that names the sites in scope that a figure in opening hours leaves out; None where the figure
    leaves out no site or does not use opening hours."""
    named = (PARTS[term.part] for term in (*formula.numerator, *formula.denominator) if term.part in PARTS)
    parts = [PARTS[part.column] for part in named]
    if not any(part.measure.endswith(_OPEN) or part.expression.endswith(_OPEN) for part in parts):
        return None
    sites = sites_in(question.where, directory)
    missing = sorted(set(directory.zones if sites is None else sites) - set(directory.calendars))
    if not missing:
        return None
    codes = [directory.member("site", number).code or "" for number in missing]
    shown, more = ", ".join(codes[:_SHOWN_MAX]), len(codes) - _SHOWN_MAX
    rest = Label(f" and {more} more", f" et {more} autres") if more > 0 else Label("", "")
    return Notice(
        "without_calendar",
        Label(
            f"{call.name} leaves out sites whose opening hours are not known (load them with --as openings):"
            f" {shown}{rest.en}.",
            f"{call.name} laisse de côté les sites dont les horaires d'ouverture ne sont pas connus (à charger avec"
            f" --as openings) : {shown}{rest.fr}.",
        ),
    )
