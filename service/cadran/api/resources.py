"""Resources that describe the API: the index, the OpenAPI document and the kinds of problems. None needs a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cadran.api.index import index_document, index_page
from cadran.api.openapi import document as openapi_document
from cadran.errors import absent
from cadran.rest import encode
from cadran.rest.respond import accepted, response
from cadran.web.cache_policy import Keeper, keep
from cadran.web.negotiate import JSON, media_type
from cadran.web.problem import KIND_SLUGS, kind_document

HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Resources:
    """The handlers of this release of the API."""

    keeper: Keeper
    version: str

    def routes(self) -> list[Route]:
        """Return their routes."""
        return [
            Route("/", self.index),
            Route("/openapi.json", self.openapi),
            Route("/problems/{code}", self.problem),
        ]

    async def openapi(self, request: Request) -> Response:
        """Answer the OpenAPI document."""
        media_type(accepted(request), (JSON,))
        keep(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        return response(encode.document(openapi_document(self.version)), JSON, {})

    async def problem(self, request: Request) -> Response:
        """Answer the meaning of a kind of problem."""
        found = kind_document(request.path_params["code"])
        if found is None:
            raise absent("kind of problem", request.path_params["code"], KIND_SLUGS, listed="/openapi.json")
        return response(encode.document(found), JSON, {})

    async def index(self, request: Request) -> Response:
        """Answer the links to all resources, as JSON or HTML."""
        if media_type(accepted(request), (JSON, HTML)) == HTML:
            return HTMLResponse(index_page(self.version))
        return response(encode.document(index_document(self.version)), JSON, {})
