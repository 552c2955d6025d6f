"""PostgreSQL's programs as child processes of ours, and the log that they write.

Takes a footing; runs `initdb` to its end and `postgres` for as long as it shall serve, both as the server's user; gives
the end of the log where one fails. Ends servers, and what killed servers have left.
"""

import logging
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from cadran.embedded import launcher
from cadran.embedded.paths import Footing
from cadran.errors import DatabaseUnavailable, DiskFull

log = logging.getLogger(__name__)

STOP_SECONDS = 20.0
LOG_NAME = "server.log"
LOG_BYTES_MAX = 1_000_000
LOG_LINES_SHOWN = 8
#: A server with less room than this cannot begin its work.
DISK_BYTES_MIN = 1_000_000


class Programs:
    """The programs of a footing. Their output goes to one log, readable by its owner alone: it names users, databases
    and statements."""

    def __init__(self, footing: Footing) -> None:
        self._footing = footing
        self._log_file = footing.home / LOG_NAME
        self._log_start = 0

    def spawn(self, name: str, *arguments: str, given: int = subprocess.DEVNULL) -> subprocess.Popen[bytes]:
        """Start a program, tied to this process."""
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
        """Run a program to its end. Raises DatabaseUnavailable where it fails."""
        process = self.spawn(name, *arguments, given=subprocess.PIPE)
        process.communicate(given)
        if process.returncode != 0:
            raise self.failed(f"{name} failed")

    def failed(self, what: str) -> DatabaseUnavailable:
        """Return the error of a program that failed, with the end of its log; of a full disk, that it is full."""
        home, tail = self._footing.home, self.log_tail()
        if shutil.disk_usage(home).free < DISK_BYTES_MIN or any("No space left" in line for line in tail):
            detail = f"{what}: the disk of {home} (CADRAN_DATA_DIR) is full. Make room, or name another folder."
            return DiskFull(detail, lines=tail)
        return DatabaseUnavailable(f"{what} in {home} (CADRAN_DATA_DIR); its log ends with:", lines=tail)

    def log_tail(self) -> list[str]:
        """Return the last lines that the newest program wrote."""
        with self._log_file.open("rb") as written:
            written.seek(self._log_start)
            return written.read().decode("utf-8", errors="replace").splitlines()[-LOG_LINES_SHOWN:]


def end(process: subprocess.Popen[bytes]) -> None:
    """End a server. SIGINT is the fast shutdown; SIGQUIT the immediate one, recovered from at the next start."""
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
    """End what a killed server left: a backend that computes notices only when it is done that its server has ended,
    and holds the shared memory until then. On Linux, by the folder that such processes work in; elsewhere nothing."""
    for place in Path("/proc").glob("[0-9]*/cwd"):
        try:
            if place.readlink() == pgdata.resolve():
                os.kill(int(place.parent.name), signal.SIGQUIT)
        except OSError:  # It has ended, or is somebody else's.
            continue


def is_postgres(pid: int, pgdata: Path) -> bool:
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
