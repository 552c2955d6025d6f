"""A process of ``cadran serve`` over a database with a year of quarter-hours, and clients that send it too many
questions.

``python -m tests.faults.heavy_load URL KEY`` asks heavy questions, 32 at a time, until it is killed, and prints the
status of each response on a line. It runs in a separate process, so that its work is not counted as the service's.
"""

from __future__ import annotations

import asyncio
import os
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from pathlib import Path
from typing import Final

import asyncpg
import httpx
import psutil

from cadran.access.grant import Grant
from cadran.access.key_store import KeyStore
from cadran.process import clock
from tests.bench.fill import CHANNELS, DIMENSIONS, SITES
from tests.databases import Server
from tests.sample_service import opened

_ROOT: Final = Path(__file__).resolve().parents[2]
_START_SECONDS: Final = 60.0
CLIENTS: Final = 32
TEN: Final = "contacts,handled,abandoned,qos,aht,asa,talk_time,hold_time,acw,inefficiency"
_FIRST: Final = date(2015, 1, 1)
#: One row for every quarter-hour of the year at every site, and one for every day, site and channel. The values do not
#: matter. Dimensions that are not named have the id 1.
_ROLLUPS: Final = {
    "contact_quarter": (
        {"day": "at::date", "bucket": "at", "quarter": "n % 96", "site_id": "place", "outbound": "false"},
        f"""generate_series(0, 365 * 96 - 1) AS n, generate_series(1, {SITES}) AS place, generate_series(1, 1) AS way,
        LATERAL (SELECT TIMESTAMPTZ '2015-01-01 00:00+00' + n * interval '15 minutes' AS at) AS t""",
    ),
    "contact_day": (
        {"day": "DATE '2015-01-01' + n", "site_id": "place", "channel_id": "way", "outbound": "false"},
        f"""generate_series(0, 364) AS n, generate_series(1, {SITES}) AS place,
        generate_series(1, {CHANNELS}) AS way""",
    ),
}


async def fill(url: str) -> None:
    """Build a year of rollups, as twelve sites without a quiet hour would have, by writing straight into the tables."""
    await Server.migrate(url)
    connection = await asyncpg.connect(url)
    try:
        await connection.execute("SET timezone = 'UTC'")
        await connection.execute(DIMENSIONS)
        for name, (known, source) in _ROLLUPS.items():
            columns = await connection.fetch(
                "SELECT column_name FROM information_schema.columns WHERE table_schema = 'rollup' AND table_name = $1",
                name,
            )
            told = {row[0]: known.get(row[0], "1" if row[0].endswith("_id") else "n % 7 + 1") for row in columns}
            await connection.execute(
                f"INSERT INTO rollup.{name} ({', '.join(told)}) SELECT {', '.join(told.values())} FROM {source}"
            )
        await connection.execute("UPDATE data_state SET horizon = '2016-01-01'")
        await connection.execute("ANALYZE")
    finally:
        await connection.close()


async def partner_keys(url: str, *names: str) -> list[str]:
    """Create keys of partners that see every site, and return their texts."""
    pool = await opened(url)
    register = KeyStore(pool, clock)
    sites = tuple(f"S{number}" for number in range(1, SITES + 1))
    made = [
        await register.create(Grant(name=name, role="partner", sites=sites, requests_minute=100_000), who="tests")
        for name in names
    ]
    await pool.close()
    return [each.text for each in made]


@dataclass(frozen=True, slots=True)
class ServiceProcess:
    """A running process of the service."""

    base_url: str
    process: psutil.Process

    def client(self, key: str) -> httpx.AsyncClient:
        """Return an HTTP client that sends this key."""
        headers = {"authorization": f"Bearer {key}"}
        return httpx.AsyncClient(base_url=self.base_url, headers=headers, timeout=120.0)

    def resident_megabytes(self) -> float:
        """Return the resident memory that the process has now, in megabytes."""
        return float(self.process.memory_info().rss) / 1e6


