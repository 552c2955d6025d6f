"""Requests as GraphQL over HTTP writes them: a JSON body, or the query of a URL. Takes any bytes, refuses the rest."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request

from cadran.web.problem import HttpRefused


@dataclass(frozen=True, slots=True)
class Operation:
    """What to execute."""

    query: str
    variables: dict[str, Any] | None
    name: str | None


async def read(request: Request) -> Operation:
    """The operation of a request; refused with ``bad_request`` or ``unsupported_media_type``."""
    if request.method != "POST":
        return _operation(_of_url(request.query_params))
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8", "charset=utf8"):
        raise HttpRefused("Send the operation as application/json in UTF-8.", code="unsupported_media_type")
    return _operation(_parsed(await request.body(), "body"))


def _of_url(given: QueryParams) -> dict[str, object]:
    found: dict[str, object] = dict(given)
    for name in ("variables", "extensions"):
        if name in given:
            found[name] = _parsed(given[name], name) if given[name] else None
    return found


def _parsed(text: str | bytes, what: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise HttpRefused(f"The {what} is not JSON in UTF-8, or is nested too deeply.", code="bad_request") from error


def _operation(given: object) -> Operation:
    if not isinstance(given, dict):
        raise HttpRefused('The body must be an object: {"query": "…", "variables": {…}}.', code="bad_request")
    query, variables = given.get("query"), given.get("variables")
    name, extensions = given.get("operationName"), given.get("extensions")
    if not isinstance(query, str) or not query.strip():
        raise HttpRefused("query must be the text of an operation.", code="bad_request")
    if not isinstance(variables, dict | None):
        raise HttpRefused("variables must be an object or null.", code="bad_request")
    if not isinstance(name, str | None):
        raise HttpRefused("operationName must be a text or null.", code="bad_request")
    if not isinstance(extensions, dict | None):
        raise HttpRefused("extensions must be an object or null.", code="bad_request")
    # A form without an operation name says operationName= .
    return Operation(query, variables, name or None)
