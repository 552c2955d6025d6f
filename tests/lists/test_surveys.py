"""Surveys over the API: scores and their distribution, who may be asked, and lists to follow up."""

from collections.abc import AsyncIterator, Iterator

import pytest

from cadran.domain.access.principal import Principal
from cadran.domain.ask import Ask
from cadran.lists.surveys import SurveyRulesRequest
from tests.databases import Server
from tests.lists.surveys import INSTRUMENTS, PERIOD, build, surveys
from tests.sample_service import Rest, serving


@pytest.fixture(scope="module")
def facts(server: Server) -> Iterator[str]:
    """Yield the URL of a database with contacts and surveys."""
    with server.clone(server.template("rest_surveys", build)) as url:
        yield url


@pytest.fixture(scope="module")
async def rest(facts: str) -> AsyncIterator[Rest]:
    """Yield the service over contacts and surveys."""
    async with serving(facts) as found:
        yield found


def answers(instrument: str) -> list[int]:
    return [int(row["score"]) for row in surveys() if row["instrument"] == instrument and "score" in row]


async def test_a_new_instrument_needs_no_code(rest: Rest) -> None:
    words = f"/v1/indicators?metrics=survey_score(instrument=cos),survey_satisfaction(instrument=COS)&{PERIOD}"
    told = (await rest.get(f"{words}&parts=true")).json()["totals"]
    found = answers("COS")
    score, share = told["survey_score(instrument=cos)"], told["survey_satisfaction(instrument=COS)"]
    assert score["value"] == pytest.approx(sum(found) / len(found))
    assert (share["numerator"], share["n"]) == (len([each for each in found if each >= 15]), len(found))
    assert share["interval"]["low"] < share["value"] < share["interval"]["high"]


@pytest.mark.parametrize("metric", ["survey_score", "score", "survey_satisfaction"])
async def test_scales_are_never_pooled(rest: Rest, metric: str) -> None:
    response = await rest.client.get(f"/v1/indicators?metrics={metric}&{PERIOD}")
    assert response.status_code == 422
    problem = response.json()
    assert set(problem["suggestions"]) == {name for name, *_ in INSTRUMENTS} - {"staff"}
    assert "name one" in problem["detail"]


async def test_what_employees_say_is_told_of_teams_of_five_or_more(rest: Rest) -> None:
    told = (await rest.get(f"/v1/indicators?metrics=employee_nps&by=team&{PERIOD}&parts=true")).json()
    assert told["rows"][0]["employee_nps"]["value"] == pytest.approx(100 * (2 - 2) / 6)
    assert told["warnings"] == []
    by_score = "/v1/indicators?metrics=employee_nps&start=2015-12-11T10:00&end=2015-12-11T10:15"
    assert (await rest.get(f"{by_score}&grain=quarter_hour")).json()["totals"]["employee_nps"] == pytest.approx(0)
    for words in ("metrics=employee_nps&by=agent", "metrics=survey_score(instrument=staff)"):
        response = await rest.client.get(f"/v1/indicators?{words}&{PERIOD}")
        assert response.json()["code"] in ("impossible_split", "bad_parameter")


async def test_the_index_is_the_mean_of_its_questions(rest: Rest) -> None:
    alone = [f"cxi(instrument={name})" for name in ("needs", "easy", "enjoyed")]
    told = (await rest.get(f"/v1/indicators?metrics=cxi,{','.join(alone)}&{PERIOD}&parts=true")).json()["totals"]
    questions = [told[name]["value"] for name in alone]
    assert told["cxi"]["value"] == pytest.approx(sum(questions) / 3)
    assert told["cxi"]["n"] == sum(told[name]["n"] for name in alone)
    assert told["cxi"]["interval"]["low"] < told["cxi"]["value"] < told["cxi"]["interval"]["high"]


@pytest.mark.parametrize(
    "words", ["of=score&instrument=nps", "of=score(instrument=NPS)", "of=score(kind=transactional)&instrument=nps"]
)
async def test_scores_are_distributed_score_by_score(rest: Rest, words: str) -> None:
    told = (await rest.get(f"/v1/distribution?{words}&{PERIOD}&by=site")).json()
    found = answers("nps")
    assert told["edges"] == [*range(11), None]
    assert told["counts"] == [found.count(score) for score in range(11)]
    assert (told["n"], told["undefined"], told["approximate"]) == (len(found), 0, False)
    assert [sum(each) for each in zip(*(row["counts"] for row in told["rows"]), strict=True)] == told["counts"]


async def test_the_usual_hour_of_a_net_score_is_in_points(rest: Rest) -> None:
    told = (await rest.get(f"/v1/usual-day?metrics=nps&{PERIOD}&step=hour")).json()["rows"]
    assert len(told) > 3
    for row in told:
        hour = int(row["time_of_day"][:2])
        span = f"time_of_day={hour:02}:00..{hour + 1:02}:00"
        alone = (await rest.get(f"/v1/indicators?metrics=nps&{PERIOD}&{span}")).json()["totals"]["nps"]
        assert row["nps"] == (alone if alone is None else pytest.approx(alone))
    ranked = (await rest.get(f"/v1/indicators?metrics=nps&{PERIOD}&grain=day&by=site&order=-nps")).json()["rows"]
    whole = (await rest.get(f"/v1/indicators?metrics=nps&{PERIOD}&by=site&order=-nps&top=1")).json()["rows"]
    best = (await rest.get(f"/v1/indicators?metrics=nps&{PERIOD}&grain=day&by=site&order=-nps&top=1")).json()["rows"]
    assert {row["site"] for row in best} == {whole[0]["site"]}
    assert len(ranked) > len(best)


async def test_the_response_rate_by_outcome_and_by_wait(rest: Rest) -> None:
    told = (await rest.get(f"/v1/indicators?metrics=survey_response_rate&by=outcome&{PERIOD}&parts=true")).json()
    by_outcome = {row["outcome"]: row["survey_response_rate"] for row in told["rows"]}
    assert {"handled", "abandoned", "deflected"} <= by_outcome.keys()
    assert sum(each["denominator"] for each in by_outcome.values()) == len(list(surveys())) - 6
    sent, answered = [
        (await rest.get(f"/v1/distribution?of=surveyed_wait(of={of})&{PERIOD}")).json() for of in ("sent", "answered")
    ]
    assert sent["edges"] == answered["edges"]
    assert all(few <= many for few, many in zip(answered["counts"], sent["counts"], strict=True))
    assert 0 < answered["n"] < sent["n"]


async def test_where_nobody_answered_the_other_time_of_asking_is_named(rest: Rest) -> None:
    told = (await rest.get("/v1/indicators?metrics=nps,contacts&period=2013")).json()
    assert told["totals"]["nps"] is None
    (warning,) = [each for each in told["warnings"] if each["code"] == "no_answers"]
    assert (
        warning["detail"] == "nps: no transactional answers here; kind=relationship reads those asked some time later."
    )


async def test_teams_are_those_of_the_legs(rest: Rest) -> None:
    whole = await rest.service.lists.survey_eligibility(
        Ask(metrics=(), period="2015-12"), Principal("all"), SurveyRulesRequest(), limit=1, after=None
    )
    told = (await rest.get(f"/v1/survey-eligibility?{PERIOD}&agent=a3")).json()
    assert 0 < told["counts"]["customers"] < whole.customers
