"""The caller cache: a valid credential is found by its hash, only as long as it is valid."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import pytest

from cadran.access import keys, rate_limit
from cadran.access.callers import Callers
from cadran.access.embed_tokens import mint_token
from cadran.access.grant import Grant
from cadran.access.keyring import Keyring, StoredKey
from cadran.access.rate_limit import RateLimits
from cadran.domain.directory import EMPTY
from cadran.errors import RateLimited, Unauthenticated

START: Final = datetime(2026, 1, 1, tzinfo=UTC)
MINUTE: Final = timedelta(minutes=1)
SIGNING: Final = b"s" * 32
GRANT: Final = Grant(name="made", role="analyst")


class Door:
    """The lookup of callers by their credentials, with a clock that the test sets."""

    def __init__(self, *stored: StoredKey) -> None:
        self.now, self.directory = START, EMPTY
        self.keyring = Keyring(lambda: self.now)
        self.keyring.load(stored)
        self.callers = Callers(
            self.keyring, secret=SIGNING, provided=None, directory=lambda: self.directory, clock=lambda: self.now
        )

    async def lets_in(self, text: str) -> bool:
        """Return whether a credential is valid. Check that the cache and the full check agree."""
        header = f"Bearer {text}".encode()
        known = self.callers.known(header)
        try:
            found = await self.callers.caller(header)
        except Unauthenticated:
            assert known is None
            return False
        assert known in (None, found)
        assert self.callers.known(header) is found
        return True


def stored(secret: keys.Secret, grant: Grant = GRANT, previous: Iterable[bytes] = ()) -> StoredKey:
    before = next(iter(previous), None)
    until = START + MINUTE if before else None
    return StoredKey(secret.key_id, grant, secret.digest, before, until, START, "tests", None, None)


async def test_a_key_ends_with_its_expiry():
    secret = keys.make_key()
    door = Door(stored(secret, replace(GRANT, expires_at=START + MINUTE)))
    assert door.callers.known(f"Bearer {secret.text}".encode()) is None
    assert await door.lets_in(secret.text)
    assert door.keyring.used == {secret.key_id: START}
    door.now += MINUTE
    assert not await door.lets_in(secret.text)


async def test_a_secret_ends_with_its_rotation_and_the_new_one_stays():
    old = keys.make_key()
    new = keys.make_key(old.key_id)
    door = Door(stored(new, previous=[old.digest]))
    assert await door.lets_in(old.text)
    assert await door.lets_in(new.text)
    door.now += MINUTE
    assert not await door.lets_in(old.text)
    assert await door.lets_in(new.text)


async def test_a_key_ends_when_it_is_revoked():
    secret = keys.make_key()
    door = Door(stored(secret))
    assert await door.lets_in(secret.text)
    door.keyring.load([replace(stored(secret), revoked_at=START)])
    assert not await door.lets_in(secret.text)


@pytest.mark.parametrize("how", ["expiry", "key's expiry", "revoked", "gone"])
async def test_a_token_ends_with_itself_and_with_its_key(how: str):
    secret = keys.make_key()
    key = stored(secret, replace(GRANT, expires_at=START + MINUTE if how == "key's expiry" else None))
    door = Door(key)
    token, _ = mint_token(replace(GRANT, metrics=("qos",)), SIGNING, subject=secret.key_id, now=START, seconds=120)
    assert await door.lets_in(token)
    if how == "expiry":
        door.now += 2 * MINUTE
    elif how == "key's expiry":
        door.now += MINUTE
    else:
        door.keyring.load([replace(key, revoked_at=START)] if how == "revoked" else [])
    assert not await door.lets_in(token)


async def test_a_change_of_the_directory_makes_callers_anew():
    secret = keys.make_key()
    door = Door(stored(secret))
    assert await door.lets_in(secret.text)
    door.directory = replace(EMPTY, version=EMPTY.version + 1)
    assert door.callers.known(f"Bearer {secret.text}".encode()) is None
    assert await door.lets_in(secret.text)


def test_buckets_are_bounded_and_those_in_use_stay(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(rate_limit, "_BUCKETS_MAX", 100)
    now = [0.0]
    found = RateLimits("address", seconds=lambda: now[0])
    refused = 0
    for number in range(1_000):
        now[0] += 0.01
        found.take(f"10.0.{number}", 60)
        try:
            found.take("loud", 60)
        except RateLimited:
            refused += 1
    assert len(found._buckets) <= 100
    # The bucket holds 60 requests and gains one each second. The many other addresses did not reset it.
    assert refused == pytest.approx(1_000 - 60 - 10, abs=2)
    now[0] += 61
    found.take("late", 60)
    for number in range(100):
        found.take(f"later {number}", 60)
    assert "loud" not in found._buckets
