"""Attacks that need no key: what a hostile client sends on raw sockets, and how the process responds meanwhile."""

from __future__ import annotations

import itertools
import socket
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

import psutil

#: The longest time that an attack sends, in seconds.
ATTACK_SECONDS: Final = 3.0
#: The longest time that a socket call of an attack waits for a server that does not read, in seconds.
_PUSH_SECONDS: Final = 0.05
#: The attack comes from another address than the observer, because each address has its own limits.
ATTACKER: Final = "127.0.0.2"
SHORT_HEADERS: Final = b"a:b\r\n" * 13_000


@dataclass
class Attack:
    """The sockets of one attack. ``port`` is the victim's; ``address`` is where the attack comes from."""

    port: int
    address: str = ATTACKER
    wires: list[socket.socket] = field(default_factory=list)
    sent: int = 0

    def connect(self, count: int = 1, *, receive_bytes: int | None = None) -> list[socket.socket]:
        """Open connections. A small ``receive_bytes`` keeps the kernel from reading ahead for a client that does not
        read.
        """
        made = []
        for _ in range(count):
            wire = socket.socket()
            if receive_bytes is not None:
                wire.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, receive_bytes)
            wire.bind((self.address, 0))
            wire.settimeout(5.0)
            wire.connect(("127.0.0.1", self.port))
            wire.settimeout(_PUSH_SECONDS)
            made.append(wire)
        self.wires += made
        return made

    def push(self, wire: socket.socket, data: bytes) -> bool:
        """Send until the server takes no more. Return False when all was taken or the connection has ended."""
        view = memoryview(data)
        try:
            while view:
                count = wire.send(view)
                self.sent += count
                view = view[count:]
        except TimeoutError:
            return True
        except OSError:
            return False
        return False

    def close(self) -> None:
        """Close all sockets of the attack."""
        for wire in self.wires:
            with suppress(OSError):
                wire.close()


def send_trailers(attack: Attack) -> None:
    """Send a chunked request whose trailers never end."""
    (wire,) = attack.connect()
    attack.push(wire, b"GET /live HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n0\r\n")
    until = time.monotonic() + ATTACK_SECONDS
    while time.monotonic() < until:
        attack.push(wire, SHORT_HEADERS)


def pipeline(attack: Attack) -> None:
    """Send half a megabyte of requests at once on each of 40 connections, and read no answer."""
    requests = b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n" * 18_500
    for wire in attack.connect(40):
        attack.push(wire, requests)
    time.sleep(ATTACK_SECONDS)


def pipeline_widely(attack: Attack) -> None:
    """Send half a megabyte of requests at once on 250 connections, close to the limit of one address, and read no
    answer.
    """
    requests = b"GET /x HTTP/1.1\r\nhost: x\r\n\r\n" * 18_500
    for wire in attack.connect(250):
        attack.push(wire, requests)
    time.sleep(ATTACK_SECONDS)


def half_heads(attack: Attack) -> None:
    """Leave 300 requests with many short headers unfinished."""
    for wire in attack.connect(300):
        attack.push(wire, b"GET /live HTTP/1.1\r\nhost: x\r\n" + SHORT_HEADERS[:64_000])
    time.sleep(ATTACK_SECONDS)


def half_long_heads(attack: Attack) -> None:
    """Leave 300 requests with a few long headers unfinished."""
    headers = b"".join(b"x-%d: %s\r\n" % (number, b"a" * 700) for number in range(90))
    for wire in attack.connect(300):
        attack.push(wire, b"GET /live HTTP/1.1\r\nhost: x\r\n" + headers)
    time.sleep(ATTACK_SECONDS)


def vary_preferences(attack: Attack) -> None:
    """Send 1,100 requests, each with a different long list of media types and languages."""
    numbers = itertools.count()
    (wire,) = attack.connect()
    wire.settimeout(5.0)
    for _ in range(1_100):
        unique = b"%032d" % next(numbers) + b"," * 28_000
        lines = b"host: x\r\naccept: */*,x/%s\r\naccept-language: x-%s\r\n" % (unique, unique)
        wire.sendall(b"GET / HTTP/1.1\r\n" + lines + b"\r\n")
        attack.sent += len(lines)
        wire.recv(65_536)


def ignore_answers(attack: Attack) -> None:
    """Ask for a long document 100 times on each of 250 connections, and read no response."""
    for wire in attack.connect(250, receive_bytes=4_096):
        attack.push(wire, b"GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n" * 100)
    time.sleep(ATTACK_SECONDS)


