"""``cadran okr list|show|check-in|close``: objectives at the terminal."""

from __future__ import annotations

import argparse
import asyncio
import getpass
from collections.abc import Awaitable, Callable, Mapping
from datetime import date
from typing import Any, Final

from cadran.app import Service
from cadran.cli.database import read_database
from cadran.cli.service import open_for_command
from cadran.cli.terminal import (
    PlainTable,
    add_language,
    add_list,
    format_cell,
    make_plain_table,
    name_caller,
    render_table,
    write,
    write_colon,
)
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.directory import Directory
from cadran.domain.display import display
from cadran.domain.metric import Label
from cadran.errors import QuestionRefused
from cadran.objectives.changes import Author, Changes
from cadran.objectives.documents.key_result import encode_value
from cadran.objectives.model.filter import FIRST_MAX, parse_filter
from cadran.objectives.model.objective import KeyResult, Owner, State
from cadran.objectives.model.pace import Pace
from cadran.objectives.progress import ObjectiveProgress
from cadran.settings import Settings

Work = Callable[[argparse.Namespace, Service], Awaitable[str]]
#: The width of a progress bar in characters, from the baseline to the target.
_BAR = 20

_NUMBER: Final = Label("", "")
_PROGRESS: Final = Label("progress", "avancement")
_PACE: Final = Label("pace", "rythme")
_SCORE: Final = Label("score", "note")
_SURE: Final = Label("sure", "confiance")
_OBJECTIVE: Final = (
    _NUMBER,
    Label("objective", "objectif"),
    Label("owner", "responsable"),
    Label("until", "jusqu'au"),
    Label("state", "état"),
    _PROGRESS,
    _PACE,
)
_KEY_RESULT: Final = (
    _NUMBER,
    Label("key result", "résultat clé"),
    Label("from", "départ"),
    Label("now", "actuel"),
    Label("to", "cible"),
    _PROGRESS,
    _PACE,
    Label("ends at", "projection"),
    _SURE,
    _SCORE,
)
_CHECK_IN: Final = (
    Label("check-in", "point d'étape"),
    _NUMBER,
    Label("value", "valeur"),
    _SURE,
    Label("by", "par"),
    Label("comment", "commentaire"),
)
_COMPANY: Final = Label("company", "entreprise")
_STATES: Final[Mapping[State, Label]] = {
    "draft": Label("draft", "brouillon"),
    "active": Label("active", "en cours"),
    "closed": Label("closed", "clos"),
    "abandoned": Label("abandoned", "abandonné"),
}
_PACES: Final[Mapping[Pace, Label]] = {
    "ahead": Label("ahead", "en avance"),
    "on_track": Label("on_track", "sur la bonne voie"),
    "at_risk": Label("at_risk", "à risque"),
    "off": Label("off", "hors trajectoire"),
}
_TO: Final = Label("to", "à")
_AS_OF: Final = Label("as of", "au")
_LEARNED: Final = Label("learned", "enseignement")
_MORE: Final = Label(
    "… there are more; narrow by --owner, --period or --state\n",
    "… il y en a d'autres ; précisez --owner, --period ou --state\n",
)
_RECORDED: Final = Label("recorded as check-in {number} of {day}\n", "enregistré : point d'étape {number} du {day}\n")
_CLOSED: Final = Label("closed with a score of {score}\n", "clos, note {score}\n")
_PROBLEM: Final = Label(
    "note: key result {number} cannot be measured: {detail}\n",
    "note : le résultat clé {number} ne peut pas être mesuré : {detail}\n",
)


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    verbs = commands.add_parser("okr", help="objectives and key results").add_subparsers(metavar="VERB", required=True)
    listing = verbs.add_parser("list", help="objectives with their progress")
    listing.add_argument("--owner", help="company, site:CODE or team:CODE")
    listing.add_argument("--period", help="only objectives that overlap this period: 2015, 2015-Q4")
    add_list(listing, "--state", "draft, active, closed or abandoned, separated by commas")
    listing.add_argument("--as-of", help="the day to show; the default is today")
    listing.set_defaults(work=_list)
    show = verbs.add_parser("show", help="an objective with its key results")
    show.add_argument("objective", type=int)
    show.add_argument("--as-of", help="the day to show; the default is today")
    show.set_defaults(work=_show)
    check_in = verbs.add_parser("check-in", help="record a check-in on a key result")
    check_in.add_argument("objective", type=int)
    check_in.add_argument("key_result", type=int)
    check_in.add_argument("--value", type=float, help="the value of a key result that is not measured")
    check_in.add_argument("--confidence", type=float, help="the confidence that the target will be reached, 0 to 1")
    check_in.add_argument("--comment", default="", help="a comment on the check-in")
    check_in.add_argument("--on", help="the day of the check-in; the default is today")
    check_in.set_defaults(work=_check_in)
    close = verbs.add_parser("close", help="close an objective with scores and a retrospective")
    close.add_argument("objective", type=int)
    close.add_argument("--note", required=True, help="the retrospective: the lessons learned")
    score = {"metavar": "KEY_RESULT=SCORE", "help": "the score, 0.0 to 1.0; the default is the progress"}
    close.add_argument("--score", action="append", default=[], **score)
    close.set_defaults(work=_close)
    for each in (listing, show, check_in, close):
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
        return await work(args, service)


