"""Request heads and bodies that arrive too slowly or are too long, on a real socket."""

from __future__ import annotations

import socket
from collections.abc import Iterator

import pytest

from tests.keys import KEY
from tests.web.live_server import exchanged, received, wired
from tests.web.sample_app import Small

HEAD = f"host: small\r\nauthorization: Bearer {KEY}\r\n".encode()
GET = b"GET /figures HTTP/1.1\r\n" + HEAD
POST = b"POST /write HTTP/1.1\r\ncontent-type: text/plain\r\n" + HEAD


@pytest.fixture(scope="module")
def port() -> Iterator[int]:
    with wired(Small(body_seconds=0.3).app(), head_seconds=0.3, head_bytes_max=8_192) as found:
        yield found


def told(answer: bytes, status: int, code: str) -> None:
    assert answer.startswith(b"HTTP/1.1 %d " % status), answer
    assert b'"code":"%s"' % code.encode() in answer
    assert b"application/problem+json" in answer
    assert b"connection: close" in answer.lower()


def test_nothing_at_all_ends(port: int):
    told(exchanged(port, []), 408, "request_timeout")


@pytest.mark.parametrize("begun", [b"G", b"GET /figures HTT", GET, GET + b"x-a"])
def test_half_a_head_ends(port: int, begun: bytes):
    told(exchanged(port, [begun]), 408, "request_timeout")


def test_a_trickled_head_ends(port: int):
    # Each byte comes within the time limit, but all of them together take too long.
    told(exchanged(port, (b"%c" % byte for byte in GET), pause_seconds=0.05), 408, "request_timeout")


def test_blank_lines_after_an_answer_end(port: int):
    answer = exchanged(port, [GET + b"\r\n", *[b"\r\n"] * 20], pause_seconds=0.05)
    assert answer.startswith(b"HTTP/1.1 200")
    told(answer[answer.rindex(b"HTTP/1.1") :], 408, "request_timeout")


def test_a_head_has_an_end(port: int):
    long = (b"x-%d: %s\r\n" % (number, b"a" * 1_000) for number in range(10_000))
    told(exchanged(port, [GET, *long], pause_seconds=0.0001), 431, "head_too_large")


@pytest.mark.parametrize("pieces", [1, 2])
def test_a_long_head_at_once_is_refused_too(port: int, pieces: int):
    head = GET + b"x-a: %s\r\n\r\n" % (b"a" * 9_000)
    half = len(head) // pieces
    told(exchanged(port, [head[:half], *filter(None, [head[half:]])], pause_seconds=0.05), 431, "head_too_large")


def test_many_short_heads_at_once_are_no_long_one(port: int):
    count = 400
    answer = exchanged(port, [(GET + b"\r\n") * count + GET + b"connection: close\r\n\r\n"])
    assert answer.count(b"HTTP/1.1 200") == count + 1


@pytest.mark.parametrize("path", [b"/write", b"/graphql"])
@pytest.mark.parametrize("length", [b"content-length: 50", b"transfer-encoding: chunked"])
def test_a_slow_body_ends(port: int, path: bytes, length: bytes):
    head = POST.replace(b"/write", path) + length + b"\r\n\r\n"
    told(exchanged(port, [head, *[b"1\r\na\r\n"] * 12], pause_seconds=0.05), 408, "request_timeout")


def test_a_body_that_nobody_reads_ends(port: int):
    head = b"POST /nowhere HTTP/1.1\r\ncontent-length: 100\r\n" + HEAD + b"\r\n"
    answer = exchanged(port, [head, *[b"a"] * 20], pause_seconds=0.05)
    assert answer.startswith(b"HTTP/1.1 404")
    assert answer.count(b"HTTP/1.1") == 1


def test_what_is_no_request_is_told(port: int):
    told(exchanged(port, [b"\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"]), 400, "bad_request")


def test_who_sends_in_time_is_answered_again_and_again(port: int):
    with socket.create_connection(("127.0.0.1", port), timeout=20) as wire:
        for _ in range(3):
            for piece in (GET[:20], GET[20:], b"\r\n"):
                wire.sendall(piece)
            assert wire.recv(65_536).startswith(b"HTTP/1.1 200")
        wire.sendall(POST + b"content-length: 4\r\n\r\nbody")
        assert b"body" in wire.recv(65_536)
        # Send two complete requests at once, and half of a third.
        wire.sendall((GET + b"\r\n") * 2 + GET[:30])
        rest = received(wire)
    assert rest.count(b"HTTP/1.1 200") == 2
    told(rest[rest.rindex(b"HTTP/1.1") :], 408, "request_timeout")
