"""Requests with an Idempotency-Key that failed or were cut: a change is never made twice, and a change that was not
made may be tried again.
"""

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
    """Requests of one caller, all with the same Idempotency-Key. Each of them creates an API key."""

    def __init__(self, pool: Pool) -> None:
        self.pool = pool
        self.register = KeyStore(pool, clock)

    async def once(self, work: Callable[[], Awaitable[StoredAnswer]]) -> StoredAnswer:
        """Run the work once under the Idempotency-Key, and return its answer, or that of an earlier run."""
        asked = Idempotency(self.pool).once
        return await asked(caller_id="caller", credential=b"secret", key="k", asked=b"{}", work=work)

    async def make(self) -> StoredAnswer:
        """Make one change: create an API key."""
        await self.register.create(Grant(name="wall", role="analyst"), who="tests")
        return ANSWER

    async def refused(self) -> str:
        """Return the error code with which a repeated request is refused."""
        with pytest.raises(IdempotencyConflict) as conflict:
            await self.once(self.make)
        return conflict.value.code

    async def age(self) -> None:
        """Make the stored request five minutes older, which is longer than any request takes."""
        async with self.pool.acquire() as connection:
            await connection.execute("UPDATE idempotency SET created_at = created_at - interval '5 minutes'")

    async def made(self) -> int:
        """Count the changes that were made."""
        return sum(each.grant.name == "wall" for each in await self.register.all())


async def test_the_database_goes_away_after_the_change(victim: Victim):
    async with pooled(victim.url) as pool:
        desk = Desk(pool)

        async def cut() -> StoredAnswer:
            answer = await desk.make()
            victim.stop()
            return answer

        # The caller of this request still gets the answer, although the answer cannot be stored.
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
        # The Idempotency-Key could not be released. It is free again once no request can still be running under it.
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
    """Check that a late request finds its Idempotency-Key taken over, and rolls back its change."""
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
    """Check that a request stored by an older version is not run again, as it may have changed something."""
    desk = Desk(pool)
    async with pool.acquire() as connection:
        await connection.execute(
            "INSERT INTO idempotency (caller, key, body_digest, created_at) VALUES ('caller', 'k', '', now())"
        )
    await desk.age()
    assert await desk.refused() == "idempotency_pending"
    assert await desk.made() == 0
