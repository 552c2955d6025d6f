"""Survey eligibility and survey lists over REST and GraphQL: who may be asked, and customers to follow up."""

from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from typing import Any

import pytest

from cadran.domain.access.principal import Principal
from cadran.domain.question import Filter
from cadran.errors import Forbidden
from cadran.lists.surveys import SurveyRulesRequest
from tests.databases import Server
from tests.defaults import load
from tests.lists.surveys import AT, INSTRUMENTS, PERIOD, build, graphql, surveys
from tests.sample_service import Rest, contacts, opened, serving


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


async def pages(rest: Rest, path: str, name: str, limit: int) -> list[dict[str, Any]]:
    """Return all rows, reading page after page."""
    found: list[dict[str, Any]] = []
    after = ""
    while True:
        page = (await rest.get(f"{path}&limit={limit}{after}")).json()
        found += page[name]
        if page["next"] is None:
            return found
        assert len(page[name]) == limit
        after = f"&after={page['next']}"


async def test_who_may_be_asked(rest: Rest) -> None:
    path = f"/v1/survey-eligibility?{PERIOD}&{AT}&rest_days=7&contacts=2&within_days=1"
    first = (await rest.get(path)).json()
    assert first["rules"] == {"at": "2016-01-01T00:00:00+00:00", "rest_days": 7, "contacts": 2, "within_days": 1}
    counts = first["counts"]
    assert (
        counts["customers"]
        == counts["eligible"] + counts["churned"] + counts["asked_recently"] + counts["contacts_in_a_row"]
    )
    asked = {row["contact"] for row in surveys() if "contact" in row and row["sent_at"] > "2015-12-25"}
    recent = {row["customer"] for row in contacts() if row["contact"] in asked}
    assert counts["asked_recently"] == len(recent) > 0
    found = await pages(rest, path, "customers", 9)
    assert len(found) == counts["eligible"]
    assert recent.isdisjoint(each["customer"] for each in found)
    query = """{ surveyEligibility(period: {named: "2015-12"}, at: "2016-01-01T00:00:00Z", restDays: 7, contacts: 2,
        withinDays: 1, limit: 9) { counts { customers eligible askedRecently } next customers { customer lastContactAt }
        rules { at restDays } } }"""
    mine = (await graphql(rest, query))["surveyEligibility"]
    assert mine["counts"]["askedRecently"] == len(recent)
    assert [each["customer"] for each in mine["customers"]] == [each["customer"] for each in found[:9]]


async def test_who_may_be_asked_now_needs_no_window(rest: Rest) -> None:
    told = (await rest.get(f"/v1/survey-eligibility?{AT}")).json()
    month = "start=2015-12-02&end=2016-01-02"
    assert told["counts"] == (await rest.get(f"/v1/survey-eligibility?{AT}&{month}")).json()["counts"]
    assert told["counts"]["customers"] > 0
    query = '{ surveyEligibility(at: "2016-01-01T00:00:00Z") { counts { customers } } }'
    mine = (await graphql(rest, query))["surveyEligibility"]
    assert mine["counts"]["customers"] == told["counts"]["customers"]


async def test_which_lists_there_are_is_said(rest: Rest) -> None:
    problem = (await rest.client.get(f"/v1/survey-lists?{PERIOD}")).json()
    assert (problem["code"], problem["parameter"]) == ("unknown_list", "list")
    for name in ("to_call_back", "promoters", "non_respondents"):
        assert name in problem["detail"]


