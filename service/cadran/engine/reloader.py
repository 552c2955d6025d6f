"""The directory, API keys and trusted documents of a process, reloaded when they change in the database."""

from __future__ import annotations

import asyncio
import logging
from dataclasses import replace

from cadran.access.documents import TrustedDocuments
from cadran.access.key_store import KeyStore
from cadran.access.keyring import Keyring
from cadran.domain.directory import EMPTY, Directory
from cadran.engine.versions import NO_PARTS, Change, Versions
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.facts.refresh.declarations import read_rollup_state
from cadran.store.directory import read_directory
from cadran.store.pool import Pool

log = logging.getLogger(__name__)

#: Pause before the next attempt to read the directory while the database is away. Old scopes are valid meanwhile.
RELOAD_PAUSE_SECONDS = 1.0
#: Pause between two recordings of the keys' last use: one statement a minute, however many requests there are.
USED_PAUSE_SECONDS = 60.0


class DirectoryMirror:
    """The current directory. It is reloaded after each notification that it changed."""

    def __init__(
        self,
        pool: Pool,
        versions: Versions,
        keyring: Keyring,
        register: KeyStore,
        *,
        currency: str,
        documents: TrustedDocuments | None = None,
    ) -> None:
        self.directory: Directory = EMPTY
        self._pool = pool
        self._keyring = keyring
        self._register = register
        self._versions = versions
        self._currency = currency
        self._closed = False
        self._documents = documents
        self._tasks: set[asyncio.Task[None]] = set()
        self._reading = asyncio.Lock()
        #: The notified changes that are not read yet.
        self._unread: list[Change] = []
        versions.subscribe(self._receive)

    async def reload(self) -> None:
        """Read the directory, the keys and the documents now. Each change of them gives the directory a new version."""
        found = await read_directory(self._pool, currency=self._currency)
        found = replace(found, rollups=await read_rollup_state(self._pool))
        keys = await self._register.all()
        documents = await self._documents.all() if self._documents is not None else []
        # Two readings may overlap. The older one must not replace the newer one: a key that was revoked in between
        # would be valid again.
        if found.version >= self.directory.version:
            if found.rollups.unfilled and found.rollups.unfilled != self.directory.rollups.unfilled:
                log.warning("rollups that are not filled, whose parts are read from the facts: %s", _count(found))
            self.directory = found
            self._keyring.load(keys)
            if self._documents is not None:
                self._documents.load(documents)

    async def follow(self) -> None:
        """Reload what this process has changed itself, before it answers that the change is made.

        If the database is away, the change is reloaded later, when its notification arrives as for any other change.
        """
        try:
            async with self._reading:
                await self.reload()
        except (DatabaseUnavailable, DatabaseTimeout) as error:
            log.warning("a change of this process could not be read back yet: %s", error.internal)
            return
        self._versions.flush(frozenset({"administration"}))
        self._flush_read()

    def close(self) -> None:
        """Cancel reloads and ignore further changes, because the pool is about to close."""
        self._closed = True
        for task in self._tasks:
            task.cancel()

    def _receive(self, change: Change) -> None:
        if self._closed:
            return
        if change.directory is not None and change.directory > self.directory.version:
            self._unread.append(change)
            task = asyncio.get_running_loop().create_task(self._catch_up(change.directory))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _catch_up(self, version: int) -> None:
        while True:
            try:
                async with self._reading:
                    # Another reading may have read this version already.
                    if self.directory.version < version:
                        await self.reload()
                break
            except (DatabaseUnavailable, DatabaseTimeout) as error:
                log.warning("the directory could not be read; trying again: %s", error.internal)
                await asyncio.sleep(RELOAD_PAUSE_SECONDS)
        self._flush_read()

    def _flush_read(self) -> None:
        """Invalidate the answers given between the notification of a change and its reading. They used the old
        directory."""
        read = [each for each in self._unread if (each.directory or 0) <= self.directory.version]
        if not read:
            return
        self._unread = [each for each in self._unread if each not in read]
        parts = [each.parts for each in read]
        self._versions.flush(None if None in parts else NO_PARTS.union(*(each for each in parts if each is not None)))


def _count(directory: Directory) -> str:
    """Return the rollups that have unfilled columns, each with the number of these columns."""
    return ", ".join(f"{name} ({len(columns)})" for name, columns in directory.rollups.unfilled.items())


async def note_used(keyring: Keyring, register: KeyStore, *, pause_seconds: float = USED_PAUSE_SECONDS) -> None:
    """Record regularly when keys were used. What could not be recorded is recorded the next time."""
    while True:
        await asyncio.sleep(pause_seconds)
        used, keyring.used = keyring.used, {}
        if not used:
            continue
        try:
            await register.note_used(used)
        except (DatabaseUnavailable, DatabaseTimeout) as error:
            keyring.used = used | keyring.used
            log.warning("the times of use of the keys could not be recorded yet: %s", error.internal)
