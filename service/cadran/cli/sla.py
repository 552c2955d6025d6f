"""``cadran sla CODE --period 2015-12``: the attainment of a contract's terms in a period, and the amounts due.

Without a period, the command lists the periods that have begun, of one contract or of all.
"""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any, Final

from cadran.cli.contract import NO_CONTRACTS
from cadran.cli.database import read_database
from cadran.cli.service import open_for_command
from cadran.cli.terminal import PlainTable, add_language, format_cell, make_plain_table, write, write_colon, write_table
from cadran.contracts.documents.periods import SlaContractDocument, encode_sla_contract
from cadran.contracts.reader import Report
from cadran.contracts.statement.statement import localize
from cadran.domain.access.principal import OPERATOR
from cadran.domain.display import display
from cadran.domain.metric import Label, Unit
from cadran.errors import QuestionRefused
from cadran.settings import Settings

_COLUMNS: Final = (
    Label("term", "engagement"),
    Label("attained", "atteint"),
    Label("target", "objectif"),
    Label("windows met", "fenêtres tenues"),
    Label("left", "marge"),
    Label("due", "dû"),
)
_LISTED: Final = (
    Label("contract", "contrat"),
    Label("partner", "partenaire"),
    Label("period", "période"),
    Label("state", "état"),
    Label("to be sealed from", "à sceller à partir du"),
)
_SEALED: Final = Label("sealed", "période scellée")
_OPEN: Final = Label("not sealed", "période non scellée")
_ALL: Final = Label("all terms", "tous les engagements")
_DUE: Final = Label("due", "montant dû")
_RESTATED: Final = Label(
    "restated since: {term}, {was} when sealed, {now} now",
    "corrigé depuis : {term}, {was} au scellement, {now} maintenant",
)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("sla", help="show the statement of a contract for a period, or list periods")
    parser.add_argument("contract", nargs="?", help="the code of the contract; without it, periods of all are listed")
    parser.add_argument(
        "--period", help="a settlement period: 2015-12, 2015-Q4, last_month; without it, all are listed"
    )
    add_language(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Print the statement of the period, or the list of periods."""
    if args.period is None:
        return _list(args, settings)
    if args.contract is None:
        raise QuestionRefused(
            "--period needs a contract: cadran sla CODE --period 2015-12.", code="bad_parameter", parameter="contract"
        )
    with read_database(settings) as ready:
        report = asyncio.run(_report(args, ready))
    language = args.lang
    statement = localize(report.statement, language)
    state = (_SEALED if statement["sealed"] else _OPEN)[language]
    _line(f"{statement['contract']} {statement['period']['name']}, version {statement['version']}, {state}")
    write_table(_table(statement, language))
    for owner in (*statement["terms"], {"penalty": {"lines": statement["lines"]}, "term": _ALL[language]}):
        for line in owner["penalty"]["lines"]:
            amount = _money(line, statement, language)
            _line(f"  {owner['term']}{write_colon(language)} {line['label']}{write_colon(language)} {amount}")
    _line(f"{_DUE[language]}{write_colon(language)} {_money(statement, statement, language)}")
    units = {term["term"]: term["unit"] for term in statement["terms"]}
    for each in report.restatements:
        was, now = (_attained(each[name], units[each["term"]], language) for name in ("sealed", "now"))
        _line(_RESTATED[language].format(term=each["term"], was=was, now=now))
    for detail in report.warnings.values():
        _line(f"note{write_colon(language)} {detail[language]}")
    return 0


def _list(args: argparse.Namespace, settings: Settings) -> int:
    with read_database(settings) as ready:
        found = asyncio.run(_contracts(args, ready))
    if not found:
        write(NO_CONTRACTS[args.lang])
        return 0
    table = make_plain_table(*(name[args.lang] for name in _LISTED))
    for contract in found:
        for period in contract["periods"]:
            state = (_OPEN if period["sealed_at"] is None else _SEALED)[args.lang]
            table.fill(contract["contract"], contract["partner"], period["period"], state, period["seal_day"])
    write_table(table)
    return 0


async def _contracts(args: argparse.Namespace, settings: Settings) -> list[SlaContractDocument]:
    async with open_for_command(settings) as service:
        reader = service.contracts
        stored = [await reader.one(args.contract, OPERATOR)] if args.contract else await reader.known(OPERATOR)
        return [encode_sla_contract(each, service.desk.clock(), args.lang) for each in stored]


def _line(text: str) -> None:
    write(f"{format_cell(text)}\n")


async def _report(args: argparse.Namespace, settings: Settings) -> Report:
    async with open_for_command(settings) as service:
        return await service.contracts.report(args.contract, args.period, OPERATOR)


def _table(statement: dict[str, Any], language: str) -> PlainTable:
    table = make_plain_table(_COLUMNS[0][language])
    for name in _COLUMNS[1:]:
        table.add(name[language], justify="right")
    for term in statement["terms"]:
        table.fill(
            f"{term['label']} ({term['term']})",
            _attained(term, term["unit"], language),
            _figure(term["target"], term["unit"], language),
            f"{term['windows_met']}/{term['windows']}",
            _left(term["margin"], language),
            _money(term["penalty"], statement, language),
        )
    return table


def _attained(term: Mapping[str, Any], unit: Unit, language: str) -> str:
    return _figure(term["attained"], unit, language)


def _figure(value: float | None, unit: Unit, language: str) -> str:
    return display(value, unit, language, decimals=2 if unit == "ratio" else None)


def _money(owing: Mapping[str, Any], statement: Mapping[str, Any], language: str) -> str:
    return display(owing["amount"], "currency", language, currency=statement["currency"], decimals=2)


def _left(left: Mapping[str, Any], language: str) -> str:
    """Return how many contacts may still miss the target, or how much time is left."""
    if left["misses_left"] is not None:
        return display(left["misses_left"], "count", language)
    return "" if left["seconds_left"] is None else display(left["seconds_left"], "seconds", language)
