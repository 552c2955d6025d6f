"""Databases for tests: each template is made once in a run, and each test gets a clone."""

import asyncio
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from itertools import count
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from cadran.cli.demo import create_agreements, fill
from cadran.facts.refresh.reconcile import reconcile
from cadran.settings import Settings
from cadran.store.migrate import migrate
from cadran.store.pool import open_pool
from tests.defaults import DEFAULTS
from tests.keys import give_key

Build = Callable[[str], Awaitable[Any]]

#: The present instant of the demonstration data in tests.
DEMO_NOW = datetime(2026, 3, 4, 13, 30, tzinfo=UTC)


async def _rollups(connection: Any) -> None:
    await reconcile(connection)


class Server:
    """One PostgreSQL server as one worker uses it, through one connection on a separate event loop. It is usable from
    sync and async tests.
    """

    def __init__(self, url: str, *, run: str) -> None:
        self.url = url
        self._prefix = f"cadran_test_{run}"
        self._numbers = count()
        self._runner = asyncio.Runner()
        self._admin = self._runner.run(asyncpg.connect(url))
        self._backend = self._admin.get_server_pid()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._runner.run(self._admin.close())
        self._runner.close()

    def template(self, name: str, build: Build) -> str:
        """Return the name of a template database filled by `build`, which runs once for all workers together."""
        self._runner.run(self._template(f"{self._prefix}_{name}", build))
        return f"{self._prefix}_{name}"

    @contextmanager
    def clone(self, template: str) -> Iterator[str]:
        """Yield the URL of a copy of the template. The copy is dropped afterwards."""
        name = f"{self._prefix}_{self._backend}_{next(self._numbers)}"
        self._execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        try:
            yield self._url(name)
        finally:
            self._execute(f"DROP DATABASE {name} WITH (FORCE)")

    def drop_all(self) -> None:
        """Drop all databases of this run, for a server that outlives the run."""
        mine = self._admin.fetch("SELECT datname FROM pg_database WHERE starts_with(datname, $1)", self._prefix)
        for record in self._runner.run(mine):
            self._execute(f"DROP DATABASE {record['datname']} WITH (FORCE)")

    @staticmethod
    async def migrate(url: str) -> None:
        """Build a template with all migrations and rollups, but no data."""
        await migrate(url, then=[_rollups])

    async def _template(self, name: str, build: Build) -> None:
        await self._admin.execute("SELECT pg_advisory_lock(hashtext($1))", name)
        try:
            if not await self._admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name):
                await self._admin.execute(f"DROP DATABASE IF EXISTS {name}_raw WITH (FORCE)")
                await self._admin.execute(f"CREATE DATABASE {name}_raw")
                await build(self._url(f"{name}_raw"))
                await give_key(self._url(f"{name}_raw"))
                await self._admin.execute(f"ALTER DATABASE {name}_raw RENAME TO {name}")
        finally:
            await self._admin.execute("SELECT pg_advisory_unlock(hashtext($1))", name)

    def _execute(self, sql: str) -> None:
        self._runner.run(self._admin.execute(sql))

    def _url(self, database: str) -> str:
        return urlunsplit(urlsplit(self.url)._replace(path=f"/{database}"))


async def demonstration(url: str) -> None:
    """Build a template with the demonstration data, loaded in the way of `cadran demo`."""
    await Server.migrate(url)
    pool = await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=10.0, statement_timeout_seconds=None)
    try:
        await fill(pool, DEMO_NOW, workers=2, batch_rows=DEFAULTS.load_batch_rows, currency=DEFAULTS.currency)
        await create_agreements(Settings(database_url=url), DEMO_NOW)
    finally:
        await pool.close()
