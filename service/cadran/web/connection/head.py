"""Limits on request heads and bodies, checked before the application, and the response that refuses a request.

Takes the received bytes and the result of the parser. Refuses with ``bad_request``, ``unknown_method``,
``head_too_large`` and ``too_many_connections``. The refusal is written directly, since no request exists yet that the
application could answer.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from http import HTTPStatus
from typing import Final

import orjson
from uvicorn.protocols.http.httptools_impl import STATUS_LINE

from cadran.web.authentication import PROBES
from cadran.web.problem import KINDS, MEDIA_TYPE, RETRY_AFTER_SECONDS, find_title, find_type

#: The most headers of a request. Browsers behind proxies send about 30.
HEADERS_MAX: Final = 100
HEAD_END: Final = b"\r\n\r\n"
TOO_MANY: Final = f"The head has more than {HEADERS_MAX} headers. Send fewer."
VERSIONS: Final = "The service supports only HTTP/1.1 and HTTP/1.0. Send a request line with one of them."
#: A whole request line (RFC 9112, 3). The method is a token (RFC 9110, 5.6.2) of any name.
_REQUEST_LINE: Final = re.compile(rb"[!#$%&'*+.^_`|~0-9A-Za-z-]+ [^\x00-\x20\x7f]+ HTTP/1\.[01]\r\n")
#: The form of a Host (RFC 3986, 3.2.2 and 3.2.3). The Host is empty if the target has no authority.
_HOST: Final = re.compile(rb"(?:\[[0-9A-Fa-f:.]+\]|[A-Za-z0-9._~!$&'()*+,;=%-]*)(?::[0-9]{0,5})?[ \t]*")
#: The most framing bytes of a chunked body, in addition to one for each byte of the body. A chunk of one byte has five
#: framing bytes, and costs as much to parse as a header.
FRAMING_BYTES_MAX: Final = 8_192
#: The most bytes of a body that are still read after the response, so that the connection can be reused.
LEFTOVER_BYTES_MAX: Final = 65_536
#: The most bytes that are dropped at the end of a connection, so that a client that is still sending can read the
#: response.
DROPPED_BYTES_MAX: Final = 1_048_576
#: The most bytes of blank lines before a request (RFC 9112, 2.2, asks for one to be ignored).
BLANK_BYTES_MAX: Final = 64
_PROBE_TARGETS: Final = frozenset(path.encode() for path in PROBES)
_PROBLEM: Final = MEDIA_TYPE.encode()


class HeadRefused(Exception):
    """A head that is not served: the code of the problem, and what is wrong."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(code)
        self.code = code
        self.detail = detail


class _Nowhere(list[tuple[bytes, bytes]]):
    """A list that discards what is appended to it."""

    def append(self, header: tuple[bytes, bytes]) -> None:
        """Drop a header."""


#: The list that uvicorn appends trailers to.
TRAILERS: Final = _Nowhere()


class HeadAhead(Exception):
    """A signal that another request began while one was being answered."""


def check_head(
    version: str, given: Sequence[tuple[bytes, bytes]], headers: Mapping[bytes, bytes], method: bytes
) -> None:
    """Refuse a head that the service does not serve.

    Raises HeadRefused for too many headers, an unsupported HTTP version, CONNECT, a missing, repeated or invalid Host
    (RFC 9112, 3.2), and a transfer encoding other than chunked, or with HTTP/1.0 (RFC 9112, 6.1). ``headers`` is
    ``given`` by name.
    """
    if len(given) > HEADERS_MAX:
        raise HeadRefused("head_too_large", TOO_MANY)
    if version not in ("1.1", "1.0"):
        raise HeadRefused("bad_request", VERSIONS)
    if method == b"CONNECT":
        raise HeadRefused("bad_request", "CONNECT is not served; this is no proxy.")
    encoding = headers.get(b"transfer-encoding")
    if encoding is not None and (version == "1.0" or encoding.strip().lower() != b"chunked"):
        raise HeadRefused("bad_request", "The only transfer encoding that is read is chunked, with HTTP/1.1.")
    host = headers.get(b"host")
    if host is None:
        if version == "1.1":
            raise HeadRefused("bad_request", "The Host header is missing. HTTP/1.1 requires one.")
    elif not _HOST.fullmatch(host):
        raise HeadRefused(
            "bad_request", "The Host header must be a host with an optional port, such as example.org:8000."
        )
    # A proxy may have used a different Host header than the service would.
    if len(headers) < len(given) and sum(name == b"host" for name, _ in given) > 1:
        raise HeadRefused("bad_request", "There are several Host headers. Send one.")


