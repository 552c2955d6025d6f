"""Waiting for what happens soon, without guessing how soon."""

import asyncio
from collections.abc import Callable
from time import monotonic


async def until(condition: Callable[[], bool], *, seconds: float = 15.0) -> None:
    """Return once the condition holds; fail when it does not within these seconds."""
    deadline = monotonic() + seconds
    while not condition():
        assert monotonic() < deadline, "it did not happen in time"
        await asyncio.sleep(0.005)
