"""The entry point of all loads: every fact and every dimension enters the database through `load`.

`load` takes rows (of a file or of a program) and their kind. It stages, checks and stores them in batches of one
transaction each. Memory is therefore bounded, and committed batches stay when a later batch fails. It returns a
`LoadSummary`, and passes refused rows with their reasons to `rejects`. It raises `LoadRefused` when the rows cannot be
loaded as a whole. Loading the same rows again changes nothing.
"""

import json
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Protocol

from cadran.errors import LoadRefused, did_you_mean
from cadran.facts.files.rows import PlainRow, PlainRows, Record, RowSource
from cadran.facts.load.calendars import CALENDARS, Calendars
from cadran.facts.load.deletions import Deletions
from cadran.facts.load.dimensions import Dimensions
from cadran.facts.load.legs import Legs
from cadran.facts.load.pipeline import BATCH_CHARACTERS_MAX, load_contacts, split_batches
from cadran.facts.load.reasons import Reject, format_reason
from cadran.facts.load.session import Connection, Lender, RefusedRow, batch_transaction
from cadran.facts.load.staged import FACTS, StagedLoader
from cadran.facts.load.summary import LoadSummary
from cadran.facts.load.surveys import Surveys
from cadran.facts.schema.fields import is_zone
from cadran.facts.schema.schema import KINDS


async def load(
    pool: Lender,
    kind: str,
    rows: Iterable[PlainRow] | RowSource,
    *,
    batch_rows: int,
    zone: str | None = None,
    source: str = "default",
    clock: Callable[[], datetime] | None = None,
    on_progress: Callable[[int], None] | None = None,
    rejects: Callable[[Sequence[Reject]], None] | None = None,
) -> LoadSummary:
    """Load rows of one kind (`contacts`, `legs`, `surveys`, `sites` …).

    `batch_rows` are staged and committed at a time: enough that a batch's fixed cost does not matter, and few enough
    that a load of a few hundred thousand rows uses both connections (see pipeline.py).

    `rows` are tuples in the order of the schema, dicts by column, or a file's `RowSource`. All values are texts; `None`
    or "" means "not given". `zone` applies to times without an offset, and to sites seen for the first time. `source`
    applies to rows that name no source. After each batch, `on_progress` is called with the number of rows read so far,
    and `rejects` with the batch's refused rows. `clock` defaults to the database's clock.
    """
    _require(kind, zone)
    found = rows if isinstance(rows, RowSource) else PlainRows(kind, rows)
    total = LoadSummary()

    def report(summary: LoadSummary, refused: list[RefusedRow], unread: list[Reject]) -> None:
        nonlocal total
        total += summary
        total.rejected += len(unread)
        if rejects and (unread or refused):
            all_refused = [*unread, *(_in_words(row) for row in refused)]
            rejects(sorted(all_refused, key=lambda reject: reject.line))
        if on_progress and summary.read:
            on_progress(total.read)

    if kind == "contacts":
        await load_contacts(pool, found, zone=zone, source=source, batch_rows=batch_rows, clock=clock, report=report)
    else:
        async with pool.acquire() as connection:
            loader = _loader(connection, kind, found.header, zone=zone, source=source, clock=clock)
            await loader.open()
            # A calendar is loaded as a whole: its rows must not be split into two batches.
            for batch in [_whole(found, kind)] if kind in CALENDARS else split_batches(found, batch_rows):
                async with batch_transaction(connection):
                    done = await loader.batch(batch)
                report(*done, found.refused())
    report(LoadSummary(), [], found.refused())
    return total


class Loader(Protocol):
    """A loader of one kind of rows on one connection."""

    async def open(self) -> None:
        """Make the session's temporary objects."""
        ...

    async def batch(self, records: Iterable[Record]) -> tuple[LoadSummary, list[RefusedRow]]:
        """Store one batch. The caller commits."""
        ...


def _loader(
    connection: Connection,
    kind: str,
    header: Sequence[str],
    *,
    zone: str | None,
    source: str,
    clock: Callable[[], datetime] | None,
) -> Loader:
    """Return the loader of a kind other than contacts, which `load_contacts` loads."""
    if kind == "legs":
        return Legs(connection, zone=zone, source=source)
    if kind == "surveys":
        return Surveys(connection, zone=zone, source=source, clock=clock)
    if kind == "deletions":
        return Deletions(connection, source=source)
    if kind in FACTS:
        return StagedLoader(connection, FACTS[kind], zone=zone, source=source, clock=clock)
    if kind in CALENDARS:
        return Calendars(connection, kind, zone=zone, header=header)
    return Dimensions(connection, kind, zone=zone, header=header)


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


def _in_words(refused: RefusedRow) -> Reject:
    content = {name: value for name, value in json.loads(refused.content).items() if value is not None}
    return Reject(
        refused.line,
        refused.reason.partition(":")[0],
        format_reason(refused.reason, content),
        json.dumps(content, ensure_ascii=False),
    )
