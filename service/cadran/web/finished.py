"""Finished bytes: the same request of someone who may see the same gets the same bytes, nothing read again.

Takes GET, HEAD, and POST at the paths it is told; keeps a response when the routes noted what it depends on
(``web/keeping``), and never serves it once any of that has been touched. It also settles conditional requests: whatever
is noted gets a strong ETag and may become a 304.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from hashlib import blake2b
from time import monotonic, perf_counter
from typing import Final

from cachetools import LRUCache
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cadran.engine.versions import Versions
from cadran.telemetry import Tracing
from cadran.web.authentication import shared_by
from cadran.web.body_time import TimedReceive
from cadran.web.keeping import Note, kept
from cadran.web.problem import HttpRefused
from cadran.web.record import record
from cadran.web.request_id import HEADER as REQUEST_ID
from cadran.web.request_id import given_or_new

VARY: Final = (b"vary", b"authorization, accept, accept-language, origin")
#: How long a body may take, unless told.
BODY_SECONDS: Final = 15.0
_SERVER_TIMING: Final = b"server-timing"
#: A body longer than this is served, but not looked up: keys stay small.
_BODY_BYTES_MAX: Final = 65_536
#: What an entry weighs beside its own bytes.
_OVERHEAD_BYTES: Final = 1_500
_REPLACED: Final = frozenset({b"vary", b"cache-control", b"etag"})
Key = tuple[bytes | str | None, ...]
Headers = list[tuple[bytes, bytes]]


@dataclass(slots=True)
class Entry:
    """A finished response. ``epoch`` moves on each time it is found untouched."""

    headers: Headers
    body: bytes
    etag: bytes
    note: Note
    epoch: int
    made: float
    expires: float
    weight: int = field(default=0)


class FinishedBytes:
    """The outermost ring. ``bytes_max`` 0 keeps nothing; ``posts`` are the paths whose POST only asks."""

    def __init__(
        self,
        app: ASGIApp,
        *,
        versions: Versions,
        tracing: Tracing,
        bytes_max: int,
        fresh_seconds: float,
        body_seconds: float = BODY_SECONDS,
        posts: Collection[str] = ("/graphql",),
        seconds: Callable[[], float] = monotonic,
    ) -> None:
        self._app = app
        self._versions = versions
        self._tracing = tracing
        self._fresh_seconds = fresh_seconds
        self._body_seconds = body_seconds
        self._posts = frozenset(posts)
        self._seconds = seconds
        self._entries: LRUCache[Key, Entry] = LRUCache(bytes_max, getsizeof=lambda entry: entry.weight)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started = perf_counter()
        method, body = scope["method"], b""
        headers = dict(scope["headers"])
        if method not in ("GET", "HEAD"):
            receive = TimedReceive(receive, seconds=self._body_seconds)
        if method == "POST" and scope["path"] in self._posts:
            body, receive, whole = await _read(headers, receive)
            if not whole:
                await self._app(scope, receive, send)
                return
        elif method not in ("GET", "HEAD"):
            await self._app(scope, receive, send)
            return
        shared = shared_by(scope)
        # A header given twice would be told apart by the routes but not by the key.
        usable = shared is not None and len(headers) == len(scope["headers"])
        key = _key(scope, headers, body, shared) if usable else None
        entry = None if key is None else self._found(key)
        if entry is not None:
            await self._serve(entry, scope, headers, send, started)
            return
        await self._app(scope, receive, _Finishing(self, key, scope, headers, send))

    def _found(self, key: Key) -> Entry | None:
        entry = self._entries.get(key)
        if entry is None:
            return None
        if self._is_good(entry):
            return entry
        self._entries.pop(key, None)
        return None

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

    async def _serve(self, entry: Entry, scope: Scope, headers: dict[bytes, bytes], send: Send, started: float) -> None:
        """The response from an entry, made by hand."""
        method = scope["method"]
        identity = given_or_new(headers.get(REQUEST_ID))
        status, body, own = 200, entry.body, entry.headers
        if method != "POST" and _matches(headers.get(b"if-none-match"), entry.etag):
            status, body, own = 304, b"", _without_content(own)
        extra: Headers = [(b"cache-control", self.cache_control(entry.expires)), (REQUEST_ID, identity)]
        extra += self._traced(scope, status, headers.get(b"traceparent"), started)
        await send({"type": "http.response.start", "status": status, "headers": own + extra})
        await send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})
        record(scope, status, len(body), started, identity.decode(), finished="hit")

    def _traced(self, scope: Scope, status: int, traceparent: bytes | None, started: float) -> Headers:
        """The headers of timing and tracing; a span only where the request is sampled, as it is all over by now."""
        request = self._tracing.request(traceparent.decode("latin-1") if traceparent else None, name=scope["method"])
        milliseconds = (perf_counter() - started) * 1000
        headers = [(_SERVER_TIMING, b"finished;desc=hit, total;dur=%.3f" % milliseconds)]
        if request.sampled:
            with request:
                method = scope["method"]
                request.set(
                    {"http.request.method": method, "http.response.status_code": status, "cadran.finished": "hit"}
                )
        if traceparent is not None or request.sampled:
            headers.append((b"traceresponse", request.traceresponse().encode()))
        return headers

    def cache_control(self, expires: float) -> bytes:
        """Fresh no longer than a change may go unseen, whatever we keep; then shown once more while asked anew."""
        fresh = int(min(self._fresh_seconds, max(0.0, expires - self._seconds())))
        return b"private, max-age=%d, stale-while-revalidate=%d" % (fresh, fresh)

    def store(self, key: Key, note: Note, headers: Headers, body: bytes, etag: bytes) -> None:
        """Keep a response, if it fits."""
        now = self._seconds()
        weight = len(body) + sum(len(part) for part in key if part) + _OVERHEAD_BYTES
        if note.seconds > 0 and weight <= self._entries.maxsize:
            self._entries[key] = Entry(headers, body, etag, note, note.epoch, now, now + note.seconds, weight)

    def expiry(self, note: Note) -> float:
        """When a response with this note stops being shown."""
        return self._seconds() + note.seconds


class _Finishing:
    """The ``send`` of a request that was not found: what the routes noted gets its ETag, may be a 304, and is kept."""

    __slots__ = ("_finished", "_headers", "_key", "_scope", "_send", "_start")

    def __init__(
        self, finished: FinishedBytes, key: Key | None, scope: Scope, headers: dict[bytes, bytes], send: Send
    ) -> None:
        self._finished = finished
        self._key = key
        self._scope = scope
        self._headers = headers
        self._send = send
        self._start: Message | None = None

    async def __call__(self, message: Message) -> None:
        if message["type"] == "http.response.start" and message["status"] == 200 and kept(self._scope) is not None:
            self._start = message
        elif self._start is None:
            await self._send(message)
        else:
            start, self._start = self._start, None
            if message.get("more_body"):
                await self._send(start)
                await self._send(message)
            else:
                await self._finish(start, message.get("body", b""))

    async def _finish(self, start: Message, body: bytes) -> None:
        note = kept(self._scope)
        assert note is not None
        given = dict(start["headers"])
        etag = given.get(b"etag") or b'"%s"' % blake2b(body, digest_size=16).hexdigest().encode()
        volatile = (REQUEST_ID, _SERVER_TIMING, b"traceresponse", b"date")
        lasting = [(name, value) for name, value in start["headers"] if name not in _REPLACED and name not in volatile]
        lasting += [(b"etag", etag), VARY]
        if self._key is not None:
            self._finished.store(self._key, note, lasting, body, etag)
        fleeting = [(name, value) for name, value in start["headers"] if name in volatile]
        fleeting.append((b"cache-control", self._finished.cache_control(self._finished.expiry(note))))
        method = self._scope["method"]
        if method != "POST" and _matches(self._headers.get(b"if-none-match"), etag):
            start, body = {**start, "status": 304}, b""
            lasting = _without_content(lasting)
        await self._send({**start, "headers": lasting + fleeting})
        await self._send({"type": "http.response.body", "body": b"" if method == "HEAD" else body})


def _key(scope: Scope, headers: dict[bytes, bytes], body: bytes, shared: bytes | None) -> Key:
    """Everything of a request that a response may depend on, and whom it may be shown to. HEAD asks what GET asks."""
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


def _matches(if_none_match: bytes | None, etag: bytes) -> bool:
    """RFC 9110, 13.1.2: weak comparison with each listed tag."""
    if if_none_match is None:
        return False
    if if_none_match == etag:
        return True
    return any(word.strip().removeprefix(b"W/") in (etag, b"*") for word in if_none_match.split(b","))


def _without_content(headers: Headers) -> Headers:
    return [header for header in headers if header[0] not in (b"content-length", b"content-type")]


async def _read(headers: dict[bytes, bytes], receive: Receive) -> tuple[bytes, Receive, bool]:
    """The body, a ``receive`` that tells it again, and whether it is whole: long, unmeasured bodies are left alone."""
    declared = headers.get(b"content-length", b"")
    if not declared.isdigit() or int(declared) > _BODY_BYTES_MAX:
        return b"", receive, False
    messages: list[Message] = []
    whole = False
    while True:
        try:
            message = await receive()
        except HttpRefused:
            # It is told further in, to whoever asks for the rest of the body.
            break
        messages.append(message)
        if message["type"] != "http.request" or not message.get("more_body"):
            whole = message["type"] == "http.request"
            break
    again = iter(messages)

    async def replay() -> Message:
        message = next(again, None)
        return await receive() if message is None else message

    return b"".join(message.get("body", b"") for message in messages), replay, whole
