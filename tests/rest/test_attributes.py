"""Questions about own attributes over every interface: the same figures as a count of the rows."""

from __future__ import annotations

import asyncio
import csv
import io
import re
from collections import Counter
from collections.abc import Callable

import pytest

from tests.attribute_service import BY_CAMPAIGN, ROWS, YEARS, Run, make_key
from tests.sample_service import Rest


async def test_a_split_by_an_attribute_is_a_count_of_its_values(service: Rest):
    answer = (await service.get(f"/v1/indicators?metrics=contacts,handled,aht&by=campaign&{YEARS}")).json()
    assert {row["campaign"]: row["contacts"] for row in answer["rows"]} == BY_CAMPAIGN
    assert answer["totals"]["contacts"] == len(ROWS)
    assert answer["question"]["by"] == ["campaign"]
    assert answer["labels"]["campaign"]["spring"] == "spring"
    assert answer["labels"]["campaign"]["none"] == "Not given"


@pytest.mark.parametrize(
    ("where", "keeps"),
    [
        ("campaign=spring", lambda row: row["campaign"] == "spring"),
        ("campaign=SPRING,none", lambda row: row["campaign"] in ("spring", "")),
        ("campaign.not=spring", lambda row: row["campaign"] != "spring"),
        ("campaign!=spring&product=p1", lambda row: row["campaign"] != "spring" and row["product"] == "p1"),
        ("campaign=spring&channel=phone", lambda row: row["campaign"] == "spring" and row["channel"] == "phone"),
    ],
)
async def test_filters_by_attributes(service: Rest, where: str, keeps: Callable[[dict[str, str]], bool]):
    answer = (await service.get(f"/v1/indicators?metrics=contacts&{where}&{YEARS}")).json()
    assert answer["totals"]["contacts"] == sum(map(keeps, ROWS))
    listed = (await service.get(f"/v1/contacts?{where}&{YEARS}&limit=1000")).json()["contacts"]
    offered = [row for row in ROWS if keeps(row)]
    assert len(listed) == min(len(offered), 1000)
    assert {row["contact"] for row in listed} <= {row["contact"] for row in offered}


async def test_two_attributes_and_a_team_at_once(service: Rest):
    path = f"/v1/indicators?metrics=handled&by=campaign,product,team&{YEARS}"
    rows = (await service.get(path)).json()["rows"]
    expected = Counter((row["campaign"] or None, row["product"]) for row in ROWS if row["outcome"] == "handled")
    found = {(row["campaign"], row["product"]): row["handled"] for row in rows if row["team"] == "T1"}
    assert found == expected


async def test_every_interface_gives_the_same_figures(service: Rest, run: Run):
    question = f"/v1/indicators?metrics=contacts,aht&by=site,campaign&grain=month&product=p1,p2&{YEARS}"
    rows = [
        (row["start"][:7], row["site"], row["campaign"], row["contacts"], row["aht"])
        for row in (await service.get(question)).json()["rows"]
    ]
    assert len(rows) > 30
    sheet = list(csv.reader(io.StringIO((await service.get(question, accept="text/csv")).text)))
    assert sheet[0][:3] == ["start", "site", "campaign"]
    assert [(line[2], int(line[3])) for line in sheet[1:]] == [
        ((f"'{row[2]}" if row[2] and row[2].startswith("=") else row[2]) or "", row[3]) for row in rows
    ]
    query = """{ indicators(
      period: {start: "2015-01-01", end: "2017-01-01"}, grain: MONTH, by: [SITE], byAttributes: ["campaign"],
      where: {attributes: [{name: "product", in: ["p1", "p2"]}]}
    ) { rows { window { start } site { code } own: attribute(name: "campaign") { code label }
      contacts { value } aht { value } } } }"""
    answered = (await service.client.post("/graphql", json={"query": query})).json()["data"]["indicators"]["rows"]
    assert [
        (
            row["window"]["start"][:7],
            row["site"]["code"],
            row["own"]["code"],
            row["contacts"]["value"],
            row["aht"]["value"],
        )
        for row in answered
    ] == rows
    words = ["contacts", "--by", "site,campaign", "--grain", "month", "--start", "2015-01-01", "--end", "2017-01-01"]
    code, printed = await asyncio.to_thread(run, "ask", *words, "--where", "product=p1,p2")
    assert code == 0
    counts = [
        int(re.split(r" {2,}", line.strip())[-1].replace(",", "")) for line in printed.splitlines()[1 : len(rows) + 1]
    ]
    assert counts == [row[3] for row in rows]


async def test_the_catalogue_lists_attributes_with_their_values(service: Rest):
    catalogue = (await service.get("/v1/catalogue", accept_language="fr")).json()
    [campaign] = [each for each in catalogue["dimensions"] if each["dimension"] == "campaign"]
    assert (campaign["label"], campaign["kind"]) == ("Campagne", "member")
    assert {each["code"] for each in campaign["members"]} == {"spring", "Summer", "=cmd|x"}
    splits = {each["metric"]: each["dimensions"] for each in catalogue["metrics"]}
    assert "campaign" in splits["qos"]
    assert "campaign" not in splits["occupancy"]
    query = "{ catalogue { dimensions { slug field label } } }"
    shown = (await service.client.post("/graphql", json={"query": query})).json()["data"]["catalogue"]["dimensions"]
    assert {"slug": "campaign", "field": "attribute", "label": "Campagne"} in shown


