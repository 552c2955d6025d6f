"""Bounded waits for locks.

A writing session waits at most a given number of seconds for any lock: an advisory lock, a table's or a row's. After
that it raises `DatabaseTimeout`, which names the sessions that have held locks for at least that long.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from cadran.errors import DatabaseTimeout

Fetch: TypeAlias = Callable[[str], Awaitable[Sequence[asyncpg.Record]]]

#: A query of the sessions that have been in a transaction, or have held an advisory lock, for at least the lock
#: timeout. Nobody waits for the locks of jobs (sql/worker/jobs.sql), whose first key is 7228.
HOLDERS = """
SELECT a.pid, a.application_name, coalesce(a.xact_start, a.backend_start) AT TIME ZONE 'UTC' AS since
FROM pg_stat_activity AS a
WHERE a.datname = current_database()
  AND a.pid <> pg_backend_pid()
  AND coalesce(a.xact_start, a.backend_start) < clock_timestamp() - current_setting('lock_timeout')::interval
  AND EXISTS (
    SELECT
    FROM pg_locks AS l
    WHERE l.pid = a.pid AND l.granted AND (a.xact_start IS NOT NULL OR l.locktype = 'advisory')
      AND (l.locktype <> 'advisory' OR l.classid <> 7228)
  )
ORDER BY since, a.pid
"""


def limit_waiting(seconds: float) -> dict[str, str]:
    """Return the server settings of a session that waits this long for a lock."""
    return {"lock_timeout": str(max(1, round(seconds * 1000)))}


@asynccontextmanager
async def translate_lock_timeout(fetch: Fetch) -> AsyncIterator[None]:
    """Raise `DatabaseTimeout` for a lock timeout in the block. ``fetch`` then reads the sessions that hold locks. It
    must run after this session has released its own locks."""
    try:
        yield
    except asyncpg.LockNotAvailableError as error:
        raise _held(await fetch(HOLDERS)) from error


def _held(holders: Sequence[asyncpg.Record]) -> DatabaseTimeout:
    sessions = ", ".join(
        f"{row['application_name'] or 'unnamed'} (process {row['pid']} of the server, since {row['since']:%F %T} UTC)"
        for row in holders
    )
    pids = " or ".join(f"pg_terminate_backend({row['pid']})" for row in holders)
    return DatabaseTimeout(
        "Other sessions held a needed lock for longer than CADRAN_LOCK_TIMEOUT_SECONDS. "
        + (
            f"Still there: {sessions}. Try again when it has ended; if it hangs, end it by {pids}."
            if sessions
            else "Try again."
        ),
        internal=f"a lock was held too long by {sessions or 'several sessions in turn'}",
    )
