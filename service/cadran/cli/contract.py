"""``cadran contract add|amend|list|seal``: contracts with partners, by file, and the sealing of their periods."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any

from cadran.cli.database import database, opened
from cadran.cli.terminal import who
from cadran.domain.principal import OPERATOR
from cadran.errors import QuestionRefused
from cadran.settings import Settings
from cadran.steer.contract import period_of
from cadran.steer.contract_change import change
from cadran.steer.contract_form import read
from cadran.steer.contracts import Contracts

Work = Callable[[argparse.Namespace, Contracts], Awaitable[str]]


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("contract", help="contracts with partners: add, amend, list, seal").add_subparsers(
        metavar="VERB", required=True
    )
    add = verbs.add_parser("add", help="a new contract, from a file of schema/sla_contract.schema.json")
    add.add_argument("file", type=Path)
    add.set_defaults(run=run, work=_add)
    amend = verbs.add_parser("amend", help="another version of a contract; what was before stays")
    amend.add_argument("contract", help="its code")
    amend.add_argument("file", type=Path, help="the members to replace (null: left out)")
    amend.add_argument("--from", dest="effective", required=True, help="first day of the period from which it holds")
    amend.set_defaults(run=run, work=_amend)
    verbs.add_parser("list", help="every contract, with its last version and sealed periods").set_defaults(
        run=run, work=_list
    )
    seal = verbs.add_parser("seal", help="seal every period whose day has come; sealed ones stay as they are")
    seal.add_argument("contract", nargs="?", help="only of this one")
    seal.add_argument("--period", help="only this one: 2015-12")
    seal.set_defaults(run=run, work=_seal)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Do it and say what came of it."""
    with database(settings) as ready:
        sys.stdout.write(asyncio.run(_done(args, ready)))
    return 0


async def sealed(contracts: Contracts, *, who: str, code: str | None = None) -> tuple[list[str], list[QuestionRefused]]:
    """Seal what is due, of one contract or of all; gives what was sealed, and what each other was refused for."""
    done: list[str] = []
    refused: list[QuestionRefused] = []
    for kept, period in await contracts.due(code):
        try:
            await contracts.seal(kept, period, who=who)
        except QuestionRefused as error:
            refused.append(error)
        else:
            done.append(f"{kept.latest.contract.code} {period.name}")
    return done, refused


async def _done(args: argparse.Namespace, settings: Settings) -> str:
    async with opened(settings) as service:
        work: Work = args.work
        return await work(args, service.contracts)


async def _add(args: argparse.Namespace, contracts: Contracts) -> str:
    kept = await contracts.create(read(_content(args.file)), who=who())
    return f"{kept.latest.contract.code} is kept, version 1\n"


async def _amend(args: argparse.Namespace, contracts: Contracts) -> str:
    try:
        effective = date.fromisoformat(args.effective)
        changes = json.loads(_content(args.file))
    except ValueError as error:
        raise QuestionRefused(f"--from is a day and the file is JSON: {error}.", code="bad_parameter") from error
    if not isinstance(changes, dict):
        raise QuestionRefused(f"{args.file} holds no object of the members to change.", code="bad_parameter")
    told = await change(contracts, args.contract, changes, tags="*", effective=effective, principal=OPERATOR, who=who())
    return f"{args.contract} is at version {told.latest.contract.version}, in effect from {effective}\n"


async def _list(_: argparse.Namespace, contracts: Contracts) -> str:
    lines = []
    for kept in await contracts.known(OPERATOR):
        contract = kept.latest.contract
        until = f" to {contract.valid_to}" if contract.valid_to else ""
        lines.append(
            f"{contract.code}  {contract.partner}  from {contract.valid_from}{until}  version {contract.version}"
            f"  {len(kept.seals)} periods sealed\n"
        )
    return "".join(lines) or "no contracts\n"


async def _seal(args: argparse.Namespace, contracts: Contracts) -> str:
    if args.period:
        if not args.contract:
            raise QuestionRefused("Say of which contract.", code="bad_parameter", parameter="contract")
        kept = await contracts.one(args.contract, OPERATOR)
        period = period_of(kept.latest.contract, args.period, now=contracts.desk.clock())
        await contracts.seal(kept, period, who=who())
        return f"{args.contract} {period.name} is sealed\n"
    if args.contract:
        await contracts.one(args.contract, OPERATOR)
    done, refused = await sealed(contracts, who=who(), code=args.contract)
    told = [f"{each} is sealed\n" for each in done] + [f"not yet: {error.detail}\n" for error in refused]
    return "".join(told) or "nothing is due\n"


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise QuestionRefused(f"{path} cannot be read: {error}.", code="bad_parameter", parameter="file") from error
