"""What every resource's response has: the media types asked for, the tag, and what CSV has no place for."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.domain.answer import Answer
from cadran.rest import encode
from cadran.rest.encode import Encoded
from cadran.web.negotiate import CSV

#: Below it, what ``/v1/`` offers as CSV has an address that answers nothing else.
CSV_BELOW: Final = "/v1/csv/"


def csv_path(path: str) -> str:
    """Return the address that answers as CSV what this path answers by the Accept header."""
    return CSV_BELOW + path.removeprefix("/v1/")


def with_csv(*routes: Route) -> list[Route]:
    """Return the routes, each followed by the one that answers the same as CSV."""
    return [each for route in routes for each in (route, Route(csv_path(route.path), route.endpoint))]


def accepted(request: Request) -> str:
    """The Accept header, however many times it is given; CSV where the address says so already."""
    if request.scope["path"].startswith(CSV_BELOW):
        return CSV
    return ", ".join(request.headers.getlist("accept"))


def response(encoded: Encoded, kind: str, headers: Mapping[str, str]) -> Response:
    """The body with its tag."""
    return Response(encoded.body, headers={"etag": encoded.etag, **headers}, media_type=kind)


def answered(encoded: Encoded, kind: str, chosen: str, answer: Answer) -> Response:
    """Return the body of an answer in the language chosen, with the headers that stand in for members of JSON in CSV.

    How long the body may be shown is said by ``web/freshness``, which knows it whenever the body is sent again.
    """
    headers = {"content-language": chosen}
    if kind == CSV:
        headers["cadran-data-version"] = str(answer.freshness.version)
        if answer.warnings:
            headers["cadran-warnings"] = ", ".join(dict.fromkeys(notice.code for notice in answer.warnings))
        encoded = encode.with_state(encoded, answer)
    return response(encoded, kind, headers)
