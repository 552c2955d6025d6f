"""Waits for what others hold, each with an end.

Takes the seconds of whoever writes: no session of it waits longer for a lock, be it advisory, a table's or
a row's. Raises `DatabaseTimeout` then, which names the sessions that have held theirs for so long.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from typing import TypeAlias

import asyncpg

from cadran.errors import DatabaseTimeout

Fetch: TypeAlias = Callable[[str], Awaitable[Sequence[asyncpg.Record]]]

#: Who has been in a transaction, or kept an advisory lock, for at least as long as a lock is waited for here.
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
  )
ORDER BY since, a.pid
"""


def waiting(seconds: float) -> dict[str, str]:
    """The server's settings for a session that waits so long for a lock."""
    return {"lock_timeout": str(max(1, round(seconds * 1000)))}


@asynccontextmanager
async def named(fetch: Fetch) -> AsyncIterator[None]:
    """Tell a wait that came to its end as `DatabaseTimeout`; ``fetch`` asks who was in the way, once nothing of ours
    is any more."""
    try:
        yield
    except asyncpg.LockNotAvailableError as error:
        raise _held(await fetch(HOLDERS)) from error


def _held(holders: Sequence[asyncpg.Record]) -> DatabaseTimeout:
    told = ", ".join(
        f"{row['application_name'] or 'unnamed'} (process {row['pid']} of the server, since {row['since']:%F %T} UTC)"
        for row in holders
    )
    pids = " or ".join(f"pg_terminate_backend({row['pid']})" for row in holders)
    return DatabaseTimeout(
        "Others held what this needs for longer than CADRAN_LOCK_TIMEOUT_SECONDS. "
        + (
            f"Still there: {told}. Try again when it has ended; if it hangs, end it by {pids}."
            if told
            else "Try again."
        ),
        internal=f"a lock was held too long by {told or 'several in turn'}",
    )
