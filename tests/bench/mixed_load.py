"""A load of several kinds at once, as in production: walls poll, analysts ask new questions, contacts are loaded, and a
worker refreshes what they change.

A latency is counted from the moment at which a request was due. So a slow answer also delays those that are due after
it, as it would delay their readers.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Awaitable, Callable, Iterator, Sequence
from itertools import islice, product
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Final

import httpx

from tests.bench import contact_feed, serving
from tests.bench.fill import SITES
from tests.bench.new_questions import list_months
from tests.bench.result_line import Line
from tests.bench.serving import Request
from tests.keys import AUTHORIZATION, give_key

WALLS: Final = 200
WALL_SECONDS: Final = 5.0
ANALYSTS: Final = 20
#: An analyst reads an answer before the next question.
ANALYST_SECONDS: Final = 2.0
WARM_SECONDS: Final = 5.0
#: The most bytes of the serving process that the benchmark aims at.
MEMORY_MAX: Final = 250_000_000


class Latencies:
    """Latencies in seconds, and what went wrong instead."""

    def __init__(self) -> None:
        self.seconds: list[float] = []
        self.errors: list[str] = []

    def describe(self) -> str:
        """Return the median, the 99th and the 99.9th percentile, in milliseconds."""
        ordered = sorted(self.seconds) or [0.0]
        ranks = (min(len(ordered) - 1, len(ordered) * rank // 1000) for rank in (500, 990, 999))
        shown = " / ".join(f"{1000 * ordered[rank]:,.0f}" for rank in ranks)
        return f"p50 / p99 / p99.9 of {len(self.seconds):,}: {shown} ms"


async def measure(url: str, *, seconds: int) -> list[Line]:
    """Return the lines of one run of so many seconds."""
    await give_key(url)
    environment = {"CADRAN_DATABASE_URL": url, "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000000"}
    asked = ANALYSTS * (round((WARM_SECONDS + seconds) / ANALYST_SECONDS) + 1)
    questions = [month.over_rest().path for month in islice(list_months(), asked)]
    with serving.cadran(environment) as worker, serving.refreshing(environment):
        # The processes are ready before the clock starts.
        worker.once(Request("GET", questions[0]))
        walls, analysts = await _ask(
            worker, seconds, questions, feed := asyncio.create_task(_feed(url, round(WARM_SECONDS) + seconds))
        )
        memory = _read_memory(worker.pid)
    loads = await feed
    errors = [*walls.errors, *analysts.errors, *loads.errors]
    what = f"mixed load of {seconds} s"
    return [
        Line(f"{what}: errors", float(len(errors)), 0, "; ".join(errors[:3]), limit=True),
        Line(f"{what}: {WALLS} walls, each every {WALL_SECONDS:g} s", None, None, walls.describe()),
        Line(
            f"{what}: {ANALYSTS} analysts, a new question every {ANALYST_SECONDS:g} s", None, None, analysts.describe()
        ),
        Line(f"{what}: {contact_feed.A_SECOND:,} contacts loaded every second", None, None, loads.describe()),
        Line(f"{what}: memory of the service / 250 MB", memory / MEMORY_MAX, 1, f"{memory / 1e6:,.0f} MB", limit=True),
    ]


async def _ask(
    worker: serving.Worker, seconds: int, questions: list[str], feed: asyncio.Task[Latencies]
) -> tuple[Latencies, Latencies]:
    """Return the latencies of walls and of analysts, who share the questions. Their clients start one after another."""
    walls, analysts = Latencies(), Latencies()
    limits = httpx.Limits(max_connections=WALLS + ANALYSTS, max_keepalive_connections=WALLS + ANALYSTS)
    base = f"http://127.0.0.1:{worker.port}"
    async with httpx.AsyncClient(base_url=base, headers=AUTHORIZATION, limits=limits, timeout=30) as client:

        async def read(path: str) -> None:
            (await client.get(path)).raise_for_status()

        end = perf_counter() + WARM_SECONDS + seconds
        polls = [
            _repeat(lambda board=board: read(board), WALL_SECONDS * number / WALLS, WALL_SECONDS, end, walls)  # type: ignore[misc]  # mypy cannot infer a lambda with a default
            for number, board in zip(range(WALLS), _list_boards(), strict=False)
        ]
        asks = [
            _repeat(
                lambda: read(questions.pop()),
                ANALYST_SECONDS * number / ANALYSTS,
                ANALYST_SECONDS,
                end,
                analysts,
            )
            for number in range(ANALYSTS)
        ]
        await asyncio.gather(*polls, *asks, feed)
    return walls, analysts


async def _repeat(
    work: Callable[[], Awaitable[None]], first: float, interval: float, end: float, found: Latencies
) -> None:
    """Run the work at each interval, until the end. Latencies of the first seconds do not count: connections are made,
    and the other processes start."""
    begun = perf_counter()
    due = begun + first
    while due < end:
        await asyncio.sleep(max(0.0, due - perf_counter()))
        try:
            await work()
        except httpx.HTTPError as error:
            found.errors.append(f"{type(error).__name__}: {error}"[:200])
        else:
            if due >= begun + WARM_SECONDS:
                found.seconds.append(perf_counter() - due)
        due += interval


def _list_boards() -> Iterator[str]:
    """Yield the questions of the walls, again and again: a site's day by channel, queue or segment."""
    day = f"start={contact_feed.DAY:%Y-%m-%d}&end={contact_feed.NEXT_DAY:%Y-%m-%d}"
    every = list(product(range(1, SITES + 1), ("channel", "queue", "segment")))
    Random(1).shuffle(every)
    while True:
        for site, dimension in every:
            yield f"/v1/indicators?metrics=qos,asa,service_level(within=20)&by={dimension}&site=S{site}&{day}"


async def _feed(url: str, seconds: int) -> Latencies:
    """Load contacts in a separate process, so that it does not delay the clients."""
    command: Sequence[str] = (sys.executable, "-m", "tests.bench.contact_feed", url, str(seconds))
    process = await asyncio.create_subprocess_exec(*command, stdout=asyncio.subprocess.PIPE)
    output, _ = await process.communicate()
    found = Latencies()
    if process.returncode == 0:
        found.seconds = json.loads(output)
    else:
        found.errors.append(f"the loads ended with status {process.returncode}")
    return found


def _read_memory(pid: int) -> int:
    """Return the bytes of memory that a process uses (its resident set)."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * 4096
