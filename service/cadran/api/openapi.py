"""The OpenAPI 3.1 document, made from the declared operations, the catalogue and the table of problems."""

from __future__ import annotations

from functools import cache
from importlib.metadata import version
from typing import Any, Final

from cadran.api.probes import PROBE_SCHEMAS, describe_probes
from cadran.api.registry import OPERATIONS
from cadran.rest.description import SHARED, describe_operation
from cadran.rest.document_shape import add_csv_paths, add_titles, share_parameters
from cadran.rest.figure_schemas import SCHEMAS
from cadran.rest.responses import HEADERS, make_components
from cadran.rest.schemas import Schema

_ABOUT: Final = (
    "Figures about the contacts of a contact centre. Times are RFC 3339 with the offset of the zone, durations are "
    "seconds, ratios run from 0 to 1, null is undefined. Every answer states how far the data reach (`as_of`) and how "
    "long the answer counts as current (`stale_after`). It has a strong ETag: ask again with If-None-Match. Labels and "
    "warnings are English or French, by Accept-Language. Problems are RFC 9457, with a stable `code`. Answers may gain "
    "members, and enums may gain values: ignore unknown ones. `site!` is a deprecated spelling of `site.not`."
)
_TAGS: Final = {
    "figures": "Figures, reports and lists of contacts.",
    "catalogue": "The metrics and dimensions to ask for.",
    "contracts": "SLA contracts with partners, and the amounts due.",
    "objectives": "Objectives, key results and their progress.",
    "access": "Keys, embed tokens and the audit log.",
    "service": "The API itself: index, OpenAPI document, problems and health.",
}
_KEY: Final[dict[str, Any]] = {
    "type": "http",
    "scheme": "bearer",
    "description": "An API key (cad_…), an embed token, or an OIDC token of the identity provider.",
}


@cache
def build_document(release: str = version("cadran")) -> dict[str, Any]:
    """Return the whole document of this release."""
    paths, parameters = share_parameters(_paths())
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "cadran",
            "version": release,
            "summary": "The figures of a contact centre, as a typed API.",
            "description": _ABOUT,
            "license": {"name": "Apache-2.0", "identifier": "Apache-2.0"},
            "contact": {"name": "The operator of this service"},
        },
        "servers": [{"url": "/", "description": "The server that serves this document."}],
        "tags": [{"name": name, "description": about} for name, about in _TAGS.items()],
        "security": [{"key": []}],
        "paths": paths,
        "components": {
            "schemas": add_titles(_schemas()),
            "parameters": {**SHARED, **parameters},
            "headers": HEADERS,
            "responses": make_components(),
            "securitySchemes": {"key": _KEY},
        },
    }


def _paths() -> dict[str, dict[str, Any]]:
    """Return every path with its methods. HEAD answers like GET, without a body."""
    found: dict[str, dict[str, Any]] = {}
    for each in OPERATIONS:
        found.setdefault(each.path, {})[each.method.lower()] = describe_operation(each)
    return add_csv_paths(found) | describe_probes()


def _schemas() -> dict[str, Schema]:
    found: dict[str, Schema] = {**SCHEMAS, **PROBE_SCHEMAS}
    for each in OPERATIONS:
        found |= each.schemas
    return found
