"""The SQL statement of a page of the contacts behind a figure, in the order in which they were offered.

The contacts are those within a question's window and filters. They are read from the same view as every figure over
contacts, under the same conditions, so that numerators and denominators can be counted by hand. Only inbound contacts
count, unless the question names a direction; callbacks and tests never count. Filters of teams and agents match the
contact's legs. The site of a contact is the site it was offered to. A page continues after the cursor (offered at,
source, contact) of the previous page. No column names the customer; ``identified`` only shows whether the customer is
known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice.lattice import LATTICE
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import choose_timing
from cadran.domain.dimension import ATTRIBUTE, ATTRIBUTE_COLUMNS
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.lists.statements import cursor

_FACTS: Final = next(table for table in LATTICE if table.name == "contact_fact" and table.fact == "contact")
_PEOPLE: Final = ("team", "agent")
_OF_LEG: Final = {"team_id": "l.team_id", "agent_id": "l.agent_id"}
#: The days that the first attempt to fill a page reads, and the factor by which each further attempt reads more.
_FIRST_DAYS, _WIDER = 2, 8
#: Column name → SQL expression, and the dimension whose code it shows, or "". All attributes share a column.
COLUMNS: Final[Mapping[str, tuple[str, str]]] = {
    "source": ("o.code", ""),
    "contact": ("f.contact_id", ""),
    "case": ("f.case_id", ""),
    "identified": ("f.customer_id <> 0", ""),
    "site": ("f.site_id", "site"),
    "segment": ("f.segment_id", "segment"),
    "channel": ("f.channel_id", "channel"),
    "moment": ("f.moment_id", "moment"),
    "reason": ("f.reason_id", "reason"),
    "queue": ("f.queue_id", "queue"),
    "first_queue": ("f.first_queue_id", "first_queue"),
    "direction": ("CASE WHEN f.outbound THEN 2 ELSE 1 END", "direction"),
    "offered_at": ("f.offered_at", ""),
    "answered_at": ("f.answered_at", ""),
    "ended_at": ("f.ended_at", ""),
    "outcome": ("f.outcome_id", "outcome"),
    "wait": ("f.wait", ""),
    "talk": ("f.talk", ""),
    "hold": ("f.hold", ""),
    "acw": ("f.acw", ""),
    "transferred_to": ("f.transferred_to", ""),
    "escalated": ("f.escalated", ""),
    "overflowed": ("f.overflowed", ""),
    "resolved": ("f.resolved", ""),
    "recalled": ("f.recalled", ""),
    "repeated": ("f.preceded", ""),
    "cost": ("f.cost", ""),
    "revenue": ("f.revenue", ""),
    "attributes": (f"ARRAY[{', '.join(f'f.{column}' for column in ATTRIBUTE_COLUMNS)}]", ATTRIBUTE),
}
_NAMES: Final = tuple(COLUMNS)


@dataclass(frozen=True, slots=True)
class ContactPage:
    """A page of contacts: columns of equal length by name, and the cursor of the next page (None on the last page)."""

    columns: Mapping[str, Sequence[object]]
    after: str | None


def list_stretches(question: Question, after: str | None) -> Iterator[date | None]:
    """Yield the days before which successive attempts to fill a page read, and at last None, the end of the window.

    The caller stops when an attempt fills the page. The first days usually fill a page, while sorting a whole year's
    contacts would take seconds.
    """
    first, end = question.window.days(["UTC"])
    start = first if after is None else max(first, cursor.read(after)[0].date())
    days = _FIRST_DAYS
    while (until := start + timedelta(days=days)) <= end:
        yield until
        days *= _WIDER
    yield None


def compose_statement(
    question: Question, directory: Directory, *, limit: int, after: str | None, until: date | None = None
) -> Statement:
    """Build the statement of a page of contacts offered before ``until`` in UTC (None: in the whole window).

    The statement reads one row more than the page holds, which shows whether there is a next page. Raises
    QuestionRefused (``bad_parameter``) for an invalid limit or cursor.
    """
    cursor.check(limit)
    arguments = Arguments()
    scene = Scene(question, _FACTS, choose_timing(question, directory), directory, arguments)
    where = compose_conditions(scene)
    if not question.names("direction"):
        where.append("NOT f.outbound")
    if after is not None:
        offered_at = cursor.read(after)[0]
        where.append(f"f.day >= {arguments.add((offered_at - timedelta(days=2)).date())}")
        where.append(f"(f.offered_at, f.source_id::int, f.contact_id) > {cursor.as_sql(after, arguments)}")
    if until is not None:
        # A contact offered before ``until`` in UTC has at most ``until`` as its local day, in any zone.
        where.append(f"f.day <= {arguments.add(until)}")
        where.append(f"f.offered_at < {arguments.add(datetime.combine(until, time.min, UTC))}")
    selected = [f"{expression} AS k{number}" for number, (expression, _) in enumerate(COLUMNS.values())]
    lines = ["SELECT", "  " + ",\n  ".join([*selected, "f.source_id"])]
    lines += ["FROM contact_fact AS f", "JOIN source AS o ON o.source_id = f.source_id"]
    lines.append("WHERE " + "\n  AND ".join(where))
    lines.append("ORDER BY f.offered_at, f.source_id::int, f.contact_id")
    lines.append(f"LIMIT {arguments.add(limit + 1)}::bigint")
    return Statement("\n".join(lines), arguments.values())


def make_page(rows: Sequence[Sequence[object]], directory: Directory, *, limit: int) -> ContactPage:
    """Build the page of a statement's rows, with codes in place of ids, and times on the site's clock."""
    shown = rows[:limit]
    zones = [directory.zones.get(row[_NAMES.index("site")]) for row in shown]  # type: ignore[call-overload]  # a site's id
    columns: dict[str, Sequence[object]] = {}
    for number, (name, (_, dimension)) in enumerate(COLUMNS.items()):
        values = [row[number] for row in shown]
        if dimension == ATTRIBUTE:
            columns[name] = [_name_values(ids, directory) for ids in values]  # type: ignore[arg-type]  # an array of ids
            continue
        if dimension:
            values = [directory.member(dimension, value).code for value in values]  # type: ignore[arg-type]  # ids
        columns[name] = [cursor.format_value(value, zone) for value, zone in zip(values, zones, strict=True)]
    if len(rows) <= limit:
        return ContactPage(columns, None)
    last = shown[-1]
    return ContactPage(columns, cursor.write(last[_NAMES.index("offered_at")], last[-1], last[_NAMES.index("contact")]))


def _name_values(ids: Sequence[int], directory: Directory) -> list[str]:
    """Return the attributes that have a value, each as ``campaign=spring``."""
    attributes = directory.attributes.values()
    named = ((each.name, directory.member(each.name, ids[each.number - 1]).code) for each in attributes)
    return [f"{name}={code}" for name, code in named if code is not None]


def compose_conditions(scene: Scene) -> list[str]:
    """Return the SQL conditions of the contacts within the window and the filters.

    Filters of teams and agents match the legs of a contact.
    """
    return [*sql.window_conditions(scene), *compose_filters(scene)]


def compose_filters(scene: Scene) -> list[str]:
    """Return the SQL conditions of the contacts within the filters, at any time."""
    question = scene.question
    where = [sql.filter_condition(scene, each) for each in question.where if each.dimension not in _PEOPLE]
    of_leg = replace(scene, elsewhere=_OF_LEG)
    legs = [sql.filter_condition(of_leg, each) for each in question.where if each.dimension in _PEOPLE]
    return [*where, _by_legs(legs)] if legs else where


def _by_legs(conditions: Sequence[str]) -> str:
    """Return the SQL condition of the contacts with a leg that meets all conditions."""
    joined = ["l.source_id = f.source_id", "l.contact_id = f.contact_id", "l.day = f.day"]
    return f"EXISTS (SELECT FROM across.leg AS l WHERE {' AND '.join([*joined, *conditions])})"
