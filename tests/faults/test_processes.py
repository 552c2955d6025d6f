"""ServiceProcess processes: what they wait for at start-up, what ends them, and that no process remains."""

from __future__ import annotations

import asyncio
import os
import signal
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Self

import asyncpg
import httpx
import psutil
import pytest

from cadran.cli.database import prepare
from cadran.settings import Settings
from tests.databases import Server
from tests.faults.commands import SECONDS, Command, command, is_gone, status, until
from tests.faults.conftest import Victim
from tests.faults.password_server import free_port
from tests.keys import AUTHORIZATION

QUESTION = "/v1/contacts?period=2015-12"


@pytest.fixture
def keyed(server: Server) -> Iterator[str]:
    """Yield the URL of a migrated database that knows the tests' key."""
    with server.clone(server.template("keyed", Server.migrate)) as url:
        yield url


@pytest.mark.parametrize("words", [("serve",), ("worker",)], ids=" ".join)
async def test_a_start_waits_for_a_database_that_does_not_answer_yet(
    victim: Victim, tmp_path: Path, words: tuple[str, ...]
):
    port = free_port()
    await prepare(Settings(database_url=victim.url))
    victim.stop()
    with command(tmp_path, *words, CADRAN_DATABASE_URL=victim.url, CADRAN_PORT=str(port)) as started:
        await asyncio.to_thread(started.until, lambda: "waiting up to 30 s" in started.written)
        assert "No database answers: socket folder" in started.written
        victim.start()
        if words == ("serve",):
            await asyncio.to_thread(started.until_ready, f"http://127.0.0.1:{port}")
        else:
            await asyncio.to_thread(started.until, lambda: _sessions(victim.url, "cadran worker") > 0)
        assert started.written.count("waiting up to") == 1
        assert started.process.poll() is None


def test_the_wait_ends(tmp_path: Path):
    url = f"postgresql://nobody@127.0.0.1:{free_port()}/none"
    with command(
        tmp_path, "serve", CADRAN_DATABASE_URL=url, CADRAN_PORT="0", CADRAN_START_WAIT_SECONDS="0.5"
    ) as started:
        assert started.ended() == 3
    assert "No database answers" in started.written
    assert "Traceback" not in started.written


@pytest.mark.parametrize("workers", ["1", "2"])
def test_processes_that_cannot_open_the_service_end_with_their_reason(keyed: str, tmp_path: Path, workers: str):
    missing = str(tmp_path / "none.pem")
    given = {"CADRAN_STATEMENT_KEYS": missing, "CADRAN_WORKERS": workers, "CADRAN_PORT": "0"}
    with command(tmp_path, "serve", CADRAN_DATABASE_URL=keyed, **given) as started:
        assert started.ended() == 3
    assert missing in started.written
    assert "Traceback" not in started.written


@pytest.mark.parametrize("sign", [signal.SIGTERM, signal.SIGINT, signal.SIGKILL])
def test_processes_end_with_their_parent_and_finish_what_they_do(keyed: str, tmp_path: Path, sign: signal.Signals):
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    given = {"CADRAN_WORKERS": "2", "CADRAN_PORT": str(port), "CADRAN_SHUTDOWN_SECONDS": "60"}
    with command(tmp_path, "serve", CADRAN_DATABASE_URL=keyed, **given) as started:
        started.until_ready(url)
        started.until(lambda: "serving on" in started.written)
        children = started.children()
        assert len(children) == 2
        with _TableLock(keyed) as held:
            answer = _Answer(f"{url}{QUESTION}")
            until(lambda: held.waits())
            os.kill(started.process.pid, sign)
            # The processes have received the signal before the answer can be made.
            until(lambda: any(word in started.written for word in ("Shutting down", "Terminated child")))
        assert answer.status() == 200
        until(lambda: all(is_gone(each) for each in children), lambda: started.written)
        until(lambda: not _listening(port))
        assert started.ended() == (-signal.SIGKILL if sign == signal.SIGKILL else 0)


def test_a_killed_embedded_server_is_started_again(open_place: Path):
    """Check the supervisor, which `cadran demo` uses too, without the two minutes of loading data."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    rows = open_place / "contacts.csv"
    rows.write_text("contact,site,channel,offered_at,outcome\n1,PAU,phone,2015-12-01T10:00:00+01:00,abandoned\n")
    given = {"CADRAN_DATA_DIR": str(open_place / "data"), "CADRAN_PORT": str(port), "CADRAN_FRESH_SECONDS": "0"}
    with command(open_place, "serve", **given) as started:
        started.until_ready(url)
        with command(open_place, "load", rows.name, "--zone", "Europe/Paris", **given) as loaded:
            assert loaded.ended() == 0, loaded.written
        with command(open_place, "key", "create", "tests", "--role", "analyst", **given) as made:
            assert made.ended() == 0, made.written
        authorization = {"authorization": f"Bearer {made.written.split()[0]}"}
        for _ in range(2):
            _kill_postmaster(started)
            started.until(lambda: _figures(url, authorization) == 1)
        assert started.written.count("is up again") == 2
    assert "Traceback" not in started.written


def _kill_postmaster(started: Command) -> None:
    family = psutil.Process(started.process.pid).children()
    (postmaster,) = [each for each in family if "-D" in each.cmdline()]
    again = started.written.count("is up again") + 1
    postmaster.kill()
    started.until(lambda: started.written.count("is up again") == again)


def _figures(url: str, authorization: dict[str, str]) -> int | None:
    """Return a figure from a fresh answer, or None. Each call asks about another window, so that no cache answers."""
    day = next(_DAYS)
    asked = f"/v1/indicators?metrics=contacts&start=2015-01-{day:02}&end=2016-01-01"
    try:
        answer = httpx.get(f"{url}{asked}", headers=authorization, timeout=10, verify=False)
    except httpx.TransportError:
        return None
    return answer.json()["rows"][0]["contacts"] if answer.status_code == 200 and not answer.json()["stale"] else None


_DAYS = iter(list(range(1, 29)) * 100)


class _TableLock:
    """A lock on the contacts, so that nobody can read them for the duration of the block."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._runner = asyncio.Runner()

    def __enter__(self) -> Self:
        self._connection = self._runner.run(asyncpg.connect(self._url))
        self._runner.run(self._connection.execute("BEGIN; LOCK TABLE contact IN ACCESS EXCLUSIVE MODE"))
        return self

    def waits(self) -> bool:
        """Return whether a session waits for a lock."""
        asked = "SELECT count(*) FROM pg_locks WHERE NOT granted"
        return bool(self._runner.run(self._connection.fetchval(asked)))

    def __exit__(self, *_: object) -> None:
        self._runner.run(self._connection.close())
        self._runner.close()


class _Answer:
    """A request that a thread sends."""

    def __init__(self, url: str) -> None:
        self._status = 0
        self._thread = threading.Thread(target=self._ask, args=(url,))
        self._thread.start()

    def _ask(self, url: str) -> None:
        self._status = httpx.get(url, headers=AUTHORIZATION, timeout=SECONDS).status_code

    def status(self) -> int:
        """Wait for the response and return its status, or 0 when none came."""
        self._thread.join(SECONDS)
        return self._status


def _listening(port: int) -> bool:
    return status(f"http://127.0.0.1:{port}/live") != 0


def _sessions(url: str, name: str) -> int:
    async def count() -> int:
        connection = await asyncpg.connect(url)
        try:
            asked = "SELECT count(*) FROM pg_stat_activity WHERE application_name = $1"
            return int(await connection.fetchval(asked, name))
        finally:
            await connection.close()

    return asyncio.run(count())
