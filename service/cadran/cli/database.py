"""The database of a command: the database of the settings, or the embedded database.

The embedded database runs as long as the command.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import replace
from functools import partial
from typing import Final

from cadran.embedded.server import EmbeddedServer
from cadran.facts.refresh.refresh import check_rollups, reconcile, refresh
from cadran.settings import Settings
from cadran.store.address import Address
from cadran.store.locks import translate_lock_timeout
from cadran.store.migrate import check_schema, migrate
from cadran.store.pool import Pool, open_pool
from cadran.store.reach import reach

#: The least size of the writing pool: more connections than a load uses.
CONNECTIONS_MIN: Final = 4


@contextmanager
def read_database(settings: Settings, *, migrated: bool = True, wait_seconds: float = 0.0) -> Iterator[Settings]:
    """Yield the settings with the URL of a database that answers.

    An embedded database belongs to cadran alone: its schema is updated at once, its server is restarted whenever it
    ends, and a server that already runs is shared. A configured database is updated only by commands that set
    ``migrated`` to False; for all others its schema must be up to date. The command waits up to ``wait_seconds`` for a
    configured database that does not answer yet. Raises DatabaseUnavailable and MigrationRefused.
    """
    if settings.database_url is not None:
        check = partial(check_schema, address=Address.of(settings.database_url))
        checks = (check, check_rollups) if migrated else ()
        asyncio.run(reach(settings.database_url, checks=checks, wait_seconds=wait_seconds))
        yield settings
        return
    with EmbeddedServer(settings.data_dir) as server:
        server.keep_up()
        ready = replace(settings, database_url=server.url)
        asyncio.run(prepare(ready))
        yield ready


async def prepare(settings: Settings) -> list[str]:
    """Bring the schema and the rollups up to date. Return the names of the applied changes.

    A new rollup is filled at once: until then, questions would find it empty.
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


@asynccontextmanager
async def writing_pool(
    settings: Settings, *, connections: int = 0, application_name: str = "cadran writer"
) -> AsyncIterator[Pool]:
    """Open a small pool for the duration of a block, with a connection for each worker of a refresh, or more.

    Its statements have no time limit, except for waiting for locks.
    """
    assert settings.database_url is not None
    pool = await open_pool(
        settings.database_url,
        size_min=0,
        size_max=max(CONNECTIONS_MIN, settings.refresh_workers, connections),
        acquire_timeout_seconds=settings.acquire_timeout_seconds,
        statement_timeout_seconds=None,
        lock_timeout_seconds=settings.lock_timeout_seconds,
        application_name=application_name,
    )
    try:
        async with translate_lock_timeout(pool.fetch):
            yield pool
    finally:
        await pool.close()
