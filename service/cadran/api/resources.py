"""Resources that describe the API: the index, the OpenAPI document and the kinds of problems. None needs a key."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from starlette.requests import Request
from starlette.responses import HTMLResponse, Response
from starlette.routing import Route

from cadran.api.index import make_index_document, make_index_page
from cadran.api.openapi import build_document as openapi_document
from cadran.errors import absent
from cadran.rest import encode
from cadran.rest.respond import make_response, read_accept
from cadran.web.cache_policy import NoteMaker, set_note
from cadran.web.negotiate import JSON, choose_media_type
from cadran.web.problem import KIND_SLUGS, make_kind_document

HTML: Final = "text/html"


@dataclass(frozen=True, slots=True)
class Resources:
    """The handlers of the resources that describe the API. ``version`` is the release of the API."""

    keeper: NoteMaker
    version: str

    def routes(self) -> list[Route]:
        """Return the routes of these handlers."""
        return [
            Route("/", self.index),
            Route("/openapi.json", self.openapi),
            Route("/problems/{code}", self.problem),
        ]

    async def openapi(self, request: Request) -> Response:
        """Answer the OpenAPI document."""
        choose_media_type(read_accept(request), (JSON,))
        set_note(request.scope, self.keeper.of_directory(self.keeper.epoch()))
        return make_response(encode.encode_document(openapi_document(self.version)), JSON, {})

    async def problem(self, request: Request) -> Response:
        """Answer the meaning of a kind of problem."""
        found = make_kind_document(request.path_params["code"])
        if found is None:
            raise absent("kind of problem", request.path_params["code"], KIND_SLUGS, listed="/openapi.json")
        return make_response(encode.encode_document(found), JSON, {})

    async def index(self, request: Request) -> Response:
        """Return the links to all resources, as JSON or HTML."""
        if choose_media_type(read_accept(request), (JSON, HTML)) == HTML:
            return HTMLResponse(make_index_page(self.version))
        return make_response(encode.encode_document(make_index_document(self.version)), JSON, {})
