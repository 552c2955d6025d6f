"""Hostile requests: each gets a 4xx, delays no other caller and does not exhaust memory.

They are sent over a socket to a real server, and to a real process.
"""

from __future__ import annotations

import asyncio
import socket
import threading
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from typing import Final

import pytest
from starlette.routing import Route

from tests.access.raw_requests import head, process, sent, status, threaded
from tests.access.two_sites import House
from tests.defaults import DEFAULTS
from tests.keys import AUTHORIZATION, give_key
from tests.web.live_server import PATIENCE_SECONDS, received

HELD_SECONDS_MAX: Final = 0.1
MEMORY_BYTES_MAX: Final = 300_000_000
FIGURES: Final = "/v1/indicators?metrics=contacts&by=site&period=2015-11"
DEEP: Final = 100_000
MEGABYTE: Final = b"a" * 1_000_000
BODIES: Final[dict[str, bytes]] = {
    "null": b"null",
    "a number": b"3",
    "a text": b'"query"',
    "a list": b"[]",
    "no UTF-8": b'{"name": "\xff\xfe"}',
    "half a surrogate": b'{"name": "\\ud800"}',
    "deep lists": b"[" * DEEP + b"]" * DEEP,
    "deep objects": b'{"a":' * DEEP + b"1" + b"}" * DEEP,
    "cut short": b'{"name": "x"',
    "a NUL": b'{"document": "{ __typename } #\\u0000"}',
    "many members": b"{" + b",".join(b'"a%d":1' % number for number in range(60_000)) + b"}",
    "a long number": b'{"overlap": ' + b"9" * 10_000 + b"}",
}


def posts(house: House) -> list[str]:
    """Return the path of every route that accepts POST."""
    found = [each for each in house.service.routes if isinstance(each, Route) and "POST" in (each.methods or ())]
    return [each.path.replace("{key}", "nonesuch") for each in found]


def hostile(path: str) -> Iterator[tuple[str, list[bytes], set[int]]]:
    """Yield hostile bodies for one route: a name, the bytes to send, and the statuses that may refuse them."""
    for name, body in BODIES.items():
        yield name, [head(path, f"content-length: {len(body)}"), body], {400, 404, 413, 422}
    measured = [head(path, "content-length: 20000000"), *[MEGABYTE] * 20]
    yield "20 MB, measured", measured, {413}
    pieces = [b"%x\r\n%s\r\n" % (len(MEGABYTE), MEGABYTE)] * 20
    yield "20 MB, unmeasured", [head(path, "transfer-encoding: chunked"), *pieces, b"0\r\n\r\n"], {413}


async def test_bodies_hold_nobody_up(shared: House, shared_url: str):
    await give_key(shared_url)
    paths = posts(shared)
    assert len(paths) >= 4
    with threaded(shared_url) as (port, beating):
        for path in paths:
            for name, pieces, expected in hostile(path):
                answer = await asyncio.to_thread(sent, port, pieces)
                assert status(answer) in expected, (path, name, answer[:300])
        assert 0 < beating.held_seconds < HELD_SECONDS_MAX


async def test_a_process_keeps_its_memory_and_others_are_answered(shared: House, shared_url: str):
    await give_key(shared_url)
    paths = posts(shared)
    with process(shared_url) as (port, serving):
        others: list[int] = []
        over = threading.Event()

        def ask() -> None:
            while not over.is_set():
                connection = HTTPConnection("127.0.0.1", port, timeout=PATIENCE_SECONDS)
                connection.request("GET", FIGURES, headers=AUTHORIZATION)
                others.append(connection.getresponse().status)
                connection.close()
                time.sleep(0.01)

        def abuse() -> int:
            slow = [socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) for _ in range(100)]
            for number, wire in enumerate(slow):
                wire.sendall(head("/v1/keys", "content-length: 50")[: 40 if number % 2 else None])
            for path in paths:
                for name, pieces, expected in hostile(path):
                    assert status(sent(port, pieces)) in expected, (path, name)
            long = (b"x-%d: %s\r\n" % (number, MEGABYTE[:10_000]) for number in range(10_000))
            assert status(sent(port, [b"GET / HTTP/1.1\r\n", *long])) == 431
            assert {status(received(wire)) for wire in slow} == {408}
            for wire in slow:
                wire.close()
            return int(serving.memory_info().rss)

        asking = threading.Thread(target=ask)
        asking.start()
        try:
            memory = await asyncio.to_thread(abuse)
        finally:
            over.set()
            asking.join(PATIENCE_SECONDS)
        assert memory < MEMORY_BYTES_MAX
        assert len(others) > 10
        assert set(others) == {200}


@pytest.mark.parametrize(
    "ranges", ["bytes=0-0", "bytes=" + ",".join(["0-"] * 2_000), "bytes=9-1", "lines=1-2", "bytes=-9"]
)
async def test_ranges_are_passed_over(shared: House, ranges: str):
    whole, part = await shared.get(FIGURES, "analyst"), await shared.get(FIGURES, "analyst", range=ranges)
    assert (part.status_code, part.content) == (200, whole.content)
    assert "accept-ranges" not in part.headers


@pytest.mark.parametrize("host", ["cadran/live", "cadran/live?", "x@cadran/live#", "", "[::1", "cadran:99999", "a b"])
async def test_who_is_let_in_depends_on_the_path_as_routed(shared: House, host: str):
    for path in (FIGURES, "/v1/keys"):
        assert (await shared.client.get(path, headers={"host": host})).status_code == 401
    refused = await shared.get("/v1/keys", "board", host=host)
    assert refused.status_code == 403


async def test_a_target_that_names_another_host_is_no_way_in(shared_url: str):
    with threaded(shared_url) as (port, _):
        for target in (
            "http://cadran/v1/keys",
            "/live/../v1/keys",
            "//live/v1/keys",
            "/live%2f..%2fv1/keys",
            "/v1/keys#/live",
        ):
            request = f"GET {target} HTTP/1.1\r\nhost: live\r\nconnection: close\r\n\r\n".encode()
            assert status(await asyncio.to_thread(sent, port, [request])) in (400, 401, 404), target


async def test_a_body_that_nobody_may_send_is_not_waited_for(shared_url: str):
    with threaded(shared_url) as (port, _):
        began = time.monotonic()
        for path in ("/graphql", "/v1/keys"):
            request = f"POST {path} HTTP/1.1\r\nhost: x\r\ncontent-length: 50\r\nconnection: close\r\n\r\n"
            assert status(await asyncio.to_thread(sent, port, [request.encode()])) == 401
        assert time.monotonic() - began < DEFAULTS.body_timeout_seconds
