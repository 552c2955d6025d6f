"""Idempotency: a request that is repeated under its Idempotency-Key gets the first answer, and nothing happens twice.

The answer is stored for a day. It is encrypted with a key derived from the caller's credential and the idempotency key,
since it may contain a secret that is stored nowhere else. Only a caller with this credential can read it again.

The change and the answer cannot be one transaction, since the answer is read after the change like the answer to any
question. So each request claims its key, and every change marks the claim within its transaction (``mark_changed``).
The mark holds even if the reply to the commit is lost. A marked request is never carried out again: a repetition gets
the stored answer, or ``idempotency_unanswered`` if the database failed before the answer was stored. A request that is
not marked may be tried again: at once if the work reported its failure, else after ``UNDERWAY``. A request that takes
longer loses its claim. Its mark then finds no claim, and its change is rolled back.

The storage is limited: an answer by ``ANSWER_BYTES_MAX``, the records of one caller by ``RECORDS_MAX`` and
``STORED_BYTES_MAX``. A longer answer is not stored, so a repetition gets ``idempotency_unanswered``. A caller that has
used up either limit gets 429 for new keys until the oldest records are a day old. Records older than a day are deleted
with each new key, and by the worker.
"""

from __future__ import annotations

import logging
from base64 import urlsafe_b64encode
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import ContextVar
from dataclasses import dataclass, field
from datetime import timedelta
from hashlib import sha256
from math import ceil
from typing import Any, Final

import orjson
from cryptography.fernet import Fernet, InvalidToken

from cadran import sqlfiles
from cadran.errors import CadranError, DatabaseTimeout, DatabaseUnavailable, RateLimited
from cadran.store.command_tag import count_touched
from cadran.store.pool import Connection, Pool, Row

KEY_LENGTH_MAX: Final = 200
KEY_PATTERN: Final = r"^[!-~]+$"
#: The time after which a claim may be taken over. No request takes longer: it has several statements and waits, each
#: limited to a few seconds.
UNDERWAY: Final = timedelta(minutes=1)
#: The most bytes of a stored answer, encrypted. The answers of real requests are far shorter.
ANSWER_BYTES_MAX: Final = 65_536
#: The most records of one caller within a day, and the most bytes of their answers.
RECORDS_MAX: Final = 10_000
STORED_BYTES_MAX: Final = 32_000_000
#: The caller, the idempotency key and the claim of the present request.
_CLAIM: ContextVar[tuple[Any, ...] | None] = ContextVar("claim", default=None)
_log = logging.getLogger(__name__)


class IdempotencyConflict(CadranError):
    """The key was used for another body, its first request is in progress, or its answer is lost."""

    code = "idempotency_mismatch"


@dataclass(frozen=True, slots=True)
class StoredAnswer:
    """The answer of a request. ``kept`` is False if the request had no effect and may be tried again."""

    status: int
    # The body may contain a new key.
    body: bytes = field(repr=False)
    headers: Mapping[str, str] = field(default_factory=dict)
    kept: bool = True


