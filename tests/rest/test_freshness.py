"""Every response, also a 304, says in its headers how far its data reach and how long it may be shown."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Final

import httpx
import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Notice
from cadran.domain.ask import Ask
from cadran.domain.metric import Label
from cadran.rest.context import make_figures_response
from cadran.rest.encode import encode_indicators_csv
from cadran.rest.table import View
from cadran.web.negotiate import CSV
from tests.refs import refs
from tests.sample_service import Rest

FRESH: Final = timedelta(seconds=10)
LIVE: Final = timedelta(seconds=5)
CLOSED: Final = timedelta(days=1)
MARGIN: Final = timedelta(seconds=5)
GRAPHQL: Final = '/graphql?query={indicators(period:{named:"today"}){totals{contacts{value}}}}'
PATHS: Final = (
    "/v1/indicators?metrics=contacts&by=site&period=2015-12",
    "/v1/indicators?metrics=contacts&period=2015-12&compare=previous_period",
    "/v1/indicators?metrics=contacts&period=today",
    "/v1/scorecard?metrics=contacts&period=2015-12",
    "/v1/usual-day?metrics=contacts&period=2015-12&step=hour",
    "/v1/change?metric=aht&period=2015-12&against=2015-11&by=site",
    "/v1/distribution?of=wait&period=2015-12&by=site",
    "/v1/goodwill-return?period=2015-12",
    "/v1/reports/received?period=2015-12&section=by_channel",
    "/v1/agents?period=2015-12&metrics=aht",
)


def freshness(response: httpx.Response) -> dict[str, str]:
    """Return the freshness headers of a response."""
    return {
        name: value for name, value in response.headers.items() if name.startswith(("cadran-as-of", "cadran-stale"))
    }


def shown(response: httpx.Response, sent: datetime) -> timedelta:
    """Return how long a response may be shown. Check that its Cache-Control does not allow more."""
    left = datetime.fromisoformat(response.headers["cadran-stale-after"]) - sent
    allowed = re.findall(r"(?:max-age|stale-while-revalidate)=(\d+)", response.headers["cache-control"])
    assert sum(map(int, allowed)) <= left.total_seconds()
    return left


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
@pytest.mark.parametrize("path", PATHS)
async def test_every_resource_of_figures_says_so_with_200_and_304(rest: Rest, path: str, accept: str):
    first = await rest.get(path, accept=accept)
    again = await rest.client.get(path, headers={"accept": accept, "if-none-match": first.headers["etag"]})
    assert (again.status_code, again.content) == (304, b"")
    assert list(freshness(first)) == list(freshness(again)) == ["cadran-as-of", "cadran-stale", "cadran-stale-after"]
    assert again.headers["cadran-stale-after"] >= first.headers["cadran-stale-after"]
    assert first.headers["cadran-stale"] == again.headers["cadran-stale"] == "false"
    assert first.headers["cadran-as-of"] == again.headers["cadran-as-of"]


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/v1/indicators?metrics=contacts&period=2015-11", CLOSED),
        ("/v1/indicators?metrics=contacts&period=today&zone=UTC", FRESH),
        ("/v1/now?site=PAU", LIVE),
        (GRAPHQL, FRESH),
    ],
)
async def test_an_answer_may_be_shown_for_its_time_from_when_it_is_sent(rest: Rest, path: str, expected: timedelta):
    midnight = datetime.now(UTC).replace(hour=0, minute=0, second=0, microsecond=0) + timedelta(days=1)
    for _ in range(3):
        before = datetime.now(UTC)
        response = await rest.get(path)
        left = shown(response, before)
        assert min(expected, midnight - before) - MARGIN <= left <= expected + MARGIN
    assert "desc=hit" in response.headers["server-timing"] or expected == LIVE


async def test_csv_has_another_tag_where_only_its_headers_differ(rest: Rest):
    answer = await rest.service.desk.ask(Ask(metrics=refs("contacts"), period="2015-12"), OPERATOR)
    warned = replace(answer, warnings=(Notice("estimated", Label("Estimated.", "Estimé.")),))
    stale = replace(answer, freshness=replace(answer.freshness, stale=True))
    told = [
        make_figures_response(encode_indicators_csv(each, View("en", "EUR")), CSV, "en", each)
        for each in (answer, warned, stale)
    ]
    assert len({each.body for each in told}) == 1
    assert len({each.headers["etag"] for each in told}) == 3
