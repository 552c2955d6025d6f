"""The resources ``/v1/documents`` and ``/v1/documents/{document}``, for administrators."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import Idempotency, StoredAnswer
from cadran.rest import params
from cadran.rest.changes import (
    NO_STORE,
    encode_saved,
    make_route,
    make_uncached_response,
    read_form,
    require_right,
    run_once,
)
from cadran.rest.respond import read_accept
from cadran.web.forms import RequestForm
from cadran.web.negotiate import JSON, choose_media_type

#: The most characters of a document. Any such document fits into a request body, however it is escaped. The limit for
#: documents that may be executed is far lower.
_CHARACTERS_MAX: Final = 100_000


class DocumentBody(RequestForm):
    """The request to trust a GraphQL document."""

    document: str = Field(
        min_length=1, max_length=_CHARACTERS_MAX, description="The text of a GraphQL document of this schema."
    )


@dataclass(frozen=True, slots=True)
class DocumentRoutes:
    """The handlers of trusted documents: list, add and remove.

    ``check`` refuses texts that are no documents of the schema. ``follow`` loads a change into this process before the
    response is sent.
    """

    idempotency: Idempotency
    documents: TrustedDocuments
    follow: Callable[[], Awaitable[None]]
    check: Callable[[str], None]

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            make_route("/v1/documents", GET=self.all, POST=self.add),
            Route("/v1/documents/{document}", self.remove, methods=["DELETE"]),
        ]

    async def all(self, request: Request) -> Response:
        """Return all trusted documents with their texts."""
        require_right(request, "administer")
        choose_media_type(read_accept(request), (JSON,))
        params.parse_nothing(request.scope["query_string"])
        found = [
            {"document_id": each.document_id, "document": each.text}
            | {"created_at": each.created_at.isoformat(), "created_by": each.created_by}
            for each in await self.documents.all()
        ]
        return make_uncached_response(200, {"documents": found})

    async def add(self, request: Request) -> Response:
        """Add a trusted document. A document that is trusted already stays unchanged."""
        caller = require_right(request, "administer")
        sent, body = await read_form(request, DocumentBody)
        self.check(sent.document)

        async def work() -> StoredAnswer:
            number = await self.documents.add(sent.document, who=caller.who)
            await self.follow()
            return encode_saved(201, {"document_id": number})

        return await run_once(self.idempotency, request, caller, body, work)

    async def remove(self, request: Request) -> Response:
        """Remove a trusted document."""
        caller = require_right(request, "administer")
        await self.documents.remove(request.path_params["document"], who=caller.who)
        await self.follow()
        return Response(status_code=204, headers=NO_STORE)
