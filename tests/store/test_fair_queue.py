"""The fair queue: callers are served in turn, have bounded shares, and give their place back however a wait ends."""

from __future__ import annotations

import asyncio

import pytest

from cadran.errors import Overloaded
from cadran.store.fair_queue import WAITING_MAX, FairQueue, Loan, ask_as, current_askers, start_shared
from tests.polling import until

PATIENT = 15.0


def queue_of(size: int, **bounds: int) -> FairQueue:
    return FairQueue(size, refusal="No.", **bounds)


class House:
    """Callers at a queue. ``order`` lists their names in the order in which they are served."""

    def __init__(self, queue: FairQueue) -> None:
        self.queue = queue
        self.order: list[str] = []

    def come(self, name: str, size: int = 1, *, seconds: float = PATIENT) -> asyncio.Task[Loan]:
        """Take places of the queue in the name of a caller, in a task."""

        async def ask() -> Loan:
            ask_as(name)
            loan = await self.queue.take(size, seconds=seconds)
            self.order.append(name)
            return loan

        return asyncio.create_task(ask())


async def ticks() -> None:
    for _ in range(5):
        await asyncio.sleep(0)


async def test_lines_are_served_in_turn_however_long_one_is():
    house = House(queue_of(1))
    tasks = [house.come("loud") for _ in range(6)]
    await ticks()
    tasks += [house.come("quiet"), house.come("other"), house.come("quiet")]
    await ticks()
    assert (house.order, house.queue.waiting) == (["loud"], 8)
    for _ in range(9):
        await ticks()
        house.queue.give_back(next(task.result() for task in tasks if task.done()))
        tasks = [task for task in tasks if not task.done()]
    # The loud caller was first when the others came. From then on each of the three is served in turn.
    assert house.order == ["loud", "loud", "quiet", "other", "loud", "quiet", "loud", "loud", "loud"]
    assert (house.queue.lent, house.queue.waiting) == (0, 0)


async def test_a_queue_without_a_bound_of_its_owner_has_one():
    house = House(queue_of(1))
    tasks = [house.come("loud") for _ in range(WAITING_MAX + 3)]
    await ticks()
    assert house.queue.waiting == WAITING_MAX
    refused = [task for task in tasks if task.done() and isinstance(task.exception(), Overloaded)]
    assert len(refused) == 2
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)
    assert house.queue.waiting == 0


async def test_a_share_leaves_room_for_others():
    house = House(queue_of(10, share=5))
    tasks = [house.come("loud", 4), house.come("loud", 4), house.come("quiet", 5)]
    await ticks()
    assert house.order == ["loud", "quiet"]
    house.queue.give_back(tasks[0].result())
    assert await tasks[1] == Loan("loud", 4)
    # A caller who asks for more than a share gets one share.
    house.queue.give_back(tasks[2].result())
    assert await house.come("quiet", 99) == Loan("quiet", 5)


async def test_a_large_one_is_not_passed_by_small_ones():
    house = House(queue_of(4))
    first = house.come("a", 3)
    await ticks()
    large, small = house.come("b", 4), house.come("c", 1)
    await ticks()
    assert house.order == ["a"]
    house.queue.give_back(await first)
    await ticks()
    assert house.order == ["a", "b"]
    house.queue.give_back(await large)
    await small


async def test_a_full_queue_turns_away_the_last_of_the_longest_line():
    house = House(queue_of(1, waiting_max=4))
    under_way = house.come("loud")
    await ticks()
    loud = [house.come("loud") for _ in range(4)]
    await ticks()
    with pytest.raises(Overloaded):
        await house.come("loud")
    quiet = [house.come("quiet") for _ in range(2)]
    await ticks()
    assert [task.done() for task in loud] == [False, False, True, True]
    assert all(isinstance(task.exception(), Overloaded) for task in loud[2:])
    # The quiet caller would itself have the longest line, so its own request is refused.
    with pytest.raises(Overloaded):
        await house.come("quiet")
    house.queue.give_back(await under_way)
    for task in (loud[0], quiet[0], loud[1], quiet[1]):
        house.queue.give_back(await task)
    assert (house.queue.lent, house.queue.waiting) == (0, 0)


async def test_a_caller_who_leaves_gives_back_a_place():
    house = House(queue_of(1))
    under_way = house.come("a")
    await ticks()
    with pytest.raises(Overloaded):
        await house.come("b", seconds=0.01)
    left = house.come("b")
    await ticks()
    left.cancel()
    await asyncio.wait({left})
    assert house.queue.waiting == 0
    # The place is lent and the task cancelled within one turn of the event loop.
    left = house.come("b")
    await ticks()
    house.queue.give_back(await under_way)
    left.cancel()
    await asyncio.wait({left})
    assert left.cancelled()
    assert (house.queue.lent, house.queue.waiting) == (0, 0)


async def test_many_may_give_up_at_the_same_instant():
    house = House(queue_of(1))
    under_way = house.come("a")
    await ticks()
    tasks = [house.come(f"b{number % 3}", seconds=0.05) for number in range(30)]
    await asyncio.wait(tasks)
    assert {type(task.exception()) for task in tasks} == {Overloaded}
    assert (house.queue.lent, house.queue.waiting) == (1, 0)
    house.queue.give_back(await under_way)
    house.queue.give_back(await house.come("a"))


async def test_what_is_computed_for_several_waits_in_the_lines_of_all():
    house = House(queue_of(1))
    under_way = house.come("loud")
    await ticks()
    loud = [house.come("loud") for _ in range(3)]
    await ticks()

    async def computed() -> Loan:
        loan = await house.queue.take(seconds=PATIENT)
        house.order.append("shared")
        return loan

    leave = ask_as("loud")
    shared, askers = start_shared(computed(), name="shared")
    leave()
    await ticks()
    leave = ask_as("quiet")
    askers.join(current_askers())
    leave()
    assert askers.names == ("loud", "quiet")
    house.queue.give_back(await under_way)
    house.queue.give_back(await loud[0])
    assert await shared == Loan("quiet", 1)
    assert house.order == ["loud", "loud", "shared"]
    house.queue.give_back(shared.result())
    for task in loud[1:]:
        house.queue.give_back(await task)
    await until(lambda: house.queue.lent == house.queue.waiting == 0)
