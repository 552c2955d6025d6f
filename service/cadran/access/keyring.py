"""The keys of a process, all in memory, so that a request costs a lookup and no database query.

Takes rows of ``api_key``, read at the start and after each notified change. Returns the grant of a presented key. A key
that is unknown, has another secret, is expired or is revoked gets the same refusal in the same time.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from cadran.access import keys
from cadran.access.grant import Grant


@dataclass(frozen=True, slots=True)
class StoredKey:
    """A key as stored: the hashes of its present and its previous secret, and its grant."""

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
        """Return whether the key is neither revoked nor expired."""
        expires = self.grant.expires_at
        return self.revoked_at is None and (expires is None or now < expires)

    def digests(self, now: datetime) -> tuple[bytes, ...]:
        """Return the accepted hashes: one, or two during a rotation."""
        rotating = self.previous_until is not None and now < self.previous_until
        return (self.digest, self.previous_digest) if rotating and self.previous_digest else (self.digest,)


class Keyring:
    """The keys of a process. See the module.

    ``used`` collects when keys were used, for the task that records it. ``version`` counts the reloads, for caches of
    grants.
    """

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
        """Return when a valid presented key stops being valid; None means never.

        A key ends at its expiry, or, with a previous secret, at the end of the rotation.
        """
        found = self._keys.get(keys.parse_key_id(text) or "")
        if found is None:
            return None
        ends = [found.grant.expires_at]
        if found.previous_until is not None and not keys.matches(text, found.digest):
            ends.append(found.previous_until)
        return min((each for each in ends if each is not None), default=None)

    def grant(self, text: str) -> tuple[str, Grant] | None:
        """Return the id and the grant of a presented key, and record its use. Return None if the key is not valid."""
        now = self._clock()
        found = self._verified(text, now)
        if found is None or not found.holds(now):
            return None
        self.used[found.key_id] = now
        return found.key_id, found.grant

    def holds(self, key_id: str) -> bool:
        """Return whether the key exists and is valid now."""
        found = self._keys.get(key_id)
        return found is not None and found.holds(self._clock())

    def expiry(self, key_id: str) -> datetime | None:
        """Return the expiry of a key. None means never."""
        found = self._keys.get(key_id)
        return None if found is None else found.grant.expires_at

    def _verified(self, text: str, now: datetime) -> StoredKey | None:
        number = keys.parse_key_id(text)
        found = self._keys.get(number) if number is not None else None
        good = keys.matches(text, *(found.digests(now) if found is not None else (None,)))
        return found if good else None
