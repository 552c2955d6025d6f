"""Commands of cadran in separate processes, and their output."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import psutil

#: How long a test waits. On a busy machine it takes long to start Python.
SECONDS = 240.0


class Command:
    """A running command."""

    def __init__(self, process: subprocess.Popen[bytes], output: Path) -> None:
        self.process = process
        self._output = output

    @property
    def written(self) -> str:
        """Return the text that the command has written so far to stdout and stderr."""
        return self._output.read_text("utf-8", errors="replace")

    def children(self) -> list[psutil.Process]:
        """Return the Python processes that serve for the command. PostgreSQL and helper processes are left out."""
        found = psutil.Process(self.process.pid).children(recursive=True)
        return [each for each in found if "spawn_main" in " ".join(each.cmdline())]

    def until(self, condition: Callable[[], bool]) -> None:
        """Wait until a condition is true. Fail when the command ends before."""
        until(lambda: condition() or self.process.poll() is not None, lambda: self.written)
        assert condition(), self.written

    def until_ready(self, url: str) -> None:
        """Wait until ``/ready`` answers 200."""
        self.until(lambda: status(f"{url}/ready") == 200)

    def ended(self) -> int:
        """Wait for the command to end, and return its exit code."""
        return self.process.wait(SECONDS)


@contextmanager
def command(folder: Path, *words: str, **variables: str) -> Iterator[Command]:
    """Run a command in a folder for the duration of the block. Afterwards no process of the command remains."""
    output = folder / f"{words[0]}.{time.monotonic_ns()}.log"
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("CADRAN_", "PYTHONDONT"))}
    with output.open("wb") as log:
        process = subprocess.Popen(
            [sys.executable, "-m", "cadran", *words], cwd=folder, env={**kept, **variables}, stdout=log, stderr=log
        )
    found = Command(process, output)
    family: list[psutil.Process] = []
    try:
        yield found
    finally:
        if process.poll() is None:
            family = psutil.Process(process.pid).children(recursive=True)
            process.terminate()
        try:
            process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            process.kill()
        for each in family:
            if each.is_running():
                psutil.wait_procs([each], SECONDS)


def until(condition: Callable[[], bool], told: Callable[[], str] = str) -> None:
    """Wait until a condition is true. Fail with the text of ``told`` after `SECONDS`."""
    deadline = time.monotonic() + SECONDS
    while not condition():
        assert time.monotonic() < deadline, told()
        time.sleep(0.05)


def status(url: str, **headers: str) -> int:
    """Return the status of a response, or 0 when there is none."""
    try:
        # Reading the certificates, which a URL of HTTP does not need, takes longer than most requests.
        return httpx.get(url, timeout=5, headers=headers, verify=False).status_code
    except httpx.TransportError:
        return 0


def is_gone(process: psutil.Process) -> bool:
    """Return whether a process has ended. A zombie counts as ended."""
    try:
        return not process.is_running() or process.status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True
