"""``cadran load FILE…``: load facts or dimensions from files. Rejected rows go to a separate file."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict
from hashlib import file_digest
from pathlib import Path
from typing import Any

from cadran.access.audit import record_entry
from cadran.cli.database import prepare_new, read_database, writing_pool
from cadran.cli.terminal import format_cell, name_caller, report_status, write, write_error
from cadran.domain.dimension import MEMBERS_MAX
from cadran.errors import LoadRefused
from cadran.facts.attributes import read_attribute_columns
from cadran.facts.files.files import FileRows
from cadran.facts.files.rejects import RejectsFile
from cadran.facts.load.load import load
from cadran.facts.load.seen_ids import Duplicates
from cadran.facts.load.summary import LoadSummary
from cadran.facts.refresh.refresh import refresh
from cadran.facts.schema.schema import KINDS
from cadran.settings import Settings
from cadran.store.migrate import MigrationRefused
from cadran.store.pool import Pool


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("load", help="load contacts, legs or dimensions from files")
    parser.add_argument("files", nargs="+", type=Path, metavar="FILE", help="CSV, JSON (both also .gz) or Parquet")
    parser.add_argument("--as", dest="kind", choices=tuple(KINDS), default="contacts", help="the kind of the rows")
    parser.add_argument(
        "--mapping", type=Path, help="a file with one SELECT over the view 'file' (see docs/loading.md)"
    )
    parser.add_argument(
        "--allow-read",
        action="append",
        default=[],
        type=Path,
        metavar="DIR",
        help="a folder whose files the mapping may also read; may be given several times",
    )
    parser.add_argument("--zone", help="the IANA zone of times without an offset, and of new sites")
    parser.add_argument("--source", default="default", help="the source of rows that name none")
    parser.add_argument("--encoding", default="utf-8", help="the encoding of CSV and JSON files, such as latin-1")
    parser.add_argument(
        "--rejects", type=Path, help="the file of rejected rows; default NAME.rejects.csv in this folder"
    )
    parser.add_argument(
        "--duplicates",
        choices=tuple(each.value for each in Duplicates),
        default=Duplicates.LAST.value,
        help="of several rows of a file with one id, load the last (default) or the first, or reject them all",
    )
    parser.add_argument("--no-refresh", action="store_true", help="let a worker refresh the figures")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Load the files one after the other. The exit code is 2 if rows were rejected."""
    with read_database(settings, migrated=False) as ready:
        return asyncio.run(_run(args, ready))


async def _run(args: argparse.Namespace, settings: Settings) -> int:
    mapping_sql = _text_of(args.mapping) if args.mapping else None
    if args.rejects and len(args.files) > 1:
        raise LoadRefused("--rejects names one file. Load the files one by one.", parameter="rejects")
    if args.allow_read and not args.mapping:
        raise LoadRefused("--allow-read is for a mapping. Name the mapping with --mapping.", parameter="allow_read")
    await prepare_new(settings)
    rejected = 0
    async with writing_pool(settings) as pool:
        try:
            for path in args.files:
                rejected += await _file(pool, path, args, settings, mapping_sql=mapping_sql)
        finally:
            # The figures are refreshed even if a later file is refused, because the rows loaded before are committed.
            if not args.no_refresh:
                await _refresh(pool, settings)
    return 2 if rejected else 0


async def _refresh(pool: Pool, settings: Settings) -> None:
    """Refresh the figures, unless another version writes the rollups: its worker then refreshes them."""
    try:
        with report_status("refreshing the figures"):
            await refresh(pool, workers=settings.refresh_workers)
    except MigrationRefused as refusal:
        write_error(f"cadran: {refusal.detail}\n")


async def _file(
    pool: Pool, path: Path, args: argparse.Namespace, settings: Settings, *, mapping_sql: str | None
) -> int:
    """Load one file, print the result and return the number of rejected rows.

    The audit log gets a line for the beginning and one for the end, since stored batches remain when a load fails.
    """
    rejects_path = args.rejects or Path(path.name.split(".")[0] + ".rejects.csv")
    with (
        FileRows(
            args.kind,
            path,
            mapping_sql=mapping_sql,
            encoding=args.encoding,
            allow_read=args.allow_read,
            attributes=await read_attribute_columns(pool),
        ) as rows,
        RejectsFile(rejects_path, texts=rows.texts, loaded=path) as rejects,
        _progress(path) as on_progress,
    ):
        file = {"file": path.name, "sha256": await asyncio.to_thread(_sha256, path), "source": args.source}
        await _note(pool, "import.begin", args.kind, file)
        summary = await load(
            pool,
            args.kind,
            rows,
            zone=args.zone,
            source=args.source,
            batch_rows=settings.load_batch_rows,
            currency=settings.currency,
            on_progress=on_progress,
            rejects=rejects.write,
            duplicates=Duplicates(args.duplicates),
        )
        await _note(pool, "import.end", args.kind, file | _counts(summary))
    write(format_cell(f"{path.name}: {summary.line(str(rejects_path))}") + "\n")
    for name, count in summary.beyond.items():
        write(format_cell(_explain_beyond(name, count)) + "\n")
    if summary.superseded:
        write(format_cell(_explain_superseded(summary.superseded, Duplicates(args.duplicates), rejects_path)) + "\n")
    return summary.rejected


def _explain_superseded(count: int, duplicates: Duplicates, rejects: Path) -> str:
    loaded, other = ("last", Duplicates.FIRST) if duplicates == Duplicates.LAST else ("first", Duplicates.LAST)
    others = "the other row" if count == 1 else f"the {count:,} other rows"
    return (
        f"  The file repeats ids: of each, the {loaded} row was loaded. {rejects} names {others}, each"
        f" with the line of the row that was loaded. To load the {other} row, use --duplicates {other}; to load none of"
        " them, --duplicates reject."
    )


def _explain_beyond(name: str, count: int) -> str:
    rows = "1 row with another value counts" if count == 1 else f"{count:,} rows with other values count"
    return f"  {name} has {MEMBERS_MAX:,} values, as many as are distinguished: {rows} as 'other'."


async def _note(pool: Pool, action: str, kind: str, detail: Mapping[str, Any]) -> None:
    async with pool.acquire() as connection:
        await record_entry(connection, name_caller(), action, kind, detail)


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return file_digest(file, "sha256").hexdigest()


def _counts(summary: LoadSummary) -> dict[str, int]:
    return {name: count for name, count in asdict(summary).items() if isinstance(count, int)}


@contextmanager
def _progress(path: Path) -> Iterator[Callable[[int], None]]:
    with report_status(f"loading {path.name}") as say:
        yield lambda rows: say(f"loading {path.name}: {rows:,} rows")


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise LoadRefused(f"There is no mapping {path}. Correct its name.", parameter="mapping") from error
    except OSError as error:
        raise LoadRefused(f"The mapping {path} cannot be read: {error.strerror}.", parameter="mapping") from error
    except UnicodeDecodeError as error:
        raise LoadRefused(f"The mapping {path} is not text in UTF-8: save it as UTF-8.", parameter="mapping") from error
