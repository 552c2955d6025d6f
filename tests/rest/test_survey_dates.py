"""The dates of surveys: a transactional survey counts with its contact, a relationship survey when it was answered, and
in response rates when it was sent."""

from collections.abc import Iterator
from typing import Any

import pytest

from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from tests.databases import Server
from tests.defaults import load
from tests.rest.test_without_contacts import INSTRUMENT, prepare_empty
from tests.sample_service import Rest, opened, serving

CONTACT = {
    "contact": "1", "customer": "C1", "segment": "Gold", "site": "PAU", "channel": "phone", "moment": "bill",
    "offered_at": "2015-08-20T10:00:00Z", "outcome": "handled", "wait": "12", "talk": "60",
}  # fmt: skip
#: Sent in September: one transactional and three relationship surveys, of which two are answered in October.
SENT = {"contact": "1", "instrument": "csat", "sent_at": "2015-09-10T12:00:00Z"}
ANSWERED = {"answered_at": "2015-10-05T09:00:00Z", "score": "4"}
SURVEYS = (
    SENT | ANSWERED | {"survey": "t", "hot": "true"},
    SENT | ANSWERED | {"survey": "r1", "hot": "false"},
    SENT | ANSWERED | {"survey": "r2", "hot": "false", "score": "1"},
    SENT | {"survey": "r3", "hot": "false"},
)
YEAR = "start=2015-07-01&end=2016-01-01&grain=month"


async def fill(url: str, surveys: tuple[dict[str, str], ...] = SURVEYS) -> None:
    pool = await opened(url)
    for kind, rows in (("contacts", (CONTACT,)), ("instruments", (INSTRUMENT,)), ("surveys", surveys)):
        summary = await load(pool, kind, iter(rows), zone="Europe/Paris")
        assert (summary.loaded, summary.rejected) == (len(rows), 0), kind
    await refresh(pool)
    assert (await check_figures(pool))[0] == []
    await pool.close()


@pytest.fixture
def url(server: Server) -> Iterator[str]:
    with server.clone(server.template("unfilled", prepare_empty)) as url:
        yield url


async def read_months(rest: Rest, metric: str, more: str = "") -> dict[str, Any]:
    """Return the months with a value of a metric."""
    answer = await rest.get(f"/v1/indicators?metrics={metric}&{YEAR}{more}")
    assert answer.status_code == 200, answer.text
    return {row["start"][:7]: row[metric] for row in answer.json()["rows"] if row[metric] is not None}


@pytest.mark.parametrize("more", ["", "&outcome=handled"], ids=["rollup", "facts"])
async def test_surveys_count_with_their_contact_when_answered_or_when_sent(url: str, more: str):
    await fill(url)
    async with serving(url) as rest:
        assert await read_months(rest, "csat", more) == {"2015-08": 1.0}
        assert await read_months(rest, "survey_response_rate", more) == {"2015-08": 1.0}
        assert await read_months(rest, "csat(kind=relationship)", more) == {"2015-10": 0.5}
        assert await read_months(rest, "survey_response_rate(kind=relationship)", more) == {
            "2015-09": pytest.approx(2 / 3)
        }
        before = "survey_response_rate(kind=relationship,version=v1)"
        assert await read_months(rest, before, more) == {"2015-09": 0.0, "2015-10": 1.0}
        assert await read_months(rest, "surveyed_wait(kind=relationship)", more) == {"2015-09": 12.0}
        assert await read_months(rest, "surveyed_wait(of=answered)", more) == {"2015-08": 12.0}


async def test_the_distributions_of_waits_give_the_response_rate(url: str):
    await fill(url)
    async with serving(url) as rest:
        counts = []
        for of in ("sent", "answered"):
            metric = f"surveyed_wait(of={of},kind=relationship)"
            answer = await rest.get(f"/v1/distribution?of={metric}&period=2015-09")
            counts.append(sum(answer.json()["counts"]))
        assert counts == [3, 2]


async def test_a_later_answer_counts_on_the_day_of_the_sending(url: str):
    await fill(url, SURVEYS[:1] + SURVEYS[3:])
    rate = "survey_response_rate(kind=relationship)"
    async with serving(url) as rest:
        assert await read_months(rest, rate) == {"2015-09": 0.0}
    pool = await opened(url)
    await load(pool, "surveys", iter([SURVEYS[3] | ANSWERED]), zone="Europe/Paris")
    await refresh(pool)
    assert (await check_figures(pool))[0] == []
    # Lagos and Paris have the same time when the answer comes, and another when the survey is sent in summer.
    await load(
        pool, "surveys", iter([SURVEYS[3] | ANSWERED | {"sent_at": "2015-09-30T22:30:00Z"}]), zone="Europe/Paris"
    )
    await load(pool, "sites", iter([{"site": "PAU", "zone": "Africa/Lagos"}]))
    await refresh(pool)
    assert (await check_figures(pool))[0] == []
    await pool.close()
    async with serving(url) as rest:
        assert await read_months(rest, rate) == {"2015-09": 1.0}


async def test_the_catalogue_names_both_dates(url: str):
    await fill(url)
    async with serving(url) as rest:
        found = {each["metric"]: each for each in (await rest.get("/v1/catalogue")).json()["metrics"]}
        bases = {
            name: (found[name]["basis"], found[name]["basis_relationship"])
            for name in ("csat", "survey_response_rate", "employee_nps", "qos")
        }
        assert bases == {
            "csat": ("offered", "answered"),
            "survey_response_rate": ("offered", "sent"),
            "employee_nps": ("answered", None),
            "qos": ("offered", None),
        }
