"""Queues: the ten contacts of docs/queues.md, loaded as files, against the tables of the page."""

from __future__ import annotations

import re
from random import Random
from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.engine.desk import Desk
from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.defaults import load
from tests.length import choose
from tests.oracle.conftest import WorldService
from tests.oracle.random_questions import VISIT
from tests.oracle.world import seeded
from tests.refs import refs
from tests.test_tidy import ROOT

PAGE = (ROOT / "docs" / "queues.md").read_text("utf-8")
DAY = "2025-11-03"
QUEUES = ("billing", "overflow", "tech")


def _table(header: str) -> list[list[str]]:
    """Return the cells of a table of the page."""
    lines = PAGE.partition(header)[2].partition("\n\n")[0].splitlines()[2:]
    return [[cell.strip() for cell in line.strip().strip("|").split("|")] for line in lines]


def _instant(clock: str) -> str:
    return f"{DAY}T{clock}+01:00"


#: A visit as the page describes it: queue, entry, and unless it still waits, exit and wait.
_ENTRY = re.compile(r"(\w+)?:? (\d\d:\d\d:\d\d)(?: (\w+) (\d+))?")


def example() -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
    """Return the contacts and the visits that the page describes. A contact waits until its first answer."""
    contacts: list[dict[str, Any]] = []
    visits: list[dict[str, Any]] = []
    for names, outcome, described in _table("| Contact | Outcome | Queue visits"):
        code = names.split("`")[1]
        found = [(each[0] or "billing", *each[1:]) for each in _ENTRY.findall(" " + described)]
        own = "queue billing" in described
        for number, (queue, clock, exit_, seconds) in enumerate([] if own else found, 1):
            visit = {"contact": code, "visit": str(number), "queue": queue, "entered_at": _instant(clock)}
            visits.append(visit | {"exit": exit_ or None, "wait": seconds or None})
        answered = [number for number, visit in enumerate(found, 1) if visit[2] == "answered"]
        waits = [float(visit[3]) for visit in found[: min(answered, default=len(found))] if visit[3]]
        contacts.append(
            {
                "contact": code, "site": "PAU", "channel": "phone", "outcome": outcome,
                "offered_at": _instant(found[0][1] if found else "08:00:00"),
                "wait": str(sum(waits)) if outcome in ("handled", "abandoned", "deflected") else None,
                "talk": "100" if outcome == "handled" else None,
                "parent": "w04" if code == "w05" else None,
                "queue": "billing" if own else None,
            }
        )  # fmt: skip
    return contacts, visits


@pytest.fixture
async def ten(centre: tuple[Pool, Desk]) -> tuple[Pool, Desk]:
    """Return a service over the ten contacts."""
    pool, desk = centre
    contacts, visits = example()
    assert [row["contact"] for row in contacts] == [f"w{number:02d}" for number in range(1, 11)]
    for kind, rows in (("contacts", contacts), ("visits", visits)):
        summary = await load(pool, kind, rows)
        assert (summary.loaded, summary.rejected) == (len(rows), 0)
    await refresh(pool)
    return pool, desk


async def _figures(desk: Desk, metrics: list[str], **more: Any) -> dict[str, dict[str, tuple[Any, Any]]]:
    """Return the numerator and denominator of each metric by queue, and of the whole ("")."""
    answer: Answer = await desk.ask(Ask(metrics=refs(*metrics), start=DAY, end="2025-11-04", **more), OPERATOR)
    found: dict[str, dict[str, tuple[Any, Any]]] = {name: {} for name in metrics}
    for name, rows, whole in zip(metrics, answer.figures, answer.totals, strict=True):
        for number, code in enumerate(answer.keys[-1].values if answer.keys else ()):
            found[name][str(code)] = (rows.numerators[number], rows.denominators[number])
        found[name][""] = (whole.numerators[0], whole.denominators[0])
    return found


def _read(cell: str) -> tuple[float | None, float | None] | None:
    if cell == "–":
        return None
    above, _, below = cell.partition(" / ")
    return float(above), float(below) if below else None


@pytest.mark.parametrize("more", [{}, {"grain": "day"}, {"zone": "Asia/Tokyo"}], ids=["total", "day", "facts"])
async def test_the_ten_contacts_give_the_table_of_the_page(ten: tuple[Pool, Desk], more: dict[str, Any]) -> None:
    rows = {row[0].strip("`"): row[1:] for row in _table("| Metric | billing | overflow | tech | All |")}
    assert len(rows) == 18
    found = await _figures(ten[1], list(rows), by=("queue",), **more)
    for name, cells in rows.items():
        for queue, cell in zip((*QUEUES, ""), cells, strict=True):
            expected = _read(cell)
            if expected is None:
                assert found[name].get(queue) in (None, (None, None), (0, None), (None, 0), (0, 0)), (name, queue)
            else:
                above, below = found[name].get(queue, (0, None))
                assert (float(above or 0), below) == expected or (below, expected) == (0, (0.0, 0.0)), (name, queue)


async def test_derived_tables_equal_the_visits(ten: tuple[Pool, Desk]) -> None:
    assert await check_figures(ten[0]) == ([], 0)


EXITS = ("queue_answered", "queue_abandoned", "queue_flowed_out", "queue_timed_out", "queue_deflected", "queue_waiting")
RATES = (
    *("queue_answer_rate", "queue_abandonment_rate", "flow_out_rate", "queue_timeout_rate", "queue_deflection_rate"),
)


async def test_visits_add_up_however_they_are_split(loaded: WorldService) -> None:
    """Check that the visits offered are those of every way to leave, and that the rates of those that left add up to
    one."""
    random = Random(seeded(17))
    rows = 0
    for _ in range(choose(12, long=60)):
        by = tuple(random.sample(VISIT, random.choice([1, 2])))
        grain = random.choice(["total", "day", "month"])
        asked = Ask(
            metrics=refs("queue_offered", *EXITS, *RATES), start="2014-11-01", end="2016-04-01", by=by, grain=grain
        )
        answer = await loaded.desk.ask(asked, OPERATOR)
        for figures in (answer.figures, answer.totals):
            offered, *exits = [each.numerators for each in figures[: len(EXITS) + 1]]
            assert [value or 0 for value in offered] == [
                sum(each or 0 for each in way) for way in zip(*exits, strict=True)
            ]
            for shares in zip(*(each.values for each in figures[len(EXITS) + 1 :]), strict=True):
                assert shares == (None,) * len(RATES) or sum(shares) == pytest.approx(1)
        rows += answer.rows
    assert rows > 100
