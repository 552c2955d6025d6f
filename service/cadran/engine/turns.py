"""Turns at the event loop: long work of many requests runs piece by piece, and the callers take turns.

A piece of work that takes milliseconds waits for its turn. Between two pieces the event loop answers other requests, so
a health probe or a small question waits for one piece and not for all of them.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from cadran.store.fair_queue import HEAVY_WAIT_SECONDS, FairQueue

_REFUSAL: Final = (
    "Too many GraphQL operations wait for their turn; ask again after the time in Retry-After, or for fewer fields."
)


class Turns:
    """A fair queue in which one piece of work has its turn at a time. The queue serves the callers in turn."""

    def __init__(self) -> None:
        self._queue = FairQueue(1, refusal=_REFUSAL)

    @asynccontextmanager
    async def taken(self) -> AsyncIterator[None]:
        """Hold the turn for the time of a block, after other tasks of the event loop have run. Raises Overloaded."""
        async with self._queue.taken(seconds=HEAVY_WAIT_SECONDS):
            await asyncio.sleep(0)
            yield
