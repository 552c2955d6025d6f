"""The embedded server: it starts, keeps its data, and leaves no process behind however its supervisor ends."""

import asyncio
import os
import shutil
import signal
import stat
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import asyncpg
import psutil
import pytest

from cadran.embedded.paths import enterable
from cadran.embedded.server import EmbeddedServer
from cadran.errors import DatabaseUnavailable
from tests.polling import until

CHOSEN = os.environ.get("CADRAN_TEST_PG_BINDIR")
BINDIR = Path(CHOSEN) if CHOSEN else None
# A supervisor that runs in a separate process, so that a test can end it with any signal.
SUPERVISOR = """
import sys, time
from pathlib import Path
from cadran.embedded.server import EmbeddedServer
with EmbeddedServer(Path(sys.argv[1]), bindir=Path(sys.argv[2]) if sys.argv[2] else None, durable=False) as server:
    print(server.pid, flush=True)
    time.sleep(60)
"""


@pytest.fixture(scope="module")
def home() -> Iterator[Path]:
    """Yield a folder with a stopped cluster. The server's user could not enter pytest's temporary folder."""
    path = Path(tempfile.mkdtemp(prefix="cadran-embedded-"))
    path.chmod(0o755)
    with _server(path):
        pass
    yield path
    shutil.rmtree(path)


@pytest.fixture
def place() -> Iterator[Path]:
    """Yield an empty folder that every user may enter."""
    path = Path(tempfile.mkdtemp(prefix="cadran-embedded-"))
    path.chmod(0o755)
    yield path
    shutil.rmtree(path)


async def test_data_outlives_a_restart(home: Path):
    with _server(home) as server:
        connection = await asyncpg.connect(server.url)
        await connection.execute("CREATE TABLE kept AS SELECT 'once' AS said")
        # Stopping the server cuts this connection: the server must not wait for clients.
    connection.terminate()
    with _server(home) as server:
        connection = await asyncpg.connect(server.url)
        assert await connection.fetchval("SELECT said FROM kept") == "once"
        assert await connection.fetchval("SHOW server_encoding") == "UTF8"
        await connection.close()


async def test_a_second_supervisor_attaches_and_leaves_the_server_alone(home: Path):
    with _server(home) as first:
        second = _server(home)
        connection = await asyncpg.connect(second.start())
        assert (first.pid is not None, second.pid) == (True, None)
        second.stop()
        assert await connection.fetchval("SELECT current_database()") == "cadran"
        await connection.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child's life to its parent's")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL])
def test_no_process_is_left(home: Path, sign: signal.Signals):
    with _supervisor(home) as (supervisor, postmaster):
        family = [psutil.Process(postmaster), *psutil.Process(postmaster).children(recursive=True)]
        supervisor.send_signal(sign)
        supervisor.wait(20)
        deadline = time.monotonic() + 20
        while any(_alive(process) for process in family) and time.monotonic() < deadline:
            time.sleep(0.02)
        assert [process for process in family if _alive(process)] == []


@pytest.mark.parametrize("sign", [signal.SIGKILL, signal.SIGQUIT])
def test_it_starts_again_after_an_unclean_end(home: Path, sign: signal.Signals):
    server = _server(home)
    server.start()
    assert server.pid is not None
    # Only the postmaster is killed. Its children live on for a while and hold the shared memory.
    os.kill(server.pid, sign)
    server.stop()
    with _server(home) as again:
        assert again.pid is not None


async def test_it_starts_again_while_a_backend_of_a_killed_server_computes(home: Path):
    with _server(home) as server:
        server.keep_up()
        connection = await asyncpg.connect(server.url)
        killed, backend = server.pid, psutil.Process(connection.get_server_pid())
        # The backend does not notice the lost server until its query ends, and it holds the shared memory.
        computing = asyncio.create_task(connection.execute("SELECT count(*) FROM generate_series(1, 100000000000)"))
        await until(lambda: backend.cpu_percent(interval=0.1) > 10, seconds=60)
        assert killed is not None
        os.kill(killed, signal.SIGKILL)
        await until(lambda: server.pid not in (None, killed), seconds=60)
        with pytest.raises((asyncpg.PostgresError, OSError, asyncpg.InternalClientError)):
            await computing
        again = await asyncpg.connect(await asyncio.to_thread(server.start))
        assert await again.fetchval("SELECT 1") == 1
        await again.close()


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux ties a child's life to its parent's")
async def test_a_second_supervisor_takes_over_from_a_first_that_ends(home: Path):
    with _supervisor(home) as (supervisor, postmaster), _server(home) as second:
        assert second.pid is None
        second.keep_up()
        supervisor.kill()
        await until(lambda: second.pid not in (None, postmaster), seconds=60)
        connection = await asyncpg.connect(await asyncio.to_thread(second.start))
        assert await connection.fetchval("SELECT 1") == 1
        await connection.close()


