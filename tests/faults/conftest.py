"""A PostgreSQL of one's own, to stop, freeze and start again without disturbing other tests."""

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
    """A migrated server that may be hurt."""

    def __init__(self, server: EmbeddedServer) -> None:
        self.server = server
        self.url = server.url

    def stop(self) -> None:
        """End it as an administrator would: quickly, cutting every connection."""
        self.server.stop()

    def start(self) -> None:
        """Bring it back with its data."""
        self.server.start()

    def freeze(self) -> None:
        """Every process of it stops in its tracks: connections stay open and say nothing."""
        self._signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """As if nothing had happened."""
        self._signal(signal.SIGCONT)

    def _signal(self, sign: signal.Signals) -> None:
        if self.server.pid is not None:
            postmaster = psutil.Process(self.server.pid)
            for process in [postmaster, *postmaster.children(recursive=True)]:
                # Backends come and go.
                with suppress(psutil.NoSuchProcess):
                    process.send_signal(sign)


@pytest.fixture(scope="session")
def year(server: Server) -> Iterator[str]:
    """The URL of a database with a year of quarter-hours; tests only read it, and make keys."""
    with server.clone(server.template("busy", fill)) as url:
        yield url


@pytest.fixture
async def victim() -> AsyncIterator[Victim]:
    """A server of this test's own."""
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
    """An empty folder that everybody may enter, as pytest's own is closed to the server's user."""
    path = Path(tempfile.mkdtemp(prefix="cadran-faults-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


def _started() -> tuple[EmbeddedServer, Path]:
    chosen = os.environ.get("CADRAN_TEST_PG_BINDIR")
    # Not pytest's folder: that is closed to the server's user.
    home = Path(tempfile.mkdtemp(prefix="cadran-faults-"))
    home.chmod(0o755)
    # A crash of the server, as against one of the machine, must lose nothing that was committed.
    options = {"synchronous_commit": "on"}
    server = EmbeddedServer(home, bindir=Path(chosen) if chosen else None, durable=False, options=options)
    server.start()
    return server, home
