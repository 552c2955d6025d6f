"""Cached responses on a real socket: the fast path of the protocol sends the same bytes as the application."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from itertools import pairwise

import pytest

from tests.keys import KEY
from tests.web.live_server import PATIENCE_SECONDS, exchanged, wired
from tests.web.sample_app import Small

HEAD = f"host: small\r\nauthorization: Bearer {KEY}\r\n".encode()
GET = b"GET /figures HTTP/1.1\r\n" + HEAD + b"\r\n"
LAST = GET.replace(b"\r\n\r\n", b"\r\nconnection: close\r\n\r\n")
STREAMED = GET.replace(b"/figures", b"/streamed")
#: Headers that differ in each response.
OWN = (b"date", b"x-request-id", b"server-timing", b"ratelimit")

Response = tuple[bytes, dict[bytes, bytes], bytes]


@pytest.fixture
def small() -> Small:
    found = Small()
    found.kept()
    return found


@pytest.fixture
def port(small: Small) -> Iterator[int]:
    with wired(small.app()) as found:
        yield found


def responses(wire: bytes, *, bodies: bool = True) -> list[Response]:
    """Parse responses from raw bytes. Return status line, headers and body of each, without the headers in ``OWN``."""
    found = []
    while wire:
        head, _, wire = wire.partition(b"\r\n\r\n")
        status, *lines = head.split(b"\r\n")
        headers = dict(line.split(b": ", 1) for line in lines)
        length = int(headers.get(b"content-length", b"0")) if bodies else 0
        body, wire = wire[:length], wire[length:]
        assert headers.keys() >= set(OWN)
        found.append((status, {name: value for name, value in headers.items() if name not in OWN}, body))
    return found


def post(body: bytes, extra: bytes = b"") -> bytes:
    length = b"content-length: %d\r\n" % len(body)
    return b"POST /graphql HTTP/1.1\r\ncontent-type: text/plain\r\n" + HEAD + extra + length + b"\r\n"


def test_a_kept_answer_is_the_first_one_again(small: Small, port: int):
    made, *kept, last = responses(exchanged(port, [GET + GET + GET + LAST]))
    assert made[0] == b"HTTP/1.1 200 OK"
    assert made[2] == b"1 "
    assert kept == [made, made]
    # The last response of a connection comes from the application, not from the fast path.
    assert last == (made[0], made[1] | {b"connection": b"close"}, made[2])
    assert small.made == 1


def test_who_has_it_and_who_wants_the_head_alone(small: Small, port: int):
    [(_, headers, _)] = responses(exchanged(port, [LAST]))
    held = GET.replace(b"\r\n\r\n", b"\r\nif-none-match: %s\r\n\r\n" % headers[b"etag"])
    head = GET.replace(b"GET", b"HEAD")
    [unchanged, told, _] = responses(exchanged(port, [held + head + LAST.replace(b"GET", b"HEAD")]), bodies=False)
    assert unchanged[0] == b"HTTP/1.1 304 Not Modified"
    assert told[0] == b"HTTP/1.1 200 OK"
    assert told[1][b"content-length"] == b"2"
    assert small.made == 1


def test_answers_keep_the_order_of_their_requests(small: Small, port: int):
    wire = exchanged(port, [GET + STREAMED + GET + STREAMED + LAST])
    bodies = [wire.index(b"\r\n\r\n1 "), wire.index(b"one "), wire.index(b"two")]
    assert bodies == sorted(bodies)
    assert [wire.count(text) for text in (b"\r\n\r\n1 ", b"one ", b"HTTP/1.1 200 OK")] == [3, 2, 5]
    assert wire.endswith(b"\r\n\r\n1 ")
    assert small.made == 3


@pytest.mark.parametrize("pieces", [1, 2, 5])
def test_a_body_is_found_by_what_it_says_however_it_comes(small: Small, port: int, pieces: int):
    request = post(b"what is asked") + b"what is asked"
    cut = [0, *sorted(len(request) - 1 - number for number in range(pieces - 1)), len(request)]
    parts = [request[start:end] for start, end in pairwise(cut)]
    assert len(parts) == pieces
    for _ in range(3):
        first, again, last = responses(exchanged(port, [*parts, *parts, LAST], pause_seconds=0.01))
        assert first == again
        assert (first[2], last[2]) == (b"1 what is asked", b"2 ")
    assert small.made == 2


def test_who_waits_for_leave_to_send_a_body_gets_it(small: Small, port: int):
    for _ in range(2):
        with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
            wire.sendall(post(b"body", b"expect: 100-continue\r\n"))
            assert wire.recv(1_000) == b"HTTP/1.1 100 Continue\r\n\r\n"
            wire.sendall(b"body")
            assert wire.recv(10_000).endswith(b"1 body")
    assert small.made == 1


def test_who_is_slow_to_read_gets_all_the_same(small: Small, port: int):
    count = 3_000
    wire = exchanged(port, [GET * count + LAST], pause_seconds=0.5)
    assert len(responses(wire)) == count + 1
    assert small.made == 1


def test_an_older_protocol_is_answered_and_ended(small: Small, port: int):
    wire = exchanged(port, [LAST, GET.replace(b"HTTP/1.1", b"HTTP/1.0")])
    assert small.made == 1
    wire = exchanged(port, [GET.replace(b"HTTP/1.1", b"HTTP/1.0")])
    [(status, headers, body)] = responses(wire)
    assert (status, headers[b"connection"], body) == (b"HTTP/1.1 200 OK", b"close", b"1 ")
