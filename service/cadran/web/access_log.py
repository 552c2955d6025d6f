"""The access log: one line for each request, and the middleware that times and traces requests.

A line has the method, path, status, duration, size, request id and caller (a key's id or a token's subject). It never
has the query string, a header or a body, which may name people or contain keys.
"""

from __future__ import annotations

import logging
from time import perf_counter
from urllib.parse import quote

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from cadran.telemetry import Tracing
from cadran.web.authentication import get_caller
from cadran.web.request_id import get_request_id

_log = logging.getLogger("cadran.access")


def records_hits() -> bool:
    """Return whether cache hits are logged. This is for debugging only: the line costs more than the answer."""
    return _log.isEnabledFor(logging.DEBUG)


def write_record(
    scope: Scope, status: int, size: int, started: float, identity: str, *, finished: str = "miss"
) -> None:
    """Write one line of names and values. The log record's ``access`` holds the same values as a dictionary."""
    level = logging.DEBUG if finished == "hit" else logging.INFO
    if not _log.isEnabledFor(level):
        return
    milliseconds = round((perf_counter() - started) * 1000, 3)
    method, path = scope["method"], quote(scope["path"])
    found = get_caller(scope)
    caller = "-" if found is None else quote(found.caller_id, safe=":@")
    line = (
        f"method={method} path={path} status={status} milliseconds={milliseconds} bytes={size}"
        f" finished={finished} request_id={identity}"
        f" caller={caller}"
    )
    access = {
        "method": method,
        "path": path,
        "status": status,
        "milliseconds": milliseconds,
        "bytes": size,
        "finished": finished,
        "request_id": identity,
        "caller": caller,
    }
    # The record is made directly: the search for the calling line, which is always this one, would double the cost.
    made = _log.makeRecord(_log.name, level, __file__, 0, line, (), None, extra={"access": access})
    _log.handle(made)


class AccessLog:
    """Middleware that adds ``Server-Timing`` and ``traceresponse``, opens the server span and writes the access log."""

    def __init__(self, app: ASGIApp, *, tracing: Tracing) -> None:
        self._app = app
        self._tracing = tracing

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one connection."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        headers = dict(scope["headers"])
        traceparent, tracestate = _text(headers.get(b"traceparent")), _text(headers.get(b"tracestate"))
        status, size = 0, 0
        with self._tracing.request(traceparent, tracestate, name=scope["method"]) as request:

            async def timed(message: Message) -> None:
                nonlocal status, size
                if message["type"] == "http.response.start":
                    status = message["status"]
                    own = [(b"server-timing", request.server_timing().encode())]
                    if traceparent is not None or request.sampled:
                        own.append((b"traceresponse", request.traceresponse().encode()))
                    message["headers"] = [*message["headers"], *own]
                else:
                    size += len(message.get("body", b""))
                await send(message)

            try:
                await self._app(scope, receive, timed)
            finally:
                write_record(scope, status, size, request.started, get_request_id(scope))
                route = getattr(scope.get("route"), "path", None)
                if route is not None:
                    request.rename(f"{scope['method']} {route}")
                    request.set({"http.route": route})
                request.set({"http.request.method": scope["method"], "http.response.status_code": status})
                if status >= 500:
                    request.failed(str(status))


def _text(value: bytes | None) -> str | None:
    return None if value is None else value.decode("latin-1")
