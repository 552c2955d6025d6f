"""A cache of HTTP responses. Callers with equal permissions share entries.

Takes GET, HEAD, and POST at given paths. Stores a response if its route recorded cache metadata (``web/cache_policy``),
and never serves the entry once the data behind it have changed. The cache also answers conditional requests: a response
with cache metadata gets a strong ETag and may become a 304.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from time import monotonic, perf_counter
from typing import Any, Final

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cadran.engine.versions import Versions
from cadran.telemetry import Tracing
from cadran.web.access_log import records_hits, write_record
from cadran.web.authentication import get_admission
from cadran.web.body_timeout import TimedReceive
from cadran.web.cache_policy import Note, get_note
from cadran.web.conditional import matches, without_content
from cadran.web.freshness import CACHE_CONTROL, FreshnessHeaders, make_lasting_headers
from cadran.web.request_id import HEADER as REQUEST_ID
from cadran.web.request_id import choose_id

VARY: Final = (b"vary", b"authorization, accept, accept-language, origin")
_SERVER_TIMING: Final = b"server-timing"
#: A request with a longer body bypasses the cache, so that keys stay small.
_BODY_BYTES_MAX: Final = 65_536
#: The memory of an entry in addition to its bytes.
_OVERHEAD_BYTES: Final = 1_500
_REPLACED: Final = frozenset({b"vary", CACHE_CONTROL, b"etag"})
_VOLATILE: Final = frozenset({REQUEST_ID, _SERVER_TIMING, b"traceresponse", b"date"})
Key = tuple[bytes | str | None, ...]
Headers = list[tuple[bytes, bytes]]
#: An extension of ASGI by our server (``web/connection/extensions``), since ``receive`` and ``send`` took a quarter of
#: a hit's time. The function takes the server's ``receive``. It returns the body if the body is complete, or None.
AT_HAND: Final = "cadran.at_hand"
AtHand = Callable[[Receive], bytes | None]
#: The function takes the server's ``send``, and the status, encoded headers, further headers and body of a response
#: that is known to be valid. It returns whether it has sent the response. If not, the caller must use ``send``.
WHOLE: Final = "cadran.whole"
Whole = Callable[[Send, int, bytes, Headers, bytes], bool]
_NO_EXTENSIONS: Final[dict[str, Any]] = {}


@dataclass(slots=True)
class Entry:
    """A cached response. ``epoch`` is updated each time the entry is found to be still valid.

    ``encoded`` has the headers as bytes, so that they are not joined again for each response.
    """

    headers: Headers
    encoded: bytes
    body: bytes
    etag: bytes
    note: Note
    epoch: int
    made: float
    expires: float
    weight: int
    sending: FreshnessHeaders


class ResponseCache:
    """Middleware that caches responses. ``bytes_max`` 0 turns it off. A POST to a path in ``posts`` only reads."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        versions: Versions,
        tracing: Tracing,
        bytes_max: int,
        fresh_seconds: float,
        clock: Callable[[], datetime],
        body_seconds: float,
        posts: Collection[str] = ("/graphql",),
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._versions = versions
        self._tracing = tracing
        self._fresh_seconds = fresh_seconds
        self._clock = clock
        self._body_seconds = body_seconds
        self._posts = frozenset(posts)
        self._seconds = seconds
        self._bytes_max = bytes_max
        self._bytes = 0
        # Ordered by their last use, the oldest first.
        self._entries: OrderedDict[Key, Entry] = OrderedDict()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        headers, extra, shared = get_admission(scope)
        method, body, is_asking = scope["method"], b"", True
        if method != "GET" and method != "HEAD":
            timed, asked = TimedReceive(receive, seconds=self._body_seconds), None
            # A request that is already refused does not wait for its body.
            if method == "POST" and shared is not None and scope["path"] in self._posts:
                asked = _at_hand(scope, receive) or await timed.ahead(headers, bytes_max=_BODY_BYTES_MAX)
            body, is_asking, receive = asked or b"", asked is not None, timed
        key = None
        # Routes see both values of a header that is sent twice, but the key would have one of them only.
        if is_asking and shared is not None and len(headers) == len(scope["headers"]):
            key = _key(scope, headers, body, shared)
            entry = self._entries.get(key)
            if entry is not None:
                if self._is_good(entry):
                    self._entries.move_to_end(key)
                    await self._serve(entry, scope, headers, extra, send, started)
                    return
                self._drop(key)
        await self._app(scope, receive, _StoringSend(self, key, scope, headers, extra, send, is_asking=is_asking))

    def _is_good(self, entry: Entry) -> bool:
        now, versions = self._seconds(), self._versions
        if now >= entry.expires or not (versions.connected or now < entry.made + self._fresh_seconds):
            return False
        epoch = versions.epoch
        if epoch != entry.epoch:
            if versions.touched_since(entry.epoch, *entry.note.reach):
                return False
            entry.epoch = epoch
        return True

    async def _serve(
        self,
        entry: Entry,
        scope: Scope,
        headers: dict[bytes, bytes],
        extra: Headers,
        send: Send,
        started: float,
    ) -> None:
        """Send the response of an entry without the router."""
        method = scope["method"]
        identity = choose_id(headers.get(REQUEST_ID))
        status, body, own, encoded = 200, entry.body, entry.headers, entry.encoded
        if b"if-none-match" in headers and method != "POST" and matches(headers[b"if-none-match"], entry.etag):
            status, body, own = 304, b"", without_content(own)
            encoded = _encode(own)
        reply = [*self.fresh(entry.sending), (REQUEST_ID, identity), *extra]
        traceparent = headers.get(b"traceparent")
        reply.append((_SERVER_TIMING, b"finished;desc=hit, total;dur=%.3f" % ((perf_counter() - started) * 1000)))
        if not self._tracing.passes_over(traceparent):
            reply += self._traced(scope, status, traceparent)
        sent = b"" if method == "HEAD" else body
        whole: Whole | None = scope.get("extensions", _NO_EXTENSIONS).get(WHOLE)
        if whole is None or not whole(send, status, encoded, reply, sent):
            await send({"type": "http.response.start", "status": status, "headers": [*own, *reply]})
            await send({"type": "http.response.body", "body": sent})
        if records_hits():
            write_record(scope, status, len(body), started, identity.decode(), finished="hit")

    def _traced(self, scope: Scope, status: int, traceparent: bytes | None) -> Headers:
        """Record a span if the request is sampled, once it is complete, and return the trace header of the response."""
        method = scope["method"]
        parent = None if traceparent is None else traceparent.decode("latin-1")
        request = self._tracing.request(parent, name=method, chosen=parent is None)
        if request.sampled:
            with request:
                request.set(
                    {"http.request.method": method, "http.response.status_code": status, "cadran.finished": "hit"}
                )
        return [(b"traceresponse", request.traceresponse().encode())]

    def sending(self, note: Note) -> FreshnessHeaders:
        """Return the source of the freshness headers of a response that was made now."""
        now, fresh, sent = self._seconds(), self._fresh_seconds, self._clock().timestamp()
        return FreshnessHeaders(note.validity, now=now, expires=now + note.seconds, fresh_seconds=fresh, sent=sent)

    def fresh(self, sending: FreshnessHeaders) -> Headers:
        """Return the freshness headers of a response that is sent now."""
        return sending.headers(self._seconds(), self._clock, listening=self._versions.connected)

    def store(
        self, key: Key, note: Note, headers: Headers, body: bytes, etag: bytes, sending: FreshnessHeaders
    ) -> None:
        """Store a response if it fits."""
        now, encoded = self._seconds(), _encode(headers)
        weight = len(body) + sum(len(part) for part in key if part) + 2 * len(encoded) + _OVERHEAD_BYTES
        if note.seconds <= 0 or weight > self._bytes_max:
            return
        self._drop(key)
        while self._bytes + weight > self._bytes_max:
            self._drop(next(iter(self._entries)))
        self._entries[key] = Entry(
            headers, encoded, body, etag, note, note.epoch, now, now + note.seconds, weight, sending
        )
        self._bytes += weight

    def _drop(self, key: Key) -> None:
        entry = self._entries.pop(key, None)
        if entry is not None:
            self._bytes -= entry.weight


