"""Limits of what an unknown client may use of a server, tested on a real socket: headers, trailers, pipelined requests,
connections, and responses that the client does not read.
"""

from __future__ import annotations

import asyncio
import socket
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any

import orjson
import pytest

from tests.web.live_server import PATIENCE_SECONDS, exchanged, received, wired

GET = b"GET /echo HTTP/1.1\r\nhost: small\r\n"
LAST = GET + b"connection: close\r\n\r\n"
CHUNKED = b"POST /echo HTTP/1.1\r\nhost: small\r\ntransfer-encoding: chunked\r\n"
LARGE_BYTES = 3_000_000


class Echo:
    """An application that reads the whole body and responds with it. ``most`` is the largest number of requests that
    were ever under way at once.
    """

    def __init__(self) -> None:
        self.under_way = 0
        self.most = 0
        self.answers = 0
        self.large = b"a" * LARGE_BYTES

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        self.under_way += 1
        self.most = max(self.most, self.under_way)
        # The response to /early does not wait for the body.
        body, more = b"", scope["path"] != "/early"
        while more:
            message = await receive()
            if message["type"] == "http.disconnect":
                self.under_way -= 1
                return
            body += message.get("body", b"")
            more = message.get("more_body", False)
        await asyncio.sleep(0.01 if scope["path"] == "/slow" else 0)
        headers = {name.decode(): value.decode() for name, value in scope["headers"]}
        answer = orjson.dumps({"path": scope["path"], "headers": headers, "body": body.decode()})
        if scope["path"] == "/large":
            answer = self.large
        length = str(len(answer)).encode()
        self.answers += 1
        self.under_way -= 1
        await send({"type": "http.response.start", "status": 200, "headers": [(b"content-length", length)]})
        await send({"type": "http.response.body", "body": answer})


@pytest.fixture
def echo() -> Echo:
    return Echo()


@pytest.fixture
def port(echo: Echo) -> Iterator[int]:
    with wired(echo, head_seconds=0.5, head_bytes_max=8_192) as found:
        yield found


@contextmanager
def connected(port: int, *, count: int, address: str = "127.0.0.1") -> Iterator[list[socket.socket]]:
    """Open ``count`` connections from an address. Their receive buffers are small; only the test reads them."""
    wires = []
    for _ in range(count):
        wire = socket.socket()
        wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4_096)
        wire.settimeout(PATIENCE_SECONDS)
        wire.bind((address, 0))
        wire.connect(("127.0.0.1", port))
        wires.append(wire)
    try:
        yield wires
    finally:
        for wire in wires:
            wire.close()


def refused(answer: bytes, status: int, code: str) -> None:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 %d " % status), answer[:200]
    assert b"connection: close" in head
    assert b"x-content-type-options: nosniff" in head
    assert b"application/problem+json" in head
    assert orjson.loads(body)["code"] == code


def body_of(answer: bytes) -> Any:
    assert answer.startswith(b"HTTP/1.1 200 "), answer[:200]
    return orjson.loads(answer.partition(b"\r\n\r\n")[2])


def test_a_hundred_headers_are_served_and_no_more(port: int):
    lines = [b"x-%d: a\r\n" % number for number in range(99)]
    assert (
        len(body_of(exchanged(port, [LAST.replace(b"\r\n\r\n", b"\r\n") + b"".join(lines[:-1]) + b"\r\n"]))["headers"])
        == 100
    )
    refused(exchanged(port, [LAST.replace(b"\r\n\r\n", b"\r\n") + b"".join(lines) + b"\r\n"]), 431, "head_too_large")
    # The request is refused before its head is complete.
    refused(exchanged(port, [GET + b"a:b\r\n" * 200]), 431, "head_too_large")


@pytest.mark.parametrize("cut", range(1, 5))
def test_a_head_ends_however_it_is_cut(port: int, cut: int):
    head = GET + b"x-a: b\r\n\r\n"
    answer = exchanged(port, [head[:-cut], head[-cut:] + LAST], pause_seconds=0.05)
    assert answer.count(b"HTTP/1.1 200 ") == 2


def test_trailers_are_dropped(port: int):
    first = CHUNKED + b"connection: close\r\ntrailer: x-late\r\n\r\n"
    told = body_of(
        exchanged(port, [first, b"4\r\nbody\r\n", b"0\r\nx-late: a\r\nhost: other\r\n\r\n"], pause_seconds=0.02)
    )
    assert (told["body"], told["headers"]["host"]) == ("body", "small")
    assert "x-late" not in told["headers"]


