"""Errors of the server that are no defect of cadran's and no fault of the question, each under a name of ours.

Takes an exception of asyncpg's; gives our error, or None for what has to be looked into.
"""

from __future__ import annotations

from typing import Final

import asyncpg

from cadran.errors import DatabaseReadOnly, DatabaseUnavailable, DiskFull

_READ_ONLY: Final = (
    "The database is read-only, so that nothing can be changed; reading goes on. It may be a standby, or be set so"
    " (default_transaction_read_only)."
)
_DISK_FULL: Final = (
    "A disk of the database's is full, so that nothing can be written; reading goes on where it needs no temporary"
    " files. Make room there."
)
_EXHAUSTED: Final = "The database lacks memory, temporary space or connections for this; try again shortly."


def translate(error: BaseException) -> DatabaseUnavailable | None:
    """Return our error for what the server lacks or does not allow now, else None."""
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return DatabaseReadOnly(_READ_ONLY, internal=str(error))
    if isinstance(error, asyncpg.DiskFullError):
        return DiskFull(_DISK_FULL, internal=str(error))
    if isinstance(error, asyncpg.InsufficientResourcesError):
        return DatabaseUnavailable(_EXHAUSTED, internal=str(error))
    return None
