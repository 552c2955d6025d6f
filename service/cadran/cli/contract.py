"""``cadran contract add|amend|list|seal``: contracts with partners, and the sealing of their periods.

Contracts are read from files.
"""

from __future__ import annotations

import argparse
import asyncio
import json
from collections.abc import Awaitable, Callable
from datetime import date
from pathlib import Path
from typing import Any, Final

from cadran.cli.database import read_database
from cadran.cli.service import open_for_command
from cadran.cli.terminal import add_language, format_cell, name_caller, write
from cadran.contracts.changes import change
from cadran.contracts.model.contract import find_period
from cadran.contracts.model.form import read_form
from cadran.contracts.reader import ContractReader
from cadran.domain.access.principal import OPERATOR
from cadran.domain.metric import Label
from cadran.errors import QuestionRefused
from cadran.settings import Settings

Work = Callable[[argparse.Namespace, ContractReader], Awaitable[str]]
_ADDED: Final = Label("{code} is stored, version 1\n", "{code} est enregistré, version 1\n")
_AMENDED: Final = Label(
    "{code} is at version {version}, in effect from {day}\n",
    "{code} passe à la version {version}, en vigueur à partir du {day}\n",
)
_FROM: Final = Label("from {first}", "à partir du {first}")
_BETWEEN: Final = Label("from {first} to {end}", "du {first} au {end}")
_PERIODS: Final = Label("periods sealed: {number}", "périodes scellées : {number}")
NO_CONTRACTS: Final = Label("no contracts\n", "aucun contrat\n")
_SEALED: Final = Label("{period} is sealed\n", "{period} : période scellée\n")
_NOT_YET: Final = Label("not yet: {detail}\n", "pas encore : {detail}\n")
_NOT_DUE: Final = Label("nothing is due\n", "rien à sceller\n")


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("contract", help="contracts with partners: add, amend, list, seal").add_subparsers(
        metavar="VERB", required=True
    )
    add = verbs.add_parser("add", help="add a contract from a file in the form of schema/sla_contract.schema.json")
    add.add_argument("file", type=Path)
    add.set_defaults(work=_add)
    amend = verbs.add_parser("amend", help="add a version of a contract; earlier versions remain")
    amend.add_argument("contract", help="the code of the contract")
    amend.add_argument("file", type=Path, help="a file with the members to replace (null deletes a member)")
    amend.add_argument(
        "--from", dest="effective", required=True, help="the first day of the period from which the version applies"
    )
    amend.set_defaults(work=_amend)
    listing = verbs.add_parser("list", help="list every contract, with its last version and sealed periods")
    listing.set_defaults(work=_list)
    seal = verbs.add_parser("seal", help="seal every period that is due; sealed periods do not change")
    seal.add_argument("contract", nargs="?", help="the code of a contract; without it, all contracts")
    seal.add_argument("--period", help="only this period: 2015-12")
    seal.set_defaults(work=_seal)
    for each in (add, amend, listing, seal):
        add_language(each)
        each.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Run the subcommand and print its result."""
    with read_database(settings) as ready:
        write(asyncio.run(_done(args, ready)))
    return 0


async def _done(args: argparse.Namespace, settings: Settings) -> str:
    async with open_for_command(settings) as service:
        work: Work = args.work
        return await work(args, service.contracts)


async def _add(args: argparse.Namespace, contracts: ContractReader) -> str:
    stored = await contracts.create(read_form(_content(args.file)), who=name_caller())
    return _ADDED[args.lang].format(code=format_cell(stored.latest.contract.code))


async def _amend(args: argparse.Namespace, contracts: ContractReader) -> str:
    try:
        effective = date.fromisoformat(args.effective)
        changes = json.loads(_content(args.file))
    except ValueError as error:
        raise QuestionRefused(
            f"--from must be a day, and the file must be JSON: {error}.", code="bad_parameter"
        ) from error
    if not isinstance(changes, dict):
        raise QuestionRefused(f"{args.file} must contain a JSON object of the members to change.", code="bad_parameter")
    amended = await change(
        contracts, args.contract, changes, tags="*", effective=effective, principal=OPERATOR, who=name_caller()
    )
    return _AMENDED[args.lang].format(
        code=format_cell(args.contract), version=amended.latest.contract.version, day=effective
    )


async def _list(args: argparse.Namespace, contracts: ContractReader) -> str:
    lines = []
    for stored in await contracts.known(OPERATOR):
        contract = stored.latest.contract
        valid = (_BETWEEN if contract.valid_to else _FROM)[args.lang]
        valid = valid.format(first=contract.valid_from, end=contract.valid_to)
        sealed_periods = _PERIODS[args.lang].format(number=len(stored.seals))
        lines.append(
            f"{format_cell(contract.code)}  {format_cell(contract.partner)}  {valid}  version {contract.version}  "
            f"{sealed_periods}\n"
        )
    return "".join(lines) or NO_CONTRACTS[args.lang]


async def _seal(args: argparse.Namespace, contracts: ContractReader) -> str:
    if args.period:
        if not args.contract:
            raise QuestionRefused(
                "--period needs a contract: cadran contract seal CODE --period 2015-12.",
                code="bad_parameter",
                parameter="contract",
            )
        stored = await contracts.one(args.contract, OPERATOR)
        period = find_period(stored.latest.contract, args.period, now=contracts.desk.clock())
        await contracts.seal(stored, period, who=name_caller())
        return _SEALED[args.lang].format(period=format_cell(f"{args.contract} {period.name}"))
    if args.contract:
        await contracts.one(args.contract, OPERATOR)
    done, refused = await contracts.seal_due(who=name_caller(), code=args.contract)
    lines = [_SEALED[args.lang].format(period=format_cell(each)) for each in done]
    lines += [_NOT_YET[args.lang].format(detail=format_cell(error.detail)) for error in refused]
    return "".join(lines) or _NOT_DUE[args.lang]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise QuestionRefused(f"{path} cannot be read: {error}.", code="bad_parameter", parameter="file") from error
