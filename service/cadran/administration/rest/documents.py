"""The resources ``/v1/documents`` and ``/v1/documents/{document}``, for administrators."""

from __future__ import annotations

from hashlib import sha256
from typing import Final

from starlette.responses import Response

from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import StoredAnswer
from cadran.administration.documents import TrustedTextMadeDocument, encode_trusted_texts
from cadran.administration.rest.forms import DocumentBody
from cadran.administration.rest.schemas import ADMINISTRATION_SCHEMAS
from cadran.engine.reloader import DirectoryMirror
from cadran.graphql.execution.documents import Documents
from cadran.rest.changes import encode_saved, make_uncached_response, read_form, respond_deleted, run_once
from cadran.rest.context import RequestContext
from cadran.rest.operation import Body, OperationGroup, PathParameter
from cadran.rest.responses import describe_deletion, describe_uncached
from cadran.rest.schemas import Schema

_EXAMPLE: Final = "{ catalogue { dimensions { slug } } }"
_ID: Final[Schema] = ADMINISTRATION_SCHEMAS["DocumentMade"]["properties"]["document_id"]
_DOCUMENT: Final = PathParameter(
    "document", "The id of the document.", _ID, f"sha256:{sha256(_EXAMPLE.encode()).hexdigest()}"
)
_DOCUMENTS: Final = OperationGroup("access", ADMINISTRATION_SCHEMAS)


@_DOCUMENTS.get(
    "/v1/documents",
    "listDocuments",
    "List all trusted documents with their texts. For administrators.",
    describe_uncached("All trusted documents.", "Documents"),
    right="administer",
)
async def list_documents(context: RequestContext) -> Response:
    """Return all trusted documents with their texts."""
    return make_uncached_response(200, encode_trusted_texts(await context.service(TrustedDocuments).all()))


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
        made: TrustedTextMadeDocument = {"document_id": number}
        return encode_saved(201, made)

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
