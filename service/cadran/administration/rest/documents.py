"""Trusted documents over HTTP, for administrators: listed, registered, removed."""

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

#: The longest fits into a body, however it is written; far more than may be executed.
_CHARACTERS_MAX: Final = 100_000


class DocumentSent(Sent):
    """A document to be trusted."""

    document: str = Field(min_length=1, max_length=_CHARACTERS_MAX)


@dataclass(frozen=True, slots=True)
class DocumentRoutes:
    """The handlers; ``check`` refuses what is no document of the schema, ``follow`` lets this process know of a change
    before it is answered."""

    idempotency: Idempotency
    documents: TrustedDocuments
    follow: Callable[[], Awaitable[None]]
    check: Callable[[str], None]

    def routes(self) -> list[Route]:
        """Where they are."""
        return [
            route("/v1/documents", GET=self.all, POST=self.add),
            Route("/v1/documents/{document}", self.remove, methods=["DELETE"]),
        ]

    async def all(self, request: Request) -> Response:
        """Every trusted document with its text."""
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
        """Trust a document; the same again changes nothing."""
        caller = allowed(request, "administer")
        sent, body = await sent_as(request, DocumentSent)
        self.check(sent.document)

        async def work() -> Saved:
            number = await self.documents.add(sent.document, who=caller.who)
            await self.follow()
            return saved(201, {"document_id": number})

        return await once(self.idempotency, request, caller, body, work)

    async def remove(self, request: Request) -> Response:
        """Trust a document no more."""
        caller = allowed(request, "administer")
        await self.documents.remove(request.path_params["document"], who=caller.who)
        await self.follow()
        return Response(status_code=204, headers=NO_STORE)
