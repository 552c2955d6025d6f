"""Contracts over REST and GraphQL: made, amended, shown alike everywhere. Amendments do not change the past."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections.abc import AsyncIterator
from typing import Any

import asyncpg
import httpx
import pytest

from cadran.api.openapi import build_document
from cadran.app import open_service
from cadran.cli.main import main
from cadran.settings import Settings
from tests.answer_schema import check_answer
from tests.contracts.contact_centre import contract
from tests.enums import as_rest
from tests.keys import client_of

PATH = "/v1/sla/ARC-2015"


@pytest.fixture
async def client(own_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Yield an HTTP client with the administrator's key, on a service over a separate database."""
    async with (
        open_service(Settings(database_url=own_url, pool_min=1, pool_max=4)) as service,
        client_of(service.app) as c,
    ):
        yield c


async def made(client: httpx.AsyncClient, **changes: Any) -> httpx.Response:
    response = await client.post("/v1/contracts", json=contract(**changes))
    assert response.status_code == 201, response.text
    return response


async def refused(response: httpx.Response, status: int, code: str) -> str:
    assert (response.status_code, response.json()["code"]) == (status, code), response.text
    return str(response.json()["detail"])


async def test_a_contract_is_kept_as_it_was_sent(client: httpx.AsyncClient):
    sent = contract(
        hours=[{"weekdays": [1, 2], "opens": "08:15", "closes": "00:00"}],
        force_majeure=[{"start": "2015-10-05T09:15", "end": "2015-10-05T11:00", "reason_en": "flood"}],
        volumes={"window": "day", "above_percent": 12.5, "expected": {"2015-10-01": 40}},
        cap=1234.56,
    )
    created = await client.post("/v1/contracts", json=sent)
    told = created.json()
    assert created.headers["etag"] == '"1"'
    for name in ("contract", "partner", "sites", "zone", "hours", "force_majeure", "volumes", "cap", "valid_from"):
        assert told[name] == sent[name]
    assert (told["version"], told["effective_from"], told["sealed"]) == (1, "2015-09-01", [])
    one = await client.get("/v1/contracts/ARC-2015")
    assert (one.json(), one.headers["etag"]) == (told, '"1"')
    assert (await client.get("/v1/contracts")).json() == {"contracts": [told]}
    assert "already" in await refused(await client.post("/v1/contracts", json=sent), 409, "contract_exists")


async def test_a_repeated_request_makes_one_contract(client: httpx.AsyncClient):
    headers = {"idempotency-key": "once"}
    first = await client.post("/v1/contracts", json=contract(), headers=headers)
    again = await client.post("/v1/contracts", json=contract(), headers=headers)
    assert (first.status_code, first.content) == (again.status_code, again.content) == (201, first.content)
    audit = (await client.get("/v1/audit")).json()["entries"]
    assert [(each["action"], each["subject"]) for each in audit] == [("contract.create", "ARC-2015")]
    assert audit[0]["detail"]["document"]["terms"][0]["target"] == 0.6


TERM = {"term": "a", "metric": "qos", "target": 0.5, "window": "day"}


@pytest.mark.parametrize(
    ("changes", "code", "said"),
    [
        ({"partner": "ACME"}, "unknown_partner", "ACME"),
        ({"sites": ["CAEN"]}, "bad_parameter", "does not belong to ARC"),
        ({"sites": ["OSLO"]}, "unknown_site", "OSLO"),
        ({"channels": ["fax"]}, "unknown_channel", "fax"),
        ({"zone": "Europe/Nowhere"}, "unknown_zone", "Nowhere"),
        ({"valid_to": "2015-09-01"}, "bad_parameter", "valid_to"),
        ({"label_en": "a\x00b"}, "bad_parameter", "label_en"),
        ({"surprise": 1}, "bad_parameter", "surprise"),
        ({"terms": []}, "bad_parameter", "terms"),
        ({"terms": [TERM, TERM]}, "bad_parameter", "same code"),
        ({"terms": [{**TERM, "metric": "qso"}]}, "unknown_metric", "qos"),
        ({"terms": [{**TERM, "metric": "contacts"}]}, "bad_term", "contacts"),
        ({"terms": [{**TERM, "metric": "csat"}]}, "bad_term", "month"),
        ({"terms": [{**TERM, "target": 80}]}, "bad_parameter", "0 to 1"),
        ({"terms": [{**TERM, "target": True}]}, "bad_parameter", "target"),
        ({"terms": [{**TERM, "target": "1e400"}]}, "bad_parameter", "target"),
        ({"terms": [{**TERM, "rules": [{"rule": "step", "amount": 5}]}]}, "bad_parameter", "worse_than"),
        ({"terms": [{**TERM, "rules": [{"rule": "point", "amount": 0.001}]}]}, "bad_parameter", "amount"),
        ({"hours": [{"weekdays": [1], "opens": "08:05", "closes": "09:00"}]}, "bad_parameter", "opens"),
        ({"hours": [{"weekdays": [1], "opens": "18:00", "closes": "09:00"}]}, "bad_parameter", "two shifts"),
        ({"partner": "BOW", "sites": ["CAEN"], "hours": "calendar"}, "bad_parameter", "openings"),
        ({"volumes": {"window": "week", "above_percent": 1, "expected": {"2015-10-01": 4}}}, "bad_parameter", "week"),
        (
            {"force_majeure": [{"start": "2015-02-30T00:00", "end": "2015-03-01T00:00", "reason_en": "x"}]},
            "bad_parameter",
            "2015-02-30",
        ),
    ],
)
async def test_what_cannot_be_is_refused_by_name(
    client: httpx.AsyncClient, changes: dict[str, Any], code: str, said: str
):
    detail = await refused(await client.post("/v1/contracts", json=contract(**changes)), 422, code)
    assert said in detail


