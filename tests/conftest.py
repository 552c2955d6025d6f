"""Fixtures for all tests: a real PostgreSQL server, and in it a separate database for each test.

- `database`: the URL of a fresh database with all migrations applied, dropped afterwards.
- `pool`: a `Pool` on it.
- `demo`: a running service over the demonstration data (shared by a worker's tests, which only read), `demo_client` a
  client of it.
- `chromium`: the path of Debian's browser.
- `server`: the server itself, for tests that need more: `server.template(name, build)` makes a template once for all
  workers (build: an async function that fills the database behind a URL), `server.clone(template)` a database from it.

One server is shared by all workers of a run: the one of `CADRAN_DATABASE_URL`, or an embedded one on a memory disk,
whose binaries are the wheel's or those in `CADRAN_TEST_PG_BINDIR`. Async tests and fixtures run on uvloop through
anyio's pytest plugin, without a marker.
"""

import fcntl
import os
import shutil
import sys
import tempfile
import uuid
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import settings

from cadran.app import Service, open_service
from cadran.embedded.server import EmbeddedServer
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.databases import Server, demonstration
from tests.keys import client_of
from tests.tools import CHROMIUM, LEFT_OUT

MEMORY_DISK = Path("/dev/shm")
PREFIX = "cadran-tests-"
MEMORY_DISK_BYTES_MIN = 2_000_000_000
#: Fixtures that make the demonstration data: in a database, and in memory.
DEMONSTRATION = {"demo_template"}
STORY = {"story", "population", "settled"}
#: No test is timed: a machine that is busy with other work takes as long as it takes.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
_embedded = pytest.StashKey[EmbeddedServer]()
_directory = pytest.StashKey[Path]()
_run = pytest.StashKey[str]()


@pytest.fixture(scope="session")
def anyio_backend() -> tuple[str, dict[str, bool]]:
    """Return the event loop of the tests: uvloop, as in production."""
    return "asyncio", {"use_uvloop": True}


@pytest.fixture(scope="session")
def server(request: pytest.FixtureRequest) -> Iterator[Server]:
    """Yield the PostgreSQL server of the run, as this worker uses it."""
    worker = getattr(request.config, "workerinput", None)
    url = worker["cadran_url"] if worker else _start(request.config)
    run = worker["testrunuid"] if worker else uuid.uuid4().hex
    with Server(url, run=run[:8]) as found:
        yield found
        if not worker:
            found.drop_all()


@pytest.fixture(scope="session")
def migrated(server: Server) -> str:
    """Return the name of the template that `database` is cloned from."""
    return server.template("migrated", Server.migrate)


@pytest.fixture
def database(server: Server, migrated: str) -> Iterator[str]:
    """Yield the URL of an empty, migrated database, separate for each test."""
    with server.clone(migrated) as url:
        yield url


@pytest.fixture
async def pool(database: str) -> AsyncIterator[Pool]:
    """Yield a small pool on `database`."""
    opened = await open_pool(
        database, size_min=0, size_max=4, acquire_timeout_seconds=30.0, statement_timeout_seconds=30.0
    )
    yield opened
    await opened.close()


@pytest.fixture(scope="session")
def demo_template(server: Server) -> str:
    """Return the name of the template with the demonstration data as of `DEMO_NOW`."""
    return server.template("demo", demonstration)


@pytest.fixture(scope="session")
def demo_database(server: Server, demo_template: str) -> Iterator[str]:
    """Yield the URL of a database with the demonstration data. Tests only read it."""
    with server.clone(demo_template) as url:
        yield url


@pytest.fixture
async def demo(demo_database: str) -> AsyncIterator[Service]:
    """Yield the service over the demonstration data."""
    async with open_service(Settings(database_url=demo_database, pool_min=1, pool_max=4)) as service:
        yield service


@pytest.fixture
async def demo_client(demo: Service) -> AsyncIterator[httpx.AsyncClient]:
    """Yield an HTTP client that calls `demo` without a socket."""
    async with client_of(demo.app) as client:
        yield client


