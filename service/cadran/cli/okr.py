"""``cadran okr list|show|check-in|close``: objectives at the terminal."""

from __future__ import annotations

import argparse
import asyncio
import getpass
import sys
from collections.abc import Awaitable, Callable
from datetime import date
from typing import Any

from rich.table import Table

from cadran.app import Service
from cadran.cli.database import database, opened
from cadran.cli.terminal import plain_table, printed, who
from cadran.domain.directory import Directory
from cadran.domain.display import display
from cadran.domain.principal import OPERATOR, Principal
from cadran.errors import QuestionRefused
from cadran.settings import Settings
from cadran.steer.objective import KeyResult, Owner
from cadran.steer.objective_changes import Author, Changes
from cadran.steer.objective_document import shown
from cadran.steer.objective_told import ToldObjective
from cadran.steer.objective_wanted import FIRST_MAX, wanted_in

Work = Callable[[argparse.Namespace, Service], Awaitable[str]]
#: A bar has so many steps from the baseline to the target.
_BAR = 20


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("okr", help="objectives and key results").add_subparsers(metavar="VERB", required=True)
    listing = verbs.add_parser("list", help="objectives with their progress")
    listing.add_argument("--owner", help="company, site:CODE or team:CODE")
    listing.add_argument("--period", help="those whose time overlaps it: 2015, 2015-Q4")
    listing.add_argument("--state", action="append", help="draft, active, closed or abandoned")
    listing.add_argument("--as-of", help="as of a day; today unless given")
    listing.set_defaults(run=run, work=_list)
    show = verbs.add_parser("show", help="an objective with its key results")
    show.add_argument("objective", type=int)
    show.add_argument("--as-of", help="as of a day; today unless given")
    show.set_defaults(run=run, work=_show)
    said = verbs.add_parser("check-in", help="say how a key result stands")
    said.add_argument("objective", type=int)
    said.add_argument("key_result", type=int)
    said.add_argument("--value", type=float, help="how it stands, where it is not measured")
    said.add_argument("--confidence", type=float, help="how sure you are that it will be reached, 0 to 1")
    said.add_argument("--comment", default="", help="and why")
    said.add_argument("--on", help="of which day; today unless given")
    said.set_defaults(run=run, work=_check_in)
    close = verbs.add_parser("close", help="score an objective and say what was learned")
    close.add_argument("objective", type=int)
    close.add_argument("--note", required=True, help="what was learned")
    close.add_argument(
        "--score",
        action="append",
        default=[],
        metavar="KEY_RESULT=SCORE",
        help="0.0 to 1.0; what progress amounts to unless given",
    )
    close.set_defaults(run=run, work=_close)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Do it and say what came of it."""
    with database(settings) as ready:
        sys.stdout.write(asyncio.run(_done(args, ready)))
    return 0


async def _done(args: argparse.Namespace, settings: Settings) -> str:
    async with opened(settings) as service:
        work: Work = args.work
        return await work(args, service)


async def _list(args: argparse.Namespace, service: Service) -> str:
    objectives = service.objectives
    asked = wanted_in(
        owner=args.owner, states=args.state, period=args.period, parent=None, first=FIRST_MAX, after=None,
        directory=service.desk.directory(), today=objectives.today(Owner("company")),
    )  # fmt: skip
    page = await objectives.page(asked, OPERATOR, args.as_of)
    table = _table("", "objective", "owner", "until", "state", "progress", "pace")
    for each in page.objectives:
        of = each.objective
        table.add_row(
            str(of.number), of.title, of.owner.code or of.owner.kind, of.end.isoformat(), of.state,
            _bar(each.progress, each.expected), each.pace or "–",
        )  # fmt: skip
    return _printed(table) + ("… there are more; narrow by --owner, --period or --state\n" if page.more else "")


async def _show(args: argparse.Namespace, service: Service) -> str:
    told = await service.objectives.get(args.objective, OPERATOR, args.as_of)
    directory = service.desk.directory()
    table = _table("", "key result", "from", "now", "to", "progress", "pace", "ends at", "sure", "score")
    for each in told.key_results:
        words = _words(each.key_result, directory)
        result, ahead = each.key_result, each.measured.projection
        table.add_row(
            str(result.number), result.title, words(result.baseline), words(each.measured.value), words(result.target),
            _bar(each.progress, each.expected), each.pace or "–",
            "–" if ahead is None else f"{words(ahead.low)} to {words(ahead.high)}", _share(each.confidence),
            "–" if result.score is None else f"{result.score:.2f}",
        )  # fmt: skip
    return "\n".join(_head(told)) + "\n\n" + _printed(table) + _said(told, directory) + "".join(_notes(told))


def _head(told: ToldObjective) -> list[str]:
    """What the objective is, how far it has come, and what was learned from it."""
    of = told.objective
    score = [] if told.score is None else [f"score {told.score:.2f}"]
    state = [of.owner.code or of.owner.kind, f"{of.start} … {of.end}", of.state, *score, f"as of {told.day}"]
    learned = f"learned: {of.retrospective}" if of.retrospective else ""
    return [line for line in (of.title, of.description, " · ".join(state), learned) if line]


def _said(told: ToldObjective, directory: Directory) -> str:
    """The check-ins up to the day, the oldest first."""
    table = _table("check-in", "", "value", "sure", "by", "comment")
    for each in told.key_results:
        words = _words(each.key_result, directory)
        for said in each.key_result.check_ins:
            if said.on <= told.day:
                table.add_row(
                    said.on.isoformat(), str(each.key_result.number), words(said.value), _share(said.confidence),
                    said.author, said.comment,
                )  # fmt: skip
    # However long, what somebody wrote is told whole.
    table.columns[-1].no_wrap = False
    return "\n" + _printed(table) if table.row_count else ""


def _words(of: KeyResult, directory: Directory) -> Callable[[float | None], str]:
    return lambda value: shown(of, value, directory, "en", share_decimals=1)


async def _check_in(args: argparse.Namespace, service: Service) -> str:
    sent = {"value": args.value, "confidence": args.confidence, "comment": args.comment}
    given = {**sent, "on": None if args.on is None else _day(args.on)}
    made = await Changes(service.objectives).check_in(args.objective, args.key_result, given, _author())
    return f"recorded as check-in {made.number} of {made.on}\n"


async def _close(args: argparse.Namespace, service: Service) -> str:
    version = (await service.objectives.get(args.objective, OPERATOR)).objective.tag
    scores = [_score(text) for text in args.score]
    sent = {"state": "closed", "retrospective": args.note, "scores": scores}
    await Changes(service.objectives).change(args.objective, version, sent, _author())
    told = await service.objectives.get(args.objective, OPERATOR)
    return f"closed with a score of {told.score:.2f}\n"


def _notes(told: ToldObjective) -> list[str]:
    problems = [
        f"note: key result {each.key_result.number} cannot be measured: {each.measured.problem.detail}\n"
        for each in told.key_results
        if each.measured.problem is not None
    ]
    return problems + [f"note: {each.detail.en}\n" for each in told.warnings]


def _bar(done: float | None, due: float | None) -> str:
    """Progress as a bar with a mark where it should be by now, and in words."""
    if done is None:
        return "–"
    filled = round(min(1.0, max(0.0, done)) * _BAR)
    steps = ["█"] * filled + ["░"] * (_BAR - filled)
    if due is not None and 0 < due < 1:
        steps[min(_BAR - 1, round(due * _BAR))] = "│"
    return f"{''.join(steps)} {_share(done)}"


def _share(value: float | None) -> str:
    return display(value, "ratio", decimals=1)


def _score(text: str) -> dict[str, Any]:
    number, _, score = text.partition("=")
    try:
        return {"key_result": int(number), "score": float(score)}
    except ValueError:
        raise QuestionRefused(f"'{text}' is no score: write 4=0.7.", code="bad_parameter", parameter="scores") from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionRefused(f"'{text}' is no day: write 2015-12-01.", code="bad_parameter", parameter="on") from None


def _author() -> Author:
    """Who sits at the terminal."""
    return Author(Principal(getpass.getuser()), who())


def _table(*names: str) -> Table:
    made = plain_table()
    for name in names:
        made.add_column(name, no_wrap=True)
    return made


def _printed(table: Table) -> str:
    return "".join(f"{line.rstrip()}\n" for line in printed(table, width=200).splitlines())
