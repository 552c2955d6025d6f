"""README's page in a real browser, on another origin than the service. Its figure dims only when the service is away
for longer than the figure may be shown.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from pathlib import Path
from time import monotonic
from typing import Any, Final

import pytest

from tests.browser.chromium import Page, opened
from tests.browser.page_server import PATIENCE_SECONDS, Service, fill, page_server

#: For how many seconds the service lets a figure of today be shown: longer than a response takes on a busy machine.
FRESH_SECONDS: Final = 3.0
#: The page refreshes every half second instead of every ten.
SPEED: Final = 20
#: This number of refreshes takes much longer than a figure may be shown.
TURNS_HEALTHY: Final = 16
#: A script that runs before the page's own. Whenever the page schedules its next refresh, it records what the page
#: shows and the freshness of the last response.
RECORDING: Final = f"""
const later = setTimeout, ask = fetch;
window.turns = [];
let until = null;
window.fetch = async (...all) => {{
  const response = await ask(...all);
  if (response.ok && String(all[0]).includes("/v1/")) until = Date.parse(response.headers.get("cadran-stale-after"));
  return response;
}};
window.setTimeout = (work, milliseconds) => {{
  const qos = document.querySelector("#qos");
  turns.push({{at: Date.now(), value: qos.value, is_bright: qos.style.opacity === "1", until}});
  return later(work, milliseconds / {SPEED});
}};
"""
#: The page reads the clock a little before the refresh is recorded.
TOLERANCE_MILLISECONDS: Final = 100
Turn = dict[str, Any]


@pytest.fixture
async def service(database: str) -> AsyncIterator[Service]:
    """Run a service over one contact of today, in a zone where it is about noon, so that no midnight passes during the
    test.
    """
    now = datetime.now(UTC)
    zone = f"Etc/GMT{now.hour - 12:+d}"
    await fill(database, offered_at=now.isoformat(), zone=zone)
    found = Service(database, fresh_seconds=str(FRESH_SECONDS), zone=zone)
    await found.start()
    yield found
    await found.stop()


async def turns_when(page: Page, is_enough: Callable[[list[Turn]], bool]) -> list[Turn]:
    """Return all refreshes that the page has recorded, once they are enough."""
    deadline = monotonic() + PATIENCE_SECONDS
    while not is_enough(found := await page.value("turns")):
        assert monotonic() < deadline, found[-10:]
        await asyncio.sleep(0.1)
    return found


def dim_share(turns: list[Turn]) -> float:
    """Return the share of the refreshes after which the figure was dim."""
    return sum(not turn["is_bright"] for turn in turns) / len(turns)


def is_as_told(turn: Turn) -> bool:
    """Return whether the figure was bright exactly as long as the last response allowed."""
    left = turn["until"] - turn["at"]
    return turn["is_bright"] is (left > 0) or abs(left) < TOLERANCE_MILLISECONDS


@pytest.mark.browser
@pytest.mark.slow
async def test_the_figure_dims_only_while_the_service_is_away(
    service: Service, chromium: Path, request: pytest.FixtureRequest
):
    with page_server(service.url, period="today") as wall:
        async with opened(request.config, chromium, wall.origin, before=RECORDING) as page:
            turns = await turns_when(page, lambda turns: len(turns) >= TURNS_HEALTHY)
            assert dim_share(turns) == 0, f"dim in {dim_share(turns):.0%} of {len(turns)} turns"
            # The first response is no longer fresh. Since then, the browser has received 304 responses that extend it.
            turns = await turns_when(page, lambda turns: turns[-1]["at"] > turns[0]["until"])
            assert (await page.wire()).count(304) >= 2

            await service.stop()
            turns = await turns_when(page, lambda turns: not turns[-1]["is_bright"])
            assert turns[-1]["at"] >= turns[-1]["until"] - TOLERANCE_MILLISECONDS

            await service.start()
            turns = await turns_when(page, lambda turns: turns[-1]["is_bright"] and len(wall.tokens) >= 2)
    assert [turn for turn in turns if not is_as_told(turn)] == []
    assert {turn["value"] for turn in turns} == {"100%"}
    assert len(set(wall.tokens)) == len(wall.tokens)
