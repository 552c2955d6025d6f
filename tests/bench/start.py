"""The start of the service, until it answers its first request, compared with the application written by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from contextlib import AbstractContextManager
from functools import partial
from time import perf_counter

from tests.bench import serving
from tests.bench.new_questions import list_months
from tests.bench.result_line import Line, interleaved
from tests.bench.serving import Request, Worker
from tests.keys import give_key


async def measure(url: str, *, rounds: int) -> list[Line]:
    """Return the line of both starts. The modules are compiled, as in an installed package."""
    await give_key(url)
    asked = next(list_months()).over_rest()
    with tempfile.TemporaryDirectory() as compiled:
        environment = {
            "CADRAN_DATABASE_URL": url,
            "PYTHONDONTWRITEBYTECODE": "",
            "PYTHONPYCACHEPREFIX": compiled,
        }
        starts = (
            partial(_start, partial(serving.cadran, environment), asked),
            partial(_start, partial(serving.factory, "by_hand:make_app", environment), asked),
        )
        # The first start compiles.
        await interleaved(*starts, rounds=1)
        ours, theirs = await interleaved(*starts, rounds=rounds)
    medians = f"{ours:.2f} / {theirs:.2f} s"
    return [Line("start until the first answer: service / by hand", ours / theirs, None, medians)]


async def _start(run: Callable[[], AbstractContextManager[Worker]], asked: Request) -> float:
    """Return the seconds from the start of a process until it has answered a request."""
    started = perf_counter()
    with run() as worker:
        worker.once(asked)
        return perf_counter() - started