async def test_whether_one_customer_may_be_asked(rest: Rest) -> None:
    last = [row for row in surveys() if "contact" in row][-1]
    customer = next(row["customer"] for row in contacts() if row["contact"] == last["contact"])
    told = (await rest.get(f"/v1/survey-eligibility?customer={customer}&{AT}")).json()
    assert (told["known"], told["eligible"], told["reason"]) == (True, False, "asked_recently")
    assert told["rules"]["rest_days"] == 90
    csv = await rest.get(f"/v1/survey-eligibility?customer={customer}&{AT}", accept="text/csv")
    assert csv.text.split() == ["customer,known,eligible,reason", f"{customer},true,false,asked_recently"], "as in JSON"
    later = (await rest.get(f"/v1/survey-eligibility?customer={customer}&at=2017-01-01")).json()
    assert (later["eligible"], later["reason"]) == (True, None)
    nobody = (await rest.get("/v1/survey-eligibility?customer=nobody")).json()
    assert (nobody["known"], nobody["eligible"]) == (False, True)
    query = f'{{ customerEligibility(customer: "{customer}", at: "2016-01-01T00:00:00Z") {{ eligible reason known }} }}'
    mine = (await graphql(rest, query))["customerEligibility"]
    assert mine == {"eligible": False, "reason": "ASKED_RECENTLY", "known": True}


async def test_single_customers_are_untold_to_who_may_not_see_people(rest: Rest) -> None:
    with pytest.raises(Forbidden, match="single customers"):
        await rest.service.lists.judge_eligibility("c1", Principal("partner", role="partner"), SurveyRulesRequest())


async def test_a_customer_of_another_site_is_not_known(rest: Rest) -> None:
    lists = rest.service.lists
    found = await rest.get("/v1/contacts?period=2015-12&site=PAU&limit=1")
    assert found.json()["contacts"]
    async with rest.service.pool.acquire() as connection:
        elsewhere = await connection.fetchval(
            "SELECT c.code FROM contact_fact AS f JOIN customer AS c USING (customer_id) JOIN site AS s USING (site_id)"
            " GROUP BY 1 HAVING bool_and(s.code = 'PAU') ORDER BY 1 LIMIT 1"
        )
        there = await connection.fetchval(
            "SELECT c.code FROM contact_fact AS f JOIN customer AS c USING (customer_id) JOIN site AS s USING (site_id)"
            " WHERE s.code = 'LIL' ORDER BY 1 LIMIT 1"
        )
    lille = Principal("lille", (Filter("site", ("LIL",)),), role="supervisor")
    assert (await lists.judge_eligibility(there, lille, SurveyRulesRequest())).known
    for unknown in ("nobody", *([elsewhere] if elsewhere else [])):
        verdict = await lists.judge_eligibility(unknown, lille, SurveyRulesRequest())
        assert (verdict.known, verdict.reason) == (False, None)
    gone = Principal("gone", (Filter("site", ("NONE",)),), role="supervisor")
    assert not (await lists.judge_eligibility(there, gone, SurveyRulesRequest())).known


async def test_the_dissatisfied_to_call_back(rest: Rest) -> None:
    path = f"/v1/survey-lists?list=to_call_back&{PERIOD}"
    cuts = {name: cut for name, _, _, _, _, cut in INSTRUMENTS}
    waiting = [
        row["survey"]
        for row in surveys()
        if "contact" in row and "score" in row and int(row["score"]) <= cuts[row["instrument"]]
        and "called_back_at" not in row
    ]  # fmt: skip
    found = await pages(rest, path, "surveys", 5)
    assert {each["survey"] for each in found} == set(waiting)
    assert [each["age"] for each in found] == sorted((each["age"] for each in found), reverse=True)
    ages = [(datetime.now(UTC) - datetime.fromisoformat(each["answered_at"])).total_seconds() for each in found]
    assert all(abs(age - each["age"]) < 600 for age, each in zip(ages, found, strict=True))
    query = """{ surveyList(list: TO_CALL_BACK, period: {named: "2015-12"}, kind: TRANSACTIONAL, limit: 5) {
        next surveys { survey score customer answeredAt instrument } } }"""
    mine = (await graphql(rest, query))["surveyList"]["surveys"]
    assert [each["survey"] for each in mine] == [each["survey"] for each in found[:5]]
    assert (mine[0]["answeredAt"], mine[0]["score"]) == (found[0]["answered_at"], found[0]["score"])


@pytest.fixture
def own(server: Server) -> Iterator[str]:
    """Yield the URL of a database with contacts and surveys that a test may change."""
    with server.clone(server.template("rest_surveys", build)) as url:
        yield url


