"""Work that would hold the loop for long: done in a thread.

A thread takes turns at the interpreter every few milliseconds, so that others are answered meanwhile; the work itself
takes somewhat longer. Small answers are worth no thread. There are few threads, since each of them makes the loop wait
for the interpreter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Final, TypeVar

Done = TypeVar("Done")
#: Figures that are shaped, or encoded, in some milliseconds.
FIGURES_ON_LOOP_MAX: Final = 10_000
_THREADS: Final = ThreadPoolExecutor(2, thread_name_prefix="aside")


async def aside(figures: int, work: Callable[[], Done]) -> Done:
    """What the work gives, which has so many figures to go through; it must not touch what others change."""
    if figures <= FIGURES_ON_LOOP_MAX:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_THREADS, copy_context().run, work)
