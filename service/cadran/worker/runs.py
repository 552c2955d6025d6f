"""The records of runs: who may run a job now, when it started, how it ended.

A run holds its job's lock on one connection from before its start is recorded until after its end. When a worker is
killed, PostgreSQL frees the lock, and the record stays without an end.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from cadran import sqlfiles
from cadran.errors import CadranError
from cadran.printable import one_line
from cadran.store.pool import Connection, Pool
from cadran.worker.job import Job

#: The most characters of a stored result or error.
TEXT_MAX: Final = 500


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run: what it did, or the error that it failed with."""

    result: str = ""
    error: Exception | None = None

    @property
    def error_text(self) -> str | None:
        """Return the error as operators may read it; None if the run succeeded.

        The text of an unforeseen error may quote anything, so that only the log has it.
        """
        if self.error is None:
            return None
        if isinstance(self.error, CadranError):
            return one_line(self.error.detail)[:TEXT_MAX]
        return f"unexpected error ({type(self.error).__name__}); the worker's log has the traceback"


@dataclass(frozen=True, slots=True)
class Run:
    """A job that this session may run. ``due_seconds`` is the time until it is due; 0 if it is due.

    ``cut_off`` says how the previous run ended without a record; None if it was recorded.
    """

    connection: Connection
    job: Job
    interval_seconds: float
    worker: str
    due_seconds: float
    cut_off: str | None

    async def begin(self) -> datetime:
        """Record the start, and return it."""
        started_at: datetime = await self._value(
            "worker/jobs.sql:begin_run", self.interval_seconds, self.job.is_locked, self.worker, self.cut_off
        )
        return started_at

    async def end(self, started_at: datetime, outcome: Outcome) -> None:
        """Record the end of the run that started then."""
        await self._value("worker/jobs.sql:end_run", started_at, outcome.result[:TEXT_MAX], outcome.error_text)

    async def stop(self, started_at: datetime) -> None:
        """Record that the run that started then was stopped with its worker."""
        await self._value("worker/jobs.sql:stop_run", started_at)

    async def _value(self, name: str, *arguments: Any) -> Any:
        return await self.connection.fetchval(sqlfiles.read(name), self.job.name, *arguments)


@asynccontextmanager
async def take_job(pool: Pool, job: Job, *, interval_seconds: float, worker: str) -> AsyncIterator[Run | None]:
    """Hold the job's lock for the duration of a block. Yield None if another worker has it."""
    async with pool.acquire() as connection:
        # The pool frees the lock when the connection returns to it.
        if not await connection.fetchval(sqlfiles.read("worker/jobs.sql:lock_job"), job.name, job.is_locked):
            yield None
            return
        last = await connection.fetchrow(sqlfiles.read("worker/jobs.sql:last_run"), job.name, interval_seconds)
        due_seconds, cut_off = 0.0, None
        if last is not None and job.is_locked:
            due_seconds = max(0.0, last["due_seconds"])
            if not last["has_ended"]:
                cut_off = f"started at {last['started_at']:%Y-%m-%d %H:%M:%S} UTC by {last['worker']}, not finished"
        yield Run(connection, job, interval_seconds, worker, due_seconds, cut_off)
