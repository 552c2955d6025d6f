"""Parts that all REST responses share: media types, ETag, and the headers of CSV."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.answer import Answer
from cadran.rest import encode
from cadran.rest.encode import EncodedBody
from cadran.web.negotiate import CSV

#: Below this path, every resource of ``/v1/`` that offers CSV has an address that answers CSV only.
CSV_BELOW: Final = "/v1/csv/"


def make_csv_path(path: str) -> str:
    """Return the CSV-only address of a path."""
    return CSV_BELOW + path.removeprefix("/v1/")


def add_csv_routes(*routes: Route) -> list[Route]:
    """Return the routes, each followed by its CSV-only route."""
    return [each for route in routes for each in (route, Route(make_csv_path(route.path), route.endpoint))]


def read_accept(request: Request) -> str:
    """Return the Accept headers as one text, or CSV where the address answers CSV only."""
    if request.scope["path"].startswith(CSV_BELOW):
        return CSV
    return ", ".join(request.headers.getlist("accept"))


def make_response(encoded: EncodedBody, kind: str, headers: Mapping[str, str]) -> Response:
    """Return the response with the body and its ETag."""
    return Response(encoded.body, headers={"etag": encoded.etag, **headers}, media_type=kind)


def make_answer_response(encoded: EncodedBody, kind: str, chosen: str, answer: Answer) -> Response:
    """Return the response for an answer in the language chosen. CSV carries data version and warnings in headers.

    ``web/freshness`` adds the headers about how long the body may be shown, whenever the body is sent again.
    """
    headers = {"content-language": chosen}
    if kind == CSV:
        headers["cadran-data-version"] = str(answer.freshness.version)
        if answer.warnings:
            headers["cadran-warnings"] = ", ".join(dict.fromkeys(notice.code for notice in answer.warnings))
        encoded = encode.add_state(encoded, answer)
    return make_response(encoded, kind, headers)
