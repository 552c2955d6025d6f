"""``python -m tests.bench``: print the table of benchmarks. Every line is a ratio of two measurements of this run,
taken in turns; no absolute time has a target. The benchmarks use a separate embedded server, which is removed at the
end.
"""

from __future__ import annotations

import argparse
import platform
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from functools import partial

import uvloop

from tests.bench import (
    bench_database,
    daily_load,
    fairness,
    graphql_rows,
    http_speed,
    load,
    mixed_load,
    new_questions,
    scan,
    serving,
    start,
    walls,
)
from tests.bench.fill import fill
from tests.bench.result_line import Line, table

QUICK, WHOLE = 1_000_000, 10_000_000


@dataclass(frozen=True, slots=True)
class Sizes:
    """The sizes of a run: contacts in the year, rows of the load, measurement rounds, seconds of the mixed load."""

    contacts: int
    load_rows: int
    rounds: int
    mixed_seconds: int


async def _load(url: str, sizes: Sizes) -> list[Line]:
    found = await load.measure(url, rows=sizes.load_rows, rounds=sizes.rounds)
    medians = f"{found['load_rows_s']:,.0f} / {found['copy_rows_s']:,.0f} rows/s"
    lines = [Line(f"load of {sizes.load_rows:,} contacts / bare COPY of its rows", found["ratio"], 0.6, medians)]
    for what, first in (("", False), (", the first of a database", True)):
        found = await load.measure_visits(url, first=first)
        medians = f"{found['load_rows_s']:,.0f} / {found['copy_rows_s']:,.0f} rows/s"
        lines.append(
            Line(f"load of {found['rows']:,} visits{what} / bare COPY of its rows", found["ratio"], 0.6, medians)
        )
    return lines


async def _graphql(url: str, sizes: Sizes) -> list[Line]:
    found = await graphql_rows.compare(rounds=5 * sizes.rounds)
    medians = f"{found['stock_ms']:.2f} / {found['ours_ms']:.2f} ms, {found['tuned_ms']:.2f} ms with stock's caches"
    return [
        Line(f"GraphQL, {found['rows']:.0f} rows × 5 metrics: stock strawberry / ours", found["ratio"], 12, medians)
    ]


async def _fair(url: str, _: Sizes) -> list[Line]:
    return await fairness.measure(await bench_database.fresh(url, "cadran_bench_fair"))


async def _contacts(url: str, sizes: Sizes) -> list[Line]:
    """Compare the service over all contacts with a raw scan, and with the service over a tenth of the contacts."""
    small = await bench_database.fresh(url, "cadran_bench_tenth")
    await fill(small, sizes.contacts // 10)
    large = await bench_database.fresh(url, "cadran_bench_whole")
    filled = await fill(large, sizes.contacts)
    lines = await scan.measure(large, small, filled, rounds=sizes.rounds)
    return [*lines, *await daily_load.measure(large, filled, contacts=sizes.contacts)]


async def _mixed(url: str, sizes: Sizes) -> list[Line]:
    made = await bench_database.fresh(url, "cadran_bench_mixed")
    await fill(made, min(sizes.contacts, 250_000))
    return await mixed_load.measure(made, seconds=sizes.mixed_seconds)


async def _over_http(measure: Callable[..., Awaitable[list[Line]]], url: str, sizes: Sizes) -> list[Line]:
    """Run an HTTP benchmark over at most 250,000 contacts. More would not make more rollup buckets in a month."""
    name = "cadran_bench_http"
    filled = await bench_database.existing(url, name)
    if filled is None:
        filled = await bench_database.fresh(url, name)
        await fill(filled, min(sizes.contacts, 250_000))
    return await measure(filled, rounds=serving.SLICES_A_ROUND * sizes.rounds)


PARTS: dict[str, Callable[[str, Sizes], Awaitable[list[Line]]]] = {
    "start": partial(_over_http, start.measure),
    "cached": partial(_over_http, http_speed.cached),
    "uncached": partial(_over_http, new_questions.measure),
    "walls": partial(_over_http, walls.measure),
    "fair": _fair,
    "graphql": _graphql,
    "mixed": _mixed,
    "load": _load,
    "contacts": _contacts,
}


def main() -> int:
    """Measure and print the table. Return 0 whatever the ratios are, as a busy machine is not a fault of the code."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description="The table of speeds.")
    parser.add_argument("--quick", action="store_true", help=f"{QUICK:,} contacts and fewer rounds")
    parser.add_argument("--contacts", type=int, help=f"contacts in the year, {WHOLE:,} unless told")
    parser.add_argument("--only", choices=PARTS, action="append", help="this part alone; may be repeated")
    asked = parser.parse_args()
    contacts = asked.contacts or (QUICK if asked.quick else WHOLE)
    sizes = Sizes(contacts, *((200_000, 3, 60) if asked.quick else (1_000_000, 5, 300)))
    # Turn SIGTERM into SystemExit, so that the context managers remove processes and data.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(143))
    print(f"Python {platform.python_version()}, {platform.machine()}; load by {serving.generator()}", flush=True)
    lines: list[Line] = []
    chosen = asked.only or list(PARTS)
    with bench_database.server(contacts * 11 // 10 if "contacts" in chosen else 0) as url:
        for name in chosen:
            found = uvloop.run(_told(name, url, sizes))
            lines += found
    print(table(lines))
    return 0


async def _told(name: str, url: str, sizes: Sizes) -> list[Line]:
    """Run one part and print each of its lines to stderr at once, because the whole run takes long."""
    found = await PARTS[name](url, sizes)
    for line in found:
        print(f"  {line.what}: {line.ratio or 0:.2f} ({line.medians})", file=sys.stderr, flush=True)
    return found


if __name__ == "__main__":
    raise SystemExit(main())
