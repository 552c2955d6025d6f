"""The catalogue as a JSON document: metrics with their meaning and dimensions, dimensions with their members."""

from __future__ import annotations

from typing import Any, Final

from cadran.compiler.supported_dimensions import (
    find_answerable_metrics,
    find_dimensions,
    list_dimensions,
    name_dimensions,
)
from cadran.domain.access.principal import Principal
from cadran.domain.catalogue import FAMILIES, METRICS, SCORECARD
from cadran.domain.dimension import Dimension
from cadran.domain.directory import Directory
from cadran.domain.metric import Metric, Parameter
from cadran.domain.question import Compare
from cadran.domain.window import Grain
from cadran.web.catalogue_documents import encode_revisions

#: Dimensions of people. Their members are not listed: a caller must know the code of an agent.
_UNLISTED: Final = frozenset({"agent"})
#: Dimension → the dimension that its members belong to.
_PARENTS: Final = {"site": "partner", "team": "site", "agent": "team", "reason": "moment"}


def catalogue_document(directory: Directory, principal: Principal, language: str) -> dict[str, Any]:
    """Return all metrics and dimensions that a principal may ask for, in one language.

    ``directory`` is the part of the directory that the principal may see.
    """
    families = {
        family: find_answerable_metrics((metric.slug for metric in metrics), principal)
        for family, metrics in FAMILIES.items()
    }
    return {
        "metrics": [
            _metric(METRICS[slug], directory, language) for slug in find_answerable_metrics(METRICS, principal)
        ],
        "families": {family: slugs for family, slugs in families.items() if slugs},
        "scorecard": find_answerable_metrics(SCORECARD, principal),
        "dimensions": [
            _dimension(each, directory, language)
            for name in list_dimensions(principal, directory.attributes)
            if (each := directory.find_dimension(name)) is not None
        ],
        "grains": list(Grain),
        "compare": list(Compare),
        "currency": directory.currency,
    }


def _metric(metric: Metric, directory: Directory, language: str) -> dict[str, Any]:
    basis, of_relationship = metric.bases
    return {
        "metric": metric.slug,
        "label": metric.label[language],
        "definition": metric.definition[language],
        "unit": metric.unit,
        "kind": metric.kind,
        "better": metric.better or None,
        "family": metric.family,
        "basis": basis,
        "basis_relationship": of_relationship,
        "version": metric.version,
        "revisions": encode_revisions(metric, language),
        "also": metric.also,
        "parameters": [_parameter(parameter) for parameter in metric.parameters],
        "dimensions": name_dimensions(find_dimensions(metric), directory.attributes),
    }


def _parameter(parameter: Parameter) -> dict[str, Any]:
    found: dict[str, Any] = {"parameter": parameter.slug, "kind": parameter.kind, "description": parameter.description}
    if parameter.kind == "choice":
        found["choices"] = parameter.choices
    elif parameter.kind == "number":
        found |= {"low": parameter.low, "high": parameter.high}
    return {**found, "default": parameter.default}


def _dimension(dimension: Dimension, directory: Directory, language: str) -> dict[str, Any]:
    found: dict[str, Any] = {
        "dimension": dimension.slug,
        "label": dimension.label[language],
        "kind": dimension.kind,
    }
    if dimension.kind == "calendar":
        return found if dimension.slug == "time_of_day" else {**found, "low": dimension.low, "high": dimension.high}
    parent = _PARENTS.get(dimension.slug)
    if parent is not None:
        found["parent"] = parent
    if dimension.slug not in _UNLISTED:
        found["members"] = _members(dimension.slug, parent, directory, language)
    return found


def _members(slug: str, parent: str | None, directory: Directory, language: str) -> list[dict[str, Any]]:
    listed = []
    for member in directory.members.get(slug, {}).values():
        if member.code is None:
            continue
        shown: dict[str, Any] = {"code": member.code, "label": member.label(language)}
        if parent is not None:
            shown["parent"] = directory.member(parent, member.parent).code
        if slug == "site":
            shown["zone"] = directory.zones.get(member.member_id)
        listed.append(shown)
    return listed
