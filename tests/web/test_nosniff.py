"""Every response forbids browsers to guess its media type, however the response was made."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.keys import KEY
from tests.web.live_server import exchanged, wired
from tests.web.sample_app import Small

HEAD = f"host: small\r\nauthorization: Bearer {KEY}\r\n".encode()
GET = b"GET /figures HTTP/1.1\r\n" + HEAD + b"\r\n"
LAST = b"connection: close\r\n\r\n"
NOSNIFF = b"\r\nx-content-type-options: nosniff\r\n"


@pytest.fixture
def port() -> Iterator[int]:
    small = Small(body_seconds=0.3)
    small.kept()
    with wired(small.app(), head_seconds=0.3, address_connections_max=3) as found:
        yield found


def asked(line: bytes, headers: bytes = HEAD) -> bytes:
    return line + b" HTTP/1.1\r\n" + headers + LAST


@pytest.mark.parametrize(
    ("status", "request_bytes"),
    [
        (200, asked(b"GET /figures")),
        (200, asked(b"HEAD /figures")),
        (200, asked(b"GET /streamed")),
        (200, asked(b"POST /graphql", HEAD + b"content-length: 0\r\n")),
        (304, asked(b"GET /figures", HEAD + b"if-none-match: *\r\n")),
        (401, asked(b"GET /figures", b"host: small\r\n")),
        (404, asked(b"GET /nowhere")),
        (405, asked(b"DELETE /figures")),
        (413, asked(b"POST /write", HEAD + b"content-length: 5000\r\n")),
        (500, asked(b"GET /failing/else")),
        (503, asked(b"GET /failing/away")),
        (
            204,
            asked(b"OPTIONS /figures", b"host: small\r\norigin: https://a\r\naccess-control-request-method: GET\r\n"),
        ),
        (400, b"GET /figures HTTP/1.1\r\n\r\n"),
        (408, b"GET /figures"),
        (431, b"GET /figures HTTP/1.1\r\n" + b"a:b\r\n" * 200),
    ],
)
def test_a_response_says_nosniff_once(port: int, status: int, request_bytes: bytes):
    answer = exchanged(port, [request_bytes])
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert answer.lower().count(NOSNIFF) == 1


def test_a_cached_response_says_nosniff(port: int):
    answer = exchanged(
        port, [GET, GET, GET.replace(b"\r\n\r\n", b"\r\nif-none-match: *\r\n\r\n"), asked(b"GET /figures")]
    )
    assert answer.count(b"finished;desc=hit") == 3
    assert answer.count(b"HTTP/1.1 ") == answer.lower().count(NOSNIFF) == 4