def ignore_last_answers(attack: Attack) -> None:
    """Ask for a long document once on each of many connections with ``connection: close``, and read no response."""
    for _ in range(8):
        for wire in attack.connect(100, receive_bytes=4_096):
            attack.push(wire, b"GET /openapi.json HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
        time.sleep(0.3)


def crowd(attack: Attack) -> None:
    """Open a thousand connections. Send half a request line on every second one, and nothing on the others."""
    for number, wire in enumerate(attack.connect(1_000)):
        attack.push(wire, b"GET /li" if number % 2 else b"")
    time.sleep(ATTACK_SECONDS)


def _pour(attack: Attack, head: bytes, data: bytes) -> None:
    """Send a head on each of 50 connections, and then the same data on all of them until the attack ends. Reconnect
    when the server closes a connection.
    """
    wires: list[socket.socket] = []
    until = time.monotonic() + ATTACK_SECONDS
    while time.monotonic() < until:
        while len(wires) < 50:
            (wire,) = attack.connect()
            wire.settimeout(0.0)
            with suppress(OSError):
                wire.send(head)
            wires.append(wire)
        for wire in list(wires):
            try:
                attack.sent += wire.send(data)
            except BlockingIOError:
                continue
            except OSError:
                wires.remove(wire)
                wire.close()


def tiny_chunks(attack: Attack) -> None:
    """Send a body in chunks of one byte to a path that refuses a caller without a key."""
    head = b"POST /graphql HTTP/1.1\r\nhost: x\r\ntransfer-encoding: chunked\r\n\r\n"
    _pour(attack, head, b"1\r\nx\r\n" * 10_000)


def unread_bodies(attack: Attack) -> None:
    """Send a body of nine gigabytes to a path that answers without reading it."""
    _pour(attack, b"GET /live HTTP/1.1\r\nhost: x\r\ncontent-length: 9000000000\r\n\r\n", b"x" * 64_000)


def blank_lines(attack: Attack) -> None:
    """Send blank lines where a request should begin."""
    _pour(attack, b"", b"\r\n" * 30_000)


ATTACKS: Final[dict[str, Callable[[Attack], None]]] = {
    each.__name__: each
    for each in (
        send_trailers,
        pipeline,
        pipeline_widely,
        half_heads,
        half_long_heads,
        vary_preferences,
        ignore_answers,
        ignore_last_answers,
        crowd,
        tiny_chunks,
        unread_bodies,
        blank_lines,
    )
}


#: On a busy machine, an attack may end before the first answers.
BEATS_MIN = 4


@dataclass
class Pulse:
    """How long ``/live`` took to answer, each time on a new connection. ``slowest_seconds`` is the most processor time
    that the serving process used between question and answer, so that other programs do not count.
    """

    port: int
    serving: psutil.Process
    slowest_seconds: float = 0.0
    slowest_wall_seconds: float = 0.0
    answers: int = 0
    failures: list[str] = field(default_factory=list)

    def beat(self) -> None:
        """Ask ``/live`` once."""
        began, used = time.monotonic(), _used_seconds(self.serving)
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=30.0) as wire:
                wire.sendall(b"GET /live HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n")
                answer = wire.recv(65_536)
        except OSError as error:
            answer = repr(error).encode()
        wall_seconds = time.monotonic() - began
        self.slowest_wall_seconds = max(self.slowest_wall_seconds, wall_seconds)
        self.slowest_seconds = max(self.slowest_seconds, min(wall_seconds, _used_seconds(self.serving) - used))
        self.answers += 1
        if not answer.startswith(b"HTTP/1.1 200 "):
            self.failures.append(answer[:100].decode("latin-1"))


@contextmanager
def pulse(port: int, serving: psutil.Process) -> Iterator[Pulse]:
    """Ask ``/live`` ten times a second during the block, at least four times, and once more after it."""
    found, over = Pulse(port, serving), threading.Event()

    def ask() -> None:
        while not over.wait(0.1) or found.answers < BEATS_MIN:
            found.beat()

    asking = threading.Thread(target=ask)
    asking.start()
    try:
        yield found
    finally:
        over.set()
        asking.join(60.0)
        found.beat()


def _used_seconds(process: psutil.Process) -> float:
    used = process.cpu_times()
    return float(used.user + used.system)


def peak_bytes(process: psutil.Process) -> int:
    """Return the peak resident memory of a process (``VmHWM``)."""
    lines = Path(f"/proc/{process.pid}/status").read_text().splitlines()
    (line,) = (each for each in lines if each.startswith("VmHWM:"))
    return int(line.split()[1]) * 1_024