async def _list(args: argparse.Namespace, service: Service) -> str:
    objectives, language = service.objectives, args.lang
    asked = parse_filter(
        owner=args.owner, states=args.state, period=args.period, parent=None, first=FIRST_MAX, after=None,
        directory=service.desk.directory(), today=objectives.today(Owner("company")),
    )  # fmt: skip
    page = await objectives.page(asked, OPERATOR, args.as_of)
    table = _table(language, *_OBJECTIVE)
    for each in page.objectives:
        of = each.objective
        table.fill(
            str(of.number), of.title, _owner(of.owner, language), of.end.isoformat(), _STATES[of.state][language],
            _bar(each.progress, each.expected, language), _pace(each.pace, language),
        )  # fmt: skip
    return _render(table) + (_MORE[language] if page.more else "")


async def _show(args: argparse.Namespace, service: Service) -> str:
    objective = await service.objectives.get(args.objective, OPERATOR, args.as_of)
    directory, language = service.desk.directory(), args.lang
    table = _table(language, *_KEY_RESULT)
    for each in objective.key_results:
        words = _words(each.key_result, directory, language)
        result, ahead = each.key_result, each.measured.projection
        table.fill(
            str(result.number), result.title, words(result.baseline), words(each.measured.value), words(result.target),
            _bar(each.progress, each.expected, language), _pace(each.pace, language),
            "–" if ahead is None else f"{words(ahead.low)} {_TO[language]} {words(ahead.high)}",
            _share(each.confidence, language), display(result.score, "score", language),
        )  # fmt: skip
    head, notes = _head(objective, language), _notes(objective, language)
    check_ins = _check_ins(objective, directory, language)
    return "\n".join(head) + "\n\n" + _render(table) + check_ins + "".join(notes)


def _head(objective: ObjectiveProgress, language: str) -> list[str]:
    """Return the lines about the objective: title, state, score and retrospective."""
    of = objective.objective
    score = [] if objective.score is None else [f"{_SCORE[language]} {display(objective.score, 'score', language)}"]
    day = f"{_AS_OF[language]} {objective.day}"
    state = [_owner(of.owner, language), f"{of.start} … {of.end}", _STATES[of.state][language], *score, day]
    learned = f"{_LEARNED[language]}{write_colon(language)} {of.retrospective}" if of.retrospective else ""
    return [format_cell(line) for line in (of.title, of.description, " · ".join(state), learned) if line]