@pytest.mark.parametrize("frame", [b"a:b\r\n" * 4_000, b"x" * 20_000], ids=["trailers", "one long trailer"])
def test_endless_trailers_end_the_connection(port: int, echo: Echo, frame: bytes):
    began = time.monotonic()
    assert exchanged(port, [CHUNKED + b"\r\n0\r\n", *[frame] * 500], pause_seconds=0.002) == b""
    assert time.monotonic() - began < PATIENCE_SECONDS
    assert echo.answers == 0


def test_endless_chunk_extensions_end_the_connection(port: int, echo: Echo):
    assert exchanged(port, [CHUNKED + b"\r\n1;", *[b"x" * 20_000] * 100], pause_seconds=0.002) == b""
    assert echo.answers == 0


def test_small_chunks_are_no_attack(port: int):
    pieces = [b"1\r\na\r\n" * 100] * 10
    told = body_of(exchanged(port, [CHUNKED + b"connection: close\r\n\r\n", *pieces, b"0\r\n\r\n"]))
    assert told["body"] == "a" * 1_000


def test_a_body_of_tiny_chunks_ends(port: int, echo: Echo):
    pieces = [b"1\r\na\r\n" * 1_000] * 200
    assert exchanged(port, [CHUNKED + b"\r\n", *pieces, b"0\r\n\r\n"]) == b""
    assert echo.answers == 0


@pytest.mark.parametrize(
    "head",
    [
        b"CONNECT a:443 HTTP/1.1\r\nhost: a\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: xchunked\r\n\r\n",
        b"POST /echo HTTP/1.1\r\nhost: a\r\ntransfer-encoding: gzip, chunked\r\n\r\n",
        b"POST /echo HTTP/1.0\r\ntransfer-encoding: chunked\r\n\r\n0\r\n\r\n",
        b"\r\n" * 40 + GET + b"\r\n",
    ],
)
def test_what_is_not_served_is_refused_with_an_answer(port: int, echo: Echo, head: bytes):
    assert exchanged(port, [GET + b"\r\n", head]).split(b"HTTP/1.1 ")[2].startswith(b"400 ")
    assert echo.answers == 1


@pytest.mark.parametrize("method", [b"POST", b"GET"])
@pytest.mark.parametrize("body", [b"content-length: 9000000\r\n\r\n", b"transfer-encoding: chunked\r\n\r\n"])
def test_a_body_that_nobody_reads_ends_the_connection(port: int, method: bytes, body: bytes):
    answer = exchanged(port, [method + b" /early HTTP/1.1\r\nhost: a\r\n" + body, *([b"5\r\naaaaa\r\n" * 2_000] * 400)])
    assert answer.startswith(b"HTTP/1.1 200 ")
    assert answer.count(b"HTTP/1.1") == 1


def test_a_short_body_that_nobody_reads_does_not_end_the_connection(port: int, echo: Echo):
    head = b"POST /early HTTP/1.1\r\nhost: a\r\ncontent-length: 30000\r\n\r\n"
    answer = exchanged(port, [head, b"a" * 30_000, LAST], pause_seconds=0.1)
    assert answer.count(b"HTTP/1.1 200 ") == 2
    assert echo.answers == 2


def test_one_request_of_a_connection_is_under_way(port: int, echo: Echo):
    slow = GET.replace(b"/echo", b"/slow") + b"\r\n"
    post = b"POST /slow HTTP/1.1\r\nhost: small\r\ncontent-length: 4\r\n\r\nbody"
    answer = exchanged(port, [(slow + post) * 20 + LAST])
    assert answer.count(b"HTTP/1.1 200 ") == 41
    assert answer.count(b'"body":"body"') == 20
    assert echo.most == 1


def test_what_follows_a_chunked_body_at_once_is_not_served(port: int, echo: Echo):
    request = CHUNKED.replace(b"/echo", b"/slow") + b"\r\n4\r\nbody\r\n0\r\n\r\n"
    answer = exchanged(port, [request + LAST])
    assert body_of(answer)["body"] == "body"
    assert echo.answers == 1


