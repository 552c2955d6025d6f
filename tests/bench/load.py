"""What the checks of a load cost: rows per second of `load()`, compared with a bare COPY of the same finished rows into
the same tables.

`measure` takes the URL of a server on which it may create databases. It returns the figures and drops the databases.
"""

import asyncio
import io
import math
import random
import sys
import time
import uuid
from collections.abc import Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from cadran.facts.files.rows import Value
from cadran.facts.schema.schema import list_columns
from cadran.store.migrate import migrate
from cadran.store.pool import open_pool
from tests.defaults import load

YEAR = 2015
CONTACT_OFFERED_AT = list_columns("contacts").index("offered_at")


async def measure(url: str, *, rows: int = 500_000, rounds: int = 2) -> dict[str, float]:
    """Return the rows per second of both ways (the best of all rounds) and their ratio. The rows are those of one year,
    in order; nine in ten have a leg.
    """

    async def measure_round(loaded: str, copied: str) -> tuple[float, float]:
        return await _load(loaded, rows), await _copy(loaded, copied)

    return await _best(url, rows, rounds, measure_round)


async def measure_visits(url: str, *, first: bool, rows: int = 200_000, rounds: int = 2) -> dict[str, float]:
    """Return the same of queue visits. Each contact has one visit, in the order of the contacts, and most visits change
    the queue of the contact and of its leg.

    ``first``: the contacts were loaded before the database had any visits, as in a first load. Otherwise, their months
    have room for the updates.
    """

    async def measure_round(loaded: str, copied: str) -> tuple[float, float]:
        await _load(loaded, rows, visited=not first)
        return await _load_visits(loaded, rows), await _copy(loaded, copied, tables=("visit",))

    return await _best(url, rows, rounds, measure_round)


async def _best(
    url: str, rows: int, rounds: int, measure_round: Callable[[str, str], Awaitable[tuple[float, float]]]
) -> dict[str, float]:
    """Return the rows per second of the fastest load and of the fastest COPY, and their ratio. Each round has two new
    databases, and returns the seconds of both."""
    admin = await asyncpg.connect(url)
    names = ("cadran_bench_load", "cadran_bench_copy")
    load_seconds, copy_seconds = math.inf, math.inf
    try:
        for _ in range(rounds):
            for name in names:
                await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
                await admin.execute(f"CREATE DATABASE {name}")
            loaded, copied = (urlunsplit(urlsplit(url)._replace(path=f"/{name}")) for name in names)
            load_round, copy_round = await measure_round(loaded, copied)
            load_seconds, copy_seconds = min(load_seconds, load_round), min(copy_seconds, copy_round)
    finally:
        for name in names:
            await admin.execute(f"DROP DATABASE IF EXISTS {name} WITH (FORCE)")
        await admin.close()
    return {
        "rows": rows,
        "load_rows_s": rows / load_seconds,
        "copy_rows_s": rows / copy_seconds,
        "ratio": copy_seconds / load_seconds,
    }


async def _load_visits(url: str, rows: int) -> float:
    pool = await open_pool(url, size_min=1, size_max=2, acquire_timeout_seconds=10, statement_timeout_seconds=None)
    made = [
        ("acd", row[1], "1", f"Q{number % 20}", row[CONTACT_OFFERED_AT], None, "answered", "20", None)
        for number, row in enumerate(contacts(rows))
    ]
    started = time.perf_counter()
    summary = await load(pool, "visits", made, zone="Europe/Paris")
    seconds = time.perf_counter() - started
    assert summary.loaded == rows, summary
    await pool.close()
    return seconds


async def _load(url: str, rows: int, *, visited: bool = False) -> float:
    await migrate(url)
    pool = await open_pool(url, size_min=1, size_max=2, acquire_timeout_seconds=10, statement_timeout_seconds=None)
    if visited:
        earlier = {"source": "acd", "contact": "earlier"}
        offered_at = f"{YEAR - 1}-01-01T10:00:00Z"
        contact = {"site": "S0", "channel": "phone", "outcome": "handled", "offered_at": offered_at}
        await load(pool, "contacts", [earlier | contact], zone="Europe/Paris")
        visit = {"visit": "1", "queue": "Q0", "exit": "answered", "entered_at": offered_at}
        await load(pool, "visits", [earlier | visit])
    # Make the rows before the clock starts, as only the loader is measured.
    made = list(contacts(rows))
    started = time.perf_counter()
    summary = await load(pool, "contacts", made, zone="Europe/Paris")
    seconds = time.perf_counter() - started
    assert summary.loaded == rows, summary
    await pool.close()
    return seconds


async def _copy(loaded: str, copied: str, tables: tuple[str, ...] = ("contact", "leg")) -> float:
    """Return the seconds that COPY takes for the rows that `load` made, in the order of their instants, into existing
    partitions.
    """
    await migrate(copied)
    source, target = await asyncpg.connect(loaded), await asyncpg.connect(copied)
    made = {}
    for table in tables:
        for partition, bounds in await source.fetch(PARTITIONS, table):
            await target.execute(f"CREATE TABLE {partition} PARTITION OF {table} {bounds}")
        made[table] = io.BytesIO()
        await source.copy_from_query(
            f"SELECT * FROM {table} ORDER BY {'entered_at' if table == 'visit' else 'offered_at'}",
            output=made[table],
            format="csv",
        )
        made[table].seek(0)
    started = time.perf_counter()
    for table, data in made.items():
        await target.copy_to_table(table, source=data, format="csv")
    seconds = time.perf_counter() - started
    await source.close()
    await target.close()
    return seconds


PARTITIONS = """
SELECT c.relname, pg_get_expr(c.relpartbound, c.oid)
FROM pg_inherits AS i
JOIN pg_class AS c ON c.oid = i.inhrelid
WHERE i.inhparent = $1::regclass
"""


def contacts(rows: int, seed: int = 1) -> Iterator[tuple[Value, ...]]:
    """Yield canonical rows of one year in order: random ids, 120,000 customers, 8 sites, 9 of 10 handled."""
    chance = random.Random(seed)
    start = datetime(YEAR, 1, 1, tzinfo=UTC)
    for number in range(rows):
        offered = start + timedelta(seconds=round(number * 365 * 86_400 / rows))
        wait = chance.randrange(200)
        handled = chance.random() < 0.9
        yield (
            "acd",
            str(uuid.UUID(int=chance.getrandbits(128))),
            None,
            f"C{chance.randrange(120_000)}",
            None,
            f"S{chance.randrange(8)}",
            f"G{chance.randrange(6)}",
            chance.choice(("phone", "chat", "email")),
            f"M{chance.randrange(15)}",
            f"R{chance.randrange(40)}",
            f"Q{chance.randrange(20)}",
            "inbound",
            offered.isoformat(),
            (offered + timedelta(seconds=wait)).isoformat() if handled else None,
            (offered + timedelta(seconds=wait + 300)).isoformat(),
            "handled" if handled else "deflected",
            str(wait),
            str(chance.randrange(400)) if handled else None,
            "10" if handled else None,
            "30" if handled else None,
            f"A{chance.randrange(80)}" if handled else None,
            f"T{chance.randrange(12)}" if handled else None,
            None,
            "false",
            "true",
            *(None,) * (len(list_columns("contacts")) - 25),
        )


if __name__ == "__main__":
    print(asyncio.run(measure(sys.argv[1], rows=int(sys.argv[2]) if len(sys.argv) > 2 else 500_000)))
