"""The JSON Schemas of objectives in the OpenAPI document, made from the documents and the forms."""

from __future__ import annotations

from typing import Any, Final

from cadran.objectives.documents.key_result import (
    CheckInDocument,
    CheckInsDocument,
    KeyResultDocument,
    KeyResultProjectionDocument,
)
from cadran.objectives.documents.objective import ObjectiveDocument, ObjectivesDocument
from cadran.objectives.forms import CheckInBody, KeyResultBody, KeyResultChange, ObjectiveBody, ObjectiveChange
from cadran.rest.document_schemas import describe_documents
from cadran.rest.document_shape import remove_defaults
from cadran.rest.schemas import Schema

FORMS: Final = (ObjectiveBody, ObjectiveChange, KeyResultBody, KeyResultChange, CheckInBody)
#: The documents that have a schema of their name. The others are written where they are used.
DOCUMENTS: Final = {
    "Objective": ObjectiveDocument,
    "KeyResult": KeyResultDocument,
    "KeyResultProjection": KeyResultProjectionDocument,
    "CheckIn": CheckInDocument,
    "CheckIns": CheckInsDocument,
    "Objectives": ObjectivesDocument,
}


def _sent() -> dict[str, Schema]:
    """Return the schemas of the bodies, each definition under its own name."""
    found: dict[str, Any] = {}
    for form in FORMS:
        schema = remove_defaults(form.model_json_schema(ref_template="#/components/schemas/{model}"))
        found |= schema.pop("$defs", {})
        found[form.__name__] = schema
    return found


OBJECTIVE_SCHEMAS: Final[dict[str, Schema]] = {**_sent(), **describe_documents(DOCUMENTS)}