@pytest.mark.parametrize("accept", ["application/json", "text/csv"])
async def test_what_is_due_says_how_fresh_it_is_with_200_and_304(client: httpx.AsyncClient, accept: str):
    await made(client)
    asked = f"{PATH}?period=2015-10"
    first = await client.get(asked, headers={"accept": accept})
    again = await client.get(asked, headers={"accept": accept, "if-none-match": first.headers["etag"]})
    assert (first.status_code, again.status_code) == (200, 304)
    for name in ("cadran-as-of", "cadran-stale", "cadran-stale-after"):
        assert first.headers[name] <= again.headers[name]
    assert again.headers["cadran-stale"] == "false"


async def test_a_change_holds_from_its_day_and_leaves_the_past_alone(client: httpx.AsyncClient):
    await made(client)
    october = (await client.get(f"{PATH}?period=2015-10")).json()
    change = {"effective_from": "2015-11-01", "terms": [{**contract()["terms"][0], "target": 0.1}], "cap": 7}
    path = "/v1/contracts/ARC-2015"
    await refused(await client.patch(path, json=change), 428, "precondition_required")
    await refused(await client.patch(path, json=change, headers={"if-match": '"2"'}), 412, "precondition_failed")
    changed = await client.patch(path, json=change, headers={"if-match": '"1"'})
    assert (changed.status_code, changed.headers["etag"], changed.json()["cap"]) == (200, '"2"', 7)
    check_answer("Contract", changed.json())
    assert [each["effective_from"] for each in changed.json()["versions"]] == ["2015-09-01", "2015-11-01"]
    await refused(await client.patch(path, json=change, headers={"if-match": '"1"'}), 412, "precondition_failed")
    again = (await client.get(f"{PATH}?period=2015-10")).json()
    # The version of the data may differ too, because it includes that of the directory.
    unlike = {name for name in again if again[name] != october[name]}
    assert unlike <= {"generated_at", "stale_after", "data_version"}
    november = (await client.get(f"{PATH}?period=2015-11")).json()
    assert (november["version"], [term["target"] for term in november["terms"]]) == (2, [0.1])
    # A later amendment that takes effect in October does not apply to November, which has its own amendment.
    earlier = {"effective_from": "2015-10-01", "cap": 1}
    assert (await client.patch(path, json=earlier, headers={"if-match": '"2"'})).status_code == 200
    assert (await client.get(f"{PATH}?period=2015-10")).json()["version"] == 3
    assert (await client.get(f"{PATH}?period=2015-11")).json()["version"] == 2
    assert (await client.get(f"{PATH}?period=2015-09")).json()["version"] == 1


def test_the_schema_of_a_change_says_that_null_restores_the_default():
    members = build_document()["components"]["schemas"]["ContractChange"]["properties"]
    assert members["seal_after_days"]["description"].endswith("Null restores the default, 10.")
    assert [name for name, each in members.items() if "The default is" in each["description"]] == []


async def test_changes_are_refused_by_name_too(client: httpx.AsyncClient):
    await made(client)
    for change, said in (
        ({}, "effective_from"),
        ({"effective_from": 3}, "effective_from"),
        ({"effective_from": "2015-11-02"}, "first day"),
        ({"effective_from": "2015-08-01"}, "first day"),
        ({"effective_from": "2015-11-01", "zone": "Europe/London"}, "zone"),
        ({"effective_from": "2015-11-01", "partner": "BOW"}, "AIX does not belong to BOW"),
        ({"effective_from": "2015-11-01", "terms": None}, "terms"),
    ):
        response = await client.patch("/v1/contracts/ARC-2015", json=change, headers={"if-match": "*"})
        assert said in await refused(response, 422, "bad_parameter")
    response = await client.patch(
        "/v1/contracts/NONE", json={"effective_from": "2015-11-01"}, headers={"if-match": "*"}
    )
    await refused(response, 404, "not_found")


