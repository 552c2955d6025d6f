"""``cadran attribute add|list|remove``: the contacts' own attributes, each a dimension."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, Final

from cadran import sqlfiles
from cadran.access.audit import record_entry
from cadran.api.registry import OPERATIONS
from cadran.cli.database import read_database, writing_pool
from cadran.cli.terminal import format_cell, make_plain_table, name_caller, render_table, write
from cadran.domain.dimension import ATTRIBUTES_MAX, MEMBERS_MAX
from cadran.domain.filter_name import split_filter_name
from cadran.errors import QuestionRefused
from cadran.facts.attributes import add_attribute, check_name, find_losses, remove_attribute
from cadran.settings import Settings
from cadran.store.pool import Pool

_WIDTH: Final = 100
_KEYS_SHOWN: Final = 10
Work = Callable[[argparse.Namespace, Pool], Awaitable[str]]


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("attribute", help="list, add and remove the contacts' own attributes").add_subparsers(
        metavar="VERB", required=True
    )
    listed = verbs.add_parser("list", help="list the attributes")
    listed.set_defaults(run=run, work=_list)
    add = verbs.add_parser(
        "add", help=f"add an attribute, or change its labels; there are at most {ATTRIBUTES_MAX} attributes"
    )
    add.add_argument("name", help="the name of the dimension, and of the column in files of contacts, such as campaign")
    add.add_argument("--label-en", help="the English label; without it the French label, or the name")
    add.add_argument("--label-fr", help="the French label; without it the English label, or the name")
    add.add_argument(
        "--rollup", action="store_true", help="let a worker fill rollups with it, for questions about whole days"
    )
    add.set_defaults(run=run, work=_add)
    remove = verbs.add_parser("remove", help="remove an attribute with the values of all contacts")
    remove.add_argument("name", help="the name of the attribute")
    remove.add_argument("--yes", action="store_true", help="remove it; without this, only say what would be lost")
    remove.set_defaults(run=run, work=_remove)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the subcommand and print its result."""
    with read_database(settings) as ready:
        write(asyncio.run(_do(args, ready)))
    return 0


async def _do(args: argparse.Namespace, settings: Settings) -> str:
    async with writing_pool(settings) as pool:
        work: Work = args.work
        return await work(args, pool)


async def _list(args: argparse.Namespace, pool: Pool) -> str:
    table = make_plain_table("name", "label en", "label fr", "values", "rollups")
    rows = await pool.fetch(sqlfiles.read("facts/attributes.sql:listed"))
    for row in rows:
        rollups = ("filled" if row["filled"] else "being filled") if row["has_rollup"] else "none"
        labels = [format_cell(row[name] or "") for name in ("label_en", "label_fr")]
        table.fill(row["name"], *labels, str(row["members"]), rollups)
    return render_table(table, width=_WIDTH) if rows else "no attributes; add one: cadran attribute add\n"


async def _add(args: argparse.Namespace, pool: Pool) -> str:
    check_name(args.name, {split_filter_name(each.name)[0] for one in OPERATIONS for each in one.parameters})
    given = {"label_en": args.label_en, "label_fr": args.label_fr, "has_rollup": args.rollup}
    async with pool.acquire() as connection, connection.transaction():
        is_new = await add_attribute(connection, args.name, **given)
        await record_entry(connection, name_caller(), "attribute.add", args.name, given)
    filled = "; a worker (cadran worker) fills the rollups with it" if args.rollup else ""
    if not is_new:
        return f"{args.name} is changed{filled}\n"
    return (
        f"{args.name} is a dimension from now on, of at most {MEMBERS_MAX:,} values{filled}\n"
        f"  Load contacts with a column {args.name}; those loaded before have no value until they are loaded again.\n"
    )


async def _remove(args: argparse.Namespace, pool: Pool) -> str:
    async with pool.acquire() as connection, connection.transaction():
        losses = await find_losses(connection, args.name)
        if losses.keys:
            shown = ", ".join(losses.keys[:_KEYS_SHOWN])
            raise QuestionRefused(
                f"Keys are bound to {args.name}, and would see nothing ({len(losses.keys)}: {shown}). Revoke them first"
                " (cadran key revoke), and create others.",
                code="bad_parameter",
                parameter="name",
            )
        lost = f"{losses.contacts:,} contacts lose their value of {args.name}"
        if not args.yes:
            raise QuestionRefused(
                f"{lost}, and so do their legs and surveys. Questions, saved boards, objectives and contracts that name"
                f" {args.name} are refused from then on. To remove it, add --yes.",
                code="bad_parameter",
                parameter="name",
            )
        await remove_attribute(connection, args.name)
        detail = {"contacts": losses.contacts}
        await record_entry(connection, name_caller(), "attribute.remove", args.name, detail)
    return f"{args.name} is removed; {lost}\n"
