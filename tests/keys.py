"""The API key of the tests. It is the same in every database, so that a client needs only its text."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any, Final

import asyncpg
import httpx

from cadran import sqlfiles
from cadran.access import keys
from cadran.access.callers import Callers
from cadran.access.grant import Grant
from cadran.access.keyring import Keyring, StoredKey
from cadran.domain.directory import EMPTY

KEY: Final = "cad_testtest_" + "a" * 32
AUTHORIZATION: Final = {"authorization": f"Bearer {KEY}"}
_AT: Final = datetime(2015, 1, 1, tzinfo=UTC)


async def give_key(url: str) -> None:
    """Insert the tests' administrator key, if the database has a table of keys and does not have this key yet."""
    connection = await asyncpg.connect(url)
    try:
        if await connection.fetchval("SELECT to_regclass('api_key')") is not None:
            if await connection.fetchval("SELECT count(*) FROM api_key WHERE key_id = $1", keys.parse_key_id(KEY)):
                return
            nothing = [None] * 8
            values: list[Any] = [
                keys.parse_key_id(KEY),
                "tests",
                "administrator",
                keys.hash_secret(KEY),
                *nothing,
                None,
                [],
            ]
            values += [1_000_000, 1_000, None, None, _AT, "tests", False]
            await connection.execute(sqlfiles.read("access/keys.sql:create_key"), *values)
    finally:
        await connection.close()


def client_of(app: Any, *, base_url: str = "http://cadran") -> httpx.AsyncClient:
    """Return a client with the administrator's key that calls the application without a socket."""
    return httpx.AsyncClient(transport=httpx.ASGITransport(app), base_url=base_url, headers=AUTHORIZATION)


def callers() -> Callers:
    """Return callers that know only the administrator, without a database."""
    keyring = Keyring(lambda: _AT)
    grant = Grant(name="tests", role="administrator", requests_minute=1_000_000, concurrent=1_000)
    digest = keys.hash_secret(KEY)
    keyring.load([StoredKey(keys.parse_key_id(KEY) or "", grant, digest, None, None, _AT, "tests", None, None)])
    return Callers(keyring, secret=bytes(32), provided=None, directory=lambda: EMPTY, clock=lambda: _AT)
