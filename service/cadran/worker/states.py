"""The state of every job, for ``cadran worker --list`` and ``/ready``.

The last runs are read from the database, whichever workers ran them. A lock that is held says that a run is under way.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from time import monotonic
from typing import Any, Final, Literal

from cadran import sqlfiles
from cadran.errors import CadranError
from cadran.store.pool import Pool, Row
from cadran.worker.job import Job
from cadran.worker.jobs import JOBS

#: waiting: never started. running: under way. ok and failed: how the last run ended. unfinished: the last run has no
#: end, and no worker is at it. overdue: a worker is connected, and the job has not started for several intervals.
State = Literal["waiting", "running", "ok", "failed", "unfinished", "overdue"]
#: A job that has not started for this many intervals is overdue.
OVERDUE_INTERVALS: Final = 3
#: The longest wait of ``/ready`` for the states.
PATIENCE_SECONDS: Final = 2.0
#: How long the states that ``/ready`` shows are reused. Anyone may ask for them.
REUSED_SECONDS: Final = 1.0


@dataclass(frozen=True, slots=True)
class JobState:
    """A job and its last run. ``seconds`` and ``error`` are those of the last run that ended, ``failures`` the number
    of failed runs since the last successful one."""

    job: Job
    state: State
    interval_seconds: float
    worker: str = ""
    started_at: datetime | None = None
    seconds: float | None = None
    result: str = ""
    error: str | None = None
    failures: int = 0

    @property
    def due_at(self) -> datetime | None:
        """Return when the job is due; None if it has never started."""
        return None if self.started_at is None else self.started_at + timedelta(seconds=self.interval_seconds)


async def read_states(pool: Pool, *, poll_seconds: float) -> list[JobState]:
    """Return the state of every job, in the order of the table."""
    rows = {row["name"]: row for row in await pool.fetch(sqlfiles.read("worker/jobs.sql:job_states"))}
    return [
        _read_state(job, rows[job.name]) if job.name in rows else JobState(job, "waiting", job.interval(poll_seconds))
        for job in JOBS
    ]


def _read_state(job: Job, row: Row) -> JobState:
    return JobState(
        job,
        _find_state(row),
        row["interval_seconds"],
        row["worker"],
        row["started_at"],
        row["seconds"],
        row["result"],
        row["error"],
        row["failures"],
    )


def _find_state(row: Row) -> State:
    if row["is_running"] and not row["has_ended"]:
        return "running"
    if row["has_worker"] and row["age_seconds"] > OVERDUE_INTERVALS * row["interval_seconds"]:
        return "overdue"
    if not row["has_ended"]:
        return "unfinished"
    return "ok" if row["error"] is None else "failed"


class JobReport:
    """The states of jobs as ``/ready`` shows them: without results and errors, because it needs no key.

    Concurrent calls share one read, and a read is reused for ``REUSED_SECONDS``.
    """

    def __init__(self, pool: Pool, *, poll_seconds: float) -> None:
        self._pool = pool
        self._poll_seconds = poll_seconds
        self._reading: asyncio.Task[dict[str, dict[str, Any]]] | None = None
        self._read_at = 0.0

    async def read(self) -> Mapping[str, Mapping[str, Any]]:
        """Return the state of each job by its name; empty if the database does not answer."""
        done = self._reading is None or self._reading.done()
        if self._reading is None or (done and monotonic() - self._read_at >= REUSED_SECONDS):
            self._reading, self._read_at = asyncio.create_task(self._read(), name="job states"), monotonic()
        return await asyncio.shield(self._reading)

    async def _read(self) -> dict[str, dict[str, Any]]:
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                states = await read_states(self._pool, poll_seconds=self._poll_seconds)
        except (CadranError, TimeoutError):
            return {}
        return {
            each.job.name: {
                "state": each.state,
                "failures": each.failures,
                "last_start": each.started_at,
                "seconds": each.seconds,
                "interval_seconds": each.interval_seconds,
                "locked": each.job.is_locked,
            }
            for each in states
        }