class Idempotency:
    """The stored answers of a database."""

    def __init__(self, pool: Pool, *, records_max: int = RECORDS_MAX, stored_bytes_max: int = STORED_BYTES_MAX) -> None:
        self._pool = pool
        self._records_max = records_max
        self._stored_bytes_max = stored_bytes_max

    async def once(
        self, *, caller_id: str, credential: bytes, key: str, asked: bytes, work: Callable[[], Awaitable[StoredAnswer]]
    ) -> StoredAnswer:
        """Run the work, or return its first answer to the same request. Raises IdempotencyConflict and RateLimited.

        If the work raises, or its answer is not to be stored, the request may be tried again unless it has changed
        data.
        """
        digest = sha256(asked).digest()
        box = Fernet(urlsafe_b64encode(sha256(credential + b"\0" + key.encode()).digest()))
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/idempotency.sql:forget_answers"))
            claim = await connection.fetchval(
                sqlfiles.read("access/idempotency.sql:claim_answer"), caller_id, key, digest, UNDERWAY
            )
            if claim is None:
                rows = await connection.fetch(
                    sqlfiles.read("access/idempotency.sql:stored_answer"), caller_id, key, UNDERWAY
                )
                return _again(rows, digest, box)
        held = (caller_id, key, claim)
        try:
            await self._check_stored(caller_id)
            saved = await _claimed(held, work)
        except BaseException:  # after cancellation or failure, the claim must be released
            await self._settle("access/idempotency.sql:release_answer", *held)
            raise
        if not saved.kept:
            await self._settle("access/idempotency.sql:release_answer", *held)
            return saved
        headers = orjson.dumps(dict(saved.headers)).decode()
        body: bytes | None = box.encrypt(saved.body)
        if body is not None and len(body) > ANSWER_BYTES_MAX:
            body = None
        await self._settle("access/idempotency.sql:store_answer", *held, saved.status, headers, body)
        return saved

    async def _check_stored(self, caller_id: str) -> None:
        """Refuse a new key to a caller whose stored answers have reached a limit. Raises RateLimited."""
        rows = await self._pool.fetch(sqlfiles.read("access/idempotency.sql:stored_by_caller"), [caller_id])
        records, stored, seconds = rows[0]
        if records <= self._records_max and stored <= self._stored_bytes_max:
            return
        raise RateLimited(
            f"Within a day {records - 1:,} requests of this key or token had an Idempotency-Key. No more are stored."
            " Send this request without one, or wait.",
            retry_after_seconds=max(1, ceil(seconds)),
        )

    async def _settle(self, name: str, *arguments: Any) -> None:
        """Write the outcome of a claim. If that fails, the caller still gets the answer."""
        try:
            async with self._pool.acquire() as connection:
                await connection.execute(sqlfiles.read(name), *arguments)
        except (DatabaseUnavailable, DatabaseTimeout) as error:
            _log.warning("could not write the outcome of an Idempotency-Key: %s", error.internal)


async def forget_answers(pool: Pool) -> int:
    """Delete the records that are older than a day. Return their number."""
    async with pool.acquire() as connection:
        return count_touched(await connection.execute(sqlfiles.read("access/idempotency.sql:forget_answers")))


async def mark_changed(connection: Connection) -> None:
    """Mark that the present request has made a change, within the transaction of the change.

    Do nothing if the request has no Idempotency-Key. Raises IdempotencyConflict if another request has taken over the
    key.
    """
    held = _CLAIM.get()
    if held is not None and not await connection.fetchval(sqlfiles.read("access/idempotency.sql:mark_changed"), *held):
        raise _pending()


async def _claimed(held: tuple[Any, ...], work: Callable[[], Awaitable[StoredAnswer]]) -> StoredAnswer:
    """Run the work with ``held`` as the present claim, which ``mark_changed`` marks."""
    token = _CLAIM.set(held)
    try:
        return await work()
    finally:
        _CLAIM.reset(token)


def _again(rows: Sequence[Row], digest: bytes, box: Fernet) -> StoredAnswer:
    """Return the stored answer, or raise the conflict that prevents it."""
    if rows and rows[0]["lost"] and rows[0]["status"] is None:
        raise IdempotencyConflict(
            "The request with this Idempotency-Key was carried out, but its answer is lost. Read the present state, and"
            " use a new key for anything that is missing.",
            code="idempotency_unanswered",
        )
    if not rows or rows[0]["status"] is None:
        raise _pending()
    if bytes(rows[0]["body_digest"]) != digest:
        raise IdempotencyConflict("This Idempotency-Key was used with another body. Use a new key.")
    if rows[0]["body"] is None:
        raise IdempotencyConflict(
            "The request with this Idempotency-Key was carried out, but its answer was too long to be stored. Read the"
            " present state.",
            code="idempotency_unanswered",
        )
    try:
        body = box.decrypt(bytes(rows[0]["body"]))
    except InvalidToken:
        raise IdempotencyConflict(
            "This Idempotency-Key was used with another secret of your key. Use a new Idempotency-Key."
        ) from None
    return StoredAnswer(rows[0]["status"], body, orjson.loads(rows[0]["headers"] or "{}"))


def _pending() -> IdempotencyConflict:
    return IdempotencyConflict(
        "A request with this Idempotency-Key is in progress. Retry shortly.", code="idempotency_pending"
    )
