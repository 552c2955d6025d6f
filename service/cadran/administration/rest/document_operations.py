"""The operations and JSON Schemas of trusted documents, for the OpenAPI document."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from cadran.administration.rest.documents import DocumentBody
from cadran.rest.change_operations import (
    FAILED,
    IDEMPOTENCY,
    WRITING,
    describe_body,
    make_form_schema,
    uncached_response,
)
from cadran.rest.operations import describe_operation
from cadran.rest.responses import describe_refused
from cadran.rest.schemas import INSTANT, TEXT, Schema, make_array, make_record, refer_to

_EXAMPLE: Final = "{ catalogue { dimensions { slug } } }"
_ID: Final[Schema] = {
    "type": "string",
    "pattern": "^sha256:[0-9a-f]{64}$",
    "maxLength": 71,
    "description": "The document's id: sha256: and the SHA-256 hash of the text in UTF-8, in hexadecimal digits.",
}
_DOCUMENT: Final[dict[str, Any]] = {
    "name": "document",
    "in": "path",
    "required": True,
    "description": "The id of the document.",
    "schema": _ID,
    "example": f"sha256:{sha256(_EXAMPLE.encode()).hexdigest()}",
}
DOCUMENT_SCHEMAS: Final[dict[str, Schema]] = {
    "DocumentBody": make_form_schema(DocumentBody),
    "Document": make_record(
        "A trusted GraphQL document.",
        {
            "document_id": _ID,
            "document": {**TEXT, "description": "The text of the document."},
            "created_at": {**INSTANT, "description": "When the document was added."},
            "created_by": {**TEXT, "description": "The caller who added the document."},
        },
    ),
    "Documents": make_record(
        "All trusted documents.",
        {"documents": {**make_array(refer_to("Document")), "description": "The documents, oldest first."}},
    ),
    "DocumentMade": make_record("The id of the added document.", {"document_id": _ID}),
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
