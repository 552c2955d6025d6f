"""Trusted documents, for the OpenAPI document."""

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
    "description": "sha256: and the hash of the text in UTF-8, in hexadecimal digits.",
}
_DOCUMENT: Final[dict[str, Any]] = {
    "name": "document",
    "in": "path",
    "required": True,
    "description": "The document's id.",
    "schema": _ID,
    "example": f"sha256:{sha256(_EXAMPLE.encode()).hexdigest()}",
}
DOCUMENT_SCHEMAS: Final[dict[str, Schema]] = {
    "DocumentSent": form_schema(DocumentSent),
    "Document": record(
        "A trusted document.", {"document_id": _ID, "document": TEXT, "created_at": INSTANT, "created_by": TEXT}
    ),
    "Documents": record("Every trusted document.", {"documents": array(reference("Document"))}),
    "DocumentMade": record("What the document is asked by.", {"document_id": _ID}),
}
#: Path → method → operation.
DOCUMENTS: Final[dict[str, dict[str, dict[str, Any]]]] = {
    "/v1/documents": {
        "get": {
            **named("listDocuments", "access", "Every trusted document with its text. For administrators."),
            "responses": {
                "200": unkept("The documents.", "Documents"),
                **refused("BadRequest", "NotAcceptable", "Refused", *FAILED),
            },
        },
        "post": {
            **named("addDocument", "access", "Trust a GraphQL document; the same again changes nothing."),
            "parameters": [IDEMPOTENCY],
            "requestBody": body("DocumentSent", {"document": _EXAMPLE}),
            "responses": {"201": unkept("Its id.", "DocumentMade"), **refused(*WRITING)},
        },
    },
    "/v1/documents/{document}": {
        "delete": {
            **named("removeDocument", "access", "Trust a document no more. For administrators."),
            "parameters": [_DOCUMENT],
            "responses": {"204": {"description": "It is trusted no more."}, **refused("NotFound", *FAILED)},
        },
    },
}
