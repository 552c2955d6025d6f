"""Translation of server errors that are neither a defect of cadran nor a fault of the question.

`translate` takes an exception and the server's address, and returns cadran's error, or None for an error that must be
investigated. The address is part of the internal text only, because callers over HTTP read the sentence.
"""

from __future__ import annotations

from typing import Final

import asyncpg

from cadran.errors import DatabaseReadOnly, DatabaseUnavailable, DiskFull
from cadran.store.address import Address

_READ_ONLY: Final = (
    "The database is read-only, so nothing can be changed; reading still works. Point CADRAN_DATABASE_URL at the"
    " primary if this server is a standby, or turn default_transaction_read_only off."
)
_DISK_FULL: Final = (
    "A disk of the database is full, so nothing can be written; reading still works where it needs no temporary"
    " files. Free space on the disk."
)
_EXHAUSTED: Final = "The database lacks memory, temporary space or connections; try again shortly."
#: Messages that report a full disk in errors whose code does not. A new session that cannot write its init file fails
#: with another code. If the full disk ends a connection, the code is that of a lost connection.
_DISK_FULL_WORDS: Final = ("could not write init file", "No space left on device")


def translate(error: BaseException, address: Address) -> DatabaseUnavailable | None:
    """Return cadran's error if the server is read-only or lacks resources, else None."""
    internal = f"{address}: {error}"
    if isinstance(error, asyncpg.ReadOnlySQLTransactionError):
        return DatabaseReadOnly(_READ_ONLY, internal=internal)
    if is_disk_full(error):
        return DiskFull(_DISK_FULL, internal=internal)
    if isinstance(error, asyncpg.InsufficientResourcesError):
        return DatabaseUnavailable(_EXHAUSTED, internal=internal)
    return None


def is_disk_full(error: BaseException) -> bool:
    """Return whether an error says that a disk of the server is full."""
    if isinstance(error, asyncpg.DiskFullError):
        return True
    return isinstance(error, asyncpg.PostgresError | ConnectionError) and any(
        words in str(error) for words in _DISK_FULL_WORDS
    )
