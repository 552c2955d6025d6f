"""Authentication: the outermost middleware, which identifies the caller and applies rate limits and allowed origins.

The caller of every request is identified before the response cache is read, so that cached responses are shared only by
callers with equal permissions. A request without a caller, from a forbidden origin, or above the rate limit goes on to
the middleware that reports refusals. Resources that are open to all need no caller.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from starlette.responses import Response
from starlette.types import ASGIApp, Receive, Scope, Send

from cadran.access.callers import Caller, Callers
from cadran.access.rate_limit import ConcurrencyLimit, RateLimits
from cadran.domain.access.principal import Principal
from cadran.errors import CadranError, Forbidden, RateLimited, Unauthenticated
from cadran.store.fair_queue import ask_as

#: The key of the scope under which our server provides the request's headers by name. Of a repeated header, the last
#: one counts.
HEADERS: Final = "cadran.headers"
_CALLER: Final = "cadran.caller"
_REFUSED: Final = "cadran.refused"
_ADMISSION: Final = "cadran.admission"
_PREFLIGHT: Final = "cadran.preflight"
Headers = list[tuple[bytes, bytes]]
#: The request's headers, the headers added to its response, and the fingerprint of the permissions of callers who may
#: share the response (None: the response is not shared).
Admission = tuple[dict[bytes, bytes], Headers, bytes | None]
#: The address of the public keys that verify signatures. They are public, since any reader may verify a statement.
JWKS_PATH: Final = "/.well-known/jwks.json"
#: Health probes have no rate limit: a 429 would make the platform restart a healthy process.
PROBES: Final = frozenset({"/live", "/ready"})
#: The most characters of a client's address: enough for an IPv6 address with a zone.
_ADDRESS_LENGTH_MAX: Final = 64
#: The paths that need no key: health, and the description of the API.
OPEN_PATHS: Final = PROBES | {"/", "/openapi.json", JWKS_PATH}
OPEN_BELOW: Final = "/problems/"
#: The CORS headers: what pages of an allowed origin may send and read.
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
#: Pages of every origin may read resources that need no key, since no credential is used.
_FOR_ALL: Final[Headers] = [(b"access-control-allow-origin", b"*"), *_ALLOWED]


@dataclass(frozen=True, slots=True)
class CallLimits:
    """The limits of requests per minute and of concurrent requests, by key and by address.

    A key may have its own limits.
    """

    requests_minute: int
    address_requests_minute: int
    concurrent: int
    address_concurrent: int


def get_caller(scope: Scope) -> Caller | None:
    """Return the caller of a request, or None if the resource needs no caller."""
    found: Caller | None = scope.get(_CALLER)
    return found


def get_principal(scope: Scope) -> Principal:
    """Return the principal of the caller. Raises Unauthenticated if there is no caller."""
    found = get_caller(scope)
    if found is None:
        raise Unauthenticated("This resource needs a key. Send Authorization: Bearer cad_….")
    return found.principal


def get_admission(scope: Scope) -> Admission:
    """Return the admission that this middleware has stored for the response cache."""
    found: Admission = scope[_ADMISSION]
    return found


class Authentication:
    """Middleware that identifies the caller. See the module."""

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
        self._keys = RateLimits("key", seconds=seconds)
        self._addresses = RateLimits("address", seconds=seconds)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] == "websocket":
            # The service has no WebSocket resources. The connection is closed before it is accepted.
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
                self._addresses.take(get_address(scope), self._limits.address_requests_minute)
            if is_open:
                shared = b""
                scope[_PREFLIGHT] = _is_preflight(scope, headers)
            elif _is_preflight(scope, headers):
                # A browser sends the preflight without the key. The origin is checked when the actual request arrives.
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
                # The refusal reveals no data, and the page must learn whether to send another token or to wait.
                extra += _allowing(headers[b"origin"])
        scope[_ADMISSION] = (headers, extra, shared)
        await self._app(scope, receive, send)

    def _admit(self, caller: Caller, origin: bytes | None, extra: Headers) -> None:
        """Add the headers of the caller's response. Raises RateLimited or Forbidden if the request is refused."""
        if origin is not None and origin.decode("latin-1") in caller.grant.origins:
            # These headers come first, so that a page can also read a 429.
            extra += _allowing(origin)
            origin = None
        per_minute = caller.grant.requests_minute or self._limits.requests_minute
        left, reset = self._keys.take(caller.caller_id, per_minute)
        extra.append((b"ratelimit", b'"requests";r=%d;t=%d' % (left, reset)))
        extra.append((b"ratelimit-policy", b'"requests";q=%d;w=60' % per_minute))
        if origin is not None:
            raise Forbidden(
                "This key does not allow web pages of this origin. Create a key that lists the origin.",
                code="forbidden_origin",
            )


def _check_only(scope: Scope) -> None:
    """Refuse several credentials, since a proxy may have checked a different one. Raises Unauthenticated."""
    if sum(name == b"authorization" for name, _ in scope["headers"]) > 1:
        raise Unauthenticated("Send one Authorization header, not several.")


def _is_preflight(scope: Scope, headers: dict[bytes, bytes]) -> bool:
    return scope["method"] == "OPTIONS" and b"origin" in headers and b"access-control-request-method" in headers


class AdmissionControl:
    """Middleware that reports refusals and limits the concurrent requests of a key and of an address.

    A streamed response counts until its end. Cached responses are sent before this middleware and do not count.
    """

    def __init__(self, app: ASGIApp, *, limits: CallLimits) -> None:
        self._app = app
        self._limits = limits
        self._of_keys = ConcurrencyLimit("key")
        self._of_addresses = ConcurrencyLimit("address")

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection. Raises the refusal that ``Authentication`` found."""
        refused: CadranError | None = scope.get(_REFUSED)
        if refused is not None:
            raise refused
        if scope.get(_PREFLIGHT):
            await Response(status_code=204)(scope, receive, send)
            return
        caller = get_caller(scope)
        if caller is None:
            await self._app(scope, receive, send)
            return
        address = get_address(scope)
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


def get_address(scope: Scope) -> str:
    """Return the address of the client, or an empty text if the server does not know it.

    The address that a trusted proxy reports is cut to the length of an address, since requests are counted by address.
    """
    client = scope.get("client")
    return client[0][:_ADDRESS_LENGTH_MAX] if client else ""


def _allowing(origin: bytes) -> Headers:
    return [(b"access-control-allow-origin", origin), *_ALLOWED, (b"vary", b"origin")]
