"""Parsing of GraphQL requests over HTTP: a JSON body, or the query string of a URL. Invalid requests are refused.

The document is its text (``query``) or the id of a trusted document. The id comes as ``documentId``, as in the
specification's appendix on persisted documents, or as Apollo's ``extensions.persistedQuery``.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from hashlib import sha256
from typing import Any, Final

import orjson
from starlette.datastructures import QueryParams
from starlette.requests import Request

from cadran.web.problem import HttpRefused

_HASH: Final = re.compile(r"[0-9a-f]{64}")
_ID: Final = re.compile(r"sha256:[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Operation:
    """An operation to execute: the text of a document, its id, or both.

    If both are given, the id is the hash of the text. ``is_persisted`` says that the id came by Apollo's protocol,
    which may register the text.
    """

    query: str | None
    document_id: str | None
    variables: dict[str, Any] | None
    name: str | None
    is_persisted: bool = False


async def read_operation(request: Request) -> Operation:
    """Return the operation of a request. Refuses with ``bad_request`` or ``unsupported_media_type``."""
    if request.method != "POST":
        return _operation(_of_url(request.query_params))
    kind, _, parameters = request.headers.get("content-type", "").partition(";")
    charset = parameters.strip().lower().replace('"', "")
    if kind.strip().lower() != "application/json" or charset not in ("", "charset=utf-8", "charset=utf8"):
        raise HttpRefused("Send the operation as application/json in UTF-8.", code="unsupported_media_type")
    return _operation(_parsed(await request.body(), "body"))


def _of_url(sent: QueryParams) -> dict[str, object]:
    found: dict[str, object] = dict(sent)
    for name in ("variables", "extensions"):
        if name in sent:
            found[name] = _parsed(sent[name], name) if sent[name] else None
    return found


def _parsed(text: str | bytes, what: str) -> object:
    try:
        return orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise HttpRefused(f"The {what} is not JSON in UTF-8, or is nested too deeply.", code="bad_request") from error


def _operation(sent: object) -> Operation:
    if isinstance(sent, list):
        raise HttpRefused(
            "Batches are not supported. Send one operation per request; an operation may have many fields.",
            code="bad_request",
        )
    if not isinstance(sent, dict):
        raise HttpRefused('The body must be an object: {"query": "…", "variables": {…}}.', code="bad_request")
    query, variables = sent.get("query"), sent.get("variables")
    name, extensions = sent.get("operationName"), sent.get("extensions")
    if not isinstance(variables, dict | None):
        raise HttpRefused("variables must be an object or null.", code="bad_request")
    if not isinstance(name, str | None):
        raise HttpRefused("operationName must be a text or null.", code="bad_request")
    if not isinstance(extensions, dict | None):
        raise HttpRefused("extensions must be an object or null.", code="bad_request")
    document_id = _document_id(sent.get("documentId"), extensions)
    if document_id is None or query is not None:
        if not isinstance(query, str) or not query.strip():
            raise HttpRefused("query must be the text of an operation.", code="bad_request")
        if document_id is not None and document_id != f"sha256:{sha256(query.encode(errors='replace')).hexdigest()}":
            raise HttpRefused("The id of the document is not the SHA-256 of the query.", code="bad_request")
    # An HTML form without an operation name sends an empty operationName.
    is_persisted = sent.get("documentId") is None and document_id is not None
    return Operation(query, document_id, variables, name or None, is_persisted)


def _document_id(sent: object, extensions: dict[str, Any] | None) -> str | None:
    """Return the id of a trusted document in either form, or None."""
    if sent is not None:
        if not isinstance(sent, str) or not _ID.fullmatch(sent):
            raise HttpRefused("documentId must be sha256: and 64 hexadecimal digits.", code="bad_request")
        return sent
    persisted = (extensions or {}).get("persistedQuery")
    if persisted is None:
        return None
    if not isinstance(persisted, dict) or persisted.get("version") != 1:
        raise HttpRefused('persistedQuery must be {"version": 1, "sha256Hash": "…"}.', code="bad_request")
    digest = persisted.get("sha256Hash")
    if not isinstance(digest, str) or not _HASH.fullmatch(digest):
        raise HttpRefused("sha256Hash must be 64 hexadecimal digits.", code="bad_request")
    return f"sha256:{digest}"
