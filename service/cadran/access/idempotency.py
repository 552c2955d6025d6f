"""Requests that create something, repeated: the same key and body get the first answer again, nothing happens twice.

The answer is kept for a day, encrypted with a key made of the caller's own credential and of the idempotency key, since
it may hold a secret that is stored nowhere else. Only who could have seen it can have it again.

Change and answer cannot be one transaction: what is answered is read after the change, by the ways of any question. So
each request claims its key, and every change marks the claim within its own transaction (``mark_changed``), which
holds whatever is lost on the way, the word of the commit included. What was marked is never done again: a repetition
gets the answer or, where the database went away before it was kept, is told so (``idempotency_unanswered``). What was
not marked may be tried again: at once where the work failed and could say so, else after ``UNDERWAY``. A request that
is under way for longer loses its claim then; its mark finds none, so that its change is rolled back.

What is stored is bounded: an answer by ``ANSWER_BYTES_MAX``, the records of one caller by ``RECORDS_MAX`` and
``STORED_BYTES_MAX``. A longer answer is not stored, so that a repetition gets ``idempotency_unanswered``. A caller who
has used up either bound gets 429 for new keys, until the oldest records are a day old. Records of more than a day are
deleted with each new key, and by the worker.
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
from cadran.store.pool import Connection, Pool, Row

KEY_LENGTH_MAX: Final = 200
KEY_PATTERN: Final = r"^[!-~]+$"
#: Longer than any request takes: several statements and waits for a connection, each with an end of some seconds.
UNDERWAY: Final = timedelta(minutes=1)
#: Bytes of a stored answer, as encrypted. The longest that a request creates is far below.
ANSWER_BYTES_MAX: Final = 65_536
#: Records of one caller within a day, and the bytes of their answers.
RECORDS_MAX: Final = 10_000
STORED_BYTES_MAX: Final = 32_000_000
#: The caller, its key and the claim under which changes are made here.
_CLAIM: ContextVar[tuple[Any, ...] | None] = ContextVar("claim", default=None)
_log = logging.getLogger(__name__)


class IdempotencyConflict(CadranError):
    """The key was used for another body, its first request is still under way, or its answer was lost."""

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

    def __init__(self, pool: Pool, *, records_max: int = RECORDS_MAX, stored_bytes_max: int = STORED_BYTES_MAX) -> None:
        self._pool = pool
        self._records_max = records_max
        self._stored_bytes_max = stored_bytes_max

    async def once(
        self, *, caller_id: str, credential: bytes, key: str, asked: bytes, work: Callable[[], Awaitable[Saved]]
    ) -> Saved:
        """What the work answers, or what it answered before to the same. Raises IdempotencyConflict. A work that
        raises, or whose answer is not to be kept, may be tried again if it has changed nothing."""
        digest = sha256(asked).digest()
        box = Fernet(urlsafe_b64encode(sha256(credential + b"\0" + key.encode()).digest()))
        async with self._pool.acquire() as connection:
            await connection.execute(sqlfiles.read("access/forget_answers.sql"))
            claim = await connection.fetchval(
                sqlfiles.read("access/claim_answer.sql"), caller_id, key, digest, UNDERWAY
            )
            if claim is None:
                rows = await connection.fetch(sqlfiles.read("access/kept_answer.sql"), caller_id, key, UNDERWAY)
                return _again(rows, digest, box)
        held = (caller_id, key, claim)
        try:
            await self._check_stored(caller_id)
            saved = await _claimed(held, work)
        except BaseException:  # cancelled or failed, what was claimed must be free again
            await self._settle("access/release_answer.sql", *held)
            raise
        if not saved.kept:
            await self._settle("access/release_answer.sql", *held)
            return saved
        headers = orjson.dumps(dict(saved.headers)).decode()
        body: bytes | None = box.encrypt(saved.body)
        if body is not None and len(body) > ANSWER_BYTES_MAX:
            body = None
        await self._settle("access/keep_answer.sql", *held, saved.status, headers, body)
        return saved

    async def _check_stored(self, caller_id: str) -> None:
        """Refuse a new key to a caller for whom as much is stored as may be. Raises RateLimited."""
        rows = await self._pool.fetch(sqlfiles.read("access/kept_by_caller.sql"), [caller_id])
        records, stored, seconds = rows[0]
        if records <= self._records_max and stored <= self._stored_bytes_max:
            return
        raise RateLimited(
            f"Within a day {records - 1:,} requests of this key or token had an Idempotency-Key, and no more are kept:"
            " send this one without, or wait.",
            retry_after_seconds=max(1, ceil(seconds)),
        )

    async def _settle(self, name: str, *arguments: Any) -> None:
        """What became of a claim. Where it cannot be written, whoever asked is told the outcome all the same."""
        try:
            async with self._pool.acquire() as connection:
                await connection.execute(sqlfiles.read(name), *arguments)
        except (DatabaseUnavailable, DatabaseTimeout) as error:
            _log.warning("the outcome of an Idempotency-Key could not be written: %s", error.internal)


async def forget_answers(pool: Pool) -> None:
    """Delete the records of more than a day."""
    async with pool.acquire() as connection:
        await connection.execute(sqlfiles.read("access/forget_answers.sql"))


async def mark_changed(connection: Connection) -> None:
    """Within the transaction of a change: that it is made under the Idempotency-Key of the present request, if it has
    one. Raises IdempotencyConflict where another request has taken the key over by now."""
    held = _CLAIM.get()
    if held is not None and not await connection.fetchval(sqlfiles.read("access/mark_changed.sql"), *held):
        raise _pending()


async def _claimed(held: tuple[Any, ...], work: Callable[[], Awaitable[Saved]]) -> Saved:
    """What the work gives; what it changes is marked."""
    token = _CLAIM.set(held)
    try:
        return await work()
    finally:
        _CLAIM.reset(token)


def _again(rows: Sequence[Row], digest: bytes, box: Fernet) -> Saved:
    """What was answered before."""
    if rows and rows[0]["lost"] and rows[0]["status"] is None:
        raise IdempotencyConflict(
            "The request with this Idempotency-Key was carried out, and its answer was lost: read what there is now,"
            " and take a new key for what is missing.",
            code="idempotency_unanswered",
        )
    if not rows or rows[0]["status"] is None:
        raise _pending()
    if bytes(rows[0]["body_digest"]) != digest:
        raise IdempotencyConflict("This Idempotency-Key was used with another body; take a new one.")
    if rows[0]["body"] is None:
        raise IdempotencyConflict(
            "The request with this Idempotency-Key was carried out, and its answer was too long to be kept: read what"
            " there is now.",
            code="idempotency_unanswered",
        )
    try:
        body = box.decrypt(bytes(rows[0]["body"]))
    except InvalidToken:
        raise IdempotencyConflict(
            "This Idempotency-Key was used with another secret of your key; take a new one."
        ) from None
    return Saved(rows[0]["status"], body, orjson.loads(rows[0]["headers"] or "{}"))


def _pending() -> IdempotencyConflict:
    return IdempotencyConflict(
        "A request with this Idempotency-Key is under way; ask again shortly.", code="idempotency_pending"
    )
