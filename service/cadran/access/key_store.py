"""The register of keys: made, rotated and revoked in the database, each change with its entry in the audit log.

Every change is one transaction that also tells all processes to read the keys anew. Secrets pass through here once, on
their way to whoever asked for the key; nothing keeps or logs them.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any, Final

from cadran import sqlfiles
from cadran.access import keys
from cadran.access.audit import Entry, add_entry, changed, read_audit
from cadran.access.grant import LIMITS, Grant
from cadran.access.keyring import StoredKey
from cadran.access.keys import Secret
from cadran.errors import NotFound
from cadran.store.command_tag import touched
from cadran.store.pool import Pool

#: How long the secret before a rotation stays good, unless told.
OVERLAP: Final = timedelta(hours=24)
_LISTS: Final = ("partners", "sites", "segments", "channels", "teams", "metrics")


class Register:
    """The keys in a database."""

    def __init__(self, pool: Pool, clock: Callable[[], datetime]) -> None:
        self._pool = pool
        self._clock = clock

    async def all(self) -> list[StoredKey]:
        """Every key, revoked and expired ones too."""
        return [_stored(row) for row in await self._pool.fetch(sqlfiles.read("access/keys.sql"))]

    async def create(self, grant: Grant, *, who: str) -> Secret:
        """A new key. The grant has been checked."""
        secret = keys.new()
        lists = [None if (codes := getattr(grant, name)) is None else [*codes] for name in _LISTS]
        values = (
            secret.key_id, grant.name, grant.role, secret.digest, *lists, grant.agent, [*grant.origins],
            grant.requests_minute, grant.concurrent, grant.cells_max, grant.expires_at,
            self._clock(), who, grant.documents_only,
        )  # fmt: skip
        async with self._pool.acquire() as connection, connection.transaction():
            await connection.execute(sqlfiles.read("access/create_key.sql"), *values)
            await changed(connection, who, "key.create", secret.key_id, _told(grant))
        return secret

    async def token_minted(self, grant: Grant, *, who: str, minter: str, subject: str) -> None:
        """Note a token, under whoever minted it; ``subject`` is what other logs call it. Nothing else of it is stored,
        so that it marks no Idempotency-Key: to mint it once more does no harm."""
        async with self._pool.acquire() as connection:
            await add_entry(connection, who, "token.create", minter, {**_told(grant), "token": f"embed:{subject}"})

    async def rotate(self, key_id: str, *, who: str, overlap: timedelta = OVERLAP) -> Secret:
        """Another secret for a key; the present one stays good for the overlap. Raises NotFound."""
        _known_form(key_id)
        secret = keys.new(key_id)
        until = self._clock() + overlap
        async with self._pool.acquire() as connection, connection.transaction():
            done = await connection.execute(sqlfiles.read("access/rotate_key.sql"), key_id, secret.digest, until)
            _found(done, key_id)
            await changed(connection, who, "key.rotate", key_id, {"previous_until": _text(until)})
        return secret

    async def revoke(self, key_id: str, *, who: str) -> None:
        """The key holds no more, at once. Raises NotFound."""
        _known_form(key_id)
        async with self._pool.acquire() as connection, connection.transaction():
            _found(await connection.execute(sqlfiles.read("access/revoke_key.sql"), key_id, self._clock()), key_id)
            await changed(connection, who, "key.revoke", key_id, {})

    async def note_used(self, used: Mapping[str, datetime]) -> None:
        """When keys were used last. Tells nobody: nothing else changes."""
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/used_keys.sql"), [*used], [*used.values()])

    async def audit(
        self, *, before: int | None = None, limit: int, subject: str | None = None, action: str | None = None
    ) -> list[Entry]:
        """Return a page of the audit log, the latest first; of one subject, or one action, where it is named."""
        return await read_audit(self._pool, before=before, limit=limit, subject=subject, action=action)

    async def signing_secret(self) -> bytes:
        """Return the secret of embed tokens. Where there is none it is made, which a read-only database refuses."""
        for row in await self._pool.fetch(sqlfiles.read("access/stored_secret.sql")):
            return bytes(row["secret"])
        async with self._pool.acquire() as connection, connection.transaction():
            found = await connection.fetchval(sqlfiles.read("access/signing_secret.sql"), keys.new_bytes())
        return bytes(found)


def _told(grant: Grant) -> dict[str, Any]:
    """What the audit log tells of a grant: everything that it says."""
    bounds = (*_LISTS, "agent", "origins", *LIMITS, "documents_only", "objectives", "contracts")
    told = {"name": grant.name, "role": grant.role, "expires_at": _text(grant.expires_at)}
    return told | {name: value for name in bounds if (value := getattr(grant, name))}


def _known_form(key_id: str) -> None:
    """Texts that no key is called by need not come before the database, which cannot even read some of them."""
    if keys.ID.fullmatch(key_id) is None:
        raise _no_key(key_id)


def _found(status: str, key_id: str) -> None:
    if not touched(status):
        raise _no_key(key_id)


def _no_key(key_id: str) -> NotFound:
    return NotFound(f"There is no key '{key_id[:60]}' that holds; /v1/keys, or `cadran key list`, tells what there is.")


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
