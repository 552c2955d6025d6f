"""Two windows of one answer do not reveal a small group by their difference, in a change or a comparison."""

from __future__ import annotations

from typing import Any

import pytest

from tests.access.two_sites import House

#: The survey answers are of 1 and 2 November 2015, with two or three on the first day at each site.
ALL_BUT_A_DAY = "start=2015-11-02&end=2015-12-01&against=2015-11"
CHANGE = "/v1/change?by=site&metric="
#: The previous window ends at noon of 2 November 2015. Of that afternoon are one answer at Lille and two at Pau.
TWO_YEARS = "start=2014-12-01&end=2016-10-31T12:00&compare=previous_year_weekdays&by=site&parts=true"
QUERY = """{ change(metric: "%s", by: [SITE], period: {start: "2015-11-02", end: "2015-12-01"},
    against: {named: "2015-11"}) { total { denominator previousDenominator } rows { denominator } } }"""


@pytest.mark.parametrize("role", ["analyst", "partner", "board"])
async def test_a_change_of_people_refuses_windows_that_overlap(shared: House, role: str):
    for accept in ("application/json", "text/csv"):
        refused = await shared.get(f"{CHANGE}csat&{ALL_BUT_A_DAY}", role, accept=accept)
        assert refused.status_code == 422, refused.text
        problem = refused.json()
        assert (problem["code"], problem["parameter"]) == ("bad_window", "against")
        assert "do not overlap" in problem["detail"]
    told = (await shared.post("/graphql", role, {"query": QUERY % "csat"})).json()
    assert told["data"]["change"] is None
    assert [each["extensions"]["code"] for each in told["errors"]] == ["bad_window"]


async def test_an_embed_token_gets_no_change_of_windows_that_overlap(shared: House):
    minted = (await shared.post("/v1/embed-tokens", "administrator", {"metrics": ["csat", "fcr"]})).json()
    bearer = {"authorization": f"Bearer {minted['token']}"}
    refused = await shared.client.get(f"{CHANGE}csat&{ALL_BUT_A_DAY}", headers=bearer)
    assert refused.json()["code"] == "bad_window"
    shown = await shared.client.get(f"{CHANGE}fcr&{ALL_BUT_A_DAY}", headers=bearer)
    assert shown.status_code == 200


@pytest.mark.parametrize(
    ("window", "status"),
    [
        ("start=2015-11-01&end=2015-11-15&against=2015-11-01", 422),
        ("period=2015-11&against=2015-11", 422),
        ("period=2015-11-02&against=2015-11-01", 200),
        ("period=2015-11-02&against=2015-11-03", 200),
        # A window given as instants is compared with the local time of the sites: `against` ends at 23:00 UTC.
        ("start=2015-11-02T00:00%2B01:00&end=2015-11-02T11:00%2B01:00&against=2015-11-01", 200),
        ("start=2015-11-01T23:45%2B01:00&end=2015-11-02T11:00%2B01:00&against=2015-11-01", 422),
    ],
)
async def test_a_change_of_people_takes_windows_that_meet(shared: House, window: str, status: int):
    found = await shared.get(f"{CHANGE}csat&{window}", "analyst")
    assert found.status_code == status, found.text


async def test_windows_may_overlap_for_callers_who_see_people_and_for_volumes(shared: House):
    for role in ("administrator", "supervisor"):
        assert (await shared.get(f"{CHANGE}csat&{ALL_BUT_A_DAY}", role)).status_code == 200
    told = (await shared.post("/graphql", "administrator", {"query": QUERY % "csat"})).json()["data"]["change"]
    # The difference that other callers could compute: the few answers of one day.
    assert 0 < told["total"]["previousDenominator"] - told["total"]["denominator"] < 8
    assert (await shared.get(f"{CHANGE}aht&{ALL_BUT_A_DAY}", "analyst")).status_code == 200


async def test_a_change_of_employees_refuses_windows_that_overlap_for_every_role(shared: House):
    for role in ("administrator", "analyst"):
        refused = (await shared.get(f"{CHANGE}employee_nps&{ALL_BUT_A_DAY}", role)).json()
        assert refused["code"] == "bad_window", refused


async def test_windows_that_overlap_are_not_compared_where_nothing_is_hidden(shared: House):
    path = f"/v1/indicators?metrics=csat,qos&{TWO_YEARS}"
    seen, found = [(await shared.get(path, role)).json() for role in ("administrator", "analyst")]
    ours, theirs = _named(seen), _named(found)
    for key, row in theirs.items():
        assert row["csat"]["n"] == ours[key]["csat"]["n"]
        assert row["csat"]["previous"] is row["csat"]["change"] is None, key
        assert ours[key]["csat"]["previous"] is not None
        assert row["qos"] == ours[key]["qos"]
    [notice] = [each for each in found["warnings"] if each["code"] == "suppressed"]
    assert "share days" in notice["detail"]
    assert "csat" in notice["detail"]
    assert "qos" not in notice["detail"]
    assert "suppressed" not in [each["code"] for each in seen["warnings"]]


async def test_windows_that_meet_are_compared(shared: House):
    """Check adjacent windows of half a day each, both with about eight answers."""
    window = "start=2015-11-02T06:00&end=2015-11-02T18:00&compare=previous_period"
    found = (await shared.get(f"/v1/indicators?metrics=csat&{window}&parts=true", "analyst")).json()
    assert found["totals"]["csat"]["previous"] is not None
    assert found["warnings"] == []


def _named(told: dict[str, Any]) -> dict[str, Any]:
    return {row["site"]: row for row in told["rows"]} | {"all": told["totals"]}
