"""Workers to be measured, each in a separate process, and their load: 16 keep-alive connections."""

from __future__ import annotations

import asyncio
import json
import os
import re
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from typing import Final, NamedTuple

from tests.keys import AUTHORIZATION

CLIENTS = 16
#: Measure short slices in turns, because the speed of a shared machine can change by a quarter within seconds.
SECONDS = 1
SLICES_A_ROUND = 5
START_SECONDS = 30.0
_PLAIN = ("--loop=uvloop", "--http=httptools", "--ws=none", "--no-access-log", "--log-level=warning")
#: The units in which wrk writes latencies, in milliseconds.
_MILLISECONDS: Final = {"us": 0.001, "ms": 1.0, "s": 1000.0}
_ROOT = Path(__file__).resolve().parents[2]
_COMMAND: Final = str(Path(sys.executable).with_name("cadran"))


@dataclass(frozen=True, slots=True)
class Request:
    """A request that clients send."""

    method: str
    path: str
    body: bytes = b""
    kind: str = "application/json"


class Load(NamedTuple):
    """What 16 clients measured in one slice: requests per second, and the 99th percentile of the latency in
    milliseconds."""

    rate: float
    p99: float


@dataclass(frozen=True, slots=True)
class Worker:
    """A server on a port of 127.0.0.1, and its process."""

    port: int
    pid: int

    def once(self, request: Request) -> tuple[bytes, str]:
        """Return body and content type of one response. Raise AssertionError unless the status is 200."""
        connection = HTTPConnection("127.0.0.1", self.port, timeout=START_SECONDS)
        headers = AUTHORIZATION | ({"content-type": request.kind} if request.body else {})
        connection.request(request.method, request.path, request.body or None, headers)
        response = connection.getresponse()
        body = response.read()
        connection.close()
        assert response.status == 200, (request, response.status, body[:300])
        return body, response.getheader("content-type", "")


@contextmanager
def factory(name: str, environment: Mapping[str, str]) -> Iterator[Worker]:
    """Run one uvicorn worker of the application that a function of the benchmarks makes, such as ``apps:prepared``."""
    command = [sys.executable, "-m", "uvicorn", "--factory", f"tests.bench.{name}", *_PLAIN]
    with _free_port() as port, _process([*command, f"--port={port}"], environment) as pid:
        yield _awaited(port, pid)


@contextmanager
def cadran(environment: Mapping[str, str]) -> Iterator[Worker]:
    """Run one worker of ``cadran serve``, the service as in production."""
    with _free_port() as port, _process([_COMMAND, "serve"], {**environment, "CADRAN_PORT": str(port)}) as pid:
        yield _awaited(port, pid)


@contextmanager
def refreshing(environment: Mapping[str, str]) -> Iterator[None]:
    """Run ``cadran worker``, which refreshes what loads change, as in production."""
    with _process([_COMMAND, "worker"], environment):
        yield


@contextmanager
def _free_port() -> Iterator[int]:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    yield port


@contextmanager
def _process(command: list[str], environment: Mapping[str, str]) -> Iterator[int]:
    """Run a process for the duration of the block, which gets its number. Then terminate it, or kill it after 15
    seconds. Its log goes to a file, which is printed when the block fails.
    """
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CADRAN_")}
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(
            command, cwd=_ROOT, env={**inherited, **environment}, stdout=log, stderr=subprocess.STDOUT
        )
        try:
            yield process.pid
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
            if sys.exc_info()[0] is not None:
                log.seek(0)
                sys.stderr.write(log.read().decode(errors="replace")[-3000:])


def _awaited(port: int, pid: int) -> Worker:
    deadline = time.monotonic() + START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return Worker(port, pid)
        if time.monotonic() > deadline:
            raise TimeoutError(f"nobody listens on {port} after {START_SECONDS:.0f} s")
        time.sleep(0.05)


def generator() -> str:
    """Return the name of the load generator: wrk where it is installed, else our own client, which uses more of the
    processor.
    """
    return "wrk" if shutil.which("wrk") else "the client of ours"


async def requests_per_second(worker: Worker, request: Request) -> float:
    """Return the requests per second that 16 clients complete in one slice, if all send the same request."""
    return (await measure(worker, [request])).rate


async def measure(worker: Worker, requests: Sequence[Request]) -> Load:
    """Return what 16 clients measure in one slice. Each request is sent once before any is repeated.

    Raise AssertionError when any response was an error.
    """
    if shutil.which("wrk") is None:
        return await _measure_by_ours(worker, requests)
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(_compose_script(requests))
        script.flush()
        url = f"http://127.0.0.1:{worker.port}/"
        told = await _output("wrk", "-t1", f"-c{CLIENTS}", f"-d{SECONDS}s", "--latency", "-s", script.name, url)
    assert not re.search("Non-2xx|Socket errors", told), told
    rate, p99 = re.search(r"Requests/sec:\s+([\d.]+)", told), re.search(r"\s99%\s+([\d.]+)(us|ms|s)\b", told)
    assert rate is not None, told
    assert p99 is not None, told
    return Load(float(rate[1]), float(p99[1]) * _MILLISECONDS[p99[2]])


def _compose_script(requests: Sequence[Request]) -> str:
    """Return the Lua script by which wrk sends these requests in turn."""
    key = json.dumps(AUTHORIZATION["authorization"])
    rows = [[each.method, each.path, each.body.decode(), each.kind] for each in requests]
    entries = ",\n".join(f"  {{{', '.join(map(json.dumps, row))}}}" for row in rows)
    return f"""
local given = {{
{entries}
}}
local texts, at = {{}}, 0

function init()
  for _, each in ipairs(given) do
    local headers = {{["Authorization"] = {key}}}
    if each[3] ~= "" then headers["Content-Type"] = each[4] end
    texts[#texts + 1] = wrk.format(each[1], each[2], headers, each[3] ~= "" and each[3] or nil)
  end
end

function request()
  at = at % #texts + 1
  return texts[at]
end
"""


async def _measure_by_ours(worker: Worker, requests: Sequence[Request]) -> Load:
    given = [[each.method, each.path, each.body.decode(), each.kind] for each in requests]
    with tempfile.NamedTemporaryFile("w", suffix=".json") as file:
        json.dump([worker.port, given], file)
        file.flush()
        return Load(*json.loads(await _output(sys.executable, "-m", "tests.bench.client", file.name)))


async def _output(*command: str) -> str:
    process = await asyncio.create_subprocess_exec(*command, cwd=_ROOT, stdout=asyncio.subprocess.PIPE)
    told, _ = await process.communicate()
    assert process.returncode == 0, command
    return told.decode()
