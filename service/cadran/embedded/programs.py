"""PostgreSQL's programs as child processes, and their log.

`Programs` takes the paths and the user of a server. It runs `initdb` to its end and `postgres` until it is stopped,
both as the server's user. When a program fails, the error contains the end of the log. The functions end servers, and
processes that killed servers have left.
"""

import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from cadran.embedded import launcher
from cadran.embedded.paths import ServerPaths
from cadran.errors import DatabaseUnavailable, DiskFull

log = logging.getLogger(__name__)

STOP_SECONDS = 20.0
LOG_NAME = "server.log"
LOG_BYTES_MAX = 1_000_000
LOG_LINES_SHOWN = 8
#: A server with less free space than this cannot start.
DISK_BYTES_MIN = 1_000_000


class Programs:
    """The programs of one server. They write to one log. Only its owner may read the log, because it names users,
    databases and statements."""

    def __init__(self, footing: ServerPaths) -> None:
        self._footing = footing
        self._log_file = footing.home / LOG_NAME
        self._log_start = 0

    def spawn(self, name: str, *arguments: str, given: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a program through the launcher, which ends it with this process where the system can (Linux)."""
        identity = [str(os.getpid()), str(self._footing.uid), str(self._footing.gid)]
        program = str(self._footing.bindir / name)
        if self._log_file.exists() and self._log_file.stat().st_size > LOG_BYTES_MAX:
            self._log_file.rename(self._log_file.with_suffix(".log.1"))
        with self._footing.open_private(LOG_NAME) as output:
            self._log_start = output.tell()
            return subprocess.Popen(
                [sys.executable, "-I", "-S", launcher.__file__, *identity, program, *arguments],
                stdin=given,
                stdout=output,
                stderr=output,
                env=_environment(),
                cwd="/",
            )

    def run(self, name: str, *arguments: str, given: bytes = b"") -> None:
        """Run a program to its end. Raises DatabaseUnavailable if it fails."""
        process = self.spawn(name, *arguments, given=subprocess.PIPE)
        process.communicate(given)
        if process.returncode != 0:
            raise self.failed(f"{name} failed")

    def failed(self, what: str) -> DatabaseUnavailable:
        """Return the error of a failed program, with the end of its log. Return DiskFull if the disk is full."""
        home, tail = self._footing.home, self.log_tail()
        if shutil.disk_usage(home).free < DISK_BYTES_MIN or any("No space left" in line for line in tail):
            detail = f"{what}: the disk of {home} (CADRAN_DATA_DIR) is full. Make room, or name another folder."
            return DiskFull(detail, lines=tail)
        return DatabaseUnavailable(f"{what} in {home} (CADRAN_DATA_DIR); its log ends with:", lines=tail)

    def log_tail(self) -> list[str]:
        """Return the last lines that the latest program wrote."""
        with self._log_file.open("rb") as written:
            written.seek(self._log_start)
            return written.read().decode("utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:]


def stop_server(process: subprocess.Popen[bytes]) -> None:
    """Stop a server. SIGINT requests the fast shutdown. SIGQUIT requests the immediate shutdown, after which the next
    start runs crash recovery."""
    for sign in (signal.SIGINT, signal.SIGQUIT, signal.SIGKILL):
        if process.poll() is None:
            process.send_signal(sign)
        try:
            process.wait(STOP_SECONDS)
        except subprocess.TimeoutExpired:
            log.warning("the embedded server did not stop within %.0f s", STOP_SECONDS)
        else:
            return


def end_lingering(pgdata: Path) -> None:
    """Stop the processes that a killed server left. A busy backend notices the end of its server only when its
    computation is done, and holds the shared memory until then. On Linux, find these processes by their working folder.
    On other systems, do nothing."""
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if place.readlink() == pgdata.resolve():
                os.kill(int(place.parent.name), signal.SIGQUIT)
        except OSError:  # The process has ended, or belongs to another user.
            continue


def is_postgres(pid: int, pgdata: Path) -> bool:
    """Return whether the process is the server of this folder. A stale postmaster.pid may name a process of another
    program."""
    recorded = Path(f"/proc/{pid}/cmdline")
    if Path("/proc/self").exists():
        return recorded.exists() and str(pgdata) in recorded.read_text(encoding="utf-8", errors="replace")
    listing = subprocess.run(["/bin/ps", "-o", "command=", "-p", str(pid)], capture_output=True, text=True, check=False)
    return str(pgdata) in listing.stdout


def _environment() -> dict[str, str]:
    """Return the server's environment, without the caller's PG* variables and locale."""
    inherited = {name: value for name, value in os.environ.items() if name in {"PATH", "TMPDIR", "TZDIR"}}
    return inherited | {"LC_ALL": "C", "LANG": "C"}
