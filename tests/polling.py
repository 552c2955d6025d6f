"""Functions that wait for a condition instead of a guessed time."""

import asyncio
from collections.abc import Callable
from time import monotonic
from typing import Any

from cadran.store.pool import Pool


async def until(condition: Callable[[], bool], *, seconds: float = 15.0) -> None:
    """Wait until the condition holds. Fail when it does not within these seconds."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)


async def done_or_locked(pool: Pool, task: "asyncio.Task[Any]", *, seconds: float = 15.0) -> None:
    """Wait until the task is done, or until a session of the database waits for a lock that another session holds."""
    waiting = "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock' AND datname = current_database()"
    deadline = monotonic() + seconds
    while not task.done():
        (row,) = await pool.fetch(waiting)
        if row["count"]:
            return
        assert monotonic() < deadline, "it neither ended nor waited in time"
        await asyncio.sleep(0.005)


async def others_idle(pool: Pool, *, seconds: float = 60.0) -> None:
    """Wait until no other session of the database works. PostgreSQL ends the statement of a killed client before it
    notices that the client is gone, and holds its locks until then."""
    working = """
        SELECT count(*) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid()
            AND backend_type = 'client backend' AND state <> 'idle'
    """
    deadline = monotonic() + seconds
    while (await pool.fetch(working))[0]["count"]:
        assert monotonic() < deadline, "a session still works"
        await asyncio.sleep(0.05)
