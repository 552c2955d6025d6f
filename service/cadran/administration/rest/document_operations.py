"""The operations of trusted documents, for the OpenAPI document."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from cadran.administration.rest.schemas import ADMINISTRATION_SCHEMAS
from cadran.rest.change_operations import (
    FAILED,
    IDEMPOTENCY,
    WRITING,
    describe_body,
    uncached_response,
)
from cadran.rest.operations import describe_operation
from cadran.rest.responses import describe_refused

_EXAMPLE: Final = "{ catalogue { dimensions { slug } } }"
_DOCUMENT: Final[dict[str, Any]] = {
    "name": "document",
    "in": "path",
    "required": True,
    "description": "The id of the document.",
    "schema": ADMINISTRATION_SCHEMAS["DocumentMade"]["properties"]["document_id"],
    "example": f"sha256:{sha256(_EXAMPLE.encode()).hexdigest()}",
}
#: Path → method → operation.
DOCUMENTS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "/v1/documents": {
        "get": {
            **describe_operation(
                "listDocuments", "access", "List all trusted documents with their texts. For administrators."
            ),
            "responses": {
                "200": uncached_response("All trusted documents.", "Documents"),
                **describe_refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
        "post": {
            **describe_operation(
                "addDocument",
                "access",
                "Add a trusted GraphQL document. If it is already trusted, nothing changes. For administrators.",
            ),
            "parameters": [IDEMPOTENCY],
            "requestBody": describe_body("DocumentBody", {"document": _EXAMPLE}),
            "responses": {
                "201": uncached_response("The id of the document.", "DocumentMade"),
                **describe_refused(*WRITING),
            },
        },
    },
    "/v1/documents/{document}": {
        "delete": {
            **describe_operation("removeDocument", "access", "Remove a trusted document. For administrators."),
            "parameters": [_DOCUMENT],
            "responses": {"204": {"description": "The document was removed."}, **describe_refused("NotFound", *FAILED)},
        },
    },
}