async def test_json_csv_graphql_and_terminal_agree(
    client: httpx.AsyncClient, own_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    await made(client, label_fr="Contrat", hours="calendar")
    told = (await client.get(f"{PATH}?period=2015-10&windows=true", headers={"accept-language": "fr"})).json()
    assert (told["label"], told["sealed"], told["signature"], told["restatements"]) == ("Contrat", False, None, [])
    sheet = (await client.get(f"{PATH}?period=2015-10", headers={"accept": "text/csv"})).text
    rows = list(csv.DictReader(io.StringIO(sheet)))
    for row, term in zip(rows, told["terms"], strict=True):
        for name in ("attained", "numerator", "windows_met", "n"):
            assert float(row[name]) == term[name]
        assert int(row["margin.misses_left"]) == term["margin"]["misses_left"]
        assert float(row["penalty"]) == term["penalty"]["amount"]
    windows = (await client.get(f"{PATH}?period=2015-10&windows=true", headers={"accept": "text/csv"})).text
    assert len(windows.splitlines()) == 1 + sum(len(term["by_window"]) for term in told["terms"])
    fields = """{ sla(contract: "ARC-2015", period: "2015-10") { contract label amount over sealed currency
      terms { term label attained met numerator denominator n windows windowsMet margin { missesLeft hitsNeeded }
        forecast { method value } penalty lines { code label amount } byWindow { start attained state } }
      excluded { kind } restatements { term } signature } }"""
    response = await client.post("/graphql", json={"query": fields}, headers={"accept-language": "fr"})
    found = response.json()["data"]["sla"]
    assert (found["amount"], found["over"], found["label"]) == (told["amount"], True, "Contrat")
    for mine, theirs in zip(found["terms"], told["terms"], strict=True):
        for name in ("term", "label", "attained", "met", "numerator", "denominator", "n", "windows"):
            assert mine[name] == theirs[name]
        lines = as_rest(mine["lines"], "code")
        assert lines == [{name: line[name] for name in lines[0]} for line in theirs["penalty"]["lines"]]
        assert [each["attained"] for each in mine["byWindow"]] == [each["attained"] for each in theirs["by_window"]]
    monkeypatch.setenv("CADRAN_DATABASE_URL", own_url)
    assert await asyncio.to_thread(main, ["sla", "ARC-2015", "--period", "2015-10", "--lang", "fr"]) == 0
    shown = capsys.readouterr().out
    assert "Fenêtres manquées" in shown
    heads = ["engagement", "atteint", "objectif", "fenêtres tenues", "marge", "dû"]
    assert re.split(r" {2,}", shown.splitlines()[1].strip()) == heads
    assert "version 1, période non scellée" in shown
    assert "montant dû : " in shown
    assert f"{told['terms'][0]['windows_met']}/{told['terms'][0]['windows']}" in shown


async def test_a_period_is_a_whole_one_of_the_contract(client: httpx.AsyncClient):
    await made(client, valid_to="2015-11-10")
    assert "month" in await refused(await client.get(f"{PATH}?period=2015"), 422, "bad_window")
    assert "holds from" in await refused(await client.get(f"{PATH}?period=2014-10"), 422, "bad_window")
    await refused(await client.get(f"{PATH}"), 422, "no_window")
    await refused(await client.get(f"{PATH}?period=2015-10&site=AIX"), 422, "unknown_parameter")
    for code in ("NONE", "%00", "%F0%9F%92%A9", "a" * 300, "x%0A"):
        await refused(await client.get(f"/v1/sla/{code}?period=2015-10"), 404, "not_found")
    query = {"query": '{ sla(contract: "\\u0000", period: "\\u0000") { amount } }'}
    assert (await client.post("/graphql", json=query)).json()["errors"][0]["extensions"]["code"] == "not_found"
    for period in ("%00", "2015-13", "9999-12", "1000-01", "today"):
        assert (await client.get(f"{PATH}?period={period}")).status_code == 422
    november = (await client.get(f"{PATH}?period=2015-11")).json()
    assert november["period"]["end"] == "2015-11-10T00:00:00+01:00"
    assert len((await client.get(f"{PATH}?period=2015-11&windows=true")).json()["terms"][0]["by_window"]) == 9


async def test_finished_bytes_follow_a_change(client: httpx.AsyncClient):
    await made(client)
    first = await client.get(f"{PATH}?period=2015-10")
    assert (
        await client.get(f"{PATH}?period=2015-10", headers={"if-none-match": first.headers["etag"]})
    ).status_code == 304
    change = {"effective_from": "2015-10-01", "cap": 1}
    assert (await client.patch("/v1/contracts/ARC-2015", json=change, headers={"if-match": '"1"'})).status_code == 200
    for _ in range(200):
        if (await client.get(f"{PATH}?period=2015-10")).json()["version"] == 2:
            return
        await asyncio.sleep(0.02)
    raise AssertionError("the old version is still told")


async def test_history_is_not_altered_at_the_database_either(client: httpx.AsyncClient, own_url: str):
    await made(client)
    connection = await asyncpg.connect(own_url)
    try:
        for statement in (
            "UPDATE contract_version SET document = '{}'",
            "DELETE FROM contract_version",
            "TRUNCATE contract_version CASCADE",
            "UPDATE contract SET code = 'x'",
            "DELETE FROM contract",
            "TRUNCATE contract CASCADE",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
                await connection.execute(statement)
    finally:
        await connection.close()
