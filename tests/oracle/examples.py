"""Helpers for the examples of the definitions: equal contacts, opening hours of a week, questions about loaded rows."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.defaults import load

Row = dict[str, str | None]
NOON = datetime.fromisoformat("2015-12-01T12:00:00+01:00")


def contacts(count: int, wait: float, outcome: str = "handled", **more: str | None) -> list[Row]:
    """Return ``count`` equal contacts, offered a minute apart from noon on."""
    return [
        {
            "contact": f"{outcome}-{wait}-{sorted(more.items())}-{number}", "site": "PAU", "channel": "phone",
            "outcome": outcome,
            "wait": str(wait), "talk": "100" if outcome == "handled" else None,
            "offered_at": (NOON + timedelta(minutes=number % 600)).isoformat(), **more,
        }
        for number in range(count)
    ]  # fmt: skip


def week(opens: str, closes: str, **more: str) -> list[dict[str, Any]]:
    """Return the same opening hours for each day from Monday to Friday."""
    return [{"site": "PAU", "weekday": day, "opens": opens, "closes": closes, **more} for day in range(1, 6)]


async def given(centre: tuple[Pool, Desk], *rows: Row) -> Callable[..., Any]:
    """Load the rows. Return a function that asks for metrics, by default over 2015, and returns the values of the
    totals."""
    pool, desk = centre
    summary = await load(pool, "contacts", rows)
    assert summary.rejected == 0
    await refresh(pool)

    async def ask(*metrics: str, **more: Any) -> list[float | None]:
        return [column.values[0] for column in (await answer(*metrics, **more)).totals]

    async def answer(*metrics: str, **more: Any) -> Answer:
        period = {} if "start" in more else {"period": more.pop("period", "2015")}
        return await desk.ask(Ask(metrics=metrics, **period, **more), OPERATOR)

    ask.answer = answer  # type: ignore[attr-defined]  # for tests that need the whole answer
    return ask
