"""The versions of metric definitions by which a period is settled.

A period that is not sealed is settled by the present definitions. A sealed statement names the version of each term's
metric. Its restatements are computed by the same versions, so that a new release of cadran causes none.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from itertools import pairwise
from typing import Any, Final

from cadran.contracts.model.contract import Contract, Period
from cadran.domain.metric import VERSION, Label, Revision
from cadran.domain.metric_ref import pin_version
from cadran.domain.question import MetricRef
from cadran.errors import VersionGone

#: The version of each term of a statement that names none: it was sealed when each metric had one definition only.
FIRST_VERSION: Final = "v1"


def pin_definitions(contract: Contract, sealed: Mapping[str, Any]) -> tuple[Contract, dict[str, Label]]:
    """Return the contract with its terms by the definitions of the sealed statement. Terms whose definition can no
    longer be computed are left out, and named in a warning (``not_restated``)."""
    versions = {term["term"]: term["metric_version"] for term in sealed["terms"] if "metric_version" in term}
    terms, gone = [], []
    for term in contract.terms:
        version = versions.get(term.code, FIRST_VERSION)
        try:
            terms.append(replace(term, call=pin_version(term.call, version)))
        except VersionGone:
            gone.append(f"{term.code} ({term.call.slug} {version})")
    if not gone:
        return replace(contract, terms=tuple(terms)), {}
    names = ", ".join(gone)
    detail = Label(
        f"These terms are not restated, because this release cannot compute the definitions that sealed them: {names}.",
        "Ces engagements ne sont pas recalculés, car cette version ne sait plus calculer les définitions qui les ont"
        f" scellés : {names}.",
    )
    return replace(contract, terms=tuple(terms)), {"not_restated": detail}


def _find_changes(call: MetricRef) -> list[Revision]:
    """Return the revisions that changed a formula over contacts. A contract names no team and no agent, so the formula
    over legs does not matter to it. A formula that was added changed none."""
    metric = call.metric
    formulas = [each.replaced for each in metric.revisions] + [metric.find_formulas(call.values())]
    return [
        each
        for each, (before, after) in zip(metric.revisions, pairwise(formulas), strict=True)
        if before is None or after is None or any(after.get(name) != found for name, found in before.items())
    ]


def find_changed_definitions(contract: Contract, period: Period) -> dict[str, Label]:
    """Return a warning (``definition_changed``) for each term whose metric's definition has changed since the period
    began. A term that names the version of its definition keeps it."""
    changed = {
        f"{term.code} ({term.call.slug} {term.call.metric.version})": each
        for term in contract.terms
        for each in _find_changes(term.call)
        if each.since >= period.start and VERSION not in dict(term.call.arguments)
    }
    if not changed:
        return {}
    english = "; ".join(f"{name}, {each.since}: {each.change.en.rstrip('.')}" for name, each in changed.items())
    french = " ; ".join(f"{name}, {each.since} : {each.change.fr.rstrip('.')}" for name, each in changed.items())
    detail = Label(
        f"Definitions have changed since this period began, and apply to all of it: {english}",
        f"Des définitions ont changé depuis le début de la période, et valent pour elle entière : {french}",
    )
    return {"definition_changed": detail}