async def test_promoters_gave_the_best_score_in_their_latest_answers(own: str) -> None:
    """Check the list of promoters with three customers: one gave 9 after 10, another 10 after 9, a third 10 twice."""
    given = {"a": ("10", "9"), "b": ("9", "10"), "c": ("10", "10")}
    pool = await opened(own)
    rows = [
        {"survey": f"{code}{number}", "customer": code, "site": "PAU", "instrument": "nps", "score": score,
         "sent_at": f"2015-11-0{number}T09:00:00Z", "answered_at": f"2015-11-0{number}T10:00:00Z"}
        for code, scores in given.items() for number, score in enumerate(scores, start=1)
    ]  # fmt: skip
    await load(pool, "surveys", rows)
    await pool.close()
    async with serving(own) as rest:
        for words, expected in (
            ("", ["b", "c"]),
            ("&answers=2", ["c"]),
            ("&answers=3", []),
            ("&kind=transactional", []),
        ):
            path = f"/v1/survey-lists?list=promoters&period=2015-11{words}"
            found = (await rest.get(path)).json()["surveys"]
            assert [each["customer"] for each in found] == expected
            assert {each["survey"][1:] for each in found} <= {"2"}


async def test_they_are_kept_nowhere(rest: Rest) -> None:
    for path in (f"/v1/survey-eligibility?{PERIOD}&{AT}", f"/v1/survey-lists?list=non_respondents&{PERIOD}"):
        response = await rest.get(f"{path}&limit=2")
        assert response.headers["cache-control"] == "no-store"
        csv = await rest.get(f"{path}&limit=2", accept="text/csv")
        assert csv.headers["cadran-next"] == response.json()["next"]
        assert len(csv.text.splitlines()) == 3
    body = {"query": '{ surveyList(list: PROMOTERS, period: {named: "2015-12"}) { next } }'}
    assert (await rest.client.post("/graphql", json=body)).headers["cache-control"] == "no-store"


@pytest.mark.parametrize(
    ("path", "code", "parameter"),
    [
        (f"survey-lists?list=angry&{PERIOD}", "unknown_list", "list"),
        (f"survey-lists?{PERIOD}", "unknown_list", "list"),
        (f"survey-lists?list=promoters&instrument=csat&{PERIOD}", "unknown_instrument", "instrument"),
        (f"survey-lists?list=to_call_back&instrument=staff&{PERIOD}", "unknown_instrument", "instrument"),
        (f"survey-lists?list=to_call_back&kind=warm&{PERIOD}", "bad_parameter", "kind"),
        (f"survey-lists?list=to_call_back&answers=2&{PERIOD}", "bad_parameter", "answers"),
        (f"survey-lists?list=promoters&answers=0&{PERIOD}", "bad_parameter", "answers"),
        (f"survey-lists?list=promoters&limit=0&{PERIOD}", "bad_parameter", "limit"),
        (f"survey-lists?list=promoters&after=x&{PERIOD}", "bad_parameter", "after"),
        ("survey-lists?list=promoters", "no_window", "period"),
        (f"survey-eligibility?{PERIOD}&at=noon", "bad_parameter", "at"),
        (f"survey-eligibility?{PERIOD}&rest_days=0", "bad_parameter", "rest_days"),
        (f"survey-eligibility?{PERIOD}&contacts=0", "bad_parameter", "contacts"),
        (f"survey-eligibility?{PERIOD}&within_days=9999", "bad_parameter", "within_days"),
        (f"survey-eligibility?customer=c1&{PERIOD}", "bad_parameter", "period"),
        ("survey-eligibility?customer=", "bad_parameter", "customer"),
        (f"distribution?of=score&{PERIOD}", "bad_parameter", "metrics"),
        (f"distribution?of=wait&instrument=nps&{PERIOD}", "unknown_parameter", "metrics"),
    ],
)
async def test_refusals(rest: Rest, path: str, code: str, parameter: str) -> None:
    response = await rest.client.get(f"/v1/{path}")
    assert response.status_code == 422, response.text
    assert (response.json()["code"], response.json()["parameter"]) == (code, parameter)
