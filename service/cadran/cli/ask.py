"""``cadran ask qos aht --by site --period 2015``: a question at the terminal, answered as a table."""

from __future__ import annotations

import argparse
import asyncio
from collections.abc import Mapping
from typing import Any, Final

from cadran.cli.database import read_database
from cadran.cli.service import open_for_command
from cadran.cli.terminal import (
    PlainTable,
    add_language,
    add_list,
    make_plain_table,
    write,
    write_colon,
    write_note,
    write_table,
)
from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer, KeyColumn
from cadran.domain.ask import Ask, Condition
from cadran.domain.display import display
from cadran.domain.filter_name import split_filter_name
from cadran.domain.metric import Label
from cadran.domain.metric_ref import Order, parse_columns, split_list
from cadran.domain.presentation import Presentation
from cadran.domain.question import Compare, MetricRef
from cadran.errors import QuestionRefused
from cadran.settings import Settings

_BEFORE: Final = Label("before", "avant")
_DAYS: Final = Label("days", "jours")
_PARTIAL: Final = Label("partial", "partiel")
_ABOVE: Final = Label("above", "au-dessus")
_BELOW: Final = Label("below", "au-dessous")
_TARGET: Final = Label("target", "de l'objectif")


def add_parser(commands: argparse._SubParsersAction[Any]) -> None:
    """Declare the command."""
    parser = commands.add_parser("ask", help="ask a question and show the figures")
    parser.add_argument("metrics", nargs="+", help="the metrics, such as qos aht 'service_level(within=20)'")
    add_list(parser, "--by", "the dimensions to group by, separated by commas", default=[])
    parser.add_argument(
        "--period", help="a named window: now, today, last_7_days, month_to_date, 2015, 2015-12, 2015-W50 …"
    )
    parser.add_argument("--start", help="the start of the window, instead of a period")
    parser.add_argument("--end", help="the end of the window, which the window excludes")
    parser.add_argument("--zone", help="an IANA zone for all sites; the default is the zone of each site")
    parser.add_argument("--grain", default="total", help="quarter_hour, half_hour, hour, day, week, month, year, total")
    parser.add_argument(
        "--where",
        action="append",
        default=[],
        metavar="DIMENSION=VALUES",
        help="a filter, such as channel=phone,chat or channel!=phone",
    )
    parser.add_argument("--step", help="the width of rows by time of day: quarter_hour, half_hour, hour")
    parser.add_argument(
        "--bands", action="store_true", help="show the 10th and the 90th percentile of the days of a usual day or week"
    )
    parser.add_argument("--compare", help=", ".join(Compare))
    parser.add_argument("--top", type=int, help="the maximum number of groups")
    parser.add_argument("--order", help="the metric that orders the groups; --order=-qos puts the highest first")
    parser.add_argument("--explain", action="store_true", help="show the SQL and why its tables were chosen")
    add_language(parser)
    parser.set_defaults(run=run)


def run(args: argparse.Namespace, settings: Settings) -> int:
    """Ask the question and print the answer."""
    names = parse_columns((call for word in args.metrics for call in split_list(word)), args.by)
    wanted = Ask(
        metrics=tuple(names),
        period=args.period,
        start=args.start,
        end=args.end,
        zone=args.zone,
        grain=args.grain,
        by=args.by,
        where=[parse_condition(text) for text in args.where],
        compare=args.compare,
        step=args.step,
        bands=args.bands,
        top=args.top,
        order=Order.parse(args.order, names),
    )
    with read_database(settings) as ready:
        answer = asyncio.run(_answer(ready, wanted))
    write_table(_table(answer, names, args.lang, settings.currency))
    if answer.compared is not None:
        start, end = answer.compared
        write_note(f"{_BEFORE[args.lang]}{write_colon(args.lang)} {start} – {end}")
    for notice in answer.warnings:
        write_note(f"note{write_colon(args.lang)} {notice.detail[args.lang]}")
    if args.explain:
        for source in answer.sources:
            write(f"\n-- {source.name}: {source.why}\n{source.sql}\n")
    return 0


async def _answer(settings: Settings, wanted: Ask) -> Answer:
    async with open_for_command(settings) as service:
        return await service.desk.ask(wanted, OPERATOR, Presentation(targets=True))


def parse_condition(text: str) -> Condition:
    """Parse a filter: ``channel=phone,chat`` or ``channel!=phone``."""
    name, equals, values = text.partition("=")
    if not equals:
        raise QuestionRefused(
            f"'{text}' is not a filter. Write channel=phone,chat or channel!=phone.", code="bad_filter"
        )
    dimension, negated = split_filter_name(name)
    return Condition(dimension, split_list(values), negated)


def _table(answer: Answer, names: Mapping[MetricRef, str], language: str, currency: str) -> PlainTable:
    table = make_plain_table(*(key.name for key in answer.keys))
    if answer.days is not None:
        table.add(_DAYS[language], justify="right")
    for figures in answer.figures:
        table.add(names[figures.call], justify="right")
        if figures.previous is not None:
            table.add(_BEFORE[language], justify="right", style="dim")
        if figures.bands is not None:
            table.add("P10", justify="right", style="dim")
            table.add("P90", justify="right", style="dim")
    columns = [_key_texts(key, language) for key in answer.keys]
    if answer.days is not None:
        columns.append([str(len(days)) for days in answer.days])
    for figures in answer.figures:
        unit = figures.call.metric.unit
        decimals = 1 if unit == "ratio" else None
        shown = [values for values in (figures.values, figures.previous) if values is not None]
        if figures.bands is not None:
            shown += [[None if band is None else band[end] for band in figures.bands] for end in (0, 1)]
        for values in shown:
            texts = [display(value, unit, language, currency=currency, decimals=decimals) for value in values]
            # An approximate value is marked, as in a text: ≈ 2:01.
            marked = values is figures.values
            columns.append(
                [f"≈ {text}" if marked and figures.is_approximate(row) else text for row, text in enumerate(texts)]
            )
    marks = _marks(answer, language)
    if any(marks):
        table.add("")
        columns.append(marks)
    for row in zip(*columns, strict=True):
        table.fill(*row)
    return table


def _key_texts(key: KeyColumn, language: str) -> list[str]:
    """Return the keys as text. A bucket that the window cuts is marked."""
    texts = ["" if value is None else str(value) for value in key.values]
    if key.partial is None:
        return texts
    return [f"{text} ({_PARTIAL[language]})" if cut else text for text, cut in zip(texts, key.partial, strict=True)]


def _marks(answer: Answer, language: str) -> list[str]:
    """Return the mark of each row: "← below target" if it misses a target, else an empty text.

    The marks name the metrics if several metrics have targets.
    """
    held = [figures for figures in answer.figures if any(figures.verdicts or ())]
    found = []
    for row in range(answer.rows):
        missed = []
        for figures in held:
            verdict = figures.verdicts[row] if figures.verdicts else None
            if verdict is not None and verdict.distance is not None and verdict.distance < 0:
                side = (_ABOVE if figures.call.metric.better == "lower" else _BELOW)[language]
                missed.append(side if len(held) == 1 else f"{figures.call.name} {side}")
        found.append(f"← {', '.join(missed)} {_TARGET[language]}" if missed else "")
    return found