async def test_contacts_show_their_attributes(service: Rest):
    path = f"/v1/contacts?{YEARS}&limit=4"
    listed = (await service.get(path)).json()["contacts"]
    assert [row["attributes"] for row in listed] == [
        ["campaign=spring", "product=p0"],
        ["campaign=Summer", "product=p1"],
        ["product=p2"],
        ["campaign==cmd|x", "product=p3"],
    ]
    sheet = list(csv.DictReader(io.StringIO((await service.get(path, accept="text/csv")).text)))
    assert [row["attributes"] for row in sheet][:2] == ["campaign=spring; product=p0", "campaign=Summer; product=p1"]
    query = '{ contacts(period: {named: "2015"}, limit: 2) { contacts { attributes } } }'
    shown = (await service.client.post("/graphql", json={"query": query})).json()["data"]["contacts"]["contacts"]
    assert [row["attributes"] for row in shown] == [row["attributes"] for row in listed[:2]]


@pytest.mark.parametrize(
    ("question", "code", "hint"),
    [
        ("by=campain", "unknown_dimension", "campaign"),
        ("campaign=sprin", "unknown_attribute_value", "spring"),
        ("campain=spring", "unknown_parameter", "campaign"),
        ("attributes=campaign", "unknown_parameter", ""),
        ("by=attribute_1", "unknown_dimension", ""),
    ],
)
async def test_refusals_name_the_attribute(service: Rest, question: str, code: str, hint: str):
    answer = await service.client.get(f"/v1/indicators?metrics=contacts&period=2015&{question}")
    assert (answer.status_code, answer.json()["code"]) == (422, code)
    assert hint in answer.json()["detail"]


async def test_a_metric_without_attributes_refuses_them(service: Rest):
    answer = await service.client.get("/v1/indicators?metrics=occupancy&period=2015&by=campaign")
    assert (answer.status_code, answer.json()["code"]) == (422, "impossible_split")
    assert "occupancy cannot be split by campaign" in answer.json()["detail"]


async def test_a_column_may_not_have_the_name_of_an_attribute(service: Rest):
    path = "/v1/indicators?metrics=contacts(as=campaign)&period=2015&by=campaign"
    answer = await service.client.get(path)
    assert (answer.status_code, answer.json()["code"]) == (422, "bad_parameter")


async def test_a_key_bound_to_a_value_sees_nothing_else(service: Rest):
    key = await make_key(service, "campaign=SPRING")
    assert (await service.client.get("/v1/me", headers=key)).json()["attributes"] == ["campaign=spring"]
    get = service.client.get
    split = (await get(f"/v1/indicators?metrics=contacts&by=campaign,product&{YEARS}", headers=key)).json()
    assert {row["campaign"] for row in split["rows"]} == {"spring"}
    assert split["totals"]["contacts"] == BY_CAMPAIGN["spring"]
    other = await get(f"/v1/indicators?metrics=contacts&campaign=Summer&{YEARS}", headers=key)
    assert (other.status_code, other.json()["code"]) == (422, "unknown_attribute_value")
    assert "Summer" not in other.json().get("suggestions", [])
    without = await get(f"/v1/indicators?metrics=contacts&campaign=none&{YEARS}", headers=key)
    assert without.json()["totals"]["contacts"] == 0
    catalogue = (await get("/v1/catalogue", headers=key)).json()
    [campaign] = [each for each in catalogue["dimensions"] if each["dimension"] == "campaign"]
    assert [each["code"] for each in campaign["members"]] == ["spring"]
    assert {each["metric"] for each in catalogue["metrics"]}.isdisjoint({"occupancy", "budget_consumed", "fcr"})
    listed = (await get(f"/v1/contacts?{YEARS}&limit=1000", headers=key)).json()["contacts"]
    assert len(listed) == BY_CAMPAIGN["spring"]
    refused = await get(f"/v1/indicators?metrics=fcr&{YEARS}", headers=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "impossible_filter")


async def test_an_embed_token_stays_within_the_attributes_of_its_minter(service: Rest):
    key = await make_key(service, "campaign=spring", "product=p1")
    body = {"metrics": ["contacts"], "attributes": ["campaign=spring"]}
    token = (await service.client.post("/v1/embed-tokens", json=body, headers=key)).json()["token"]
    expected = sum(row["campaign"] == "spring" and row["product"] == "p1" for row in ROWS)
    answer = await service.client.get(
        f"/v1/indicators?metrics=contacts&{YEARS}", headers={"authorization": f"Bearer {token}"}
    )
    assert answer.json()["totals"]["contacts"] == expected
    wider = {"metrics": ["contacts"], "attributes": ["campaign=Summer"]}
    refused = await service.client.post("/v1/embed-tokens", json=wider, headers=key)
    assert (refused.status_code, refused.json()["code"]) == (422, "unknown_attribute_value")
