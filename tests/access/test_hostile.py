"""What is sent to break the service ends in a 4xx, holds nobody else up and fills no memory: on the wire of a real
server, and of a real process."""

from __future__ import annotations

import asyncio
import os
import select
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from hashlib import sha256
from http.client import HTTPConnection
from typing import Any, Final

import jwt
import psutil
import pytest
import uvicorn
from starlette.routing import Route
from starlette.types import Receive, Scope, Send

from cadran.access import keys
from cadran.access.grant import Grant
from cadran.access.keyring import Keyring, StoredKey
from cadran.serving import Application
from cadran.settings import Settings
from tests.access.house import House
from tests.keys import AUTHORIZATION, KEY, give_key
from tests.web.wire import PATIENCE_SECONDS, received

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
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
    "a long number": b'{"overlap": ' + b"9" * 10_000 + b"}",
}


@dataclass
class Beating:
    """An application with a heart: ``held_seconds`` is the longest time of its thread's processor between two beats, so
    that what other programs and other threads do meanwhile counts for nothing."""

    app: Any
    held_seconds: float = 0.0
    _task: Any = field(default=None)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "lifespan":
            self._task = asyncio.create_task(self._beat())
        await self.app(scope, receive, send)

    async def _beat(self) -> None:
        # The service starts first.
        await asyncio.sleep(1.0)
        while True:
            began = time.thread_time()
            await asyncio.sleep(0)
            self.held_seconds = max(self.held_seconds, time.thread_time() - began)
            await asyncio.sleep(0.001)


@contextmanager
def threaded(url: str) -> Iterator[tuple[int, Beating]]:
    """The service on a port, its heart watched."""
    settings = Settings(database_url=url, pool_min=1, pool_max=4, address_requests_per_minute=1_000_000)
    beating = Beating(Application(settings))
    with socket.create_server(("127.0.0.1", 0)) as listening:
        config = uvicorn.Config(
            beating, log_level="critical", lifespan="on", loop="uvloop", http="httptools", ws="none"
        )
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.01)
        time.sleep(1.2)
        try:
            yield listening.getsockname()[1], beating
        finally:
            server.should_exit = True
            thread.join(PATIENCE_SECONDS)


@contextmanager
def process(url: str, **settings: str) -> Iterator[tuple[int, psutil.Process]]:
    """``cadran serve``, and its process."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CADRAN_")}
    bounds = {"CADRAN_HEAD_TIMEOUT_SECONDS": "2", "CADRAN_BODY_TIMEOUT_SECONDS": "2", "CADRAN_LOG_LEVEL": "error"}
    given = {**inherited, **bounds, "CADRAN_DATABASE_URL": url, "CADRAN_PORT": str(port), **settings}
    serving = subprocess.Popen([sys.executable, "-m", "cadran", "serve"], env=given, stderr=subprocess.DEVNULL)
    try:
        deadline = time.monotonic() + 60
        while not is_listening(port):
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield port, psutil.Process(serving.pid)
    finally:
        serving.terminate()
        serving.wait(PATIENCE_SECONDS)


def is_listening(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def head(path: str, length: str, *, method: str = "POST", host: str = "cadran") -> bytes:
    lines = f"{method} {path} HTTP/1.1\r\nhost: {host}\r\nauthorization: Bearer {KEY}\r\n"
    return f"{lines}content-type: application/json\r\nconnection: close\r\n{length}\r\n\r\n".encode()


def sent(port: int, pieces: Iterable[bytes]) -> bytes:
    """What comes back; nothing more is sent once something does, as clients do."""
    with socket.create_connection(("127.0.0.1", port), timeout=PATIENCE_SECONDS) as wire:
        try:
            for piece in pieces:
                wire.sendall(piece)
                if select.select([wire], [], [], 0)[0]:
                    break
        except (BrokenPipeError, ConnectionResetError):
            pass
        return received(wire)


def status(answer: bytes) -> int:
    assert answer.startswith(b"HTTP/1.1 "), answer[:100]
    return int(answer[9:12])


def posts(house: House) -> list[str]:
    """Every route that takes a POST."""
    found = [each for each in house.service.routes if isinstance(each, Route) and "POST" in (each.methods or ())]
    return [each.path.replace("{key}", "nonesuch") for each in found]


def hostile(path: str) -> Iterator[tuple[str, list[bytes], set[int]]]:
    """Bodies for one route, and how each is refused."""
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


async def test_forged_tokens_are_refused_alike(shared: House):
    claims: dict[str, Any] = {
        "iss": "cadran",
        "aud": "cadran-embed",
        "sub": keys.parsed(shared.keys["analyst"]),
        "exp": 4_000_000_000,
    }
    claims |= {"metrics": ["contacts"], "name": "x"}
    forged = [
        jwt.encode(claims, "", algorithm="none"),
        jwt.encode(claims, b"k" * 32, algorithm="HS256"),
        jwt.encode({**claims, "exp": 1}, b"k" * 32, algorithm="HS256"),
        shared.keys["analyst"][:-1] + ("a" if shared.keys["analyst"][-1] != "a" else "b"),
        "cad_" + "a" * 8 + "_" + "a" * 32,
        "a.b.c",
        "x" * 9_000,
        "é",
    ]
    told = set()
    for credential in forged:
        headers = {b"authorization": b"Bearer " + credential.encode()}
        response = await shared.client.get(FIGURES, headers=headers)
        assert response.status_code == 401
        told.add(response.json()["detail"])
    assert len(told) == 1


def test_comparing_takes_no_account_of_what_a_secret_begins_with(monkeypatch: pytest.MonkeyPatch):
    """By how it is done, not by the clock: one hash of the whole, one comparison of hashes, whatever is presented."""
    compared: list[tuple[bytes, bytes]] = []

    def watched(one: bytes, other: bytes) -> bool:
        compared.append((one, other))
        return one == other

    monkeypatch.setattr(keys, "compare_digest", watched)
    secret = keys.new()
    grant = Grant(name="made", role="analyst")
    ring = Keyring(lambda: NOW)
    ring.load([StoredKey(secret.key_id, grant, secret.digest, None, None, NOW, "tests", None, None)])
    near = secret.text[:-1] + ("a" if secret.text[-1] != "a" else "b")
    far = f"cad_{secret.key_id}_{'a' * 32}"
    for presented in (near, far, "cad_aaaaaaaa_" + "a" * 32, "cad_"):
        compared.clear()
        assert ring.grant(presented) is None
        assert [(len(one), len(other)) for one, other in compared] == [(32, 32)]
        assert compared[0][0] == sha256(presented.encode()).digest()
