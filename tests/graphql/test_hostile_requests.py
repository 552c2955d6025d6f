"""A server under abuse: every attempt is refused with a code. None blocks the process for long or fills its memory."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import psutil
import pytest

from tests.graphql.hostile_requests import ABUSES
from tests.keys import AUTHORIZATION

RESPONSE = "application/graphql-response+json"
#: Processor seconds that one attempt may take. It takes about 0.1 s here, and more on a busy machine.
SECONDS_MAX = 0.35
BYTES_MAX = 300_000_000
ATTEMPTS = 3


@dataclass(frozen=True)
class Server:
    """A server in a separate process."""

    client: httpx.Client
    process: psutil.Process

    def seconds(self) -> float:
        """Return the processor seconds that the process has used so far."""
        times = self.process.cpu_times()
        return float(times.user + times.system)


@pytest.fixture(scope="module")
def server_process(facts: str) -> Iterator[Server]:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    environment = {**os.environ, "CADRAN_DATABASE_URL": facts, "CADRAN_PORT": str(port), "CADRAN_POOL_MAX": "4"}
    environment |= {"CADRAN_REQUESTS_PER_MINUTE": "1000000", "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000"}
    command = [sys.executable, "-c", "import sys; from cadran.cli.main import main; sys.exit(main(['serve']))"]
    child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    try:
        headers = {**AUTHORIZATION, "accept": RESPONSE, "content-type": "application/json"}
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", headers=headers, timeout=60) as client:
            _await(client)
            yield Server(client, psutil.Process(child.pid))
    finally:
        child.terminate()
        child.wait(30)


def _await(client: httpx.Client) -> None:
    for _ in range(600):
        try:
            if client.get("/ready").status_code == 200:
                return
        except httpx.TransportError:
            pass
        time.sleep(0.1)
    raise AssertionError("the server does not come up")


@pytest.mark.slow
@pytest.mark.parametrize("name", ABUSES)
def test_abuse_is_refused_at_once(server_process, name):
    body, status, code = ABUSES[name]
    spent = []
    for _ in range(ATTEMPTS):
        before = server_process.seconds()
        response = server_process.client.post("/graphql", content=body)
        spent.append(server_process.seconds() - before)
        assert response.status_code == status, response.text[:500]
        found = response.json()
        if code or status >= 400:
            told = found["code"] if "code" in found else found["errors"][0]["extensions"]["code"]
            assert told == code or (not code and told != "internal")
        if spent[-1] <= SECONDS_MAX:
            break
    assert min(spent) <= SECONDS_MAX, spent
    assert server_process.process.memory_info().rss <= BYTES_MAX
    assert server_process.client.get("/live").status_code == 200


@pytest.mark.slow
@pytest.mark.parametrize("protocol", ["graphql-ws", "graphql-transport-ws"])
def test_no_websocket_is_opened(server_process, protocol):
    headers = {
        "connection": "upgrade",
        "upgrade": "websocket",
        "sec-websocket-version": "13",
        "sec-websocket-key": "AAAAAAAAAAAAAAAAAAAAAA==",
        "sec-websocket-protocol": protocol,
    }
    response = server_process.client.get("/graphql", headers=headers)
    assert response.status_code == 400
    assert "upgrade" not in response.headers
    assert server_process.client.get("/graphql", headers={**headers, "authorization": ""}).status_code == 401


@pytest.mark.slow
@pytest.mark.parametrize("accept", ["text/event-stream", "multipart/mixed", "multipart/mixed;subscriptionSpec=1.0"])
def test_nothing_is_streamed(server_process, accept):
    response = server_process.client.post("/graphql", json={"query": "{ __typename }"}, headers={"accept": accept})
    assert response.status_code == 406
