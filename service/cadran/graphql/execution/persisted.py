"""Automatic persisted queries: texts that clients register once and then name by hash.

The protocol is Apollo's. A client sends ``extensions.persistedQuery`` with a hash alone. For an unknown hash the answer
is ``PersistedQueryNotFound``. The client then sends hash and text together, and afterwards the hash alone. The texts
live in this process for a limited time, within a limit in bytes. The least recently used texts are evicted first. Only
valid documents are stored.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from time import monotonic

from cachetools import TTLCache


class PersistedQueries:
    """A bounded, expiring cache of texts by id. ``bytes_max`` 0 turns the cache off."""

    def __init__(self, *, bytes_max: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._bytes_max = bytes_max
        self._texts: TTLCache[str, str] = TTLCache(bytes_max, seconds, timer=clock, getsizeof=_size)

    @property
    def is_on(self) -> bool:
        """Return whether the cache can store any text."""
        return self._bytes_max > 0

    def text(self, document_id: str) -> str | None:
        """Return the text of that id, or None if it was never sent or has expired."""
        return self._texts.get(document_id)

    def add(self, document_id: str, text: str) -> None:
        """Store a text by its id until it expires. A text larger than the cache is not stored."""
        if _size(text) <= self._bytes_max:
            self._texts[document_id] = text


def _size(text: str) -> int:
    """Return the bytes of a text and its id, including the overhead of the cache."""
    return getsizeof(text) + 600
