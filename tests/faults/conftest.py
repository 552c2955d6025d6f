"""A separate PostgreSQL server, which a test can stop, freeze and start again without disturbing other tests."""

import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import suppress
from pathlib import Path

import psutil
import pytest

from cadran.embedded.server import EmbeddedServer
from cadran.store.migrate import migrate
from tests.databases import Server
from tests.faults.heavy_load import fill


class Victim:
    """A migrated server that a test may stop, freeze or crash."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.url = server.url

    def stop(self) -> None:
        """Stop the server as an administrator would: quickly, with every connection cut."""
        self.server.stop()

    def start(self) -> None:
        """Start the server again with its data."""
        self.server.start()

    def freeze(self) -> None:
        """Stop every process of the server with SIGSTOP: connections stay open, but nothing answers."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Resume all processes of the server with SIGCONT."""
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        if self.server.pid is not None:
            postmaster = psutil.Process(self.server.pid)
            for process in [postmaster, *postmaster.children(recursive=True)]:
                # Backends may end at any time.
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(sign)


@pytest.fixture(scope="session")
def year(server: Server) -> Iterator[str]:
    """Yield the URL of a database with a year of quarter-hours. Tests only read it and create keys."""
    with server.clone(server.template("busy", fill)) as url:
        yield url


@pytest.fixture
async def victim() -> AsyncIterator[Victim]:
    """Start a separate migrated server for this test, and remove it afterwards."""
    server, home = _started()
    found = Victim(server)
    try:
        await migrate(server.url)
        yield found
    finally:
        found.thaw()
        server.stop()
        shutil.rmtree(home)


@pytest.fixture
def open_place() -> Iterator[Path]:
    """Yield an empty folder that every user may enter. The user of PostgreSQL may not enter pytest's own folders."""
    path = Path(tempfile.mkdtemp(prefix="cadran-faults-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def _started() -> tuple[EmbeddedServer, Path]:
    chosen = os.environ.get("CADRAN_TEST_PG_BINDIR")
    # The user of PostgreSQL may not enter pytest's own folder.
    home = Path(tempfile.mkdtemp(prefix="cadran-faults-"))
    home.chmod(0o755)
    # When the server crashes, but not the machine, no committed transaction may be lost.
    options = {"synchronous_commit": "on"}
    server = EmbeddedServer(home, bindir=Path(chosen) if chosen else None, durable=False, options=options)
    server.start()
    return server, home
