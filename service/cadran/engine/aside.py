"""Work that would hold the loop for long: done beside it, in a thread.

A thread takes turns at the interpreter every few milliseconds, so that others are answered meanwhile; the work itself
takes somewhat longer. Small answers are worth no thread.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Final, TypeVar

Done = TypeVar("Done")
#: Figures that are shaped, or encoded, in some milliseconds.
FIGURES_ON_LOOP_MAX: Final = 10_000


async def aside(figures: int, work: Callable[[], Done]) -> Done:
    """What the work gives, which has so many figures to go through; it must not touch what others change."""
    if figures <= FIGURES_ON_LOOP_MAX:
        return work()
    return await asyncio.to_thread(work)
