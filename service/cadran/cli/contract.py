"""``cadran contract add|amend|list|seal``: contracts with partners, by file, and the sealing of their periods."""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from cadran.cli.database import database, opened
from cadran.cli.terminal import add_language, cell, who, write
from cadran.contracts.changes import change
from cadran.contracts.model.contract import period_of
from cadran.contracts.model.form import read
from cadran.contracts.reader import Contracts
from cadran.domain.access.principal import OPERATOR
from cadran.domain.metric import Label
from cadran.errors import QuestionRefused
from cadran.settings import Settings

Work = Callable[[argparse.Namespace, Contracts], Awaitable[str]]
_KEPT: Final = Label("{code} is kept, version 1\n", "{code} est enregistré, version 1\n")
_AMENDED: Final = Label(
    "{code} is at version {version}, in effect from {day}\n",
    "{code} passe à la version {version}, en vigueur à partir du {day}\n",
)
_FROM: Final = Label("from {first}", "à partir du {first}")
_BETWEEN: Final = Label("from {first} to {end}", "du {first} au {end}")
_PERIODS: Final = Label("periods sealed: {number}", "périodes scellées : {number}")
_NONE: Final = Label("no contracts\n", "aucun contrat\n")
_SEALED: Final = Label("{period} is sealed\n", "{period} : période scellée\n")
_NOT_YET: Final = Label("not yet: {detail}\n", "pas encore : {detail}\n")
_NOT_DUE: Final = Label("nothing is due\n", "rien à sceller\n")


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("contract", help="contracts with partners: add, amend, list, seal").add_subparsers(
        metavar="VERB", required=True
    )
    add = verbs.add_parser("add", help="a new contract, from a file of schema/sla_contract.schema.json")
    add.add_argument("file", type=Path)
    add.set_defaults(work=_add)
    amend = verbs.add_parser("amend", help="another version of a contract; what was before stays")
    amend.add_argument("contract", help="its code")
    amend.add_argument("file", type=Path, help="the members to replace (null: left out)")
    amend.add_argument("--from", dest="effective", required=True, help="first day of the period from which it holds")
    amend.set_defaults(work=_amend)
    listing = verbs.add_parser("list", help="every contract, with its last version and sealed periods")
    listing.set_defaults(work=_list)
    seal = verbs.add_parser("seal", help="seal every period whose day has come; sealed ones stay as they are")
    seal.add_argument("contract", nargs="?", help="only of this one")
    seal.add_argument("--period", help="only this one: 2015-12")
    seal.set_defaults(work=_seal)
    for each in (add, amend, listing, seal):
        add_language(each)
        each.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Do it and say what came of it."""
    with database(settings) as ready:
        write(asyncio.run(_done(args, ready)))
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
    return _KEPT[args.lang].format(code=cell(kept.latest.contract.code))


async def _amend(args: argparse.Namespace, contracts: Contracts) -> str:
    try:
        effective = date.fromisoformat(args.effective)
        changes = json.loads(_content(args.file))
    except ValueError as error:
        raise QuestionRefused(f"--from is a day and the file is JSON: {error}.", code="bad_parameter") from error
    if not isinstance(changes, dict):
        raise QuestionRefused(f"{args.file} holds no object of the members to change.", code="bad_parameter")
    told = await change(contracts, args.contract, changes, tags="*", effective=effective, principal=OPERATOR, who=who())
    return _AMENDED[args.lang].format(code=cell(args.contract), version=told.latest.contract.version, day=effective)


async def _list(args: argparse.Namespace, contracts: Contracts) -> str:
    lines = []
    for kept in await contracts.known(OPERATOR):
        contract = kept.latest.contract
        valid = (_BETWEEN if contract.valid_to else _FROM)[args.lang]
        valid = valid.format(first=contract.valid_from, end=contract.valid_to)
        sealed_periods = _PERIODS[args.lang].format(number=len(kept.seals))
        lines.append(
            f"{cell(contract.code)}  {cell(contract.partner)}  {valid}  version {contract.version}  {sealed_periods}\n"
        )
    return "".join(lines) or _NONE[args.lang]


async def _seal(args: argparse.Namespace, contracts: Contracts) -> str:
    if args.period:
        if not args.contract:
            raise QuestionRefused(
                "Say of which contract: cadran contract seal CODE --period 2015-12.",
                code="bad_parameter",
                parameter="contract",
            )
        kept = await contracts.one(args.contract, OPERATOR)
        period = period_of(kept.latest.contract, args.period, now=contracts.desk.clock())
        await contracts.seal(kept, period, who=who())
        return _SEALED[args.lang].format(period=cell(f"{args.contract} {period.name}"))
    if args.contract:
        await contracts.one(args.contract, OPERATOR)
    done, refused = await sealed(contracts, who=who(), code=args.contract)
    told = [_SEALED[args.lang].format(period=cell(each)) for each in done]
    told += [_NOT_YET[args.lang].format(detail=cell(error.detail)) for error in refused]
    return "".join(told) or _NOT_DUE[args.lang]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise QuestionRefused(f"{path} cannot be read: {error}.", code="bad_parameter", parameter="file") from error
