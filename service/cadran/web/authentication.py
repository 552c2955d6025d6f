"""The outermost ring: who calls, and whether they may call now.

Finds the caller of every request before anything is looked up, so that finished bytes are kept for all who are
answered alike and for nobody else. A request without a caller, from an origin that the key does not allow, or too soon
after many others, goes on only to where refusals are told. What is open to all needs no caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cadran.access.callers import Caller, Callers
from cadran.access.rates import Concurrent, Rates
from cadran.domain.principal import Principal
from cadran.errors import CadranError, Forbidden, RateLimited, Unauthenticated

_CALLER: Final = "cadran.caller"
_REFUSED: Final = "cadran.refused"
_SHARED: Final = "cadran.shared"
_PREFLIGHT: Final = "cadran.preflight"
Headers = list[tuple[bytes, bytes]]
#: What answers without a key: whether the process lives, and what the API is.
#: What verifies signatures is for everybody who was shown one.
JWKS_PATH: Final = "/.well-known/jwks.json"
OPEN_PATHS: Final = frozenset({"/", "/live", "/ready", "/openapi.json", JWKS_PATH})
OPEN_BELOW: Final = "/problems/"
#: What pages of an allowed origin may send and read.
_ALLOWED: Final[Headers] = [
    (b"access-control-allow-methods", b"GET, HEAD, POST"),
    (b"access-control-allow-headers", b"authorization, content-type, idempotency-key, if-none-match, last-event-id"),
    (b"access-control-expose-headers", b"etag, retry-after, ratelimit, ratelimit-policy, server-timing, x-request-id"),
    (b"access-control-max-age", b"600"),
    (b"vary", b"origin"),
]


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Requests a minute by key and by address, and how many of one key may be under way; a key may have its own."""

    requests_minute: int
    address_requests_minute: int
    concurrent: int


def caller_of(scope: Scope) -> Caller | None:
    """The caller of a request; None where none was needed."""
    found: Caller | None = scope.get(_CALLER)
    return found


def principal_of(scope: Scope) -> Principal:
    """Who asks. Raises Unauthenticated where nobody is known."""
    found = caller_of(scope)
    if found is None:
        raise Unauthenticated("This needs a key: Authorization: Bearer cad_….")
    return found.principal


def shared_by(scope: Scope) -> bytes | None:
    """What tells apart those to whom the bytes of a response may be shown; None: to nobody but this request."""
    found: bytes | None = scope.get(_SHARED)
    return found


class Authentication:
    """See the module."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        callers: Callers,
        limits: CallLimits,
        seconds: Callable[[], float],
    ) -> None:
        self._app = app
        self._callers = callers
        self._limits = limits
        self._keys = Rates("key", seconds=seconds)
        self._addresses = Rates("address", seconds=seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        extra: Headers = []
        try:
            await self._admit(scope, headers, extra)
        except (Unauthenticated, Forbidden, RateLimited) as error:
            scope[_REFUSED] = error
        if not extra:
            await self._app(scope, receive, send)
            return

        async def told(message: Message) -> None:
            if message["type"] == "http.response.start":
                message["headers"] = [*message["headers"], *extra]
            await send(message)

        await self._app(scope, receive, told)

    async def _admit(self, scope: Scope, headers: dict[bytes, bytes], extra: Headers) -> None:
        """Note the caller and the headers that its response gets. Raises what the request is refused for."""
        client = scope.get("client")
        self._addresses.take(client[0] if client else "", self._limits.address_requests_minute)
        path = scope["path"]
        origin = headers.get(b"origin")
        if path in OPEN_PATHS or path.startswith(OPEN_BELOW):
            scope[_SHARED] = b""
            return
        if scope["method"] == "OPTIONS" and origin is not None and b"access-control-request-method" in headers:
            # A browser asks before it sends the key; what the key allows is judged when it comes.
            extra += _allowing(origin)
            scope[_PREFLIGHT] = True
            return
        caller = await self._callers.caller(headers.get(b"authorization"))
        per_minute = caller.grant.requests_minute or self._limits.requests_minute
        left, reset = self._keys.take(caller.caller_id, per_minute)
        extra.append((b"ratelimit", b'"requests";r=%d;t=%d' % (left, reset)))
        extra.append((b"ratelimit-policy", b'"requests";q=%d;w=60' % per_minute))
        if origin is not None:
            if origin.decode("latin-1") not in caller.grant.origins:
                raise Forbidden("This key may not be used from pages of this origin.", code="forbidden_origin")
            extra += _allowing(origin)
        scope[_CALLER] = caller
        scope[_SHARED] = caller.fingerprint


class Admitted:
    """The ring within: tells the refusals, and counts what a caller has under way."""

    def __init__(self, app: ASGIApp, *, concurrent_max: int) -> None:
        self._app = app
        self._concurrent_max = concurrent_max
        self._concurrent = Concurrent()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection. Raises what the outermost ring found."""
        refused: CadranError | None = scope.get(_REFUSED)
        if refused is not None:
            raise refused
        if _PREFLIGHT in scope:
            await Response(status_code=204)(scope, receive, send)
            return
        caller = caller_of(scope)
        if caller is None:
            await self._app(scope, receive, send)
            return
        self._concurrent.enter(caller.caller_id, caller.grant.concurrent or self._concurrent_max)
        try:
            await self._app(scope, receive, send)
        finally:
            self._concurrent.leave(caller.caller_id)


def _allowing(origin: bytes) -> Headers:
    return [(b"access-control-allow-origin", origin), *_ALLOWED]
