"""The operations and JSON Schemas of trusted documents, for the OpenAPI document."""

from __future__ import annotations

from hashlib import sha256
from typing import Any, Final

from cadran.administration.rest.documents import DocumentSent
from cadran.rest.change_operations import FAILED, IDEMPOTENCY, WRITING, body, form_schema, unkept
from cadran.rest.operations import named
from cadran.rest.responses import refused
from cadran.rest.schemas import INSTANT, TEXT, Schema, array, record, reference

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
    "DocumentSent": form_schema(DocumentSent),
    "Document": record(
        "A trusted GraphQL document.",
        {
            "document_id": _ID,
            "document": {**TEXT, "description": "The text of the document."},
            "created_at": {**INSTANT, "description": "When the document was added."},
            "created_by": {**TEXT, "description": "The caller who added the document."},
        },
    ),
    "Documents": record(
        "All trusted documents.",
        {"documents": {**array(reference("Document")), "description": "The documents, oldest first."}},
    ),
    "DocumentMade": record("The id of the added document.", {"document_id": _ID}),
}
#: Path → method → operation.
DOCUMENTS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "/v1/documents": {
        "get": {
            **named("listDocuments", "access", "List all trusted documents with their texts. For administrators."),
            "responses": {
                "200": unkept("All trusted documents.", "Documents"),
                **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
        "post": {
            **named(
                "addDocument",
                "access",
                "Add a trusted GraphQL document. A trusted document stays unchanged. For administrators.",
            ),
            "parameters": [IDEMPOTENCY],
            "requestBody": body("DocumentSent", {"document": _EXAMPLE}),
            "responses": {"201": unkept("The id of the document.", "DocumentMade"), **refused(*WRITING)},
        },
    },
    "/v1/documents/{document}": {
        "delete": {
            **named("removeDocument", "access", "Remove a trusted document. For administrators."),
            "parameters": [_DOCUMENT],
            "responses": {"204": {"description": "The document was removed."}, **refused("NotFound", *FAILED)},
        },
    },
}
