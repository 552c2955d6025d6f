"""``cadran staffing --calls 350 --handle-time 320 --agents 65,66``: required agents and expected service of a workload.

The command needs no database.
"""

from __future__ import annotations

import argparse
from typing import Any, Final

from cadran.cli.terminal import PlainTable, add_language, add_list, make_plain_table, write, write_colon, write_table
from cadran.domain.catalogue import METRICS
from cadran.domain.display import display
from cadran.domain.metric import Label
from cadran.domain.metrics.staffing import SERVICE_MEMBERS
from cadran.errors import QuestionRefused
from cadran.insights.documents import StaffingDocument
from cadran.insights.staffing import PARAMETERS, REQUIRED, compute_staffing, encode_staffing
from cadran.settings import Settings

_AGENTS: Final = Label("agents", "agents")
_POSITIONS: Final = Label("positions", "positions")
_LOAD: Final = Label("load", "charge")
_OVERLOADED: Final = Label(
    "–: the agents cannot handle the load, and the queue would grow without end",
    "– : les agents ne peuvent traiter la charge, et la file croîtrait sans fin",
)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("staffing", help="compute required agents, and the service of a number of agents")
    for each in PARAMETERS:
        default = "" if each.default is None else f"; default: {each.default:g}"
        parser.add_argument(
            f"--{each.slug.replace('_', '-')}",
            type=float,
            required=each.slug in REQUIRED,
            metavar="NUMBER",
            help=f"{each.description}{default}".replace("%", "%%"),
        )
    add_list(parser, "--agents", "numbers of agents whose service is shown; default: the required agents", default=[])
    add_language(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Compute and print the figures."""
    given = {each.slug: getattr(args, each.slug) for each in PARAMETERS}
    found = encode_staffing(compute_staffing(given, [_read_agents(word) for word in args.agents]))
    language = args.lang
    required = METRICS["required_agents"].label[language]
    write(
        f"{_LOAD[language]}{write_colon(language)} {display(found['load'], 'contacts', language)} Erlang\n"
        f"{required}{write_colon(language)} {found['required_agents']}"
        f" ({_POSITIONS[language]}{write_colon(language)} {found['required_positions']})\n"
    )
    write_table(_table(found, language))
    if any(row["overloaded"] for row in found["rows"]):
        write(f"{_OVERLOADED[language]}\n")
    return 0


def _table(found: StaffingDocument, language: str) -> PlainTable:
    table = make_plain_table()
    for name in (_AGENTS, _POSITIONS, *(METRICS[slug].label for slug in SERVICE_MEMBERS)):
        table.add(name[language], justify="right")
    for row in found["rows"]:
        shown: dict[str, Any] = {**row}
        figures = [
            display(shown[member], METRICS[slug].unit, language, decimals=1 if METRICS[slug].unit == "ratio" else None)
            for slug, member in SERVICE_MEMBERS.items()
        ]
        table.fill(str(row["agents"]), str(row["positions"]), *figures)
    return table


def _read_agents(word: str) -> float:
    try:
        return float(word)
    except ValueError as error:
        raise QuestionRefused(
            f"--agents must be whole numbers, separated by commas: 65,66,67. '{word[:20]}' is none.",
            code="bad_parameter",
            parameter="agents",
        ) from error
