"""Translation of server errors that are neither a defect of cadran nor a fault of the question.

`translate` takes an asyncpg exception, and returns cadran's error, or None for an error that must be investigated.
"""

from __future__ import annotations

from typing import Final

import asyncpg

from cadran.errors import DatabaseReadOnly, DatabaseUnavailable, DiskFull

_READ_ONLY: Final = (
    "The database is read-only, so nothing can be changed; reading still works. It may be a standby, or be set so"
    " (default_transaction_read_only)."
)
_DISK_FULL: Final = (
    "A disk of the database is full, so nothing can be written; reading still works where it needs no temporary"
    " files. Free space on the disk."
)
_EXHAUSTED: Final = "The database lacks memory, temporary space or connections; try again shortly."


def translate(error: BaseException) -> DatabaseUnavailable | None:
    """Return cadran's error for what the server lacks or does not permit at present, else None."""
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return DatabaseReadOnly(_READ_ONLY, internal=str(error))
    if isinstance(error, asyncpg.DiskFullError):
        return DiskFull(_DISK_FULL, internal=str(error))
    if isinstance(error, asyncpg.InsufficientResourcesError):
        return DatabaseUnavailable(_EXHAUSTED, internal=str(error))
    return None
