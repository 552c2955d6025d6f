"""An Idempotency-Key whose request came to no good end: its change is never made twice, and what was not made may be
tried again."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Final

import pytest

from cadran.access.grant import Grant
from cadran.access.idempotency import Idempotency, IdempotencyConflict, StoredAnswer
from cadran.access.key_store import KeyStore
from cadran.errors import DatabaseUnavailable
from cadran.process import clock
from cadran.store.pool import Pool
from tests.faults.conftest import Victim
from tests.faults.test_database_outage import pooled

ANSWER: Final = StoredAnswer(201, b"{}")


class Desk:
    """Requests of one caller, all under one Idempotency-Key, each of which makes a key of the register."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.register = KeyStore(pool, clock)

    async def once(self, work: Callable[[], Awaitable[StoredAnswer]]) -> StoredAnswer:
        """What the work answers, or answered before."""
        asked = Idempotency(self.pool).once
        return await asked(caller_id="caller", credential=b"secret", key="k", asked=b"{}", work=work)

    async def make(self) -> StoredAnswer:
        """The work: one change."""
        await self.register.create(Grant(name="wall", role="analyst"), who="tests")
        return ANSWER

    async def refused(self) -> str:
        """What a repetition is told that must not happen again."""
        with pytest.raises(IdempotencyConflict) as conflict:
            await self.once(self.make)
        return conflict.value.code

    async def age(self) -> None:
        """Time passes: more than any request takes."""
        async with self.pool.acquire() as connection:
            await connection.execute("UPDATE idempotency SET created_at = created_at - interval '5 minutes'")

    async def made(self) -> int:
        """How many changes there were."""
        return sum(each.grant.name == "wall" for each in await self.register.all())


async def test_the_database_goes_away_after_the_change(victim: Victim):
    async with pooled(victim.url) as pool:
        desk = Desk(pool)

        async def cut() -> StoredAnswer:
            answer = await desk.make()
            victim.stop()
            return answer

        # Whoever is there still is told what came of it, though nobody can keep it.
        assert await desk.once(cut) == ANSWER
        victim.start()
        assert await desk.refused() == "idempotency_pending"
        await desk.age()
        assert await desk.refused() == "idempotency_unanswered"
        assert await desk.made() == 1


async def test_the_database_goes_away_before_the_change(victim: Victim):
    async with pooled(victim.url) as pool:
        desk = Desk(pool)

        async def cut() -> StoredAnswer:
            victim.stop()
            return await desk.make()

        with pytest.raises(DatabaseUnavailable):
            await desk.once(cut)
        victim.start()
        # Its key could not be given back, and is free once nothing can be under way under it.
        assert await desk.refused() == "idempotency_pending"
        await desk.age()
        assert await desk.once(desk.make) == await desk.once(desk.make) == ANSWER
        assert await desk.made() == 1


async def test_what_fails_after_its_change_is_not_made_again(pool: Pool):
    desk = Desk(pool)

    async def failing() -> StoredAnswer:
        await desk.make()
        raise DatabaseUnavailable("It could not be read back.")

    with pytest.raises(DatabaseUnavailable):
        await desk.once(failing)
    assert await desk.refused() == "idempotency_pending"
    await desk.age()
    assert await desk.refused() == "idempotency_unanswered"
    assert await desk.made() == 1


async def test_who_is_overtaken_changes_nothing(pool: Pool):
    """However late, the first request finds that its key was taken over, and leaves its change."""
    desk = Desk(pool)

    async def late() -> StoredAnswer:
        await desk.age()
        assert await desk.once(desk.make) == ANSWER
        return await desk.make()

    with pytest.raises(IdempotencyConflict):
        await desk.once(late)
    assert await desk.made() == 1
    assert await desk.once(desk.make) == ANSWER


async def test_a_request_of_the_version_before_is_not_taken_over(pool: Pool):
    """Nobody knows whether it has changed something."""
    desk = Desk(pool)
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO idempotency (caller, key, body_digest, created_at) VALUES ('caller', 'k', '', now())"
        )
    await desk.age()
    assert await desk.refused() == "idempotency_pending"
    assert await desk.made() == 0
