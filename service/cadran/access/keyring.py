"""The keys of a process: all of them in memory, so that a request costs a lookup and no question to the database.

Takes rows of ``api_key`` as they are read, at the start and after each notified change; gives the grant of a presented
key. Whatever is wrong with a key (unknown, another secret, expired, revoked) is one refusal, in the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from cadran.access import keys
from cadran.access.grant import Grant


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as stored: hashes of its secret and of the one before, and what it grants."""

    key_id: str
    grant: Grant
    digest: bytes
    previous_digest: bytes | None
    previous_until: datetime | None
    created_at: datetime
    created_by: str
    revoked_at: datetime | None
    last_used_at: datetime | None

    def holds(self, now: datetime) -> bool:
        """Whether it may be used at all."""
        expires = self.grant.expires_at
        return self.revoked_at is None and (expires is None or now < expires)

    def digests(self, now: datetime) -> tuple[bytes, ...]:
        """The hashes that are good now: one, or two during a rotation."""
        rotating = self.previous_until is not None and now < self.previous_until
        return (self.digest, self.previous_digest) if rotating and self.previous_digest else (self.digest,)


class Keyring:
    """See the module. ``used`` collects the ids of keys that were used, for whoever records it; ``version`` counts the
    readings, for whoever remembers what a key granted."""

    def __init__(self, clock: Callable[[], datetime]) -> None:
        self._clock = clock
        self._keys: dict[str, StoredKey] = {}
        self.used: dict[str, datetime] = {}
        self.version = 0

    def load(self, stored: Iterable[StoredKey]) -> None:
        """Replace all keys."""
        self._keys = {each.key_id: each for each in stored}
        self.version += 1

    def until(self, text: str) -> datetime | None:
        """When a presented key that holds now ceases to: by its expiry, or at the end of a rotation; None: never."""
        found = self._keys.get(keys.parsed(text) or "")
        if found is None:
            return None
        ends = [found.grant.expires_at]
        if found.previous_until is not None and not keys.matches(text, found.digest):
            ends.append(found.previous_until)
        return min((each for each in ends if each is not None), default=None)

    def grant(self, text: str) -> tuple[str, Grant] | None:
        """The id and the grant of a presented key; None where it does not hold."""
        now = self._clock()
        found = self._verified(text, now)
        if found is None or not found.holds(now):
            return None
        self.used[found.key_id] = now
        return found.key_id, found.grant

    def holds(self, key_id: str) -> bool:
        """Whether there is such a key and it may be used now."""
        found = self._keys.get(key_id)
        return found is not None and found.holds(self._clock())

    def expiry(self, key_id: str) -> datetime | None:
        """When a key ends by itself; None: never."""
        found = self._keys.get(key_id)
        return None if found is None else found.grant.expires_at

    def _verified(self, text: str, now: datetime) -> StoredKey | None:
        number = keys.parsed(text)
        found = self._keys.get(number) if number is not None else None
        good = keys.matches(text, *(found.digests(now) if found is not None else (None,)))
        return found if good else None