class _StoringSend:
    """The ``send`` of a request that missed the cache. A response with cache metadata gets its ETag, may become a 304,
    and is stored. Every response gets the ``extra`` headers of its admission."""

    __slots__ = ("_extra", "_finished", "_headers", "_is_asking", "_key", "_scope", "_send", "_start")

    def __init__(
        self,
        finished: ResponseCache,
        key: Key | None,
        scope: Scope,
        headers: dict[bytes, bytes],
        extra: Headers,
        send: Send,
        *,
        is_asking: bool,
    ) -> None:
        self._extra = extra
        self._is_asking = is_asking
        self._finished = finished
        self._key = key
        self._scope = scope
        self._headers = headers
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start":
            if self._is_asking and message["status"] == 200 and get_note(self._scope) is not None:
                self._start = message
            else:
                await self._send(self._whole(message))
        elif self._start is None:
            await self._send(message)
        else:
            start, self._start = self._start, None
            if message.get("more_body"):
                await self._send(self._whole(start))
                await self._send(message)
            else:
                await self._finish(start, message.get("body", b""))

    def _whole(self, start: Message) -> Message:
        return {**start, "headers": [*start["headers"], *self._extra]}

    async def _finish(self, start: Message, body: bytes) -> None:
        note = get_note(self._scope)
        assert note is not None
        etag = dict(start["headers"]).get(b"etag") or b'"%s"' % blake2b(body, digest_size=16).hexdigest().encode()
        lasting = [(name, value) for name, value in start["headers"] if name not in _REPLACED | _VOLATILE]
        lasting += [(b"etag", etag), VARY, *make_lasting_headers(note.validity)]
        sending = self._finished.sending(note)
        if self._key is not None:
            self._finished.store(self._key, note, lasting, body, etag, sending)
        fleeting = [(name, value) for name, value in start["headers"] if name in _VOLATILE]
        fleeting += self._finished.fresh(sending)
        method = self._scope["method"]
        if method != "POST" and matches(self._headers.get(b"if-none-match"), etag):
            start, body = {**start, "status": 304}, b""
            lasting = without_content(lasting)
        await self._send({**start, "headers": lasting + fleeting + self._extra})
        await self._send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _at_hand(scope: Scope, receive: Receive) -> bytes | None:
    """Return the body of a request if it is complete and short."""
    at_hand: AtHand | None = scope.get("extensions", _NO_EXTENSIONS).get(AT_HAND)
    body = None if at_hand is None else at_hand(receive)
    return None if body is None or len(body) > _BODY_BYTES_MAX else body


def _key(scope: Scope, headers: dict[bytes, bytes], body: bytes, shared: bytes | None) -> Key:
    """Return the cache key: everything that the response depends on, with the permissions. HEAD shares that of GET."""
    given = headers.get
    return (
        "POST" if scope["method"] == "POST" else "GET",
        scope["path"],
        scope["query_string"],
        body,
        shared,
        given(b"accept"),
        given(b"accept-language"),
        given(b"content-type"),
    )


def _encode(headers: Headers) -> bytes:
    """Return the lines of headers."""
    return b"".join(b"%b: %b\r\n" % header for header in headers)
