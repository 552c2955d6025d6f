"""`cadran worker` and `/ready`: killed workers, one run of each job, the list of jobs, and their states."""

from __future__ import annotations

import asyncio
import os
import signal
from pathlib import Path
from time import monotonic
from typing import Any

import httpx
import pytest

from cadran.app import open_service
from cadran.cli.main import main
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from cadran.worker.jobs import JOBS
from cadran.worker.states import REUSED_SECONDS, JobState, read_states
from tests.faults.commands import command
from tests.keys import client_of

NAMES = [job.name for job in JOBS]
FAILS = "ALTER TABLE idempotency RENAME TO elsewhere"
ANSWERED = """
    INSERT INTO idempotency (caller, key, body_digest, created_at) VALUES ('a', 'b', '', now() - interval '2 days')
"""
MENDED = "ALTER TABLE elsewhere RENAME TO idempotency"


async def execute(pool: Pool, sql: str) -> None:
    async with pool.acquire() as connection:
        await connection.execute(sql)


async def states(pool: Pool) -> dict[str, JobState]:
    return {each.job.name: each for each in await read_states(pool, poll_seconds=5.0)}


async def once(*options: str) -> int:
    """Run the command in this process, and return its exit code."""
    return await asyncio.to_thread(main, ["worker", *(options or ("--once",))])


@pytest.fixture(autouse=True)
def configured(database: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)


