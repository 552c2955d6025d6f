"""The estimated number of rows that a statement reads. Heavy statements wait in a separate queue.

Takes a question and the table that answers it. Gives the number of rows that the table can have for the window and the
filters. Facts are counted as if every site were busy.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Final

from cadran.compiler.cost import count_members_left
from cadran.compiler.lattice.lattice import LATTICE
from cadran.compiler.lattice.table import Table
from cadran.compiler.select import Fragment
from cadran.domain.dimension import ATTRIBUTE
from cadran.domain.directory import Directory
from cadran.domain.question import Question

#: A statement that reads more rows is heavy: on two cores such a statement takes some hundred milliseconds.
HEAVY_ROWS: Final = 1_000_000
#: The contacts of a busy site on a day, and the cost of reading one contact, in rows of a rollup.
_FACTS_A_DAY: Final = 2_000
_FACT_ROWS: Final = 4
#: The views of contacts that still wait, and the share of the contacts that do: an index finds them.
_WAITING: Final = frozenset({"pending_fact", "pending_hours_fact"})
_WAITING_SHARE: Final = 1 / 100
#: The cost of bisecting a sketch, in rows of a rollup: 60 µs, where a million rows take some hundred milliseconds.
_SKETCH_ROWS: Final = 200
#: The rows of each group and day, by the time of a table's rows.
_A_DAY: Final[Mapping[str, float]] = {"month": 1 / 30, "clock": 96 / 30, "usual": 7 * 96 / 30, "day": 1, "quarter": 96}
#: Dimensions that the directory does not list, with the number of their values.
_VALUES: Final = {"direction": 2, "hot": 2, "score": 11, "instrument": 3}
#: An agent belongs to one team and a team to one site, so only the last of these in a table multiplies the groups.
_NESTED: Final = ("site", "team", "agent")
_TABLES: Final[Mapping[str, Table]] = {table.sql: table for table in LATTICE}


def find_daily_rows(question: Question, source: str, directory: Directory) -> float:
    """Return the estimated rows that a statement over ``source`` reads for each day of the window. Sources outside the
    lattice count as facts."""
    if source in _WAITING:
        return _find_daily_facts(question, directory) * _WAITING_SHARE
    table = _TABLES.get(source)
    if table is None or table.time not in _A_DAY or not table.is_rollup:
        return _find_daily_facts(question, directory)
    nested = [name for name in _NESTED if name in table.dimensions]
    groups = 1
    attribute = next(iter(question.attributes), "")
    for name in table.dimensions:
        if name not in nested[:-1]:
            listed = name in directory.members
            name = attribute if name == ATTRIBUTE else name
            groups *= count_members_left(name, question, directory) if listed else _VALUES.get(name, 10)
    cost = _SKETCH_ROWS if table.has_sketches else 1
    return _A_DAY[table.time] * groups * cost


def counted(fragment: Fragment, question: Question, directory: Directory) -> Fragment:
    """Return the fragment with the estimated rows that its statement reads."""
    daily_rows = find_daily_rows(question, fragment.source, directory)
    rows = round(count_days(question, directory) * daily_rows)
    plain = None if fragment.plain is None else replace(fragment.plain, rows=rows)
    statement = replace(fragment.statement, rows=rows)
    return replace(fragment, statement=statement, plain=plain, daily_rows=daily_rows)


def facts_read(question: Question, directory: Directory) -> int:
    """Return the cost of reading the facts of the window, in rows of a rollup."""
    return count_days(question, directory) * _find_daily_facts(question, directory)


def _find_daily_facts(question: Question, directory: Directory) -> int:
    sites = count_members_left("site", question, directory) if "site" in directory.members else 1
    return sites * _FACTS_A_DAY * _FACT_ROWS


def count_days(question: Question, directory: Directory) -> int:
    """Return the number of days that the window touches."""
    first, end = question.window.days(directory.zones.values())
    return max((end - first).days, 1)
