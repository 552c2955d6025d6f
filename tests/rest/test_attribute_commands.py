"""The command `cadran attribute`, and the rollups that it declares."""

from __future__ import annotations

import asyncio
import re
from collections import Counter

import pytest

from cadran.facts.check import check_figures
from cadran.facts.refresh.fill import fill_columns
from cadran.facts.refresh.refresh import refresh
from tests.attribute_service import ROWS, YEARS, Run, make_key, with_attributes
from tests.defaults import load
from tests.sample_service import Rest, opened


async def test_a_rollup_is_filled_in_the_background_and_answers_the_same(service: Rest, run: Run):
    paths = [
        f"/v1/indicators?metrics=contacts,qos,aht&by=campaign&grain=day&{YEARS}&explain=true",
        f"/v1/indicators?metrics=contacts,aht&by=site&campaign=spring,none&{YEARS}&explain=true",
    ]
    before = [(await service.get(path)).json() for path in paths]
    assert {source["name"] for answer in before for source in answer["sources"]} == {"contact_fact"}
    assert (await asyncio.to_thread(run, "attribute", "add", "campaign", "--rollup"))[0] == 0
    pool = await opened(service.url)
    try:
        assert (await service.get(paths[0])).json()["rows"] == before[0]["rows"]
        while await fill_columns(pool):
            pass
        assert await check_figures(pool) == ([], 0)
        for _ in range(100):
            after = [(await service.get(path)).json() for path in paths]
            names = {source["name"] for answer in after for source in answer["sources"]}
            if names == {"rollup.contact_attribute_site", "rollup.contact_attribute_month"}:
                break
            await asyncio.sleep(0.05)
        assert names == {"rollup.contact_attribute_site", "rollup.contact_attribute_month"}
        assert [answer["rows"] for answer in after] == [answer["rows"] for answer in before]
        assert [answer["totals"] for answer in after] == [answer["totals"] for answer in before]

        # The refresh keeps the rollup in step, and the check finds a row that is not.
        changed = next(with_attributes()) | {"campaign": "autumn"}
        await load(pool, "contacts", [changed], zone="Europe/Paris")
        await refresh(pool)
        assert await check_figures(pool) == ([], 0)
        async with pool.acquire() as connection:
            await connection.execute("UPDATE rollup.contact_attribute_day SET contacts = 7 WHERE day = '2015-10-01'")
        assert any(line.startswith("contact_attribute_day") for line in (await check_figures(pool))[0])
    finally:
        await pool.close()


async def test_two_attributes_together_are_read_from_the_facts(service: Rest, run: Run):
    assert (await asyncio.to_thread(run, "attribute", "add", "campaign", "--rollup"))[0] == 0
    assert (await asyncio.to_thread(run, "attribute", "add", "product", "--rollup"))[0] == 0
    pool = await opened(service.url)
    while await fill_columns(pool):
        pass
    await pool.close()
    expected = Counter((row["campaign"] or None, row["product"]) for row in ROWS)
    for _ in range(100):
        path = f"/v1/indicators?metrics=contacts&by=campaign,product&{YEARS}&explain=true"
        answer = (await service.get(path)).json()
        assert {(row["campaign"], row["product"]): row["contacts"] for row in answer["rows"]} == expected
        if "one attribute at a time" in answer["sources"][0]["why"]:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(answer["sources"])


@pytest.mark.parametrize(
    ("name", "what"),
    [
        ("site", "a dimension"),
        ("wait", "a column of the files of contacts"),
        ("customer", "a column of the files of contacts"),
        ("verbatim", "a column of other files"),
        ("qos", "a metric"),
        ("period", "a parameter"),
        ("attribute_1", "a reserved word"),
        ("none", "a reserved word"),
        ("Campaign", "no name"),
        ("a" * 41, "no name"),
    ],
)
def test_names_that_something_else_has_are_refused(run: Run, name: str, what: str):
    code, printed = run("attribute", "add", name)
    assert code == 1
    assert what in printed


def test_there_are_at_most_eight_attributes(run: Run):
    for number in range(5):
        assert run("attribute", "add", f"more_{number}")[0] == 0
    code, printed = run("attribute", "add", "ninth")
    assert code == 1
    assert "8 attributes exist" in printed


async def test_a_removal_says_what_is_lost_and_empties_the_column(service: Rest, run: Run):
    key = await make_key(service, "campaign=spring")
    code, printed = await asyncio.to_thread(run, "attribute", "remove", "campaign")
    assert (code, "bound" in printed) == (1, True)
    [stored] = [each["key"] for each in (await service.get("/v1/keys")).json()["keys"] if each["name"] == "bound"]
    assert (await asyncio.to_thread(run, "key", "revoke", stored))[0] == 0
    lost = sum(bool(row["campaign"]) for row in ROWS)
    code, printed = await asyncio.to_thread(run, "attribute", "remove", "campaign")
    assert (code, f"{lost:,} contacts lose their value" in printed) == (1, True)
    code, printed = await asyncio.to_thread(run, "attribute", "remove", "campaign", "--yes")
    assert (code, printed) == (0, f"campaign is removed; {lost:,} contacts lose their value of campaign\n")
    for _ in range(100):
        answer = await service.client.get("/v1/indicators?metrics=contacts&period=2015&by=campaign")
        if answer.status_code == 422:
            break
        await asyncio.sleep(0.05)
    assert answer.json()["code"] == "unknown_dimension"

    # Another attribute gets the column, without the values of the one before.
    assert (await asyncio.to_thread(run, "attribute", "add", "offer"))[0] == 0
    for _ in range(100):
        answer = await service.client.get(f"/v1/indicators?metrics=contacts&by=offer&{YEARS}")
        if answer.status_code == 200:
            break
        await asyncio.sleep(0.05)
    assert [(row["offer"], row["contacts"]) for row in answer.json()["rows"]] == [(None, len(ROWS))]
    assert (await service.client.get("/v1/me", headers=key)).status_code == 401


async def test_a_key_bound_to_an_attribute_that_is_gone_sees_nothing(service: Rest):
    key = await make_key(service, "campaign=spring")
    pool = await opened(service.url)
    async with pool.acquire() as connection:
        # As if the removal had not looked for keys.
        await connection.execute("DELETE FROM attribute WHERE name = 'campaign'")
        await connection.execute("UPDATE data_state SET directory_version = nextval('data_version')")
        await connection.execute(
            "SELECT pg_notify('cadran_changed', json_build_object('directory', d.directory_version)::text)"
            " FROM data_state AS d"
        )
    await pool.close()
    for _ in range(100):
        answer = await service.client.get(f"/v1/indicators?metrics=contacts&{YEARS}", headers=key)
        if answer.json()["totals"]["contacts"] == 0:
            return
        await asyncio.sleep(0.05)
    raise AssertionError(answer.text)


def test_the_commands_are_in_the_audit_log(run: Run, url: str):
    code, printed = run("attribute", "list")
    assert code == 0
    lines = [re.split(r" {2,}", line.strip()) for line in printed.splitlines()]
    assert ["campaign", "Campagne", "3", "none"] in lines
