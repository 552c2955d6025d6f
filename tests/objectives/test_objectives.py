"""Objectives over REST and GraphQL: what they show, and what they refuse."""

import json
from typing import Any

import pytest

from tests.access.two_sites import housed
from tests.objectives.conftest import PERIOD, ObjectiveRequests, manual, measured


async def test_a_key_result_is_the_figure_that_indicators_tell(shared_steering: ObjectiveRequests):
    steering = shared_steering
    made = await steering.make(
        measured(where={"site": ["PAU"], "channel.not": ["chat"]}),
        measured("aht", 400, 200),
        measured("contacts", 0, 900),
    )
    for day in ("2015-11-15", "2015-12-01", "2016-05-05"):
        told = (await steering.get(made["objective"], f"?as_of={day}"))["key_results"]
        end = min(day, "2015-12-01")
        for each, query in zip(
            told, ("metrics=qos&site=PAU&channel!=chat", "metrics=aht", "metrics=contacts"), strict=True
        ):
            path = f"/v1/indicators?{query}&parts=true&start=2015-11-01&end={end}"
            figure = (await steering.house.get(path, "administrator")).json()["totals"][each["metric"]]
            assert {name: each[name] for name in figure} == figure
            share = (each["value"] - each["baseline"]) / (each["target"] - each["baseline"])
            assert each["progress"] == pytest.approx(share)
    before = await steering.get(made["objective"], "?as_of=2015-10-01")
    assert all((each["value"], each["progress"], each["expected"]) == (None, None, 0) for each in before["key_results"])
    assert before["pace"] is None


async def test_rest_and_graphql_tell_the_same(shared_steering: ObjectiveRequests):
    steering = shared_steering
    made = await steering.make(measured(path=[{"on": "2015-11-10", "share": 0.5}]), manual())
    number, result = made["objective"], made["key_results"][1]["key_result"]
    path = f"/{number}/key-results/{result}/check-ins"
    await steering.ask("POST", path, {"on": "2015-11-05", "value": 4, "confidence": 0.5, "comment": "half"})
    told = await steering.get(number, "?as_of=2015-11-20")
    fields = "id title value progress expected pace reached confidence path { on share } checkIns { on value comment }"
    query = f"""query Of($id: ID!) {{ objective(id: $id, asOf: "2015-11-20") {{
        id title version asOf dataAsOf progress expected pace confidence withheld
        keyResults {{ {fields} }} }} }}"""
    found = (await steering.graphql(query, id=str(number)))["data"]["objective"]
    assert found["id"] == f"objective_{told['objective']}@2015-11-20"
    assert {name: found[name] for name in ("title", "version", "progress", "expected", "confidence", "withheld")} == {
        name: told[name] for name in ("title", "version", "progress", "expected", "confidence", "withheld")
    }
    assert (found["asOf"], found["dataAsOf"], found["pace"].lower()) == (
        told["as_of"],
        told["data_as_of"],
        told["pace"],
    )
    for ours, theirs in zip(found["keyResults"], told["key_results"], strict=True):
        assert ours["id"] == f"key_result_{theirs['key_result']}@2015-11-20"
        for name in ("title", "value", "progress", "expected", "reached", "confidence", "path"):
            assert ours[name] == theirs[name], name
        said = [{name: each[name] for name in ("on", "value", "comment")} for each in theirs["check_ins"]]
        assert ours["checkIns"] == said
    assert told["key_results"][1]["progress"] == pytest.approx(0.4)
    assert told["key_results"][0]["expected"] == pytest.approx(0.5 + 0.5 * 10 / 21)


