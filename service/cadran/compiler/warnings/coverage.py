"""The coverage of a figure: the share of contacts that are not anonymous, or of resolved cases that have a contact.

A figure about customers leaves out anonymous contacts. A figure about resolved cases leaves out cases whose number no
contact has."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from cadran.compiler.select import Fragment, PartUse, QueryScope, select
from cadran.domain.answer import Notice
from cadran.domain.display import percent
from cadran.domain.metric import Label, Metric
from cadran.domain.parts.parts import PARTS

_CONTACTS: Final = Label("contacts; the others are anonymous", "contacts ; les autres sont anonymes")
_RESOLVED: Final = Label(
    "resolved cases; no contact carries the number of the others",
    "dossiers résolus ; aucun contact ne porte le numéro des autres",
)


def fragments(scoped: QueryScope, metrics: Sequence[Metric]) -> list[Fragment]:
    """Return the fragments that count the coverage of these metrics over the whole window, one per fact. They make no
    rows of the answer."""
    by_fact: dict[str, list[str]] = {}
    for name in dict.fromkeys(name for metric in metrics for name in metric.covered):
        by_fact.setdefault(PARTS[name].fact, []).append(name)
    found = []
    for names in by_fact.values():
        counted = select(scoped, tuple(PartUse(PARTS[name]) for name in names), ())
        found.append(replace(counted, kind="coverage", parts=tuple(names)))
    return found


def notices(fragment: Fragment, row: Sequence[object], metrics: Sequence[Metric]) -> tuple[Notice, ...]:
    """Return one notice for each metric that leaves out some of the rows that the fragment counts."""
    counts = dict(zip(fragment.parts, (float(value or 0) for value in row), strict=True))  # type: ignore[arg-type]  # counts
    found = []
    for metric in metrics:
        if metric.covered[0] not in counts:
            continue
        part, whole = (counts[name] for name in metric.covered)
        if part < whole:
            of = _RESOLVED if metric.basis == "resolved" else _CONTACTS
            english, french = (percent(part / whole, language, decimals=1) for language in ("en", "fr"))
            detail = Label(
                f"{metric.slug} covers {english} of the {of.en}.", f"{metric.slug} porte sur {french} des {of.fr}."
            )
            found.append(Notice("coverage", detail, (metric.slug,)))
    return tuple(found)
