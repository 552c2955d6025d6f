"""The part of the database that a process mirrors in memory: data versions, directory, keys, trusted documents.

`open_mirror` reads it at the start and listens for changes until the end. When the database is lost later, the mirror
remains as it was.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import datetime

from cadran.access.documents import TrustedDocuments
from cadran.access.key_store import KeyStore
from cadran.access.keyring import Keyring
from cadran.domain.directory import Directory
from cadran.engine.reloader import DirectoryMirror, note_used
from cadran.engine.versions import Versions
from cadran.errors import DatabaseUnavailable
from cadran.facts.walls import check_walls
from cadran.store.listen import Listener, State
from cadran.store.pool import Pool


@dataclass(frozen=True, slots=True)
class Mirror:
    """A process's copy of a part of its database, and the objects that reload it."""

    versions: Versions
    present: DirectoryMirror
    register: KeyStore
    keyring: Keyring
    documents: TrustedDocuments

    def directory(self) -> Directory:
        """Return the current snapshot of the directory."""
        return self.present.directory


@asynccontextmanager
async def open_mirror(
    pool: Pool,
    *,
    database_url: str,
    clock: Callable[[], datetime],
    currency: str,
    documents_max: int,
    wait_seconds: float,
) -> AsyncIterator[Mirror]:
    """Read the mirror and update it with every change, for the time of a block.

    Raises DatabaseUnavailable when the database has no row-level security, or sends nothing within ``wait_seconds``.
    """
    versions = Versions()
    register, keyring = KeyStore(pool, clock), Keyring(clock)
    documents = TrustedDocuments(pool, clock, documents_max=documents_max)
    present = DirectoryMirror(pool, versions, keyring, register, currency=currency, documents=documents)
    ready = asyncio.Event()

    async def connected(state: State) -> None:
        await present.reload()
        versions.load(state.days, horizon=state.horizon, directory_version=state.directory_version, seen=state.seen)
        ready.set()

    listener = Listener(database_url, on_connect=connected, on_payload=versions.apply, on_lost=versions.lost)
    tasks = [asyncio.create_task(listener.run()), asyncio.create_task(note_used(keyring, register))]
    try:
        await check_walls(pool)
        try:
            await asyncio.wait_for(ready.wait(), wait_seconds)
        except TimeoutError:
            detail = listener.trouble or "The database does not answer; is it migrated (cadran migrate)?"
            raise DatabaseUnavailable(detail) from None
        yield Mirror(versions, present, register, keyring, documents)
    finally:
        present.close()
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
