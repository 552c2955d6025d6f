"""Lists of surveys that need an action: surveys without an answer, promoters, and dissatisfied answers to call back.

Surveys are read from the same view as every figure over surveys, under the same conditions. For one kind of survey, the
list ``non_respondents`` has as many rows as the denominator of the response rate minus its numerator. The list
``to_call_back`` has as many rows as there are dissatisfied answers without a callback. A promoter gave the best score
in each of the latest answers about recommending the company; only the last of these answers has to be in the window.
The oldest rows come first. Customers and texts are shown only to callers who may see people.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import LATTICE
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import choose_timing
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.errors import QuestionRefused, unknown
from cadran.lists.statements import cursor
from cadran.lists.statements.listing import Columns, select_columns

ANSWERS_MAX: Final = 100
KINDS: Final = ("transactional", "relationship")
_FACTS: Final = next(table for table in LATTICE if table.name == "survey_fact")
_PEOPLE: Final = ("customer", "verbatim")
COLUMNS: Final[Columns] = {
    "source": ("o.code", ""),
    "survey": ("f.survey_id", ""),
    "instrument": ("i.code", ""),
    "kind": ("CASE WHEN f.hot THEN 'transactional' ELSE 'relationship' END", ""),
    "sent_by": ("f.sent_by", ""),
    "customer": ("c.code", ""),
    "contact_source": ("a.code", ""),
    "contact": ("f.contact_id", ""),
    "site": ("f.site_id", "site"),
    "segment": ("f.segment_id", "segment"),
    "channel": ("f.channel_id", "channel"),
    "moment": ("f.moment_id", "moment"),
    "outcome": ("f.outcome_id", "outcome"),
    "sent_at": ("f.sent_at", ""),
    "answered_at": ("f.answered_at", ""),
    "score": ("f.score", ""),
    "verbatim": ("f.verbatim", ""),
    "age": ("", ""),
}
#: The SQL expression of the best score of an instrument.
_BEST: Final = "CASE WHEN {0}.better = 'higher' THEN {0}.high ELSE {0}.low END"


class SurveyList(StrEnum):
    """The name of a list."""

    NON_RESPONDENTS = "non_respondents"
    PROMOTERS = "promoters"
    TO_CALL_BACK = "to_call_back"


@dataclass(frozen=True, slots=True)
class ListRequest:
    """A list that a request names. ``instrument`` and ``kind`` None mean all.

    ``answers`` is the number of latest answers of a promoter that need the best score.
    """

    list: SurveyList
    instrument: str | None = None
    kind: str | None = None
    answers: int = 1


def parse_list(name: str, *, instrument: str | None, kind: str | None, answers: int | None) -> ListRequest:
    """Return the list that a request names.

    Raises QuestionRefused for an unknown name (``unknown_list``), and for an invalid kind or number of answers
    (``bad_parameter``).
    """
    if not name:
        raise QuestionRefused(
            f"`list` is missing: name one of {', '.join(SurveyList)}, e.g. list={SurveyList.TO_CALL_BACK}.",
            code="unknown_list",
            parameter="list",
            suggestions=tuple(SurveyList),
        )
    if name not in tuple(SurveyList):
        raise unknown("list", name, [each.value for each in SurveyList], parameter="list")
    if kind is not None and kind not in KINDS:
        raise QuestionRefused(f"kind has to be one of {', '.join(KINDS)}.", code="bad_parameter", parameter="kind")
    if answers is not None and (name != SurveyList.PROMOTERS or not 1 <= answers <= ANSWERS_MAX):
        raise QuestionRefused(
            f"answers has to be a number from 1 to {ANSWERS_MAX}, together with list=promoters.",
            code="bad_parameter",
            parameter="answers",
        )
    return ListRequest(SurveyList(name), instrument, kind, answers or 1)


def compose_statement(
    question: Question,
    directory: Directory,
    wanted: ListRequest,
    *,
    now: datetime,
    limit: int,
    after: str | None,
    people: bool,
) -> Statement:
    """Build the statement of a page, with one row more than the page holds.

    ``age`` is in seconds since the answer, or since the survey was sent if there is no answer. Raises QuestionRefused
    for an unknown instrument (``unknown_instrument``).
    """
    cursor.check(limit)
    arguments = Arguments()
    scene = Scene(question, _FACTS, choose_timing(question, directory), directory, arguments)
    where = sql.window_conditions(scene)
    where += [sql.filter_condition(scene, each) for each in question.where]
    where += [test.format("f", "i") for test in _list_conditions(wanted, directory, arguments)]
    where += _CONDITIONS[wanted.list]
    if wanted.list is SurveyList.PROMOTERS:
        where += _promoters(wanted, directory, arguments)
    since = "f.sent_at" if wanted.list is SurveyList.NON_RESPONDENTS else "f.answered_at"
    if after is not None:
        where.append(f"({since}, f.source_id::int, f.survey_id) > {cursor.as_sql(after, arguments)}")
    age = f"GREATEST(EXTRACT(EPOCH FROM {arguments.add(now)}::timestamptz - {since}), 0)::bigint"
    columns = select_columns({**COLUMNS, "age": (age, "")}, () if people else _PEOPLE)
    lines = ["SELECT", "  " + ",\n  ".join([*columns, since, "f.source_id", "f.survey_id"])]
    lines += ["FROM survey_fact AS f", *_JOINS, "WHERE " + "\n  AND ".join(where)]
    lines.append(f"ORDER BY {since}, f.source_id::int, f.survey_id")
    lines.append(f"LIMIT {arguments.add(limit + 1)}::bigint")
    return Statement("\n".join(lines), arguments.values())


_JOINS: Final = (
    "JOIN instrument AS i ON i.instrument_id = f.instrument_id",
    "JOIN source AS o ON o.source_id = f.source_id",
    "LEFT JOIN source AS a ON a.source_id = f.contact_source_id",
    "LEFT JOIN customer AS c ON c.customer_id = f.customer_id",
)
_CONDITIONS: Final = {
    SurveyList.NON_RESPONDENTS: ["f.answered_at IS NULL"],
    SurveyList.TO_CALL_BACK: ["f.dissatisfied", "f.called_back_at IS NULL"],
    SurveyList.PROMOTERS: ["f.customer_id <> 0"],
}


def _list_conditions(wanted: ListRequest, directory: Directory, arguments: Arguments) -> list[str]:
    """Return the SQL conditions of kind and instrument.

    They are format strings: {0} is the alias of a survey, {1} the alias of its instrument.
    """
    tests = []
    if wanted.kind is not None:
        tests.append("{0}.hot" if wanted.kind == "transactional" else "NOT {0}.hot")
    promoters = wanted.list is SurveyList.PROMOTERS
    if promoters:
        tests.append("{1}.kind = 'nps'")
    if wanted.instrument is not None:
        fitting = {
            each.code.lower(): each
            for each in directory.instruments
            if (each.kind == "nps" if promoters else each.kind != "employee")
        }
        if wanted.instrument.lower() not in fitting:
            codes = [each.code for each in fitting.values()]
            raise unknown("instrument", wanted.instrument, codes, parameter="instrument")
        number = fitting[wanted.instrument.lower()].instrument_id
        tests.append(f"{{0}}.instrument_id = {arguments.add(number)}::smallint")
    return tests


def _promoters(wanted: ListRequest, directory: Directory, arguments: Arguments) -> list[str]:
    """Return the SQL conditions of a promoter's last answer, whose latest answers all have the best score.

    The subqueries have no LIMIT. With a LIMIT, the planner may read all answers, latest first, to find the answers of
    one customer. The scores of earlier answers are read only if this answer has the best score.
    """
    tests = " AND ".join(test.format("l", "j") for test in _list_conditions(wanted, directory, arguments))
    others = (
        "FROM across.survey_fact AS l JOIN instrument AS j ON j.instrument_id = l.instrument_id"
        f" WHERE l.customer_id = f.customer_id AND l.answered_at IS NOT NULL AND {tests}"
    )
    later = "(l.answered_at, l.source_id, l.survey_id) > (f.answered_at, f.source_id, f.survey_id)"
    answers = f"{arguments.add(wanted.answers)}::integer"
    latest = (
        f"SELECT (array_agg(l.score = {_BEST.format('j')}"
        f" ORDER BY l.answered_at DESC, l.source_id DESC, l.survey_id DESC))[:{answers}] {others}"
    )
    return [
        "f.answered_at IS NOT NULL",
        f"CASE WHEN f.score = {_BEST.format('i')} THEN ({latest}) = array_fill(true, ARRAY[{answers}]) END",
        f"NOT EXISTS (SELECT {others} AND {later})",
    ]
