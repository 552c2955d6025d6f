"""The databases of the benchmarks: a separate embedded server on a disk, which is removed at the end in any case."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from cadran.embedded.server import EmbeddedServer
from cadran.facts.refresh.reconcile import reconcile
from cadran.store.migrate import migrate

#: Bytes on disk of a contact with its indexes, rollups and write-ahead log; and of the server itself and the smaller
#: benchmarks.
BYTES_PER_CONTACT = 900
BYTES_BESIDE = 4_000_000_000


@contextmanager
def server(contacts: int) -> Iterator[str]:
    """Yield the URL of a server with disk space for so many contacts. Raise SystemExit when there is too little."""
    home = Path(tempfile.mkdtemp(prefix="cadran-bench-"))
    try:
        needed, free = contacts * BYTES_PER_CONTACT + BYTES_BESIDE, shutil.disk_usage(home).free
        if free < needed:
            raise SystemExit(
                f"{home.parent} has {free / 1e9:.0f} GB of the {needed / 1e9:.0f} it takes: fewer --contacts, or TMPDIR"
            )
        # When root starts the server, it runs as another user, who needs access to the folder.
        home.chmod(0o755)
        with EmbeddedServer(home, durable=False) as running:
            yield running.url
    finally:
        shutil.rmtree(home, ignore_errors=True)


async def fresh(url: str, name: str) -> str:
    """Create a database, migrate it, create its rollup tables, and return its URL."""
    admin = await asyncpg.connect(url)
    await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
    await admin.execute(f"CREATE DATABASE {name}")
    await admin.close()
    made = _named(url, name)

    async def rollups(connection: object) -> None:
        await reconcile(connection)  # type: ignore[arg-type]  # a plain connection does what a lent one does

    await migrate(made, then=[rollups])
    return made


async def existing(url: str, name: str) -> str | None:
    """Return the URL of the database of that name, or None when it does not exist."""
    admin = await asyncpg.connect(url)
    found = await admin.fetchval("SELECT true FROM pg_database WHERE datname = $1", name)
    await admin.close()
    return _named(url, name) if found else None


def _named(url: str, name: str) -> str:
    return urlunsplit(urlsplit(url)._replace(path=f"/{name}"))
