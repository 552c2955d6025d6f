"""Running work in a thread if it would block the event loop for long.

A thread and the event loop take turns at the interpreter every few milliseconds, so other requests are answered in the
meantime. The work itself takes somewhat longer. Small answers are not worth a thread. There are few threads, because
each of them makes the event loop wait for the interpreter.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import copy_context
from typing import Final, TypeVar

Done = TypeVar("Done")
#: How many figures are shaped or encoded in a few milliseconds.
FIGURES_ON_LOOP_MAX: Final = 10_000
_THREADS: Final = ThreadPoolExecutor(2, thread_name_prefix="aside")


async def run_aside(figures: int, work: Callable[[], Done]) -> Done:
    """Run work on ``figures`` figures, in a thread if they are many. Return its result.

    The work must not use data that other code may change meanwhile.
    """
    if figures <= FIGURES_ON_LOOP_MAX:
        return work()
    return await asyncio.get_running_loop().run_in_executor(_THREADS, copy_context().run, work)
