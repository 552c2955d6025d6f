"""A worker: runs the jobs of a table, each whenever it is due, until it is stopped.

The jobs run side by side, so that a long job delays no other. A failed run is recorded and logged, and the job runs
again after its interval. Without the database nothing can be recorded, so nothing begins: the worker tries again.

A worker is stopped by cancelling its task. What a job has not committed is rolled back, and its run is recorded as
stopped, which is no failure.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Sequence
from datetime import datetime
from time import perf_counter
from typing import Final

from cadran.errors import CadranError, DatabaseTimeout, DatabaseUnavailable
from cadran.store.locks import translate_lock_timeout
from cadran.store.migrate import MigrationRefused
from cadran.worker.job import Job, Resources
from cadran.worker.runs import Outcome, Run, take_job

log = logging.getLogger(__name__)

#: The longest time after which a worker looks again whether a job is due. Another worker may have been stopped.
LOOK_SECONDS: Final = 60.0
#: The longest time in which a worker that is stopped records the stop of a run.
STOP_SECONDS: Final = 2.0


class JobsFailed(CadranError):
    """Some jobs of ``cadran worker --once`` failed. The others have run."""

    code = "jobs_failed"


class Worker:
    """The worker of this process. ``name`` identifies it to operators."""

    def __init__(self, jobs: Sequence[Job], resources: Resources, *, poll_seconds: float, name: str) -> None:
        self._jobs = jobs
        self._resources = resources
        self._poll_seconds = poll_seconds
        self._name = name

    async def work(self) -> None:
        """Run the jobs until this task is cancelled. Raises MigrationRefused if another version writes the rollups."""
        try:
            async with asyncio.TaskGroup() as group:
                for job in self._jobs:
                    group.create_task(self._repeat(job), name=job.name)
        except ExceptionGroup as errors:
            refusals, others = errors.split(MigrationRefused)
            if refusals is None or others is not None:
                raise
            raise refusals.exceptions[0] from None

    async def run_once(self) -> None:
        """Run each job once, due or not, in the order of the table. Leave out a job that another worker runs.

        Raises JobsFailed if a job failed, MigrationRefused if another version writes the rollups, and the error of a
        database that takes no records.
        """
        failed = []
        for job in self._jobs:
            outcome, _ = await self._run(job, even_early=True)
            if outcome.error_text is not None:
                failed.append(f"{job.name}: {outcome.error_text}")
        if failed:
            raise JobsFailed(f"{len(failed)} of {len(self._jobs)} jobs failed:", lines=failed)

    async def _repeat(self, job: Job) -> None:
        while True:
            try:
                _, wait_seconds = await self._run(job)
            except (DatabaseUnavailable, DatabaseTimeout) as error:
                log.warning("job=%s trying again: %s (%s)", job.name, error.detail, error.internal)
                wait_seconds = job.interval(self._poll_seconds)
            await asyncio.sleep(min(wait_seconds, LOOK_SECONDS))

    async def _run(self, job: Job, *, even_early: bool = False) -> tuple[Outcome, float]:
        """Run a job if it is due, or ``even_early``, and record the run.

        Return the outcome, and the seconds until the job may be due. Raises the errors of the database.
        """
        interval_seconds, pool = job.interval(self._poll_seconds), self._resources.pool
        async with (
            translate_lock_timeout(pool.fetch),
            take_job(pool, job, interval_seconds=interval_seconds, worker=self._name) as run,
        ):
            if run is None:
                log.debug("job=%s outcome=elsewhere", job.name)
                return Outcome(), self._poll_seconds
            if run.due_seconds and not even_early:
                return Outcome(), run.due_seconds
            if run.cut_off is not None:
                log.warning('job=%s outcome=unfinished error="%s"', job.name, run.cut_off)
            started_at, began = await run.begin(), perf_counter()
            try:
                outcome = await self._work(job)
            except asyncio.CancelledError:
                await _record_stop(run, started_at)
                raise
            seconds = perf_counter() - began
            _write_line(job, outcome, seconds)
            await run.end(started_at, outcome)
        if isinstance(outcome.error, MigrationRefused):
            # No job of this version can do anything until somebody migrates.
            raise outcome.error
        return outcome, max(0.0, interval_seconds - seconds)

    async def _work(self, job: Job) -> Outcome:
        try:
            async with translate_lock_timeout(self._resources.pool.fetch):
                return Outcome(await job.run(self._resources))
        except Exception as error:  # noqa: BLE001 - the error of one job must not stop the others
            return Outcome(error=error)


async def _record_stop(run: Run, started_at: datetime) -> None:
    """Record that a run was stopped. A database that is lost must not delay the stop: the run remains without an
    end."""
    log.info("job=%s outcome=stopped", run.job.name)
    try:
        async with asyncio.timeout(STOP_SECONDS):
            await run.stop(started_at)
    except Exception as error:  # noqa: BLE001 - whatever fails must not keep the worker from stopping
        log.warning("job=%s the stop could not be recorded: %r", run.job.name, error)


def _write_line(job: Job, outcome: Outcome, seconds: float) -> None:
    """Log one line of names and values: at level debug if there was nothing to do."""
    error, state = outcome.error, "done" if outcome.result else "idle"
    line = f"job={job.name} outcome={state if error is None else 'failed'} milliseconds={round(seconds * 1000)}"
    if error is None:
        log.log(logging.INFO if outcome.result else logging.DEBUG, '%s result="%s"', line, outcome.result)
    elif isinstance(error, CadranError):
        log.warning('%s code=%s error="%s" (%s)', line, error.code, error.detail, error.internal)
    else:
        log.error('%s error="%s"', line, outcome.error_text, exc_info=error)