async def test_an_id_with_a_day_is_read_as_of_that_day(shared_steering: ObjectiveRequests):
    steering = shared_steering
    number = (await steering.make(measured()))["objective"]
    dated = f"objective_{number}@2015-11-20"
    asked = "query Of($id: ID!, $day: Date) { objective(id: $id, asOf: $day) { id asOf keyResults { id value } } }"
    by_day = await steering.graphql(asked, id=f"objective_{number}", day="2015-11-20")
    assert by_day["data"]["objective"]["id"] == dated
    assert (await steering.graphql(asked, id=dated))["data"] == by_day["data"]
    assert (await steering.graphql(asked, id=dated, day="2015-11-20"))["data"] == by_day["data"]
    assert (await steering.graphql(asked, id=f"objective_{number}"))["data"] != by_day["data"]
    contradicted = await steering.graphql(asked, id=dated, day="2015-11-21")
    assert contradicted["data"] == {"objective": None}
    [error] = contradicted["errors"]
    assert error["extensions"]["code"] == "bad_parameter"
    assert error["message"].startswith("The id names the day 2015-11-20, and asOf names 2015-11-21.")
    later = await steering.graphql(asked, id=f"objective_{number}@9999-01-01")
    assert later["errors"][0]["extensions"]["code"] == "bad_window"
    for day in ("2015-13-01", "----------", "0000-01-01", "2015-11-2", "2015-W01-1", ""):
        unknown = await steering.graphql(asked, id=f"objective_{number}@{day}")
        assert unknown["errors"][0]["extensions"]["code"] == "not_found", day


async def test_other_arguments_refuse_an_id_with_a_day(shared_steering: ObjectiveRequests):
    steering = shared_steering
    made = await steering.make(manual())
    number, result = made["objective"], made["key_results"][0]["key_result"]
    plain, dated = f"objective_{number}", f"objective_{number}@2015-11-20"
    key_result = f"key_result_{result}"
    objective = '{title: "x", owner: {kind: COMPANY}, start: "2015-11-01", end: "2015-12-01", parent: "%s"}'
    check_in = 'checkIn(objective: "%s", keyResult: "%s", input: {value: 3}) { id }'
    for field, parameter in (
        (f'query {{ objectives(parent: "{dated}") {{ edges {{ node {{ id }} }} }} }}', "parent"),
        (f'mutation {{ changeObjective(id: "{dated}", version: "1", input: {{title: "x"}}) {{ id }} }}', "id"),
        (f'mutation {{ deleteObjective(id: "{dated}", version: "1") }}', "id"),
        (f"mutation {{ createObjective(input: {objective % dated}) {{ id }} }}", "parent"),
        (f"mutation {{ {check_in % (dated, key_result)} }}", "objective"),
        (f"mutation {{ {check_in % (plain, f'{key_result}@2015-11-20')} }}", "key_result"),
    ):
        [error] = (await steering.graphql(field))["errors"]
        assert (error["extensions"]["code"], error["extensions"]["parameter"]) == ("bad_parameter", parameter), field
        assert f"Send {key_result if parameter == 'key_result' else plain} in place of" in error["message"]
    assert (await steering.get(number))["title"] == made["title"]
    assert (await steering.get(number))["key_results"][0]["check_ins"] == []
    told = await steering.graphql(f"mutation {{ {check_in % (plain, key_result)} }}")
    assert "errors" not in told


