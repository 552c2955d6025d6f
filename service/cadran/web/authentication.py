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
from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.access.callers import Caller, Callers
from cadran.access.rate_limit import Concurrent, Rates
from cadran.domain.access.principal import Principal
from cadran.errors import CadranError, Forbidden, RateLimited, Unauthenticated
from cadran.store.fair_queue import ask_as

#: The request's headers by name, where the server has them so already; the last where a header is given twice.
HEADERS: Final = "cadran.headers"
_CALLER: Final = "cadran.caller"
_REFUSED: Final = "cadran.refused"
_ADMISSION: Final = "cadran.admission"
_PREFLIGHT: Final = "cadran.preflight"
Headers = list[tuple[bytes, bytes]]
#: The request's headers, those that its response gets, and what tells apart those to whom the bytes of the response may
#: be shown (None: to nobody but this request).
Admission = tuple[dict[bytes, bytes], Headers, bytes | None]
#: What verifies signatures is for everybody who was shown one.
JWKS_PATH: Final = "/.well-known/jwks.json"
#: What a platform asks all the time: a 429 there would have a healthy process restarted.
PROBES: Final = frozenset({"/live", "/ready"})
#: An IPv6 address with a zone.
_ADDRESS_LENGTH_MAX: Final = 64
#: What answers without a key: whether the process lives, and what the API is.
OPEN_PATHS: Final = PROBES | {"/", "/openapi.json", JWKS_PATH}
OPEN_BELOW: Final = "/problems/"
#: What pages of an allowed origin may send and read.
_ALLOWED: Final[Headers] = [
    (b"access-control-allow-methods", b"GET, HEAD, POST, PATCH, DELETE"),
    (
        b"access-control-allow-headers",
        (
            b"authorization, content-type, idempotency-key, if-match, if-none-match, last-event-id, "
            b"traceparent, tracestate"
        ),
    ),
    (
        b"access-control-expose-headers",
        (
            b"allow, deprecation, etag, link, location, retry-after, ratelimit, ratelimit-policy, server-timing, "
            b"sunset, traceresponse, x-request-id, cadran-as-of, cadran-data-version, cadran-next, cadran-signature, "
            b"cadran-stale, "
            b"cadran-stale-after, cadran-warnings"
        ),
    ),
    (b"access-control-max-age", b"600"),
]
#: What needs no key may be read by the pages of every origin: no credential is looked at.
_FOR_ALL: Final[Headers] = [(b"access-control-allow-origin", b"*"), *_ALLOWED]


@dataclass(frozen=True, slots=True)
class CallLimits:
    """Requests a minute by key and by address, and how many of each may be under way; a key may have its own."""

    requests_minute: int
    address_requests_minute: int
    concurrent: int
    address_concurrent: int


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


def admission_of(scope: Scope) -> Admission:
    """What the outermost ring leaves for the next."""
    found: Admission = scope[_ADMISSION]
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
        if scope["type"] == "websocket":
            # Nothing here speaks over one; turned away before it is accepted, whatever protocol it names.
            await send({"type": "websocket.close", "code": 1008})
            return
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = scope.get(HEADERS) or dict(scope["headers"])
        extra: Headers = []
        shared = None
        path = scope["path"]
        is_open = path in OPEN_PATHS or path.startswith(OPEN_BELOW)
        try:
            if is_open:
                extra += _FOR_ALL
            if path not in PROBES:
                self._addresses.take(address_of(scope), self._limits.address_requests_minute)
            if is_open:
                shared = b""
                scope[_PREFLIGHT] = _asks_first(scope, headers)
            elif _asks_first(scope, headers):
                # A browser asks before it sends the key; what the key allows is judged when it comes.
                extra += _allowing(headers[b"origin"])
                scope[_PREFLIGHT] = True
            else:
                authorization = headers.get(b"authorization")
                if len(headers) < len(scope["headers"]):
                    _check_only(scope)
                caller = None if authorization is None else self._callers.known(authorization)
                if caller is None:
                    caller = await self._callers.caller(authorization)
                scope[_CALLER] = caller
                self._admit(caller, headers.get(b"origin"), extra)
                shared = caller.fingerprint
        except (Unauthenticated, Forbidden, RateLimited) as error:
            scope[_REFUSED] = error
            if not is_open and _CALLER not in scope and b"origin" in headers:
                # It tells nothing of anybody, and the page has to know whether to bring another token or to wait.
                extra += _allowing(headers[b"origin"])
        scope[_ADMISSION] = (headers, extra, shared)
        await self._app(scope, receive, send)

    def _admit(self, caller: Caller, origin: bytes | None, extra: Headers) -> None:
        """Note the headers that a caller's response gets. Raises what the request is refused for."""
        if origin is not None and origin.decode("latin-1") in caller.grant.origins:
            # First, so that a page may also read that it asks too often.
            extra += _allowing(origin)
            origin = None
        per_minute = caller.grant.requests_minute or self._limits.requests_minute
        left, reset = self._keys.take(caller.caller_id, per_minute)
        extra.append((b"ratelimit", b'"requests";r=%d;t=%d' % (left, reset)))
        extra.append((b"ratelimit-policy", b'"requests";q=%d;w=60' % per_minute))
        if origin is not None:
            raise Forbidden(
                "This key may not be used from pages of this origin; a key lists its origins when it is made.",
                code="forbidden_origin",
            )


def _check_only(scope: Scope) -> None:
    """Refuse several credentials: whoever stands in front may have looked at another than we would."""
    if sum(name == b"authorization" for name, _ in scope["headers"]) > 1:
        raise Unauthenticated("Send one Authorization header, not several.")


def _asks_first(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    return scope["method"] == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers


class Admitted:
    """The ring within: tells the refusals, and counts what a caller and its address have under way: a response that
    streams counts until its end. What was finished before never comes here."""

    def __init__(self, app: ASGIApp, *, limits: CallLimits) -> None:
        self._app = app
        self._limits = limits
        self._of_keys = Concurrent("key")
        self._of_addresses = Concurrent("address")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection. Raises what the outermost ring found."""
        refused: CadranError | None = scope.get(_REFUSED)
        if refused is not None:
            raise refused
        if scope.get(_PREFLIGHT):
            await Response(status_code=204)(scope, receive, send)
            return
        caller = caller_of(scope)
        if caller is None:
            await self._app(scope, receive, send)
            return
        address = address_of(scope)
        self._of_keys.enter(caller.caller_id, caller.grant.concurrent or self._limits.concurrent)
        try:
            self._of_addresses.enter(address, self._limits.address_concurrent)
            end = ask_as(caller.caller_id)
            try:
                await self._app(scope, receive, send)
            finally:
                end()
                self._of_addresses.leave(address)
        finally:
            self._of_keys.leave(caller.caller_id)


def address_of(scope: Scope) -> str:
    """Return where a request comes from; empty where the server does not know. What a trusted proxy says is cut to the
    length of an address: requests are counted by it."""
    client = scope.get("client")
    return client[0][:_ADDRESS_LENGTH_MAX] if client else ""


def _allowing(origin: bytes) -> Headers:
    return [(b"access-control-allow-origin", origin), *_ALLOWED, (b"vary", b"origin")]