async def test_a_killed_worker_leaves_no_lock_and_its_run_is_seen_as_unfinished(
    pool: Pool, database: str, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE idempotency IN ACCESS EXCLUSIVE MODE")
        with command(tmp_path, "worker", CADRAN_DATABASE_URL=database) as worker:
            await until_state(pool, "forget-answers", "running")
            os.kill(worker.process.pid, signal.SIGKILL)
            assert worker.ended() == -signal.SIGKILL
            name = (await states(pool))["forget-answers"].worker
            assert name.endswith(f":{worker.process.pid}")
        await until_state(pool, "forget-answers", "unfinished")
    assert await once() == 0
    assert "job=forget-answers outcome=unfinished" in caplog.text
    assert f"by {name}, not finished" in caplog.text
    found = (await states(pool))["forget-answers"]
    assert (found.state, found.failures) == ("ok", 0)
    assert not found.worker.endswith(f":{worker.process.pid}")


async def test_sigterm_ends_a_worker_at_once_and_leaves_nothing_running(pool: Pool, database: str, tmp_path: Path):
    async with pool.acquire() as connection, connection.transaction():
        await connection.execute("LOCK TABLE idempotency IN ACCESS EXCLUSIVE MODE")
        with command(tmp_path, "worker", CADRAN_DATABASE_URL=database) as worker:
            await until_state(pool, "forget-answers", "running")
            os.kill(worker.process.pid, signal.SIGTERM)
            assert await asyncio.to_thread(worker.ended) == 0
            assert "Traceback" not in worker.written
            assert "job=forget-answers outcome=stopped" in worker.written
        # The lock of the test is still held, so the worker has waited for nothing.
        found = (await states(pool))["forget-answers"]
        assert (found.state, found.result, found.failures) == ("ok", "stopped with its worker", 0)
    left = "SELECT FROM pg_stat_activity WHERE datname = current_database() AND application_name = 'cadran worker'"
    assert not await pool.fetch(left)


async def test_one_run_of_each_job_says_when_one_failed(
    pool: Pool, capsys: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
):
    assert await once() == 0
    assert {name: each.state for name, each in (await states(pool)).items()} == dict.fromkeys(NAMES, "ok")
    before = await states(pool)
    await execute(pool, FAILS)
    assert await once() == 1
    said = capsys.readouterr().err
    assert said.startswith(f"cadran: 1 of {len(JOBS)} jobs failed:\n  - forget-answers: unexpected error (Undefined")
    assert "Traceback" in caplog.text
    after = await states(pool)
    assert {name: each.state for name, each in after.items()} == {**dict.fromkeys(NAMES, "ok"), NAMES[-1]: "failed"}
    assert all(str(after[name].started_at) > str(before[name].started_at) for name in NAMES)
    await execute(pool, MENDED)
    assert await once() == 0
    assert (await states(pool))["forget-answers"].failures == 0


async def test_the_list_shows_the_last_run_of_every_job(pool: Pool, capsys: pytest.CaptureFixture[str]):
    assert await once("--list") == 0
    head, *rows = capsys.readouterr().out.splitlines()
    assert head.split()[:4] == ["job", "every", "last", "start"]
    assert [row.split() for row in rows] == [
        ["refresh", "5", "s", "waiting", "now"],
        ["fill", "5", "s", "waiting", "now"],
        ["seal", "600", "s", "waiting", "now"],
        ["forget-answers", "600", "s", "waiting", "now"],
    ]
    await execute(pool, ANSWERED)
    assert await once() == 0
    assert await once("--list") == 0
    words = capsys.readouterr().out.split()
    assert words.count("ok") == len(JOBS)
    assert " ".join(words).count(f":{os.getpid()}") == len(JOBS)
    assert "deleted 1 stored answers" in " ".join(words)
    await execute(pool, FAILS)
    assert [await once(), await once()] == [1, 1]
    capsys.readouterr()
    assert await once("--list") == 0
    listed = " ".join(capsys.readouterr().out.split())
    assert "failed 2 failures, the last: unexpected error" in listed
    assert "elsewhere" not in listed


async def test_ready_shows_the_jobs_and_none_makes_the_process_unready(pool: Pool, database: str):
    async with open_service(Settings(database_url=database)) as service, client_of(service.app) as client:
        shown = await ready(client)
        assert list(shown) == NAMES
        assert shown["seal"] == {
            "state": "waiting",
            "failures": 0,
            "last_start": None,
            "seconds": None,
            "interval_seconds": 600.0,
            "locked": True,
        }
        await execute(pool, FAILS)
        assert [await once(), await once(), await once()] == [1, 1, 1]
        shown = await ready(client)
        assert (shown["refresh"]["state"], shown["seal"]["state"]) == ("ok", "ok")
        assert (shown["forget-answers"]["state"], shown["forget-answers"]["failures"]) == ("failed", 3)
        assert "error" not in shown["forget-answers"]
        assert 0 <= shown["forget-answers"]["seconds"] < 60
        await execute(pool, "UPDATE job SET started_at = started_at - interval '31 minutes'")
        assert {each["state"] for each in (await ready(client)).values()} == {"ok", "failed"}
        worker = await open_pool(
            database,
            size_min=1,
            size_max=1,
            acquire_timeout_seconds=30.0,
            statement_timeout_seconds=30.0,
            application_name="cadran worker",
        )
        assert {each["state"] for each in (await ready(client)).values()} == {"overdue"}
        await worker.close()


async def test_ready_answers_where_the_jobs_cannot_be_read(pool: Pool, database: str):
    async with open_service(Settings(database_url=database)) as service, client_of(service.app) as client:
        async with pool.acquire() as connection, connection.transaction():
            await connection.execute("LOCK TABLE job IN ACCESS EXCLUSIVE MODE")
            assert await ready(client) == {}
        assert list(await ready(client)) == NAMES


async def ready(client: httpx.AsyncClient) -> dict[str, dict[str, Any]]:
    """Return the jobs that ``/ready`` shows, as of now. The process is ready."""
    await asyncio.sleep(REUSED_SECONDS)
    answer = await client.get("/ready")
    assert (answer.status_code, answer.json()["status"]) == (200, "ready")
    jobs: dict[str, dict[str, Any]] = answer.json()["jobs"]
    return jobs


async def until_state(pool: Pool, name: str, state: str) -> None:
    """Wait until a job has this state."""
    deadline = monotonic() + 60.0
    while (found := (await states(pool))[name].state) != state:
        assert monotonic() < deadline, found
        await asyncio.sleep(0.05)