def refuse_unparsed(data: bytes) -> HeadRefused:
    """Return the refusal of bytes that the parser rejects where a request begins.

    The parser rejects a method that it does not know. This is a fault of the request only if the line is malformed.
    """
    if _REQUEST_LINE.match(data):
        method = data[:20].partition(b" ")[0].decode("ascii")
        return HeadRefused("unknown_method", f"The method {method} is not known here. Names of methods are upper-case.")
    return HeadRefused("bad_request", "This is not HTTP/1.1 (RFC 9112). Send a request line, headers and a body.")


def refuse_target(data: bytes) -> HeadRefused:
    """Return the refusal of a request whose address the parser rejects."""
    if data.partition(b"\n")[0].isascii():
        return refuse_unparsed(b"")
    return HeadRefused(
        "bad_request",
        "The address has characters that are not ASCII, such as accents. Encode them: é is %C3%A9.",
    )


def check_surplus(target: bytes) -> None:
    """Refuse a request on a surplus connection, unless it is a health probe. Raises HeadRefused."""
    if target.partition(b"?")[0] not in _PROBE_TARGETS:
        raise too_many_connections()


def too_many_connections() -> HeadRefused:
    """Return the refusal of a surplus connection."""
    return HeadRefused("too_many_connections", KINDS["too_many_connections"].about)


def find_end_of_head(data: bytes, at: int, *, tail: bytes, bytes_max: int) -> int:
    """Return the position after the end of the head that continues at ``at``.

    Returns the end of the data if the head does not end within ``bytes_max``. ``tail`` is the last three bytes before
    ``data``.
    """
    if tail:
        found = (tail + data[at : at + 3]).find(HEAD_END)
        if found >= 0:
            return at + found + len(HEAD_END) - len(tail)
    found = data.find(HEAD_END, at, at + bytes_max)
    return len(data) if found < 0 else found + len(HEAD_END)


def encode_refusal(code: str, detail: str, headers: Iterable[tuple[bytes, bytes]]) -> bytes:
    """Return the bytes of a problem response that ends the connection. ``headers`` are the default response headers."""
    status = HTTPStatus(KINDS[code].status)
    document: Mapping[str, object] = {
        "type": find_type(code),
        "title": find_title(code),
        "status": status,
        "detail": detail,
        "code": code,
    }
    body = orjson.dumps(document)
    lines = [STATUS_LINE[status], b"content-type: %s\r\ncontent-length: %d\r\n" % (_PROBLEM, len(body))]
    lines += [b"%s: %s\r\n" % header for header in headers]
    if status == HTTPStatus.SERVICE_UNAVAILABLE:
        lines.append(b"retry-after: %d\r\n" % RETRY_AFTER_SECONDS)
    return b"".join((*lines, b"cache-control: no-store\r\nconnection: close\r\n\r\n", body))


class Body:
    """The bytes of one request's body: how many are still to come, and how many were only framing."""

    __slots__ = ("_framing_bytes", "_left", "_read_bytes")

    def __init__(self) -> None:
        # None if only the parser can find the end.
        self._left: int | None = 0
        self._read_bytes = 0
        self._framing_bytes = 0

    def begin(self, headers: Mapping[bytes, bytes]) -> None:
        """Begin the body of a head.

        The parser has already refused lengths that are not numbers, contradict each other, or come with a transfer
        encoding.
        """
        self._left = None if b"transfer-encoding" in headers else int(headers.get(b"content-length", b"0"))
        self._read_bytes = self._framing_bytes = 0

    def take(self, at: int, length: int) -> int:
        """Return the position up to which the bytes from ``at`` to ``length`` may be parsed as the body.

        The position is the end of the body, the end of a small step in a chunked body, or ``length``.
        """
        if self._left is None:
            # Take small steps, because the framing is checked after each step.
            end = min(length, at + FRAMING_BYTES_MAX)
            self._framing_bytes += end - at
            return end
        end = at + self._left
        if end > length:
            end = length
        self._left -= end - at
        return end

    @property
    def left_bytes(self) -> int:
        """Return the known number of bytes still to come, or 0 where only the parser finds the end."""
        return self._left or 0

    def read(self, count: int) -> None:
        """Count bytes as content instead of framing. Does nothing for a body without framing."""
        if self._left is None:
            self._read_bytes += count
            self._framing_bytes -= count

    def is_mostly_framing(self) -> bool:
        """Return whether the framing exceeds ``FRAMING_BYTES_MAX`` plus one byte per byte of the body.

        Framing is chunk sizes, extensions and trailers.
        """
        return self._left is None and self._framing_bytes > FRAMING_BYTES_MAX + self._read_bytes
