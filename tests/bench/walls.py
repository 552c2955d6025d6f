"""What row-level security costs: one key, restricted to some of the sites, asks two workers for uncached answers. One
of the workers reads without walls.
"""

from __future__ import annotations

from contextlib import ExitStack
from functools import partial

import asyncpg
import orjson

from tests.bench import serving
from tests.bench.result_line import Line, interleaved
from tests.bench.serving import Request
from tests.keys import KEY, give_key

ASKED = {
    "a month by site and day": "metrics=qos,aht&by=site&grain=day&period=2015-06",
    "a day from the facts": "metrics=qos,aht&by=site,reason&period=2015-06-15",
}
#: Restrict the tests' key to every other site.
_BOUND = """
UPDATE api_key
SET role = 'supervisor', sites = ARRAY(SELECT s.code FROM site AS s WHERE s.site_id % 2 = 1)
WHERE key_id = $1
"""
_UNBOUND = "UPDATE api_key SET role = 'administrator', sites = NULL WHERE key_id = $1"


async def measure(url: str, *, rounds: int) -> list[Line]:
    """Return a line for each question: the rate behind a wall, divided by the rate without walls. Neither worker caches
    anything.
    """
    await give_key(url)
    key_id = KEY.split("_")[1]
    connection = await asyncpg.connect(url)
    await connection.execute(_BOUND, key_id)
    environment = {
        "CADRAN_DATABASE_URL": url,
        "CADRAN_BYTES_CACHE_BYTES_MAX": "0",
        "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000000",
    }
    lines = []
    with ExitStack() as stack:
        behind = stack.enter_context(serving.factory("apps:uncached", environment))
        front = stack.enter_context(serving.factory("apps:unwalled", environment))
        for what, query in ASKED.items():
            asked = Request("GET", f"/v1/indicators?{query}")
            told = [orjson.loads(worker.once(asked)[0])["rows"] for worker in (behind, front)]
            assert told[0] == told[1]
            assert told[0]
            rates = [partial(serving.requests_per_second, worker, asked) for worker in (behind, front)]
            ours, theirs = await interleaved(*rates, rounds=rounds)
            medians = f"{ours:,.0f} / {theirs:,.0f} requests/s"
            lines.append(Line(f"uncached, {what}: behind a wall / in front", ours / theirs, 0.85, medians))
    # Remove the restriction, as the other benchmarks use the same key.
    await connection.execute(_UNBOUND, key_id)
    await connection.close()
    return lines
