"""The entry point of all loads: every fact and every dimension enters the database through `load`.

`load` takes rows (of a file or of a program) and their kind. It stages, checks and stores them in batches of one
transaction each. Memory is therefore bounded, and committed batches stay when a later batch fails. It returns a
`LoadSummary`, and passes refused rows with their reasons to `rejects`. It raises `LoadRefused` when the rows cannot be
loaded as a whole. Loading the same rows again changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import ExitStack, closing
from datetime import datetime
from typing import Protocol, TypedDict

from cadran.errors import LoadRefused, did_you_mean
from cadran.facts.attributes import read_attribute_columns
from cadran.facts.files.rows import NO_ATTRIBUTES, PlainRow, PlainRows, Record, RowSource
from cadran.facts.load.calendars import CALENDARS, Calendars
from cadran.facts.load.deletions import Deletions
from cadran.facts.load.dimensions import Dimensions
from cadran.facts.load.pipeline import BATCH_CHARACTERS_MAX, Report, load_contacts, split_batches
from cadran.facts.load.reasons import Reject, format_reason
from cadran.facts.load.repeats import UniqueRows
from cadran.facts.load.seen_ids import Duplicates, SeenIds
from cadran.facts.load.session import Connection, Lender, RefusedRow, batch_transaction, lock_sites
from cadran.facts.load.staged import StagedLoader
from cadran.facts.load.summary import LoadSummary
from cadran.facts.schema.facts import FACTS
from cadran.facts.schema.fields import is_zone
from cadran.facts.schema.schema import KINDS


async def load(
    pool: Lender,
    kind: str,
    rows: Iterable[PlainRow] | RowSource,
    *,
    batch_rows: int,
    currency: str,
    zone: str | None = None,
    source: str = "default",
    clock: Callable[[], datetime] | None = None,
    on_progress: Callable[[int], None] | None = None,
    rejects: Callable[[Sequence[Reject]], None] | None = None,
    duplicates: Duplicates = Duplicates.LAST,
) -> LoadSummary:
    """Load rows of one kind (`contacts`, `legs`, `surveys`, `sites` …).

    `batch_rows` are staged and committed at a time: enough that a batch's fixed cost does not matter, and few enough
    that a load of a few hundred thousand rows uses both connections (see pipeline.py).

    `currency` is the deployment's: rows that name another one are refused.

    `rows` are tuples in the order of the schema, dicts by column, or a file's `RowSource`. All values are texts; `None`
    or "" means "not given". `zone` applies to times without an offset, and to sites seen for the first time. `source`
    applies to rows that name no source. After each batch, `on_progress` is called with the number of rows read so far,
    and `rejects` with the refused rows, and with the rows that `duplicates` leaves out because another row of the load
    has the same id. `clock` defaults to the database's clock.
    """
    _require(kind, zone)
    attributes = await read_attribute_columns(pool) if kind == "contacts" else NO_ATTRIBUTES
    found: RowSource = rows if isinstance(rows, RowSource) else PlainRows(kind, rows, attributes=attributes)
    total = LoadSummary()
    names = {column: name for name, column in attributes.items()}

    def report(summary: LoadSummary, refused: list[RefusedRow], unread: list[Reject]) -> None:
        nonlocal total
        total += summary
        total.rejected += len(unread)
        if rejects and (unread or refused):
            all_refused = [*unread, *(_in_words(row, names) for row in refused)]
            rejects(sorted(all_refused, key=lambda reject: reject.line))
        if on_progress and summary.read:
            on_progress(total.read)

    # Where all rows of an id are rejected, the first row remains of ids that only the database finds equal, such as the
    # numbers 1 and 01 of a leg.
    seen = SeenIds(first=duplicates != Duplicates.LAST)
    options: _Options = {"zone": zone, "source": source, "clock": clock, "seen": seen}
    with ExitStack() as stack:
        stack.enter_context(closing(seen))
        if duplicates == Duplicates.REJECT:
            found = stack.enter_context(closing(UniqueRows(kind, found, source=source)))
        await _load_batches(pool, kind, found, batch_rows=batch_rows, currency=currency, options=options, report=report)
        report(LoadSummary(), [], found.refused())
    return total


class _Options(TypedDict):
    """What all loaders of a load are given."""

    zone: str | None
    source: str
    clock: Callable[[], datetime] | None
    seen: SeenIds


async def _load_batches(
    pool: Lender, kind: str, found: RowSource, *, batch_rows: int, currency: str, options: _Options, report: Report
) -> None:
    if kind == "contacts":
        await load_contacts(pool, found, batch_rows=batch_rows, report=report, **options)
    else:
        async with pool.acquire() as connection:
            loader = _loader(connection, kind, found.header, options, currency=currency)
            await loader.open()
            if kind in FACTS or kind == "deletions":
                await lock_sites(connection)
            # A calendar is loaded as a whole: its rows must not be split into two batches.
            for batch in [_whole(found, kind)] if kind in CALENDARS else split_batches(found, batch_rows):
                async with batch_transaction(connection):
                    done = await loader.batch(batch)
                report(*done, found.refused())


class Loader(Protocol):
    """A loader of one kind of rows on one connection."""

    async def open(self) -> None:
        """Make the session's temporary objects."""
        ...

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        ...


def _loader(connection: Connection, kind: str, header: Sequence[str], options: _Options, *, currency: str) -> Loader:
    """Return the loader of a kind other than contacts, which `load_contacts` loads."""
    if kind == "deletions":
        return Deletions(connection, source=options["source"])
    if kind in FACTS:
        return StagedLoader(connection, FACTS[kind], **options)
    make = Calendars if kind in CALENDARS else Dimensions
    return make(connection, kind, zone=options["zone"], currency=currency, header=header, seen=options["seen"])


def _whole(rows: RowSource, kind: str) -> Iterator[Record]:
    for record in rows.records():
        if rows.characters > BATCH_CHARACTERS_MAX:
            raise LoadRefused(
                f"A file of {kind} may have at most {BATCH_CHARACTERS_MAX:,} characters: split it by sites.",
                code="file_too_large",
            )
        yield record


def _require(kind: str, zone: str | None) -> None:
    if kind not in KINDS:
        near = did_you_mean(kind, list(KINDS))
        hint = f"Did you mean '{near[0]}'?" if near else f"Known: {', '.join(KINDS)}."
        raise LoadRefused(f"There is no kind of rows called '{kind}'. {hint}", code="unknown_kind", suggestions=near)
    if zone is not None and not is_zone(zone):
        raise LoadRefused(
            f"'{zone}' is not an IANA time zone such as Europe/Paris.", code="unknown_zone", parameter="zone"
        )


def _in_words(refused: RefusedRow, names: Mapping[str, str]) -> Reject:
    """Return the rejection in words. ``names`` are those of attributes, by their columns."""
    read = json.loads(refused.content)
    content = {names.get(name, name): value for name, value in read.items() if value is not None}
    reasons = refused.reason.split(",")
    return Reject(
        refused.line,
        reasons[0].partition(":")[0],
        "; ".join(format_reason(reason, content) for reason in reasons),
        json.dumps(content, ensure_ascii=False),
    )
