"""``cadran document add|list|remove``: the trusted GraphQL documents that keys may be limited to."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

from cadran.access.documents import TrustedDocuments
from cadran.api.schema import core_schema
from cadran.cli.database import read_database, writing_pool
from cadran.cli.terminal import format_cell, name_caller, write
from cadran.errors import QuestionRefused
from cadran.graphql.execution.documents import Documents
from cadran.process import clock
from cadran.settings import Settings

Work = Callable[[argparse.Namespace, TrustedDocuments, Settings], Awaitable[str]]


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("document", help="trust GraphQL documents, list them, remove them").add_subparsers(
        metavar="VERB", required=True
    )
    add = verbs.add_parser("add", help="trust the document of each file and print its id")
    add.add_argument("files", metavar="FILE", nargs="+", type=Path, help="a GraphQL file with one document")
    add.set_defaults(run=run, work=_add)
    verbs.add_parser("list", help="list every trusted document").set_defaults(run=run, work=_list)
    remove = verbs.add_parser("remove", help="remove a document from the trusted ones")
    remove.add_argument("document", help="the id of the document: sha256:…")
    remove.set_defaults(run=run, work=_remove)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the subcommand and print its result."""
    with read_database(settings) as ready:
        write(asyncio.run(_done(args, ready)))
    return 0


async def _done(args: argparse.Namespace, settings: Settings) -> str:
    async with writing_pool(settings) as pool:
        work: Work = args.work
        documents = TrustedDocuments(pool, clock, documents_max=settings.graphql_documents_max)
        return await work(args, documents, settings)


async def _add(args: argparse.Namespace, documents: TrustedDocuments, settings: Settings) -> str:
    known = Documents(core_schema(), introspections_max=settings.graphql_introspections_max)
    texts = [(file, _read(file)) for file in args.files]
    for file, text in texts:
        try:
            known.check(text)
        except QuestionRefused as error:
            raise QuestionRefused(f"{file}: {error.detail}", code=error.code, parameter=error.parameter) from error
    return "".join(
        [f"{await documents.add(text, who=name_caller())}  {format_cell(str(file))}\n" for file, text in texts]
    )


async def _list(args: argparse.Namespace, documents: TrustedDocuments, settings: Settings) -> str:
    lines = [
        f"{each.document_id}  {each.created_at:%Y-%m-%d}  {format_cell(' '.join(each.text.split())[:60])}\n"
        for each in await documents.all()
    ]
    return "".join(lines) or "no documents\n"


async def _remove(args: argparse.Namespace, documents: TrustedDocuments, settings: Settings) -> str:
    await documents.remove(args.document, who=name_caller())
    return f"{format_cell(args.document)} is no longer trusted\n"


def _read(file: Path) -> str:
    try:
        # The text must not be changed, since the id is the hash of its bytes.
        return file.read_bytes().decode()
    except (OSError, UnicodeDecodeError) as error:
        raise QuestionRefused(f"{file} cannot be read: {error}", code="bad_document") from error
