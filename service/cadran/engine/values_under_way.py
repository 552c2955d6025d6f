"""Room in memory: how many values the large answers under way may have together.

Takes the values of an answer; lets it wait for its turn (``store/fair_queue``) where there is no room for it. Small
answers are let through. No caller has more than half of the room, so that there is some left for the others.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Final

from cadran.engine.offload import FIGURES_ON_LOOP_MAX
from cadran.store.fair_queue import HEAVY_WAIT_SECONDS, FairQueue

#: The usual bounds: values in all, and answers that may wait.
VALUES: Final = 1_000_000
WAITING_MAX: Final = 256
_TURNED_AWAY: Final = (
    "Too many large answers are being made; ask again after the time in Retry-After, or for fewer values at a time."
)


class Room:
    """Room for so many values. An answer that is larger than half of the room gets half of it."""

    def __init__(self, values: int = VALUES, *, waiting_max: int = WAITING_MAX) -> None:
        share = max(values // 2, 1)
        self._queue = FairQueue(values, share=share, waiting_max=waiting_max, refusal=_TURNED_AWAY)

    @property
    def taken(self) -> int:
        """The values of the large answers under way."""
        return self._queue.lent

    @asynccontextmanager
    async def take(self, values: int) -> AsyncIterator[None]:
        """Hold the room of an answer for the time of a block. Raises Overloaded."""
        if values <= FIGURES_ON_LOOP_MAX:
            yield
            return
        async with self._queue.taken(values, seconds=HEAVY_WAIT_SECONDS):
            yield
