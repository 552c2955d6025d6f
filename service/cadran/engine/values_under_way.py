"""A limit of memory: how many values all large answers in progress may have together.

Takes the number of values of an answer. An answer waits for its turn (``store/fair_queue``) until there is room. Small
answers never wait. No caller gets more than half of the room, so that other callers get the rest.
"""

from __future__ import annotations

from contextlib import AbstractAsyncContextManager, nullcontext
from typing import Final

from cadran.engine.offload import FIGURES_ON_LOOP_MAX
from cadran.store.fair_queue import HEAVY_WAIT_SECONDS, FairQueue

_REFUSAL: Final = (
    "Too many large answers are being made; ask again after the time in Retry-After, or for fewer values at a time."
)


class ValueLimit:
    """Room for a number of values. An answer that is larger than half of the room counts as half of it.

    At most ``waiting_max`` answers wait.
    """

    def __init__(self, values: int, *, waiting_max: int) -> None:
        share = max(values // 2, 1)
        self._queue = FairQueue(values, share=share, waiting_max=waiting_max, refusal=_REFUSAL)

    @property
    def taken(self) -> int:
        """Return the number of values of the large answers in progress."""
        return self._queue.lent

    def take(self, values: int) -> AbstractAsyncContextManager[None]:
        """Return a context manager that holds the room of an answer. Entering it raises Overloaded."""
        if values <= FIGURES_ON_LOOP_MAX:
            return nullcontext()
        return self._queue.taken(values, seconds=HEAVY_WAIT_SECONDS)
