"""A worker in a separate process, to be killed by tests. It refreshes in an endless loop and prints one line when it
has begun.
"""

import asyncio
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from random import Random

from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import open_pool


class Worker:
    """A worker process that is started again each time it is killed."""

    def __init__(self, url: str) -> None:
        self._url = url
        self.killed = 0
        self._start()

    def kill(self) -> None:
        """Stop the process with SIGKILL in the middle of its work, and start another."""
        self._process.send_signal(signal.SIGKILL)
        self.stop()
        self.killed += 1
        self._start()

    def stop(self) -> None:
        """Stop the process and close its pipe."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout is not None:
            self._process.stdout.close()

    def _start(self) -> None:
        command = [sys.executable, "-m", "tests.faults.refresh_worker", self._url]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)


@contextmanager
def workers(url: str, count: int) -> Iterator[list[Worker]]:
    """Run several workers on one database for the duration of the block."""
    found = [Worker(url) for _ in range(count)]
    try:
        yield found
    finally:
        for worker in found:
            worker.stop()


async def killing(found: list[Worker], *, times: int, seed: int) -> None:
    """Stop one worker after the other with SIGKILL, at random moments of its work."""
    random = Random(seed)
    for number in range(times):
        worker = found[number % len(found)]
        assert worker._process.stdout is not None
        await asyncio.to_thread(worker._process.stdout.readline)
        await asyncio.sleep(random.uniform(0.0, 0.15))
        worker.kill()


async def main(url: str) -> None:
    """Refresh until killed."""
    pool = await open_pool(url, size_min=1, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    sys.stdout.write("working\n")
    sys.stdout.flush()
    while True:
        await refresh(pool)
        await asyncio.sleep(0.005)


if __name__ == "__main__":
    asyncio.run(main(sys.argv[1]))
