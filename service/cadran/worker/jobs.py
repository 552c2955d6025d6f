"""The table of jobs that workers run, each with its function.

A function calls its feature, and returns what it did. ``docs/operating.md`` shows the table (``cadran export``).
"""

from __future__ import annotations

import logging
from typing import Final

from cadran.access.idempotency import forget_answers
from cadran.contracts.store import ContractRegister, find_due_periods
from cadran.facts.refresh.fill import fill_columns
from cadran.facts.refresh.refresh import refresh
from cadran.worker.job import Job, Resources

log = logging.getLogger(__name__)


async def refresh_rollups(resources: Resources) -> str:
    """Recompute what loads have marked."""
    async with resources.refreshing:
        days = await refresh(resources.pool, workers=resources.refresh_workers)
    return f"recomputed {days} days of sites" if days else ""


async def fill_rollups(resources: Resources) -> str:
    """Fill the rollups with columns that an upgrade added and with newly named thresholds, until nothing is left.

    Refreshes run between two turns."""
    filled = 0
    while True:
        async with resources.refreshing:
            done = await fill_columns(resources.pool, workers=resources.refresh_workers)
        if not done:
            return f"filled {filled} months of sites" if filled else ""
        filled += done


async def seal_periods(resources: Resources) -> str:
    """Seal the periods of contracts that are due, over rollups that count everything that is loaded.

    The service of contracts is opened only if a period is due. A period that cannot be sealed yet is tried again.
    """
    register = ContractRegister(resources.pool, resources.clock)
    if not await find_due_periods(register, resources.clock()):
        return ""
    async with resources.refreshing:
        await refresh(resources.pool, workers=resources.refresh_workers)
        async with resources.open_contracts() as contracts:
            sealed, refused = await contracts.seal_due(who="worker")
    for error in refused:
        log.warning("not sealed: %s", error.detail)
    return f"sealed {', '.join(sealed)}" if sealed else ""


async def forget_stored_answers(resources: Resources) -> str:
    """Delete the stored answers of repeated requests that are older than a day."""
    deleted = await forget_answers(resources.pool)
    return f"deleted {deleted} stored answers" if deleted else ""


JOBS: Final = (
    Job(
        "refresh",
        "Recompute the rollups that loads have marked. Several workers share the work.",
        refresh_rollups,
        interval_seconds=None,
        is_locked=False,
    ),
    Job(
        "fill",
        "Fill the rollups with columns that an upgrade added, and with newly named thresholds and attributes. Several"
        " workers share the work.",
        fill_rollups,
        interval_seconds=None,
        is_locked=False,
    ),
    Job(
        "seal",
        "Seal the contract periods whose day has come, after a refresh.",
        seal_periods,
        interval_seconds=600.0,
        is_locked=True,
    ),
    Job(
        "forget-answers",
        "Delete the answers stored for Idempotency-Keys that are older than a day.",
        forget_stored_answers,
        interval_seconds=600.0,
        is_locked=True,
    ),
)


def write_jobs() -> str:
    """Return the jobs as a Markdown table: name, interval, who runs it, what it does."""
    rows = ["| Job | Every | Run by | What it does |", "| --- | --- | --- | --- |"]
    for job in JOBS:
        every = "`CADRAN_WORKER_POLL_SECONDS`" if job.interval_seconds is None else f"{job.interval_seconds:g} s"
        rows.append(f"| `{job.name}` | {every} | {'one' if job.is_locked else 'each'} worker | {job.about} |")
    return "\n".join(rows) + "\n"