@pytest.fixture(scope="session")
def chromium() -> Path:
    """Return the path of Chromium. Where it is not installed, the test is left out (`tests/tools.py`)."""
    return CHROMIUM.path()


def pytest_configure(config: pytest.Config) -> None:
    """Share compiled modules among the run's processes, in pytest's cache where none may lie next to the sources.

    Without them, each worker and each `cadran` that a test starts compiles all its modules again, for seconds.
    """
    if sys.dont_write_bytecode and hasattr(config, "cache"):
        os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
        os.environ["PYTHONPYCACHEPREFIX"] = str(config.cache.mkdir("bytecode"))


def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Put the tests of the demonstration where two workers begin: its database at one, its rows in memory at the other.

    A worker begins with one end of its share of the list, and takes from the other end of another worker's share when
    its own is done. So each of two workers makes one form of the demonstration, which takes minutes, and no other
    waits for them or makes them too; what is left for the end is short.
    """
    database = [item for item in items if _uses(item, DEMONSTRATION)]
    memory = [item for item in items if _uses(item, STORY) and not _uses(item, DEMONSTRATION)]
    others = [item for item in items if not _uses(item, DEMONSTRATION | STORY)]
    workers = getattr(config, "workerinput", {"workercount": 1})["workercount"]
    second = max(len(items) // workers - len(database), 0)
    items[:] = [*database, *others[:second], *memory, *others[second:]]


def _uses(item: pytest.Item, fixtures: set[str]) -> bool:
    return not fixtures.isdisjoint(getattr(item, "fixturenames", ()))


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int:
    """Start three workers for every two cores, because tests wait for sockets, processes and pauses a third of the
    time.
    """
    return (3 * len(os.sched_getaffinity(0)) + 1) // 2 if hasattr(os, "sched_getaffinity") else 3


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name, at the end of the run, what was left out because something is missing on this machine."""
    skipped = [str(report.longrepr[-1]) for report in terminalreporter.stats.get("skipped", ())]
    reasons = Counter(text.partition(LEFT_OUT)[2] for text in skipped if LEFT_OUT in text)
    for reason, tests in reasons.items():
        terminalreporter.write_line(f"LEFT OUT, {tests} tests: {reason}", yellow=True, bold=True)


@pytest.hookimpl(optionalhook=True)
def pytest_configure_node(node) -> None:
    """Pass the URL of the controller's server to each worker of xdist."""
    node.workerinput["cadran_url"] = _start(node.config)
    node.config.stash[_run] = node.workerinput["testrunuid"]


def pytest_unconfigure(config: pytest.Config) -> None:
    """Stop an embedded server with the process that started it. On a given server, drop the databases of this run."""
    if _run in config.stash and _embedded not in config.stash:
        with Server(_start(config), run=config.stash[_run][:8]) as given:
            given.drop_all()
    if _embedded in config.stash:
        config.stash[_embedded].stop()
        shutil.rmtree(config.stash[_directory], ignore_errors=True)


def _start(config: pytest.Config) -> str:
    given = os.environ.get("CADRAN_DATABASE_URL")
    if given:
        return given
    if _embedded not in config.stash:
        bindir = os.environ.get("CADRAN_TEST_PG_BINDIR")
        directory = Path(tempfile.mkdtemp(prefix=PREFIX, dir=_place()))
        _sweep(directory.parent)
        # The server may run as another user than the tests, who needs access to the folder.
        directory.chmod(0o755)
        config.stash[_directory] = directory
        config.stash[_embedded] = EmbeddedServer(directory, bindir=Path(bindir) if bindir else None, durable=False)
        config.stash[_embedded].start()
    return config.stash[_embedded].url


def _place() -> Path | None:
    if MEMORY_DISK.is_dir() and shutil.disk_usage(MEMORY_DISK).free >= MEMORY_DISK_BYTES_MIN:
        return MEMORY_DISK
    return None


def _sweep(place: Path) -> None:
    """Remove the folders of killed runs: those whose lock no process holds."""
    for lock in place.glob(f"{PREFIX}*/lock"):
        with lock.open() as handle:
            try:
                fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            shutil.rmtree(lock.parent, ignore_errors=True)
