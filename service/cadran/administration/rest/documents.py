"""The resources ``/v1/documents`` and ``/v1/documents/{document}``, for administrators."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from pydantic import Field
from starlette.responses import Response

from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import StoredAnswer
from cadran.engine.reloader import DirectoryMirror
from cadran.graphql.execution.documents import Documents
from cadran.rest.changes import encode_saved, make_uncached_response, read_form, respond_deleted, run_once
from cadran.rest.context import RequestContext
from cadran.rest.description import make_form_schema
from cadran.rest.operation import Body, OperationGroup, PathParameter
from cadran.rest.responses import describe_deletion, describe_uncached
from cadran.rest.schemas import INSTANT, TEXT, Schema, make_array, make_record, refer_to
from cadran.web.forms import RequestForm

#: The most characters of a document. Any such document fits into a request body, however it is escaped. The limit for
#: documents that may be executed is far lower.
_CHARACTERS_MAX: Final = 100_000


class DocumentBody(RequestForm):
    """The request to trust a GraphQL document."""

    document: str = Field(
        min_length=1, max_length=_CHARACTERS_MAX, description="The text of a GraphQL document of this schema."
    )


_EXAMPLE: Final = "{ catalogue { dimensions { slug } } }"
_ID: Final[Schema] = {
    "type": "string",
    "pattern": "^sha256:[0-9a-f]{64}$",
    "maxLength": 71,
    "description": "The document's id: sha256: and the SHA-256 hash of the text in UTF-8, in hexadecimal digits.",
}
_SCHEMAS: Final[dict[str, Schema]] = {
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
_DOCUMENT: Final = PathParameter(
    "document", "The id of the document.", _ID, f"sha256:{sha256(_EXAMPLE.encode()).hexdigest()}"
)
_DOCUMENTS: Final = OperationGroup("access", _SCHEMAS)


@_DOCUMENTS.get(
    "/v1/documents",
    "listDocuments",
    "List all trusted documents with their texts. For administrators.",
    describe_uncached("All trusted documents.", "Documents"),
    right="administer",
)
async def list_documents(context: RequestContext) -> Response:
    """Return all trusted documents with their texts."""
    found = [
        {"document_id": each.document_id, "document": each.text}
        | {"created_at": each.created_at.isoformat(), "created_by": each.created_by}
        for each in await context.service(TrustedDocuments).all()
    ]
    return make_uncached_response(200, {"documents": found})


@_DOCUMENTS.post(
    "/v1/documents",
    "addDocument",
    "Add a trusted GraphQL document. If it is already trusted, nothing changes. For administrators.",
    describe_uncached("The id of the document.", "DocumentMade", status=201),
    right="administer",
    body=Body("DocumentBody", {"document": _EXAMPLE}),
)
async def add_document(context: RequestContext) -> Response:
    """Add a trusted document. A document that is trusted already stays unchanged."""
    sent, body = await read_form(context, DocumentBody)
    context.service(Documents).check(sent.document)

    async def work() -> StoredAnswer:
        number = await context.service(TrustedDocuments).add(sent.document, who=context.caller.who)
        await context.service(DirectoryMirror).follow()
        return encode_saved(201, {"document_id": number})

    return await run_once(context, body, work)


@_DOCUMENTS.delete(
    "/v1/documents/{document}",
    "removeDocument",
    "Remove a trusted document. For administrators.",
    describe_deletion("The document was removed."),
    right="administer",
    in_path=(_DOCUMENT,),
)
async def remove_document(context: RequestContext) -> Response:
    """Remove a trusted document."""
    await context.service(TrustedDocuments).remove(context.path["document"], who=context.caller.who)
    await context.service(DirectoryMirror).follow()
    return respond_deleted()
