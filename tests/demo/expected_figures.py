"""The headline figures in plain Python over canonical rows, computed from the definitions alone, to verify the
demonstration data.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

Row = dict[str, Any]
_NUMBERS = ("wait", "talk", "hold", "acw", "cost", "revenue", "per_minute", "amount")
_UNCOUNTED = {"test", "duplicate", "wrong_number", "closed"}
_PENDING = {"in_progress", "callback"}
_MEMBERS = {"handled", "self_served"}
WINDOW = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Figures:
    customers: float
    contacts: int
    by_phone: float
    fcr: float
    qos: float
    aht: float
    budget: float


def native(row: dict[str, str | None]) -> Row:
    """Convert the numbers of a canonical row to floats."""
    return {name: float(value) if name in _NUMBERS and value is not None else value for name, value in row.items()}


def counted(row: Row) -> bool:
    return row["direction"] == "inbound" and row["parent"] is None and row["outcome"] not in _UNCOUNTED


def local_date(row: Row) -> date:
    """Return the local day of the site. The times of the rows have the offset of the only zone of the story."""
    return datetime.fromisoformat(row["offered_at"]).date()


def figures(
    rows: Iterable[Row], cases: list[list[Row]], base: set[str], cost: Callable[[Row], float], budget: float
) -> Figures:
    """Compute the figures of a slice. ``cases`` are the matured cases opened in it, ``base`` the customers active in
    its window.
    """
    rows = list(rows)
    contacts = [row for row in rows if counted(row)]
    offered = [row for row in contacts if row["outcome"] not in _PENDING]
    handled = [row for row in offered if row["outcome"] == "handled"]
    timed = [row for row in handled if row["talk"] is not None]
    return Figures(
        customers=len({row["customer"] for row in contacts} & base) / len(base),
        contacts=len(contacts),
        by_phone=sum(row["channel"] == "phone" for row in contacts) / len(contacts),
        fcr=sum(len(case) == 1 for case in cases) / len(cases),
        qos=len(handled) / len(offered),
        aht=sum(row["talk"] + row["hold"] + row["acw"] for row in timed) / len(timed),
        budget=sum(cost(row) for row in rows if row["direction"] == "inbound") / budget,
    )


def cases_of(rows: Iterable[Row]) -> list[list[Row]]:
    """Return every case: a customer's contacts on one moment, each at most seven days after the one before, beginning
    with a handled one. A callback request belongs to a case when the call reached the customer.
    """
    rows = list(rows)
    called = {row["parent"] for row in rows if row["parent"] and row["outcome"] == "handled"}
    by_need: dict[tuple[str, str], list[tuple[datetime, str, Row]]] = defaultdict(list)
    for row in rows:
        through = row["outcome"] in _MEMBERS or (row["outcome"] == "callback" and row["contact"] in called)
        if row["customer"] and row["direction"] == "inbound" and row["parent"] is None and through:
            need = (row["customer"], row["moment"])
            by_need[need].append((datetime.fromisoformat(row["offered_at"]), row["contact"], row))
    cases: list[list[Row]] = []
    for members in by_need.values():
        members.sort(key=lambda member: member[:2])
        island: list[Row] = []
        before: datetime | None = None
        for instant, _, row in members:
            if before is not None and instant - before > WINDOW:
                cases.append(island)
                island = []
            if island or row["outcome"] == "handled":
                island.append(row)
            before = instant
        cases.append(island)
    return [case for case in cases if case]