OWNERS = ("COMPANY", "SITE", "TEAM")
REFUSED: list[tuple[dict[str, Any], str]] = [
    ({"owner": {"kind": "agent", "code": "PAU-1"}}, "one_person"),
    ({"owner": {"kind": "person", "code": "PAU-1"}}, "one_person"),
    ({"owner": {"kind": "site", "code": "PAX"}}, "unknown_site"),
    ({"owner": {"kind": "herd"}}, "bad_parameter"),
    ({"title": "  "}, "bad_parameter"),
    ({"end": "2015-11-01"}, "bad_window"),
    ({"parent": 987654}, "unknown_objective"),
    ({"state": "closed"}, "bad_parameter"),
    ({"state": "begun"}, "bad_parameter"),
    ({"key_results": [measured("aht", where={"agent": ["PAU-1"]}, baseline=400, target=300)]}, "one_person"),
    ({"key_results": [measured("aht", where={"agent!": ["PAU-1"]}, baseline=400, target=300)]}, "one_person"),
    ({"key_results": [measured("aht", 300, 400)]}, "against_direction"),
    ({"key_results": [measured("qos", 0.9, 0.5)]}, "against_direction"),
    ({"key_results": [measured("qos", 0.5, 0.5)]}, "bad_target"),
    ({"key_results": [measured("qso")]}, "unknown_metric"),
    ({"key_results": [measured(where={"team": ["T-PAU"]})]}, "impossible_filter"),
    ({"key_results": [measured(where={"size": ["XL"]})]}, "unknown_dimension"),
    ({"key_results": [measured(deadline="2015-12-02")]}, "bad_window"),
    ({"key_results": [measured(path=[{"on": "2015-11-10", "share": 1.5}])]}, "bad_path"),
    ({"key_results": [measured(path=[{"on": f"2015-11-{day}", "share": 0.5} for day in (20, 10)])]}, "bad_path"),
    ({"key_results": [manual(where={"site": ["PAU"]})]}, "bad_parameter"),
    ({"key_results": [manual() for _ in range(201)]}, "too_costly"),
    ({"colour": "red"}, "bad_parameter"),
    ({"start": 20151101}, "bad_parameter"),
]


@pytest.mark.parametrize(
    ("given", "code"), REFUSED, ids=[f"{code} {number}" for number, (_, code) in enumerate(REFUSED)]
)
async def test_what_is_refused(shared_steering: ObjectiveRequests, given: dict[str, Any], code: str):
    body = {"title": "Answer", "owner": {"kind": "company"}, **PERIOD, **given}
    response = await shared_steering.ask("POST", body=body)
    assert (response.status_code, response.json()["code"]) == (422, code)
    if code == "one_person":
        assert "never to one person" in response.json()["detail"]
    if code in ("bad_parameter", "too_costly") and (set(given) & {"colour", "start"} or code == "too_costly"):
        return
    sent = _camel(body)
    if "state" in sent:
        sent["state"] = "ACTIVE" if given["state"] == "begun" else sent["state"].upper()
    if given.get("state") == "begun" or '"size"' in json.dumps(sent) or sent["owner"]["kind"] not in OWNERS:
        return
    found = await shared_steering.graphql("mutation($i: ObjectiveInput!) { createObjective(input: $i) { id } }", i=sent)
    assert found["data"] == {"createObjective": None}, found
    assert found["errors"][0]["extensions"]["code"] == code
    assert found["errors"][0]["message"] == response.json()["detail"]


def _camel(body: dict[str, Any]) -> dict[str, Any]:
    """Convert a REST body to the GraphQL input."""
    found = {name: value for name, value in body.items() if name != "key_results"}
    found["owner"] = {**body["owner"], "kind": body["owner"]["kind"].upper()}
    if "key_results" in body:
        found["keyResults"] = [_result(each) for each in body["key_results"]]
    return found


def _result(each: dict[str, Any]) -> dict[str, Any]:
    where: dict[str, dict[str, list[str]]] = {}
    for name, values in each.get("where", {}).items():
        where.setdefault(name.removesuffix("!"), {})["notIn" if name.endswith("!") else "in"] = values
    return {**each, "where": where} if where else each


async def test_a_page_measures_no_more_key_results_than_the_setting_says(house_url: str):
    async with housed(house_url, objectives_measured_max=2, objective_key_results_max=2) as house:
        steering = ObjectiveRequests(house)
        first = await steering.make(measured(), measured("aht", 400, 300))
        assert len((await steering.get(first["objective"]))["key_results"]) == 2
        second = await steering.make(measured())
        refused = await steering.ask("GET")
        assert (refused.status_code, refused.json()["code"]) == (422, "too_costly")
        assert "the limit is 2" in refused.json()["detail"]
        assert (await steering.get(second["objective"]))["key_results"]