def _check_ins(objective: ObjectiveProgress, directory: Directory, language: str) -> str:
    """Return a table of the check-ins up to the day shown, by key result."""
    table = _table(language, *_CHECK_IN)
    for each in objective.key_results:
        words = _words(each.key_result, directory, language)
        for said in each.key_result.check_ins:
            if said.on <= objective.day:
                table.fill(
                    said.on.isoformat(), str(each.key_result.number), words(said.value),
                    _share(said.confidence, language), said.author, said.comment,
                )  # fmt: skip
    # Comments are shown whole, even if they are long.
    table.columns[-1].no_wrap = False
    return "\n" + _render(table) if table.row_count else ""


def _words(of: KeyResult, directory: Directory, language: str) -> Callable[[float | None], str]:
    return lambda value: encode_value(of, value, directory, language, share_decimals=1)


def _owner(owner: Owner, language: str) -> str:
    return owner.code or (_COMPANY[language] if owner.kind == "company" else owner.kind)


def _pace(pace: Pace | None, language: str) -> str:
    return "–" if pace is None else _PACES[pace][language]


async def _check_in(args: argparse.Namespace, service: Service) -> str:
    sent = {"value": args.value, "confidence": args.confidence, "comment": args.comment}
    given = {**sent, "on": None if args.on is None else _day(args.on)}
    made = await Changes(service.objectives).check_in(args.objective, args.key_result, given, _author())
    return _RECORDED[args.lang].format(number=made.number, day=made.on)


async def _close(args: argparse.Namespace, service: Service) -> str:
    version = (await service.objectives.get(args.objective, OPERATOR)).objective.tag
    scores = [_score(text) for text in args.score]
    sent = {"state": "closed", "retrospective": args.note, "scores": scores}
    await Changes(service.objectives).change(args.objective, version, sent, _author())
    objective = await service.objectives.get(args.objective, OPERATOR)
    return _CLOSED[args.lang].format(score=display(objective.score, "score", args.lang))


def _notes(objective: ObjectiveProgress, language: str) -> list[str]:
    problems = [
        _PROBLEM[language].format(number=each.key_result.number, detail=format_cell(each.measured.problem.detail))
        for each in objective.key_results
        if each.measured.problem is not None
    ]
    return problems + [
        f"note{write_colon(language)} {format_cell(each.detail[language])}\n" for each in objective.warnings
    ]


def _bar(done: float | None, due: float | None, language: str) -> str:
    """Return progress as a bar and a share. A mark shows the progress expected by now."""
    if done is None:
        return "–"
    filled = round(min(1.0, max(0.0, done)) * _BAR)
    steps = ["█"] * filled + ["░"] * (_BAR - filled)
    if due is not None and 0 < due < 1:
        steps[min(_BAR - 1, round(due * _BAR))] = "│"
    return f"{''.join(steps)} {_share(done, language)}"


def _share(value: float | None, language: str) -> str:
    return display(value, "ratio", language, decimals=1)


def _score(text: str) -> dict[str, Any]:
    number, _, score = text.partition("=")
    try:
        return {"key_result": int(number), "score": float(score)}
    except ValueError:
        raise QuestionRefused(
            f"'{text}' is not a score. Write KEY_RESULT=SCORE, such as 4=0.7.", code="bad_parameter", parameter="scores"
        ) from None


def _day(text: str) -> date:
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise QuestionRefused(
            f"'{text}' is not a day. Write it as 2015-12-01.", code="bad_parameter", parameter="on"
        ) from None


def _author() -> Author:
    """Return the user of the terminal as an author."""
    return Author(Principal(getpass.getuser()), name_caller())


def _table(language: str, *names: Label) -> PlainTable:
    table = make_plain_table()
    for name in names:
        table.add(name[language], no_wrap=True)
    return table


def _render(table: PlainTable) -> str:
    return "".join(f"{line.rstrip()}\n" for line in render_table(table, width=200).splitlines())
