"""Requests that create something, repeated: the same key and body get the first answer again, nothing happens twice.

The answer is kept for a day, encrypted with a key made of the caller's own credential and of the idempotency key, since
it may hold a secret that is stored nowhere else. Only who could have seen it can have it again.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field
from hashlib import sha256
from typing import Final

import orjson
from cryptography.fernet import Fernet, InvalidToken

from cadran import sqlfiles
from cadran.errors import CadranError
from cadran.store.pool import Pool, Row

KEY_LENGTH_MAX: Final = 200
KEY_PATTERN: Final = r"^[!-~]+$"


class IdempotencyConflict(CadranError):
    """The key was used for another body, or its first request is still under way."""

    code = "idempotency_mismatch"


@dataclass(frozen=True, slots=True)
class Saved:
    """An answer as it was given; ``kept`` is False where nothing came of the request, which may then be tried again."""

    status: int
    # It may tell a new key.
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    kept: bool = True


class Idempotency:
    """The answers kept in a database."""

    def __init__(self, pool: Pool) -> None:
        self._pool = pool

    async def once(
        self, *, caller_id: str, credential: bytes, key: str, asked: bytes, work: Callable[[], Awaitable[Saved]]
    ) -> Saved:
        """What the work answers, or what it answered before to the same. Raises IdempotencyConflict. A work that
        raises, or whose answer is not to be kept, leaves nothing behind, so that it may be tried again."""
        digest = sha256(asked).digest()
        box = Fernet(urlsafe_b64encode(sha256(credential + b"\0" + key.encode()).digest()))
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/forget_answers.sql"))
            if not await connection.fetchval(sqlfiles.read("access/claim_answer.sql"), caller_id, key, digest):
                rows = await connection.fetch(sqlfiles.read("access/kept_answer.sql"), caller_id, key)
                return _again(rows, digest, box)
        try:
            saved = await work()
        except BaseException:  # cancelled or failed, what was claimed must be free again
            await self._release(caller_id, key)
            raise
        if not saved.kept:
            await self._release(caller_id, key)
            return saved
        headers = orjson.dumps(dict(saved.headers)).decode()
        kept = saved.status, headers, box.encrypt(saved.body)
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/keep_answer.sql"), caller_id, key, *kept)
        return saved

    async def _release(self, caller_id: str, key: str) -> None:
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/release_answer.sql"), caller_id, key)


def _again(rows: Sequence[Row], digest: bytes, box: Fernet) -> Saved:
    """What was answered before."""
    if not rows or rows[0]["status"] is None:
        raise IdempotencyConflict(
            "A request with this Idempotency-Key is under way; ask again shortly.", code="idempotency_pending"
        )
    if bytes(rows[0]["body_digest"]) != digest:
        raise IdempotencyConflict("This Idempotency-Key was used with another body; take a new one.")
    try:
        body = box.decrypt(bytes(rows[0]["body"]))
    except InvalidToken:
        raise IdempotencyConflict(
            "This Idempotency-Key was used with another secret of your key; take a new one."
        ) from None
    return Saved(rows[0]["status"], body, orjson.loads(rows[0]["headers"] or "{}"))
