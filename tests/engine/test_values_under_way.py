"""Large answers wait until there is room for their values. An answer whose callers have gone keeps its room until it is
computed.
"""

from __future__ import annotations

import asyncio

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.engine.offload import FIGURES_ON_LOOP_MAX
from cadran.engine.values_under_way import ValueLimit
from cadran.errors import DatabaseUnavailable, Overloaded
from cadran.store.fair_queue import FairQueue, ask_as, current_askers
from cadran.store.pool import Pool
from tests.engine.version_ring import Ledger, ask, listening, ring
from tests.polling import until

LARGE = FIGURES_ON_LOOP_MAX + 1


def holding(room: ValueLimit, name: str, values: int, go_on: asyncio.Event) -> asyncio.Task[None]:
    """Start a task that holds room in the name of a caller until the event is set."""

    async def hold() -> None:
        ask_as(name)
        async with room.take(values):
            await go_on.wait()

    return asyncio.create_task(hold())


async def test_one_caller_leaves_half_of_the_room():
    room, go_on = ValueLimit(4 * LARGE, waiting_max=8), asyncio.Event()
    tasks = [holding(room, "loud", 2 * LARGE, go_on) for _ in range(5)]
    await until(lambda: room.taken == 2 * LARGE)
    tasks.append(holding(room, "quiet", LARGE, go_on))
    await until(lambda: room.taken == 3 * LARGE)
    # Small answers are not counted, and never wait.
    tasks += [holding(room, "loud", FIGURES_ON_LOOP_MAX, asyncio.Event()) for _ in range(50)]
    await asyncio.sleep(0)
    assert room.taken == 3 * LARGE
    for task in tasks[6:]:
        task.cancel()
    go_on.set()
    await asyncio.wait(tasks)
    assert room.taken == 0


async def test_a_caller_who_leaves_gives_back_its_room():
    room = ValueLimit(2 * LARGE, waiting_max=8)
    task = holding(room, "a", LARGE, asyncio.Event())
    await until(lambda: room.taken == LARGE)
    task.cancel()
    await asyncio.wait({task})
    assert room.taken == 0


async def test_a_shared_computation_goes_by_the_turn_of_each_caller(pool: Pool):
    """Check that a quiet caller's question takes the quiet caller's turn, although a loud caller asked the same
    question before.
    """
    queue, order = FairQueue(1, refusal="No."), list[tuple[str, ...]]()

    async def wait_for_turn() -> None:
        async with queue.taken(seconds=15.0):
            order.append(current_askers().names)

    ledger = Ledger(pool)
    ledger.before = wait_for_turn
    cache = ring(ledger, listening())

    def asking(name: str, *, days: int) -> asyncio.Task[object]:
        async def asked() -> object:
            ask_as(name)
            return await cache.answer(ask(days=days), OPERATOR)

        return asyncio.create_task(asked())

    ask_as("first")
    loan = await queue.take(seconds=15.0)
    tasks = [asking("loud", days=days) for days in range(1, 6)]
    await until(lambda: queue.waiting == 5)
    tasks.append(asking("quiet", days=5))
    await until(lambda: len(queue._lines) == 2)
    queue.give_back(loan)
    await asyncio.gather(*tasks)
    # First the loud caller's first question, then the quiet caller's, which is also the loud caller's last.
    assert order == [("loud",), ("loud", "quiet"), ("loud",), ("loud",), ("loud",)]
    assert ledger.computed == 5


@pytest.mark.parametrize(("error", "is_away"), [(Overloaded, False), (DatabaseUnavailable, True)])
async def test_overload_says_nothing_of_the_database(pool: Pool, error: type[DatabaseUnavailable], is_away: bool):
    async def fail() -> None:
        raise error("no")

    ledger = Ledger(pool)
    ledger.before = fail
    cache = ring(ledger, listening())
    with pytest.raises(error):
        await cache.answer(ask(), OPERATOR)
    assert cache._away is is_away
