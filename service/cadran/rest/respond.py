"""What every resource's response has: the media types asked for, the tag, and what CSV has no place for."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC

from starlette.requests import Request
from starlette.responses import Response

from cadran.domain.answer import Answer
from cadran.rest.encode import Encoded
from cadran.web.negotiate import CSV


def accepted(request: Request) -> str:
    """The Accept header, however many times it is given."""
    return ", ".join(request.headers.getlist("accept"))


def response(encoded: Encoded, kind: str, headers: Mapping[str, str]) -> Response:
    """The body with its tag."""
    return Response(encoded.body, headers={"etag": encoded.etag, **headers}, media_type=kind)


def answered(encoded: Encoded, kind: str, chosen: str, answer: Answer) -> Response:
    """The body that tells an answer in the language chosen, and what only headers tell of it."""
    return response(encoded, kind, {"content-language": chosen, **_freshness(answer, whole=kind == CSV)})


def _freshness(answer: Answer, *, whole: bool) -> dict[str, str]:
    """Until when it may be shown, which a 304 tells anew of an old body; and what CSV has no place for."""
    found = {"cadran-stale-after": answer.freshness.stale_after.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")}
    if not whole:
        return found
    found["cadran-data-version"] = str(answer.freshness.version)
    if answer.freshness.as_of is not None:
        found["cadran-as-of"] = answer.freshness.as_of.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    if answer.warnings:
        found["cadran-warnings"] = ", ".join(dict.fromkeys(notice.code for notice in answer.warnings))
    return found
