"""Percentiles and thresholds: a bucket has one value, and a threshold that somebody names is exact."""

from __future__ import annotations

import json
from asyncio import to_thread
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any

import pytest

from cadran.cli.database import prepare
from cadran.cli.main import main
from cadran.facts.check import check_figures
from cadran.facts.refresh.fill import count_left, fill_columns
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.databases import Server
from tests.defaults import load
from tests.polling import until
from tests.sample_service import Rest, opened, serving

#: Thirty contacts of January that waited 121 s and took 310 s, besides others that waited anything up to 180 s.
JANUARY = [(121.0, 310)] * 30


async def _fill(url: str) -> None:
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    await load(pool, "sites", [{"site": "LIL", "zone": "Europe/Paris"}])
    random = Random(7)
    rows = []
    for number, (wait, talk) in enumerate([*JANUARY, *((random.uniform(0, 180), 300) for _ in range(300))]):
        offered = datetime(2026, 1, 5, 9, tzinfo=UTC) if number < len(JANUARY) else datetime(2026, 2, 2, 9, tzinfo=UTC)
        offered += timedelta(days=0 if number < len(JANUARY) else random.randrange(200), minutes=number)
        answered = offered + timedelta(seconds=round(wait, 3))
        rows.append({
            "contact": str(number), "site": "LIL", "channel": "phone", "outcome": "handled", "talk": str(talk),
            "offered_at": f"{offered}", "answered_at": f"{answered}",
        })  # fmt: skip
    assert (await load(pool, "contacts", rows, zone="Europe/Paris")).rejected == 0
    await refresh(pool)
    await pool.close()


@pytest.fixture
def waits(server: Server) -> Iterator[str]:
    """Yield the URL of a database with the contacts."""
    with server.clone(server.template("thresholds", _fill)) as url:
        yield url


@pytest.fixture
async def pool(waits: str) -> AsyncIterator[Pool]:
    """Yield connections to that database."""
    found = await opened(waits)
    yield found
    await found.close()


async def _months(rest: Rest, metric: str) -> dict[str, Any]:
    """Return the figures of each month of the year, and of January alone."""
    common = f"/v1/indicators?metrics={metric}&parts=true"
    year = (await rest.client.get(f"{common}&period=2026&grain=month")).json()
    alone = (await rest.client.get(f"{common}&period=2026-01")).json()
    found = {row["start"][:7]: row[metric] for row in year["rows"]}
    assert alone["rows"][0][metric] == found["2026-01"], "one bucket, one value"
    return found | {"year": year["totals"][metric], "approximate": year["approximate"]}


async def test_a_percentile_is_never_outside_what_was_measured(waits: str):
    async with serving(waits) as rest:
        for metric, seconds in (("wait(percentile=0.9)", 121), ("handle_time(percentile=0.9)", 310)):
            found = (await _months(rest, metric))["2026-01"]
            assert (found["value"], found["n"], found["interval"]) == (seconds, 30, {"low": seconds, "high": seconds})


async def test_a_threshold_between_two_edges_is_a_range(waits: str):
    async with serving(waits) as rest:
        found = await _months(rest, "service_level(within=125)")
        assert found["approximate"]
        january = found["2026-01"]
        assert (january["value"], january["numerator"], january["denominator"]) == (0.5, 15, 30)
        assert (january["interval"]["low"], january["interval"]["high"]) == (0.0, 1.0)
        assert (await _months(rest, "service_level(within=120)"))["2026-01"]["value"] == 0


async def test_an_added_threshold_is_exact_at_once_and_fast_later(
    waits: str, pool: Pool, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    monkeypatch.setenv("CADRAN_DATABASE_URL", waits)
    async with serving(waits) as rest:
        before = rest.service.desk.directory().version
        assert await _run("threshold", "add", "125") == 0
        assert "125 s is exact from now on" in capsys.readouterr().out
        await until(lambda: rest.service.desk.directory().version > before)
        exact = await _months(rest, "service_level(within=125)")
        assert (exact["2026-01"]["value"], exact["approximate"]) == (1, False)
        assert "contact_fact" in await _source(rest)
        filling = rest.service.desk.directory().version
        assert await fill_columns(pool) > 0
        assert await count_left(pool) is None
        await until(lambda: rest.service.desk.directory().version > filling)
        assert await _months(rest, "service_level(within=125)") == exact
        assert "within_month" in await _source(rest)
        assert (await check_figures(pool))[0] == []
        assert await _run("threshold", "list") == 0
        assert "filled" in capsys.readouterr().out
        filled = rest.service.desk.directory().version
        assert await _run("threshold", "remove", "125") == 0
        await fill_columns(pool)
        await until(lambda: rest.service.desk.directory().version > filled)
        assert (await _months(rest, "service_level(within=125)"))["2026-01"]["value"] == 0.5
        assert await pool.fetch("SELECT FROM rollup.within_day") == []


async def _run(*words: str) -> int:
    # In a thread, because the command starts an event loop.
    return await to_thread(main, list(words))


async def _source(rest: Rest) -> str:
    path = "/v1/indicators?metrics=service_level(within=125)&period=2026&explain=true"
    return json.dumps((await rest.client.get(path)).json()["sources"])


async def test_every_document_that_names_a_threshold_makes_it_exact(waits: str, pool: Pool):
    async with serving(waits) as rest:
        norm = {"channel": "phone", "good_seconds": "33", "bad_seconds": "125"}
        await load(pool, "answer_norms", [norm])
        await load(pool, "targets", [{"metric": "service_level(within=47)", "target": "0.8"}])
        await until(lambda: {33, 47, 125} <= rest.service.desk.directory().thresholds)
        assert not (await _months(rest, "service_level(within=125)"))["approximate"]
        assert not (await _months(rest, "service_level(within=47)"))["approximate"]
        assert (await _months(rest, "service_level(within=48)"))["approximate"]


async def test_csv_marks_approximate_values(waits: str):
    async with serving(waits) as rest:
        path = "/v1/csv/indicators?metrics=contacts,wait&period=2026&grain=month"
        header, january, february, *_ = (await rest.client.get(path)).text.splitlines()
        assert header == "start,contacts,wait,wait.approximate"
        assert january.endswith("121.0,false")
        assert february.endswith("true")


async def test_a_wait_just_beyond_a_threshold_is_not_within_it(waits: str, pool: Pool):
    offered = datetime(2025, 3, 3, 9, tzinfo=UTC)
    rows = [
        {
            "contact": f"late {number}", "site": "LIL", "channel": "phone", "outcome": "handled", "talk": "60",
            "offered_at": str(offered), "answered_at": str(offered + timedelta(microseconds=wait)),
        }
        for number, wait in enumerate([19_999_600, 20_000_000, 20_000_001, 20_000_400])
    ]  # fmt: skip
    assert (await load(pool, "contacts", rows, zone="Europe/Paris")).rejected == 0
    await refresh(pool)
    async with serving(waits) as rest:
        path = "/v1/indicators?metrics=service_level(within=20),wait_max&period=2025-03&parts=true"
        [row] = (await rest.client.get(path)).json()["rows"]
        assert row["service_level(within=20)"]["numerator"] == 2
        assert row["wait_max"]["value"] == 20.001
