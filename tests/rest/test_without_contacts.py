"""A database with surveys or cases and without contacts."""

from collections.abc import Iterator

import pytest

from cadran.cli.database import prepare
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from tests.databases import Server
from tests.defaults import load
from tests.sample_service import opened, serving

INSTRUMENT = {
    "instrument": "csat", "kind": "csat", "low": "1", "high": "5", "satisfied_from": "4", "dissatisfied_to": "2"
}  # fmt: skip
SURVEY = {
    "survey": "1", "site": "PAU", "instrument": "csat", "sent_at": "2015-12-01T12:00:00+01:00",
    "answered_at": "2015-12-02T09:00:00+01:00", "score": "4",
}  # fmt: skip
CASE = {
    "case": "1", "customer": "C1", "moment": "bill", "site": "PAU", "opened_at": "2015-12-01T12:00:00+01:00",
    "resolved_at": "2015-12-03T09:00:00+01:00",
}  # fmt: skip


async def prepare_empty(url: str) -> None:
    """Prepare a template database without facts."""
    await prepare(Settings(database_url=url))


async def fill(url: str, rows: dict[str, dict[str, str]]) -> None:
    """Load one row of each kind, with a zone."""
    pool = await opened(url)
    for kind, row in rows.items():
        summary = await load(pool, kind, iter([row]), zone="Europe/Paris")
        assert (summary.loaded, summary.rejected) == (1, 0), kind
    await refresh(pool)
    await pool.close()


@pytest.fixture
def unfilled(server: Server) -> Iterator[str]:
    """Yield the URL of a database without facts."""
    with server.clone(server.template("unfilled", prepare_empty)) as url:
        yield url


async def test_the_data_reach_to_the_last_answer_of_surveys(unfilled: str):
    await fill(unfilled, {"instruments": INSTRUMENT, "surveys": SURVEY})
    async with serving(unfilled) as rest:
        told = await rest.get("/v1/indicators?metrics=csat(kind=relationship)&by=site&period=2015-12")
        assert told.json()["as_of"] == "2015-12-02T08:00:00Z"
        assert told.headers["cadran-as-of"]
        # The survey has made its site.
        assert told.json()["rows"] == [{"site": "PAU", "csat(kind=relationship)": 1.0}]


async def test_surveys_that_a_metric_does_not_read_make_no_rows(unfilled: str):
    await fill(unfilled, {"instruments": INSTRUMENT, "surveys": SURVEY})
    async with serving(unfilled) as rest:
        path = "/v1/indicators?period=2015-12&by=channel&metrics="
        told = (await rest.get(f"{path}csat")).json()
        assert (told["rows"], told["totals"]) == ([], {"csat": None})
        both = (await rest.get(f"{path}csat,csat(kind=relationship)")).json()
        assert both["rows"] == [{"channel": None, "csat": None, "csat(kind=relationship)": 1.0}]


async def test_the_data_reach_to_the_last_event_of_cases(unfilled: str):
    await fill(unfilled, {"cases": CASE})
    async with serving(unfilled) as rest:
        told = (await rest.get("/v1/indicators?metrics=resolution_time&period=2015-12")).json()
        assert told["as_of"] == "2015-12-03T08:00:00Z"