@contextmanager
def serving(url: str, **settings: str) -> Iterator[ServiceProcess]:
    """Run one process of ``cadran serve`` with the usual settings, except for those given. Stop it at the end of the
    block.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    inherited = {name: value for name, value in os.environ.items() if not name.startswith("CADRAN_")}
    environment = {**inherited, "CADRAN_DATABASE_URL": url, "CADRAN_PORT": str(port), **settings}
    command = [str(Path(sys.executable).with_name("cadran")), "serve"]
    with tempfile.TemporaryFile() as log:
        process = subprocess.Popen(command, cwd=_ROOT, env=environment, stdout=log, stderr=subprocess.STDOUT)
        try:
            _await(port)
            yield ServiceProcess(f"http://127.0.0.1:{port}", psutil.Process(process.pid))
        finally:
            process.terminate()
            try:
                process.wait(15)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def _await(port: int) -> None:
    deadline = time.monotonic() + _START_SECONDS
    while True:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        assert time.monotonic() < deadline, "the service did not start"
        time.sleep(0.05)


def heavy(number: int) -> str:
    """Return the URL of a question over most of a year's quarter-hours. The first few hundred numbers give different
    questions.
    """
    start = _FIRST + timedelta(days=number % 60)
    end = start + timedelta(days=290 + number // 60 % 10)
    grain = "hour" if number % 2 else "day&by=site&zone=Asia/Tokyo"
    return f"/v1/indicators?metrics={TEN}&grain={grain}&start={start}&end={end}"


def light(number: int) -> str:
    """Return the URL of a question over about a month of days. Some thousand numbers give different questions."""
    start = _FIRST + timedelta(days=number * 7 % 300)
    end = start + timedelta(days=20 + number // 300 % 40)
    return f"/v1/indicators?metrics=contacts,qos,aht&by=site&grain=day&start={start}&end={end}"


async def _loud(base_url: str, key: str) -> None:
    numbers = count()
    headers = {"authorization": f"Bearer {key}"}
    limits = httpx.Limits(max_connections=CLIENTS)

    async def ask() -> None:
        while True:
            async with client.stream("GET", heavy(next(numbers))) as response:
                async for _ in response.aiter_raw():
                    pass
            sys.stdout.write(f"{response.status_code}\n")
            sys.stdout.flush()

    async with httpx.AsyncClient(base_url=base_url, headers=headers, timeout=120.0, limits=limits) as client:
        await asyncio.gather(*(ask() for _ in range(CLIENTS)))


@asynccontextmanager
async def loud(base_url: str, key: str) -> AsyncIterator[list[int]]:
    """Ask 32 heavy questions at a time, from before the block begins until it ends. Then the yielded list holds the
    statuses of all responses.
    """
    command = [sys.executable, "-m", "tests.faults.heavy_load", base_url, key]
    process = await asyncio.create_subprocess_exec(*command, cwd=_ROOT, stdout=asyncio.subprocess.PIPE)
    assert process.stdout is not None
    statuses: list[int] = []
    try:
        statuses.append(int(await process.stdout.readline()))
        yield statuses
        assert process.returncode is None
    finally:
        process.kill()
        statuses += [int(line) for line in (await process.stdout.read()).split()]
        await process.wait()


@dataclass(frozen=True, slots=True)
class TimedResponse:
    """The time that a question took, in seconds, and the status of its response."""

    seconds: float
    status: int


@dataclass(frozen=True, slots=True)
class FairnessResult:
    """A key's light questions, alone and while another key asks heavy ones; and the statuses of the heavy ones."""

    alone: list[TimedResponse]
    crowded: list[TimedResponse]
    heavy_statuses: list[int]


async def compare(served: ServiceProcess, *, noisy: str, quiet: str, seconds: float = 8.0) -> FairnessResult:
    """Ask light questions with one key: first alone, then for some seconds while the other key asks heavy ones."""
    async with served.client(quiet) as client:
        alone = [await _answered(client, number) for number in range(60)][10:]
        async with loud(served.base_url, noisy) as heavy_statuses:
            end = time.monotonic() + seconds
            crowded: list[TimedResponse] = []
            while time.monotonic() < end:
                crowded.append(await _answered(client, 100 + len(crowded)))
                await asyncio.sleep(0.02)
    return FairnessResult(alone, crowded, heavy_statuses)


async def _answered(client: httpx.AsyncClient, number: int) -> TimedResponse:
    started = time.perf_counter()
    response = await client.get(light(number))
    return TimedResponse(time.perf_counter() - started, response.status_code)


if __name__ == "__main__":
    asyncio.run(_loud(sys.argv[1], sys.argv[2]))
