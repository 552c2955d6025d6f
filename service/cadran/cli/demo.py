"""``cadran demo``: a year of a demonstration company in an embedded database, loaded and served at once."""

from __future__ import annotations

import argparse
import asyncio
import fcntl
import gc
import json
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from cadran import port
from cadran.access.grant import Grant
from cadran.access.key_store import KeyStore
from cadran.access.keys import matches
from cadran.cli.database import prepare, read_database, writing_pool
from cadran.cli.demo_objectives import create_objectives
from cadran.cli.serve import serve
from cadran.cli.service import open_for_command
from cadran.cli.terminal import ProgressMoves, make_progress_bars, write
from cadran.contracts.model.form import read_form
from cadran.contracts.store import find_due_periods
from cadran.demo.agreement import CONTRACT, PARTNER, running_contract
from cadran.demo.days import day_date, local_day
from cadran.demo.story import row_counts, tables
from cadran.errors import StartFailed
from cadran.facts.load.load import load
from cadran.facts.refresh.refresh import refresh
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.pool import Pool

SEED = 2015
#: Data older than this are extended to the present at the next start.
UP_TO_DATE = timedelta(hours=24)
_SOURCE = "demo"
_WHO = "terminal:demo"
QUERY = (
    '{"query": "{ indicators(period: {named: \\"2015\\"}, by: [SITE]) { rows { site { label } qos { display } } } }"}'
)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("demo", help="load the demonstration data and serve them")
    parser.add_argument("--no-serve", action="store_true", help="load only")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Load the demonstration data, and serve them until stopped unless ``--no-serve`` is given."""
    if args.no_serve:
        with read_database(settings, migrated=False) as ready:
            _load(ready)
        return 0
    with port.bind_port(settings) as sockets, read_database(settings, migrated=False) as ready:
        key, found = _load(ready), replace(ready, port=port.find_port(sockets))
        return serve(found, sockets, announce=lambda: _announce(found, key))


def _load(settings: Settings) -> str:
    with _alone(settings.data_dir):
        return asyncio.run(_prepared(settings, clock()))


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Ensure that no other process loads the demonstration. Raises StartFailed if one does."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / "loading").open("ab") as handle:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise StartFailed(
                f"Another `cadran demo` loads into {folder} (CADRAN_DATA_DIR). Wait until it serves, or set another"
                " folder."
            ) from None
        yield


async def _prepared(settings: Settings, now: datetime) -> str:
    """Load data up to the present, and return the text of the demonstration's key."""
    await prepare(settings)
    async with writing_pool(settings) as pool:
        rows = await pool.fetch("SELECT s.horizon FROM data_state AS s WHERE EXISTS (SELECT FROM day_version)")
        if rows and now - rows[0]["horizon"] < UP_TO_DATE:
            await refresh(pool, workers=settings.refresh_workers)
        else:
            # Loading again only adds the weeks that have passed since.
            await fill(
                pool,
                now,
                workers=settings.refresh_workers,
                batch_rows=settings.load_batch_rows,
                currency=settings.currency,
            )
            await create_agreements(settings, now)
        return await make_demonstration_key(KeyStore(pool, clock), settings.data_dir / "demo.key")


async def make_demonstration_key(register: KeyStore, path: Path) -> str:
    """Return the stored key if it is valid in this database. Otherwise create a new key and store it.

    Only the owner of the file may read it.
    """
    text = _read_key(path)
    if any(each.holds(clock()) and matches(text, *each.digests(clock())) for each in await register.all()):
        return text
    grant = Grant(name="the demonstration's", role="administrator")
    secret = await register.create(grant, who=_WHO)
    _write_key(path, secret.text)
    return secret.text


def _read_key(path: Path) -> str:
    return path.read_text("utf-8").strip() if path.exists() else ""


def _write_key(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    # The permissions are restricted before the key is written.
    path.touch(mode=0o600)
    path.chmod(0o600)
    path.write_text(f"{text}\n", "utf-8")


async def fill(pool: Pool, now: datetime, *, workers: int, batch_rows: int, currency: str, seed: int = SEED) -> None:
    """Load the demonstration data, recompute the rollups with ``workers`` and create its objectives.

    A terminal shows a progress bar.
    """
    with _without_garbage_collection():
        await _filled(pool, now, seed, workers, batch_rows, currency)
    await create_objectives(pool, now)


@contextmanager
def _without_garbage_collection() -> Iterator[None]:
    """Disable the collection of reference cycles.

    The generation of the data makes no cycles, and the search among its millions of objects takes a third of its time.
    """
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


async def _filled(pool: Pool, now: datetime, seed: int, workers: int, batch_rows: int, currency: str) -> None:
    counts = row_counts(now)
    with make_progress_bars() as add:
        for kind, rows in tables(seed, now):
            moved = add(kind, counts.get(kind))
            summary = await load(
                pool,
                kind,
                _counted(rows, moved),
                batch_rows=batch_rows,
                currency=currency,
                source=_SOURCE,
                clock=lambda: now,
            )
            if summary.rejected:
                raise AssertionError(f"{summary.rejected} {kind} of the demonstration were rejected")
            moved(summary.read, summary.read)
        moved = add("rollups", None)
        days = await refresh(pool, workers=workers)
        moved(days, days)


async def create_agreements(settings: Settings, now: datetime) -> None:
    """Create the demonstration's contracts and seal their due periods: that of 2015 unless it exists, and a running one
    unless the partner has one.
    """
    today = day_date(local_day(now))
    async with open_for_command(settings) as service:
        contracts = service.contracts
        existing = [stored.latest.contract for stored in await contracts.register.all()]
        if all(contract.code != CONTRACT["contract"] for contract in existing):
            await contracts.create(read_form(json.dumps(CONTRACT)), who=_WHO)
        if not any(
            each.partner == PARTNER and each.valid_from <= today < (each.valid_to or date.max) for each in existing
        ):
            await contracts.create(read_form(json.dumps(running_contract(today))), who=_WHO)
        for stored, period in await find_due_periods(contracts.register, now):
            await contracts.seal(stored, period, who=_WHO)


def _counted(rows: Iterable[Any], moved: ProgressMoves) -> Iterator[Any]:
    for number, row in enumerate(rows):
        if number % 1000 == 0:
            moved(number, None)
        yield row


def _announce(settings: Settings, key: str) -> None:
    base = f"http://{settings.host}:{settings.port}"
    write(
        f"""
cadran is serving the demonstration: a company's year 2015, and the last eight weeks.

  Open    {base}/            the index of all resources

  Key     KEY={key}
          an administrator's key, stored in {settings.data_dir / "demo.key"}; `cadran key create` creates others

  Try     curl -H "authorization: Bearer $KEY" '{base}/v1/scorecard?period=2015'
          curl -H "authorization: Bearer $KEY" '{base}/v1/indicators?metrics=qos,aht&by=site&period=2015-12'
          curl -H "authorization: Bearer $KEY" '{base}/v1/now?site=PAU'
          curl -H "authorization: Bearer $KEY" '{base}/v1/sla/ALTO-2015?period=2015-12'
          curl -H "authorization: Bearer $KEY" '{base}/v1/objectives?as_of=2015-12-01'
          curl -H "authorization: Bearer $KEY" '{base}/v1/catalogue'
          curl -H "authorization: Bearer $KEY" {base}/graphql -H 'content-type: application/json' \\
            -d '{QUERY}'

Ctrl-C stops the server. The data stay in {settings.data_dir}.
"""
    )
