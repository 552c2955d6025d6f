"""The resources ``/v1/documents`` and ``/v1/documents/{document}``: administrators list, add and remove trusted
documents."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from typing import Final

from pydantic import Field
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import Idempotency, Saved
from cadran.rest import params
from cadran.rest.changes import NO_STORE, Sent, allowed, once, route, saved, sent_as, unkept
from cadran.rest.respond import accepted
from cadran.web.negotiate import JSON, media_type

#: The most characters of a document. Any such document fits into a body, however it is escaped; the limit is far beyond
#: the documents that may be executed.
_CHARACTERS_MAX: Final = 100_000


class DocumentSent(Sent):
    """The request to trust a GraphQL document."""

    document: str = Field(
        min_length=1, max_length=_CHARACTERS_MAX, description="The text of a GraphQL document of this schema."
    )


@dataclass(frozen=True, slots=True)
class DocumentRoutes:
    """The handlers of trusted documents. ``check`` refuses texts that are no documents of the schema. ``follow`` loads
    a change into this process before the response is sent."""

    idempotency: Idempotency
    documents: TrustedDocuments
    follow: Callable[[], Awaitable[None]]
    check: Callable[[str], None]

    def routes(self) -> list[Route]:
        """Return the routes."""
        return [
            route("/v1/documents", GET=self.all, POST=self.add),
            Route("/v1/documents/{document}", self.remove, methods=["DELETE"]),
        ]

    async def all(self, request: Request) -> Response:
        """Return all trusted documents with their texts."""
        allowed(request, "administer")
        media_type(accepted(request), (JSON,))
        params.nothing(request.scope["query_string"])
        found = [
            {"document_id": each.document_id, "document": each.text}
            | {"created_at": each.created_at.isoformat(), "created_by": each.created_by}
            for each in await self.documents.all()
        ]
        return unkept(200, {"documents": found})

    async def add(self, request: Request) -> Response:
        """Add a trusted document. A document that is trusted already stays unchanged."""
        caller = allowed(request, "administer")
        sent, body = await sent_as(request, DocumentSent)
        self.check(sent.document)

        async def work() -> Saved:
            number = await self.documents.add(sent.document, who=caller.who)
            await self.follow()
            return saved(201, {"document_id": number})

        return await once(self.idempotency, request, caller, body, work)

    async def remove(self, request: Request) -> Response:
        """Remove a trusted document."""
        caller = allowed(request, "administer")
        await self.documents.remove(request.path_params["document"], who=caller.who)
        await self.follow()
        return Response(status_code=204, headers=NO_STORE)
