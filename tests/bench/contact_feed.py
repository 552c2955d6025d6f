"""``python -m tests.bench.contact_feed <url> <seconds>``: load 1,000 contacts of one day every second.

A load takes all contacts that are due. It prints a JSON list: for each second, the seconds from the moment at which its
contacts were due until they were committed.
"""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import chain
from random import Random
from time import perf_counter
from typing import Final

from tests.bench.fill import CHANNELS, MOMENTS, QUEUES, SEGMENTS, SITES, YEAR, writing
from tests.defaults import load

A_SECOND: Final = 1_000
#: The day of the contacts, after the year of the benchmark.
DAY: Final = datetime(YEAR + 1, 1, 1, tzinfo=UTC)
NEXT_DAY: Final = DAY + timedelta(days=1)
_CUSTOMERS: Final = 100_000
_OPENING: Final = DAY + timedelta(hours=8)


async def feed(url: str, seconds: int) -> list[float]:
    """Load 1,000 contacts for each of so many seconds. Return the latencies."""
    pool = await writing(url)
    found: list[float] = []
    try:
        begun = perf_counter()
        while (first := len(found)) < seconds:
            await asyncio.sleep(max(0.0, begun + first - perf_counter()))
            due = range(first, min(seconds, int(perf_counter() - begun) + 1))
            summary = await load(pool, "contacts", chain.from_iterable(map(make_contacts, due)), source="feed")
            assert (summary.loaded, summary.rejected) == (len(due) * A_SECOND, 0), summary
            found += [perf_counter() - begun - second for second in due]
    finally:
        await pool.close()
    return found


def make_contacts(second: int) -> Iterator[dict[str, str | None]]:
    """Yield the contacts of one second: nine in ten are handled, three in four have a known customer."""
    random = Random(second)
    offered_at = (_OPENING + timedelta(seconds=second)).isoformat()
    for number in range(A_SECOND):
        handled = random.random() < 0.9
        yield {
            "contact": f"{second}-{number}",
            "site": f"S{random.randint(1, SITES)}",
            "channel": f"C{random.randint(1, CHANNELS // 2)}",
            "segment": f"G{random.randint(1, SEGMENTS)}",
            "moment": f"M{random.randint(1, MOMENTS)}",
            "queue": f"Q{random.randint(1, QUEUES)}",
            "customer": f"K{random.randrange(_CUSTOMERS)}" if random.random() < 0.75 else None,
            "offered_at": offered_at,
            "outcome": "handled" if handled else "abandoned",
            "wait": str(random.randrange(300)),
            "talk": str(random.randrange(20, 900)) if handled else None,
        }


if __name__ == "__main__":
    print(json.dumps(asyncio.run(feed(sys.argv[1], int(sys.argv[2])))))
