"""The contacts behind a figure: a page of those that a question's window and filters leave, in order of their offer.

They are read from the same view as every figure over contacts, under the same conditions, so that numerators and
denominators can be counted by hand: inbound ones unless the question names a direction, no callbacks, no tests. Teams
and agents are found by the contact's legs; its site stays the one it was offered to. A page continues after the place
(offered at, source, contact) of the last row before it. Nothing tells whose a contact is, only whether that is known.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Final

from cadran.compiler import fragment as sql
from cadran.compiler.fragment import Scene
from cadran.compiler.lattice import LATTICE
from cadran.compiler.statement import Arguments, Statement
from cadran.compiler.timing import timing
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.lists.statements import cursor

_FACTS: Final = next(table for table in LATTICE if table.name == "contact_fact" and table.fact == "contact")
_PEOPLE: Final = ("team", "agent")
_OF_LEG: Final = {"team_id": "l.team_id", "agent_id": "l.agent_id"}
_FIRST_DAYS, _WIDER = 2, 8
#: Name → expression, and the dimension whose code it is, if any.
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
}
_NAMES: Final = tuple(COLUMNS)


@dataclass(frozen=True, slots=True)
class ContactPage:
    """``columns`` of equal length by name; ``after``: the place that the next page continues after, None on the
    last."""

    columns: Mapping[str, Sequence[object]]
    after: str | None


def stretches(question: Question, after: str | None) -> Iterator[date | None]:
    """How far a page may look, further each time it was not filled, at last to the window's end (None). A page of a
    year's contacts is found in the first days; to sort the whole year for it would take seconds."""
    first, end = question.window.days(["UTC"])
    start = first if after is None else max(first, cursor.read(after)[0].date())
    days = _FIRST_DAYS
    while (until := start + timedelta(days=days)) <= end:
        yield until
        days *= _WIDER
    yield None


def statement(
    question: Question, directory: Directory, *, limit: int, after: str | None, until: date | None = None
) -> Statement:
    """One row more than the page holds, to know whether there is a next one; of those offered before ``until`` in UTC.
    Refuses a limit or a place that cannot be (``bad_parameter``)."""
    cursor.check(limit)
    arguments = Arguments()
    scene = Scene(question, _FACTS, timing(question, directory), directory, arguments)
    where = conditions(scene)
    if not question.names("direction"):
        where.append("NOT f.outbound")
    if after is not None:
        offered_at = cursor.read(after)[0]
        where.append(f"f.day >= {arguments.add((offered_at - timedelta(days=2)).date())}")
        where.append(f"(f.offered_at, f.source_id::int, f.contact_id) > {cursor.written_out(after, arguments)}")
    if until is not None:
        # What is offered before a day begins in UTC has that day at the latest, in any zone.
        where.append(f"f.day <= {arguments.add(until)}")
        where.append(f"f.offered_at < {arguments.add(datetime.combine(until, time.min, UTC))}")
    selected = [f"{expression} AS k{number}" for number, (expression, _) in enumerate(COLUMNS.values())]
    lines = ["SELECT", "  " + ",\n  ".join([*selected, "f.source_id"])]
    lines += ["FROM contact_fact AS f", "JOIN source AS o ON o.source_id = f.source_id"]
    lines.append("WHERE " + "\n  AND ".join(where))
    lines.append("ORDER BY f.offered_at, f.source_id::int, f.contact_id")
    lines.append(f"LIMIT {arguments.add(limit + 1)}::bigint")
    return Statement("\n".join(lines), arguments.values())


def page(rows: Sequence[Sequence[object]], directory: Directory, *, limit: int) -> ContactPage:
    """The page that a statement's rows make: codes for ids, times on the site's clock."""
    kept = rows[:limit]
    zones = [directory.zones.get(row[_NAMES.index("site")]) for row in kept]  # type: ignore[call-overload]  # a site's id
    columns: dict[str, Sequence[object]] = {}
    for number, (name, (_, dimension)) in enumerate(COLUMNS.items()):
        values = [row[number] for row in kept]
        if dimension:
            values = [directory.member(dimension, value).code for value in values]  # type: ignore[arg-type]  # ids
        columns[name] = [cursor.told(value, zone) for value, zone in zip(values, zones, strict=True)]
    if len(rows) <= limit:
        return ContactPage(columns, None)
    last = kept[-1]
    return ContactPage(columns, cursor.write(last[_NAMES.index("offered_at")], last[-1], last[_NAMES.index("contact")]))


def conditions(scene: Scene) -> list[str]:
    """The contacts within the window and the filters; teams and agents are those of their legs."""
    return [*sql.window_conditions(scene), *filters(scene)]


def filters(scene: Scene) -> list[str]:
    """The contacts within the filters, whenever they were."""
    question = scene.question
    where = [sql.filter_condition(scene, each) for each in question.where if each.dimension not in _PEOPLE]
    of_leg = replace(scene, elsewhere=_OF_LEG)
    legs = [sql.filter_condition(of_leg, each) for each in question.where if each.dimension in _PEOPLE]
    return [*where, _by_legs(legs)] if legs else where


def _by_legs(conditions: Sequence[str]) -> str:
    """Contacts with a leg that meets all of these."""
    joined = ["l.source_id = f.source_id", "l.contact_id = f.contact_id", "l.day = f.day"]
    return f"EXISTS (SELECT FROM across.leg AS l WHERE {' AND '.join([*joined, *conditions])})"