def test_what_follows_a_chunked_body_and_its_answer_is_served(port: int):
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
        for _ in range(3):
            wire.sendall(CHUNKED + b"\r\n4\r\nbody\r\n0\r\n\r\n")
            assert body_of(wire.recv(65_536))["body"] == "body"


def test_an_upgrade_is_answered_and_ends(port: int, echo: Echo):
    asking = GET + b"connection: upgrade\r\nupgrade: h2c\r\n\r\n"
    assert body_of(exchanged(port, [asking + LAST]))["path"] == "/echo"
    assert echo.answers == 1


@pytest.mark.parametrize(
    "host",
    [
        b"",
        b"host: a\r\nhost: a\r\n",
        b"host: a\r\nhost: b\r\n",
        b"host: a b\r\n",
        b"host: a/live\r\n",
        b"host: x@a\r\n",
    ],
)
def test_a_request_names_one_host(port: int, host: bytes):
    refused(exchanged(port, [b"GET /echo HTTP/1.1\r\n" + host + b"\r\n"]), 400, "bad_request")


@pytest.mark.parametrize(
    "host", [b"a", b"", b"A.example:8000", b"127.0.0.1:80", b"[::1]", b"[::1]:8000", b"a_b", b"a "]
)
def test_a_host_may_be_any(port: int, host: bytes):
    answer = exchanged(port, [b"GET /echo HTTP/1.1\r\nconnection: close\r\nhost: %s\r\n\r\n" % host])
    assert body_of(answer)["headers"]["host"].strip() == host.decode().strip()


def test_http_1_0_needs_no_host(port: int):
    assert body_of(exchanged(port, [b"GET /echo HTTP/1.0\r\n\r\n"]))["path"] == "/echo"
    refused(exchanged(port, [b"GET /echo HTTP/1.0\r\nhost: a\r\nhost: b\r\n\r\n"]), 400, "bad_request")


@pytest.mark.parametrize(
    "head",
    [
        b"GET /echo\r\n",
        b"GET /echo\r\n\r\n",
        b"GET /echo HTTP/2.0\r\nhost: a\r\n\r\n",
        b"GET /echo HTTP/1.1\nhost: a\n\n",
    ],
)
def test_other_versions_are_refused_at_once(port: int, head: bytes):
    refused(exchanged(port, [head]), 400, "bad_request")


@pytest.mark.parametrize("method", [b"FOO", b"BREW", b"get", b"G", b"GETS", b"X-Y", b"A" * 5_000])
def test_a_method_that_the_service_does_not_know_is_no_fault_of_the_line(port: int, method: bytes):
    line = method + b" /echo HTTP/1.1\r\nhost: a\r\n\r\n"
    refused(exchanged(port, [line]), 501, "unknown_method")
    first, second = exchanged(port, [GET + b"\r\n" + line]).split(b"HTTP/1.1 ")[1:]
    assert (first[:3], second[:3]) == (b"200", b"501")


@pytest.mark.parametrize("target", ["/echo?site=Orléans", "/écho", "/echo?site=東京"])
def test_an_address_with_raw_accents_is_refused_with_what_to_do(port: int, target: str):
    found = exchanged(port, [f"GET {target} HTTP/1.1\r\nhost: small\r\n\r\n".encode()])
    refused(found, 400, "bad_request")
    assert b"%C3%A9" in found


@pytest.mark.parametrize(
    "line", [b"GE(T /echo HTTP/1.1", b"FOO /echo HTTP/3.0", b"FOO /a b HTTP/1.1", b"FOO /a\0 HTTP/1.1"]
)
def test_a_malformed_line_with_an_unknown_method_is_a_bad_request(port: int, line: bytes):
    refused(exchanged(port, [line + b"\r\nhost: a\r\n\r\n"]), 400, "bad_request")


def test_connections_are_bounded(echo: Echo):
    with wired(echo, connections_max=3) as port, connected(port, count=3) as wires:
        for wire in wires:
            wire.sendall(GET + b"\r\n")
            assert wire.recv(1_000).startswith(b"HTTP/1.1 200 ")
        answer = exchanged(port, [LAST])
        refused(answer, 503, "too_many_connections")
        assert b"retry-after: " in answer
        # A health probe is still answered, although the limit is reached.
        assert exchanged(port, [LAST.replace(b"/echo", b"/live")]).startswith(b"HTTP/1.1 200 ")
        wires[0].close()
        until_served(port)


