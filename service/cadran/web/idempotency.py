"""Idempotency-Key handling that REST and GraphQL share.

Takes a request with its unchanged body, and the function that carries the request out. Returns the answer of this
function, or the stored answer of the first request with the same key. Refuses with ``bad_request``,
``idempotency_mismatch``, ``idempotency_pending`` and ``idempotency_unanswered``.
"""

from __future__ import annotations

import re
from collections.abc import Awaitable, Callable

from starlette.requests import Request

from cadran.access.callers import Caller
from cadran.access.idempotency import KEY_LENGTH_MAX, KEY_PATTERN, Idempotency, StoredAnswer
from cadran.web.problem import HttpRefused


async def run_idempotent(
    idempotency: Idempotency, request: Request, caller: Caller, body: bytes, work: Callable[[], Awaitable[StoredAnswer]]
) -> StoredAnswer:
    """Run ``work``, or return its stored answer if the request repeats an Idempotency-Key."""
    key = request.headers.get("idempotency-key")
    if key is None:
        return await work()
    if not 1 <= len(key) <= KEY_LENGTH_MAX or not re.fullmatch(KEY_PATTERN, key):
        raise HttpRefused(
            f"Idempotency-Key must have 1 to {KEY_LENGTH_MAX} visible ASCII characters, without blanks.",
            code="bad_request",
        )
    # The path as routed, since the path of the URL would depend on the Host header.
    asked = b"%s %s\n%s" % (request.method.encode(), request.scope["path"].encode(), body)
    credential = request.headers["authorization"].encode()
    return await idempotency.once(caller_id=caller.caller_id, credential=credential, key=key, asked=asked, work=work)
