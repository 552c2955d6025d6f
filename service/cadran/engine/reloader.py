"""What every process keeps of the database beside answers: the directory, the keys and the trusted documents, read
again when they change."""

from __future__ import annotations

import asyncio
import logging

from cadran.access.documents import TrustedDocuments
from cadran.access.key_store import Register
from cadran.access.keyring import Keyring
from cadran.domain.directory import EMPTY, Directory
from cadran.engine.versions import Change, Versions
from cadran.errors import DatabaseTimeout, DatabaseUnavailable
from cadran.store.directory import read_directory
from cadran.store.pool import Pool

log = logging.getLogger(__name__)

#: Until the directory is tried again while the database is away: one statement, and old scopes hold meanwhile.
RELOAD_PAUSE_SECONDS = 1.0
#: How exact a key's last use is: one statement a minute, however many requests came.
USED_PAUSE_SECONDS = 60.0


class Present:
    """The directory as it is known now, read again whenever a change of it is heard of."""

    def __init__(
        self,
        pool: Pool,
        versions: Versions,
        keyring: Keyring,
        register: Register,
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
        versions.subscribe(self._heard)

    async def reload(self) -> None:
        """Read it now, and the keys with it: whatever changes them gives the directory a new version."""
        found = await read_directory(self._pool, currency=self._currency)
        keys = await self._register.all()
        documents = await self._documents.all() if self._documents is not None else []
        # Two readings may overlap; the older one must not land on the newer: a key that was revoked between them would
        # hold again.
        if found.version >= self.directory.version:
            self.directory = found
            self._keyring.load(keys)
            if self._documents is not None:
                self._documents.load(documents)

    async def follow(self) -> None:
        """Know of what this process has changed itself, before it answers that it has. Where the database is away by
        now, the change is heard of as any other is."""
        try:
            async with self._reading:
                await self.reload()
        except (DatabaseUnavailable, DatabaseTimeout) as error:
            log.warning("what was changed here could not be read back yet: %s", error.internal)
            return
        self._versions.flush()

    def close(self) -> None:
        """Stop trying, and listening: what is heard from now on finds a pool that closes."""
        self._closed = True
        for task in self._tasks:
            task.cancel()

    def _heard(self, change: Change) -> None:
        if self._closed:
            return
        if change.directory is not None and change.directory > self.directory.version:
            task = asyncio.get_running_loop().create_task(self._catch_up(change.directory))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    async def _catch_up(self, version: int) -> None:
        while True:
            try:
                async with self._reading:
                    if self.directory.version >= version:
                        # Who changed it has read it meanwhile: to touch everything again would only cost.
                        return
                    await self.reload()
                break
            except (DatabaseUnavailable, DatabaseTimeout) as error:
                log.warning("the directory could not be read; trying again: %s", error.internal)
                await asyncio.sleep(RELOAD_PAUSE_SECONDS)
        # What was answered meanwhile was answered by the old directory.
        self._versions.flush()


async def note_used(keyring: Keyring, register: Register, *, pause_seconds: float = USED_PAUSE_SECONDS) -> None:
    """Record now and then when keys were used; what could not be recorded is, the next time."""
    while True:
        await asyncio.sleep(pause_seconds)
        used, keyring.used = keyring.used, {}
        if not used:
            continue
        try:
            await register.note_used(used)
        except (DatabaseUnavailable, DatabaseTimeout) as error:
            keyring.used = used | keyring.used
            log.warning("when keys were used could not be recorded yet: %s", error.internal)
