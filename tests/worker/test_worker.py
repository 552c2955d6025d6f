"""Workers run the jobs of a table: at their interval, one worker at a time, each apart from the failures of others."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

import pytest

from cadran.errors import QuestionRefused
from cadran.process import clock
from cadran.store.pool import Pool, open_pool
from cadran.worker.job import Job, Resources
from cadran.worker.worker import JobsFailed, Worker
from tests.polling import until

SECRET = "hunter2"
#: End the sessions of this database that hold the lock of a job.
CUT = """
    SELECT pg_terminate_backend(l.pid) FROM pg_locks AS l JOIN pg_database AS d ON d.oid = l.database
    WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.classid = 7228
"""


def job(name: str, run: Callable[[], Awaitable[str]], *, every: float = 3600.0, locked: bool = True) -> Job:
    """Return a job that calls ``run`` without resources."""

    async def call(_: Resources) -> str:
        return await run()

    return Job(name, "A job of the tests.", call, every, locked)


class Counter:
    """A function of a job that counts its runs, how many were under way at once, and how many are held."""

    def __init__(self) -> None:
        self.runs = self.running = self.most = self.held = 0
        self.go_on = asyncio.Event()
        self.go_on.set()

    async def __call__(self) -> str:
        """Count a run, which lasts until ``go_on`` is set."""
        self.runs += 1
        self.running += 1
        self.most = max(self.most, self.running)
        held = not self.go_on.is_set()
        self.held += held
        try:
            await self.go_on.wait()
            await asyncio.sleep(0.005)
        finally:
            self.running -= 1
            self.held -= held
        return f"run {self.runs}"


def make_worker(pool: Pool, *jobs: Job, name: str = "one") -> Worker:
    """Return a worker of these jobs."""
    resources = Resources(pool, clock, open_contracts=None, refresh_workers=1)  # type: ignore[arg-type]  # nothing is sealed
    return Worker(jobs, resources, poll_seconds=0.02, name=name)


@asynccontextmanager
async def working(*workers: Worker) -> AsyncIterator[None]:
    """Let the workers work during a block."""
    tasks = [asyncio.create_task(each.work()) for each in workers]
    try:
        yield
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def record(pool: Pool, name: str) -> dict[str, Any]:
    """Return the record of a job."""
    return dict((await pool.fetch("SELECT * FROM job WHERE name = $1", [name]))[0])


async def set_back(pool: Pool, name: str, interval: str) -> None:
    """Let the last run of a job have started that much earlier."""
    async with pool.acquire() as connection:
        await connection.execute(
            "UPDATE job SET started_at = started_at - $2::text::interval WHERE name = $1", name, interval
        )


async def test_an_interval_lasts_across_restarts_and_counts_the_runs_of_all_workers(pool: Pool):
    rare, often = Counter(), Counter()
    jobs = job("rare", rare), job("often", often, every=0.02, locked=False)
    async with working(make_worker(pool, *jobs)):
        await until(lambda: rare.runs == 1 and often.runs > 3)
    often.runs = 0
    async with working(make_worker(pool, *jobs, name="two"), make_worker(pool, *jobs, name="three")):
        await until(lambda: often.runs > 10)
    assert rare.runs == 1
    assert (await record(pool, "rare"))["worker"] == "one"
    await set_back(pool, "rare", "59 minutes")
    async with working(make_worker(pool, *jobs, name="four")):
        often.runs = 0
        await until(lambda: often.runs > 10)
        assert rare.runs == 1
    await set_back(pool, "rare", "1 minute")
    async with working(make_worker(pool, *jobs, name="five")):
        await until(lambda: rare.runs == 2)
    assert (await record(pool, "rare"))["worker"] == "five"


async def test_one_worker_at_a_time_runs_a_locked_job(pool: Pool, database: str):
    alone, together = Counter(), Counter()
    jobs = job("alone", alone, every=0.01), job("together", together, every=0.01, locked=False)
    other = await open_pool(
        database, size_min=0, size_max=4, acquire_timeout_seconds=30.0, statement_timeout_seconds=30.0
    )
    try:
        async with working(make_worker(pool, *jobs), make_worker(other, *jobs, name="two")):
            await until(lambda: alone.runs > 5)
            alone.go_on.clear()
            together.go_on.clear()
            await until(lambda: alone.held == 1 and together.held == 2)
            before = alone.runs
            await make_worker(other, jobs[0], name="three").run_once()
            assert (alone.runs, alone.most) == (before, 1)
            alone.go_on.set()
            together.go_on.set()
            await until(lambda: alone.runs > before + 5)
    finally:
        await other.close()
    assert (alone.most, together.most) == (1, 2)


async def test_a_long_job_delays_no_other(pool: Pool):
    long, short = Counter(), Counter()
    long.go_on.clear()
    async with working(make_worker(pool, job("long", long), job("short", short, every=0.01))):
        await until(lambda: long.held == 1 and short.runs > 3)


async def test_a_failure_stops_no_other_job_and_is_recorded_without_its_text(
    pool: Pool, caplog: pytest.LogCaptureFixture
):
    async def fail() -> str:
        raise RuntimeError(f"password={SECRET}")

    async def refuse() -> str:
        raise QuestionRefused("Nothing\ncan be done. " + "x" * 1000, internal=SECRET)

    well = Counter()
    jobs = job("fails", fail), job("refuses", refuse), job("well", well)
    for _ in range(3):
        with pytest.raises(JobsFailed) as failed:
            await make_worker(pool, *jobs).run_once()
    assert well.runs == 3
    assert failed.value.exit_code == 1
    assert [line.partition(":")[0] for line in failed.value.lines] == ["fails", "refuses"]
    found = [await record(pool, each.name) for each in jobs]
    assert [each["failures"] for each in found] == [3, 3, 0]
    assert found[0]["error"] == "unexpected error (RuntimeError); the worker's log has the traceback"
    assert found[1]["error"].startswith("Nothing can be done. x")
    assert len(found[1]["error"]) == 500
    assert (found[2]["error"], found[2]["result"]) == (None, "run 3")
    assert SECRET not in str(failed.value) + str(found)
    assert "Traceback" in caplog.text
    assert "job=fails outcome=failed" in caplog.text
    await make_worker(pool, job("fails", well)).run_once()
    recovered = await record(pool, "fails")
    assert (recovered["failures"], recovered["error"]) == (0, None)


async def test_a_failed_job_runs_again_after_its_interval_only(pool: Pool):
    tries, often = [], Counter()

    async def fail() -> str:
        tries.append(1)
        raise RuntimeError

    async with working(make_worker(pool, job("fails", fail), job("often", often, every=0.01))):
        await until(lambda: often.runs > 5)
        assert len(tries) == 1


async def test_each_run_is_a_line_of_the_log(pool: Pool, caplog: pytest.LogCaptureFixture):
    async def idle() -> str:
        return ""

    caplog.set_level("DEBUG", logger="cadran.worker")
    await make_worker(pool, job("busy", Counter()), job("idle", idle)).run_once()
    lines = {each.levelname: each.getMessage() for each in caplog.records if each.name == "cadran.worker.worker"}
    assert lines["INFO"].startswith("job=busy outcome=done milliseconds=")
    assert lines["INFO"].endswith('result="run 1"')
    assert lines["DEBUG"].startswith("job=idle outcome=idle milliseconds=")


async def test_a_run_that_loses_its_connection_counts_as_unfinished(pool: Pool, caplog: pytest.LogCaptureFixture):
    counter = Counter()
    counter.go_on.clear()
    jobs = (job("cut", counter, every=0.05),)
    async with working(make_worker(pool, *jobs)):
        await until(lambda: counter.held == 1)
        await pool.fetch(CUT)
        counter.go_on.set()
        await until(lambda: "outcome=unfinished" in caplog.text and counter.runs > 2)
    assert "job=cut trying again: " in caplog.text
    assert "by one, not finished" in caplog.text
    async with asyncio.timeout(30):
        while (await record(pool, "cut"))["failures"]:
            await make_worker(pool, *jobs).run_once()
