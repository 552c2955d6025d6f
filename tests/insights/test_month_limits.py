"""The limit of what one agent may give in a calendar month: gestures within and above it, by agent, team and month."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, Final

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.ask import Ask
from cadran.domain.question import Filter
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.facts.samples import put, refused
from tests.refs import refs

WITHIN, ABOVE = "goodwill_within_month_limit", "goodwill_above_month_limit"
LIMITS: Final[list[dict[str, str | None]]] = [
    {"month_limit": "100", "valid_from": "2015-01-01", "currency": "EUR"},
    {"month_limit": "50", "valid_from": "2015-11-20"},
    {"gesture": "voucher", "limit": "60"},
]
#: Agent, instant, cost. Pau is an hour ahead of UTC: the last gesture of October is given in November there.
GIVEN: Final = (
    ("ann", "2015-10-31T22:59:59Z", "90"),
    ("ann", "2015-10-31T23:00:00Z", "60"),
    ("ann", "2015-11-05T10:00:00Z", "40"),
    ("ann", "2015-11-06T10:00:00Z", "0.01"),
    ("bob", "2015-11-19T10:00:00Z", "60"),
    ("bob", "2015-11-20T10:00:00Z", "0"),
    ("bob", "2014-12-31T10:00:00Z", "5"),
    (None, "2015-11-05T10:00:00Z", "500"),
)


@pytest.fixture
async def given(pool: Pool, database: str) -> AsyncIterator[Desk]:
    """Yield a service over the limits and the gestures. The gestures of November are given at two sites."""
    for site in ("PAU", "LIL"):
        await put(pool, {"site": site, "zone": "Europe/Paris"}, kind="sites")
    for agent in ("ann", "bob"):
        await put(pool, {"agent": agent, "team": "north"}, kind="agents")
    assert (await put(pool, *LIMITS, kind="gestures", currency="EUR")).rejected == 0
    rows = [
        {
            "goodwill": str(number), "customer": "c", "site": ("PAU", "LIL")[number % 2], "given_at": at, "cost": cost,
            "agent": agent, "gesture": "voucher", "kind": "prevention" if number == 2 else "goodwill",
        }
        for number, (agent, at, cost) in enumerate(GIVEN)
    ]  # fmt: skip
    assert (await put(pool, *rows, kind="goodwill")).rejected == 0
    await refresh(pool)
    async with open_service(Settings(database_url=database)) as service:
        yield service.desk


async def rows(desk: Desk, principal: Principal = OPERATOR, **more: Any) -> dict[Any, tuple[float | None, ...]]:
    ask = Ask(metrics=refs(WITHIN, ABOVE), **{"period": "2015", "by": ["agent"], **more})
    answer = await desk.ask(ask, principal)
    keys = zip(*(column.values for column in answer.keys), strict=True)
    return {
        key if len(key) > 1 else key[0]: tuple(column.values[row] for column in answer.figures)
        for row, key in enumerate(keys)
    }


async def test_gestures_count_from_the_start_of_the_agents_month(given: Desk):
    """Check that ann's 90 of October do not count in November: 60, 100 and 100.01 of 100. Bob's 60 are above 50 from
    the 20th on."""
    assert await rows(given) == {"ann": (3, 1), "bob": (1, 1), None: (0, 0)}
    assert await rows(given, by=["month"]) == {10: (1, 0), 11: (3, 2)}
    assert await rows(given, by=["team"]) == {"north": (4, 2), None: (0, 0)}
    assert await rows(given, by=["site"]) == {"PAU": (3, 0), "LIL": (1, 2)}


async def test_a_part_of_a_month_and_of_the_gestures_still_counts_the_whole(given: Desk):
    assert await rows(given, period=None, start="2015-11-06", end="2015-11-07") == {"ann": (0, 1)}
    late: dict[str, Any] = {
        "start": "2015-11-06T09:30:00Z",
        "end": "2015-11-06T11:00:00Z",
        "period": None,
        "by": ["site"],
    }
    assert await rows(given, **late) == {"LIL": (0, 1)}
    of_kind = Ask(metrics=refs(f"{WITHIN}(kind=prevention)", f"{ABOVE}(kind=goodwill)"), period="2015-11")
    assert [each.values for each in (await given.ask(of_kind, OPERATOR)).totals] == [[1], [2]]
    lille = Principal("lille", (Filter("site", ("LIL",)),), "supervisor")
    assert await rows(given, lille, by=["site"]) == {"LIL": (1, 2)}


async def test_gestures_of_unknown_agents_and_days_without_a_limit_are_left_out(given: Desk):
    answer = await given.ask(Ask(metrics=refs(ABOVE), period="2014-12"), OPERATOR)
    assert answer.totals[0].values == [0]
    (notice,) = [each for each in answer.warnings if each.code == "unknown_limits"]
    assert "1 of 1" in notice.detail.en


async def test_a_later_gesture_and_another_limit_change_the_cached_figures(given: Desk, pool: Pool):
    asked: dict[str, Any] = {"period": None, "start": "2015-11-06", "end": "2015-11-07"}
    assert await rows(given, **asked) == {"ann": (0, 1)}
    await put(pool, {"month_limit": "101", "valid_from": "2015-01-01"}, kind="gestures")
    await refresh(pool)
    assert await _after(given, asked, {"ann": (1, 0)})
    more = {"goodwill": "9", "customer": "c", "site": "PAU", "given_at": "2015-11-02T10:00:00Z", "cost": "1"}
    await put(pool, {**more, "agent": "ann"}, kind="goodwill")
    await refresh(pool)
    assert await _after(given, asked, {"ann": (0, 1)})


async def _after(desk: Desk, asked: dict[str, Any], expected: Any) -> bool:
    """Return whether the figures become the expected ones. Other processes hear of a change within moments."""
    for _ in range(200):
        if await rows(desk, **asked) == expected:
            return True
        await asyncio.sleep(0.02)
    return False


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ({"limit": "20"}, "a row without a gesture gives the month_limit"),
        ({"label_en": "All"}, "a row without a gesture gives the month_limit"),
        ({"gesture": "voucher", "month_limit": "20"}, "give it in a row without a gesture"),
        ({"month_limit": "-1"}, "greater than or equal to 0"),
        ({"month_limit": "1", "currency": "USD"}, "USD"),
    ],
)
async def test_what_is_refused(pool: Pool, row: dict[str, str | None], reason: str):
    (found,) = await refused(pool, row, kind="gestures", currency="EUR")
    assert reason in found.reason