def test_nobody_else_may_read_the_data_folder_or_its_files(place: Path):
    with _server(place / "data") as server:
        assert server.pid is not None
    home = place / "data"
    (home / "demo.key").write_text("secret")
    # Earlier versions left these permissions under an open umask.
    home.chmod(0o755)
    for name in ("server.log", "lock", "demo.key"):
        (home / name).chmod(0o644)
    with _server(home):
        modes = {each.name: stat.S_IMODE(each.lstat().st_mode) for each in home.iterdir()}
    assert {name: oct(mode) for name, mode in modes.items() if mode & 0o077} == {}
    assert {"server.log", "lock", "demo.key", "run"} < modes.keys()
    # If root starts the server, it runs as another user, who may pass through the folder but not list it.
    assert stat.S_IMODE(home.stat().st_mode) == (0o710 if os.getuid() == 0 else 0o700)


def test_a_folder_that_holds_other_things_is_left_open(place: Path):
    (place / "mine.txt").write_text("mine")
    (place / "mine.txt").chmod(0o644)
    with _server(place):
        assert stat.S_IMODE((place / "server.log").stat().st_mode) == 0o600
    assert stat.S_IMODE(place.stat().st_mode) == 0o755
    assert stat.S_IMODE((place / "mine.txt").stat().st_mode) == 0o644


def test_a_folder_that_cannot_be_used_is_named(place: Path):
    (place / "file").write_text("")
    with pytest.raises(DatabaseUnavailable, match=r"cannot use its folder .*file/data \(CADRAN_DATA_DIR\)"):
        _server(place / "file" / "data")


def test_a_server_that_cannot_start_says_why(home: Path):
    with pytest.raises(DatabaseUnavailable, match="no_such_option"):
        EmbeddedServer(home, bindir=BINDIR, options={"no_such_option": "1"}).start()
    with _server(home) as server:
        assert server.pid is not None


def test_missing_binaries_are_named(home: Path, tmp_path: Path):
    with pytest.raises(DatabaseUnavailable, match="there is no"):
        EmbeddedServer(home, bindir=tmp_path)


def test_a_deep_folder_gets_a_short_socket(home: Path):
    deep = home / ("d" * 60) / ("e" * 60)
    server = EmbeddedServer(deep, bindir=BINDIR)
    assert len(os.fsencode(server.footing.socket_dir)) < 90
    server.footing.socket_dir.rmdir()


def test_enterable_reads_every_folder_above(place: Path):
    inner = place / "open" / "inner"
    inner.mkdir(parents=True)
    stranger = 54_321
    assert enterable(inner, stranger, stranger)
    inner.parent.chmod(0o700)
    assert not enterable(inner, stranger, stranger)
    assert enterable(inner, inner.parent.stat().st_uid, stranger)


@pytest.mark.skipif(os.getuid() != 0, reason="only root starts the server as somebody else")
def test_root_keeps_data_elsewhere_when_its_own_folder_is_closed(place: Path, caplog: pytest.LogCaptureFixture):
    closed = place / "closed"
    closed.mkdir(mode=0o700)
    footing = EmbeddedServer(closed / "data", bindir=BINDIR).footing
    try:
        assert not footing.home.is_relative_to(closed)
        assert enterable(footing.home, footing.uid, footing.gid)
        assert str(footing.home) in caplog.text
    finally:
        shutil.rmtree(footing.home)


def _server(home: Path) -> EmbeddedServer:
    return EmbeddedServer(home, bindir=BINDIR, durable=False)


def _alive(process: psutil.Process) -> bool:
    """Return whether a process runs. A zombie does not: it only waits for init to reap it."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@contextmanager
def _supervisor(home: Path) -> Iterator[tuple[subprocess.Popen[str], int]]:
    command = [sys.executable, "-c", SUPERVISOR, str(home), CHOSEN or ""]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as process:
        assert process.stdout is not None
        try:
            yield process, int(process.stdout.readline())
        finally:
            process.kill()
