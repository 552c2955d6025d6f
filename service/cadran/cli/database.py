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
from cadran.facts.refresh.agent_time import store_open_state_max
from cadran.facts.refresh.declarations import check_rollups
from cadran.facts.refresh.fill import fill_columns
from cadran.facts.refresh.reconcile import drop_unused, reconcile
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.address import Address
from cadran.store.locks import translate_lock_timeout
from cadran.store.migrate import check_schema, has_schema, migrate
from cadran.store.pool import Connection, Pool, open_pool
from cadran.store.reach import Direct, reach

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
        asyncio.run(_prepare_embedded(ready))
        yield ready


async def _prepare_embedded(settings: Settings) -> None:
    """Bring an embedded database up to date."""
    await refresh_embedded(settings, await prepare(settings))


async def refresh_embedded(settings: Settings, changed: list[str]) -> None:
    """Refresh an embedded database after changes, and fill its rollups, because no worker waits to do so."""
    async with writing_pool(settings) as pool:
        if changed:
            await refresh(pool, workers=settings.refresh_workers)
        while await fill_columns(pool, workers=settings.refresh_workers):
            pass


async def _is_new(settings: Settings) -> bool:
    """Return whether a database has no tables of cadran yet."""
    found: list[bool] = []

    async def look(connection: Direct) -> None:
        found.append(await has_schema(connection))

    assert settings.database_url is not None
    await reach(settings.database_url, checks=(look,))
    return not found[-1]


async def prepare_new(settings: Settings) -> None:
    """Prepare a database that has no tables of cadran yet. Raises MigrationRefused if the schema of another database is
    not up to date: an upgrade is a decision, which a load must not take."""
    assert settings.database_url is not None
    if await _is_new(settings):
        await prepare(settings)
    else:
        check = partial(check_schema, address=Address.of(settings.database_url))
        await reach(settings.database_url, checks=(check, check_rollups))


async def prepare(settings: Settings, *, drop: bool = False, store_settings: bool = False) -> list[str]:
    """Bring the schema and the rollups up to date. Return a line for each applied change.

    A worker fills the rollups that were changed. With ``drop``, columns and rollups that are no longer declared are
    dropped. The settings that all processes must share are stored in a new database, and with ``store_settings``: the
    settings of a command that nobody asked to change them must not change figures.
    """
    assert settings.database_url is not None
    lock_seconds = settings.lock_timeout_seconds
    changed: list[str] = []

    async def rollups(connection: Connection) -> None:
        changed.extend(await reconcile(connection, lock_seconds=lock_seconds))
        if drop:
            changed.extend(f"dropped {name}" for name in await drop_unused(connection, lock_seconds=lock_seconds))

    async def open_states(connection: Connection) -> None:
        hours = settings.open_state_hours_max
        async with connection.transaction():
            if await store_open_state_max(connection, hours):
                changed.append(f"agent states without an end last up to {hours} hours")

    steps = [rollups, open_states] if store_settings or await _is_new(settings) else [rollups]
    applied = await migrate(settings.database_url, then=steps, lock_seconds=lock_seconds)  # type: ignore[arg-type]  # a plain connection does
    return [*applied, *changed]


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
