"""The register of keys in the database. Keys are created, rotated and revoked, each with an entry in the audit log.

Every change is one transaction that also makes all processes reload the keys. Secrets are returned once to the caller
that created or rotated the key. They are neither stored nor logged.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cadran import sqlfiles
from cadran.access import keys
from cadran.access.audit import Entry, add_entry, read_audit, record_change
from cadran.access.grant import LIMITS, Grant
from cadran.access.keyring import StoredKey
from cadran.access.keys import Secret
from cadran.errors import NotFound
from cadran.store.command_tag import count_touched
from cadran.store.pool import Pool

#: The default time for which the previous secret stays valid after a rotation.
OVERLAP: Final = timedelta(hours=24)
_LISTS: Final = ("partners", "sites", "segments", "channels", "queues", "teams", "attributes", "metrics")


class KeyStore:
    """The keys in a database."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock

    async def all(self) -> list[StoredKey]:
        """Return every key, including revoked and expired keys."""
        return [_stored(row) for row in await self._pool.fetch(sqlfiles.read("access/keys.sql:all_keys"))]

    async def create(self, grant: Grant, *, who: str) -> Secret:
        """Create a key for a grant that has been checked, and return its secret."""
        secret = keys.make_key()
        lists = [None if (codes := getattr(grant, name)) is None else [*codes] for name in _LISTS]
        values = (
            secret.key_id, grant.name, grant.role, secret.digest, *lists, grant.agent, [*grant.origins],
            grant.requests_minute, grant.concurrent, grant.cells_max, grant.expires_at,
            self._clock(), who, grant.documents_only,
        )  # fmt: skip
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(sqlfiles.read("access/keys.sql:create_key"), *values)
            await record_change(connection, who, "key.create", secret.key_id, _audit_detail(grant))
        return secret

    async def token_minted(self, grant: Grant, *, who: str, minter: str, subject: str) -> None:
        """Record an embed token in the audit log under its minter. ``subject`` is the token's name in other logs.

        Nothing else about the token is stored. Minting it again does no harm, so no Idempotency-Key is marked.
        """
        async with self._pool.acquire() as connection:
            await add_entry(
                connection, who, "token.create", minter, {**_audit_detail(grant), "token": f"embed:{subject}"}
            )

    async def rotate(self, key_id: str, *, who: str, overlap: timedelta = OVERLAP) -> Secret:
        """Replace the secret of a key and return the new one. The old secret stays valid for the overlap.

        Raises NotFound.
        """
        _check_form(key_id)
        secret = keys.make_key(key_id)
        until = self._clock() + overlap
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(sqlfiles.read("access/keys.sql:rotate_key"), key_id, secret.digest, until)
            _found(done, key_id)
            await record_change(connection, who, "key.rotate", key_id, {"previous_until": _text(until)})
        return secret

    async def revoke(self, key_id: str, *, who: str) -> None:
        """Revoke a key at once. Raises NotFound."""
        _check_form(key_id)
        async with self._pool.acquire() as connection, connection.transaction():
            _found(await connection.execute(sqlfiles.read("access/keys.sql:revoke_key"), key_id, self._clock()), key_id)
            await record_change(connection, who, "key.revoke", key_id, {})

    async def note_used(self, used: Mapping[str, datetime]) -> None:
        """Store when keys were last used. No process is notified, since nothing else changes."""
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/keys.sql:store_last_use"), [*used], [*used.values()])

    async def audit(
        self, *, before: int | None = None, limit: int, subject: str | None = None, action: str | None = None
    ) -> list[Entry]:
        """Return a page of the audit log, the latest entry first. See ``read_audit``."""
        return await read_audit(self._pool, before=before, limit=limit, subject=subject, action=action)

    async def signing_secret(self) -> bytes:
        """Return the secret that signs embed tokens. A missing secret is created, which needs a writable database."""
        for row in await self._pool.fetch(sqlfiles.read("access/keys.sql:stored_secret")):
            return bytes(row["secret"])
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(sqlfiles.read("access/keys.sql:signing_secret"), keys.make_bytes())
        return bytes(found)


def _audit_detail(grant: Grant) -> dict[str, Any]:
    """Return the members of a grant that are set, for the audit log."""
    bounds = (*_LISTS, "agent", "origins", *LIMITS, "documents_only", "objectives", "contracts")
    detail = {"name": grant.name, "role": grant.role, "expires_at": _text(grant.expires_at)}
    return detail | {name: value for name in bounds if (value := getattr(grant, name))}


def _check_form(key_id: str) -> None:
    """Refuse a text that cannot be a key's id, because PostgreSQL rejects some texts. Raises NotFound."""
    if keys.ID.fullmatch(key_id) is None:
        raise _no_key(key_id)


def _found(status: str, key_id: str) -> None:
    if not count_touched(status):
        raise _no_key(key_id)


def _no_key(key_id: str) -> NotFound:
    return NotFound(f"There is no key '{key_id[:60]}' that is valid. /v1/keys and `cadran key list` list all keys.")


def _stored(row: Any) -> StoredKey:
    lists: dict[str, Any] = {name: _tuple(row[name]) for name in _LISTS}
    grant = Grant(
        name=row["name"], role=row["role"], agent=row["agent"], origins=tuple(row["origins"]),
        requests_minute=row["requests_minute"], concurrent=row["concurrent"],
        cells_max=row["cells_max"], documents_only=row["documents_only"], expires_at=row["expires_at"], **lists,
    )  # fmt: skip
    return StoredKey(
        row["key_id"], grant, row["digest"], row["previous_digest"], row["previous_until"], row["created_at"],
        row["created_by"], row["revoked_at"], row["last_used_at"],
    )  # fmt: skip


def _tuple(codes: Sequence[str] | None) -> tuple[str, ...] | None:
    return None if codes is None else tuple(codes)


def _text(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat()
