"""The database of a command, and the service over it: the database that the settings name, or the embedded one,
started for as long as the command runs."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, contextmanager
from dataclasses import replace
from typing import Final

from cadran.app import Service, open_service
from cadran.embedded.server import EmbeddedServer
from cadran.facts.refresh.refresh import check_rollups, reconcile, refresh
from cadran.settings import Settings
from cadran.store.locks import named
from cadran.store.migrate import check_schema, migrate
from cadran.store.pool import Pool, open_pool
from cadran.store.reach import reach

#: More than a load keeps busy.
CONNECTIONS_MIN: Final = 4


@contextmanager
def database(settings: Settings, *, migrated: bool = True, wait_seconds: float = 0.0) -> Iterator[Settings]:
    """The settings with a database URL that answers; an embedded server that already runs is shared.

    An embedded database is ours alone, so it is brought up to date at once, and its server started again whenever it
    ends; a given one is left to `cadran migrate`, and must be ``migrated`` unless the command does that. Waits so long
    for a given one that does not answer yet. Raises DatabaseUnavailable and MigrationRefused.
    """
    if settings.database_url is not None:
        checks = (check_schema, check_rollups) if migrated else ()
        asyncio.run(reach(settings.database_url, checks=checks, wait_seconds=wait_seconds))
        yield settings
        return
    with EmbeddedServer(settings.data_dir) as server:
        server.keep_up()
        ready = replace(settings, database_url=server.url)
        asyncio.run(prepare(ready))
        yield ready


async def prepare(settings: Settings) -> list[str]:
    """Bring the schema and the rollups up to date; the names of what was applied.

    A rollup that had to be made anew is filled at once: until it is, questions would find it empty.
    """
    assert settings.database_url is not None
    made: list[str] = []

    async def rollups(connection: object) -> None:
        made.extend(f"rollup {name}" for name in await reconcile(connection))  # type: ignore[arg-type]  # a plain connection does

    applied = await migrate(settings.database_url, then=[rollups], lock_seconds=settings.lock_timeout_seconds)
    if made:
        async with writing_pool(settings) as pool:
            await refresh(pool, workers=settings.refresh_workers)
    return [*applied, *made]


def opened(settings: Settings) -> AbstractAsyncContextManager[Service]:
    """A service for as long as a command asks it."""
    return open_service(settings, cache=False)


@asynccontextmanager
async def writing_pool(settings: Settings) -> AsyncIterator[Pool]:
    """A small pool whose statements may take as long as they need, but for waiting for others; with a connection for
    each worker of a refresh."""
    assert settings.database_url is not None
    pool = await open_pool(
        settings.database_url,
        size_min=0,
        size_max=max(CONNECTIONS_MIN, settings.refresh_workers),
        acquire_timeout_seconds=settings.acquire_timeout_seconds,
        statement_timeout_seconds=None,
        lock_timeout_seconds=settings.lock_timeout_seconds,
        application_name="cadran writer",
    )
    try:
        async with named(pool.fetch):
            yield pool
    finally:
        await pool.close()
