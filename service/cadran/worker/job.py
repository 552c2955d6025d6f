"""The declaration of a job, and what its function works with."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field
from datetime import datetime

from cadran.contracts.reader import ContractReader
from cadran.store.pool import Pool


@dataclass(frozen=True, slots=True)
class Resources:
    """What the functions of jobs work with.

    ``pool`` writes, without a time limit of statements. ``open_contracts`` opens the service of contracts for a block.
    ``refresh_workers`` is the number of connections of a refresh. ``refreshing`` is held while this worker recomputes
    rollups, so that a job which reads them can wait until they are whole.
    """

    pool: Pool
    clock: Callable[[], datetime]
    open_contracts: Callable[[], AbstractAsyncContextManager[ContractReader]]
    refresh_workers: int
    refreshing: asyncio.Lock = field(default_factory=asyncio.Lock)


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a worker runs again and again.

    ``about`` says in a sentence what the job does. ``run`` does it, and returns what it did, in a few words for
    operators, or "" if there was nothing to do. Any error of ``run`` fails the run, and no other job.

    ``interval_seconds`` is the time between two starts; None: the time after which a worker looks for work. Only one
    worker at a time runs a job that ``is_locked``, and the interval then counts the runs of all workers. Each worker
    runs the other jobs, at its own interval.
    """

    name: str
    about: str
    run: Callable[[Resources], Awaitable[str]]
    interval_seconds: float | None
    is_locked: bool

    def interval(self, poll_seconds: float) -> float:
        """Return the time between two starts, in seconds, in a worker that looks for work after ``poll_seconds``."""
        return poll_seconds if self.interval_seconds is None else self.interval_seconds