def test_connections_beyond_the_bound_do_not_pile_up(echo: Echo):
    with (
        wired(echo, connections_max=1) as port,
        connected(port, count=1) as _,
        connected(port, count=200) as surplus,
    ):
        assert exchanged(port, [LAST.replace(b"/echo", b"/live")]).startswith(b"HTTP/1.1 200 ")
        # The oldest surplus connections were refused before they sent anything.
        refused(received(surplus[0]), 503, "too_many_connections")


def test_connections_of_one_address_are_bounded(echo: Echo):
    with (
        wired(echo, address_connections_max=2) as port,
        connected(port, count=2, address="127.0.0.2") as _,
        connected(port, count=1, address="127.0.0.2") as (wire,),
    ):
        wire.sendall(LAST)
        refused(received(wire), 503, "too_many_connections")
        assert exchanged(port, [LAST]).startswith(b"HTTP/1.1 200 ")


@pytest.mark.parametrize("proxies", ["127.0.0.2", "10.0.0.0/8, 127.0.0.0/30"])
def test_trusted_proxies_have_no_bound_of_their_own(echo: Echo, proxies: str):
    with (
        wired(echo, address_connections_max=2, trusted_proxies=proxies) as port,
        connected(port, count=10, address="127.0.0.2") as wires,
    ):
        for wire in wires:
            wire.sendall(LAST)
            assert wire.recv(1_000).startswith(b"HTTP/1.1 200 ")


def until_served(port: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not exchanged(port, [LAST]).startswith(b"HTTP/1.1 200 "):
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_a_client_that_reads_nothing_is_cut_off(echo: Echo):
    asking = LAST.replace(b"/echo", b"/large")
    with wired(echo, head_seconds=0.2, unread_seconds=0.3) as port, connected(port, count=2) as (closing, going_on):
        closing.sendall(asking)
        going_on.sendall(asking.replace(b"connection: close\r\n", b""))
        time.sleep(2.0)
        assert len(received(closing)) < LARGE_BYTES
        assert len(received(going_on)) < LARGE_BYTES


def test_a_client_that_reads_slowly_gets_all(echo: Echo):
    with wired(echo, head_seconds=0.2, unread_seconds=0.5) as port, connected(port, count=1) as (wire,):
        wire.sendall(LAST.replace(b"/echo", b"/large"))
        found, ends = 0, time.monotonic() + 2.0
        while piece := wire.recv(65_536):
            found += len(piece)
            if time.monotonic() < ends:
                time.sleep(0.01)
        assert found > LARGE_BYTES


def test_unread_answers_are_bounded_in_all(echo: Echo):
    asking = LAST.replace(b"/echo", b"/large")
    with wired(echo, unsent_bytes_max=2 * LARGE_BYTES) as port, connected(port, count=4) as wires:
        for number, wire in enumerate(wires):
            wire.sendall(asking)
            deadline = time.monotonic() + PATIENCE_SECONDS
            while echo.answers <= number:
                assert time.monotonic() < deadline
                time.sleep(0.01)
        time.sleep(0.2)
        # The server aborts the oldest connections and serves the newest completely.
        assert [len(received(wire)) > LARGE_BYTES for wire in wires] == [False, False, True, True]


def test_a_client_that_leaves_is_forgotten(echo: Echo):
    asking = LAST.replace(b"/echo", b"/large")
    with wired(echo, unsent_bytes_max=2 * LARGE_BYTES, address_connections_max=3) as port:
        for _ in range(5):
            with connected(port, count=2) as wires:
                for wire in wires:
                    wire.sendall(asking)
                    assert wire.recv(1)
        until_served(port)
        with suppress(ConnectionResetError):
            assert len(exchanged(port, [asking])) > LARGE_BYTES


def test_an_idle_connection_ends(echo: Echo):
    with wired(echo, idle_seconds=0.3) as port, socket.create_connection(("127.0.0.1", port)) as wire:
        wire.settimeout(PATIENCE_SECONDS)
        for _ in range(5):
            wire.sendall(GET.replace(b"/echo", b"/slow") + b"\r\n")
            assert wire.recv(1_000).startswith(b"HTTP/1.1 200 ")
            time.sleep(0.1)
        assert wire.recv(1_000) == b""
