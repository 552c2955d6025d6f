"""Long work runs in a thread, so that the event loop stays free."""

import asyncio
from threading import Event, get_ident

from cadran.engine.offload import FIGURES_ON_LOOP_MAX, run_aside


async def test_small_work_is_done_at_once():
    assert await run_aside(FIGURES_ON_LOOP_MAX, get_ident) == get_ident()


async def test_the_loop_goes_on_while_large_work_is_done():
    others = Event()

    async def answer_others() -> None:
        others.set()

    done, _ = await asyncio.gather(run_aside(FIGURES_ON_LOOP_MAX + 1, lambda: others.wait(10)), answer_others())
    assert done
