"""Automatic persisted queries: texts that clients register by sending them once, by the hash that names them later.

Apollo's protocol: a client sends ``extensions.persistedQuery`` with a hash alone. An unknown hash is answered
``PersistedQueryNotFound``; the client then sends hash and text together, and from then on the hash again. The texts
live in this process for a limited time, within a limit in bytes; those used least recently go first. Only valid
documents come in.
"""

from __future__ import annotations

from collections.abc import Callable
from sys import getsizeof
from time import monotonic

from cachetools import TTLCache


class PersistedQueries:
    """A bounded, expiring cache of texts by their ids. ``bytes_max`` 0 turns it off."""

    def __init__(self, *, bytes_max: int, seconds: float, clock: Callable[[], float] = monotonic) -> None:
        self._bytes_max = bytes_max
        self._texts: TTLCache[str, str] = TTLCache(bytes_max, seconds, timer=clock, getsizeof=_size)

    @property
    def is_on(self) -> bool:
        """Whether any text can be kept."""
        return self._bytes_max > 0

    def text(self, document_id: str) -> str | None:
        """Return the text of that id; None where it was never sent, or has gone."""
        return self._texts.get(document_id)

    def add(self, document_id: str, text: str) -> None:
        """Keep a text by its id, for the time that texts live; one that is larger than the cache is left out."""
        if _size(text) <= self._bytes_max:
            self._texts[document_id] = text


def _size(text: str) -> int:
    """Return the bytes that a text and its id take, with what the cache needs beside them."""
    return getsizeof(text) + 600
