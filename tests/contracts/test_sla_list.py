"""The list of what may be settled (``/v1/sla``): contracts with their terms and periods, open or sealed."""

from __future__ import annotations

import asyncio
import json
import re
from datetime import UTC, date, datetime
from typing import Any

import pytest

from cadran.cli.main import main
from cadran.contracts.model.contract import PERIODS_MAX, find_period, list_begun_periods
from cadran.contracts.model.form import build_contract, read_form
from tests.answer_schema import check_answer
from tests.contracts.contact_centre import contract
from tests.contracts.test_sealed_statements import kept, serving

OCTOBER = ("2015-10", "2015-10-01", "2015-11-01")
NOVEMBER = ("2015-11", "2015-11-01", "2015-11-16")
QUERY = "{ contracts { contract periods { period start end state sealDay sealedAt } } }"


async def test_every_period_is_listed_with_its_state_and_its_address(
    own_url: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
):
    async with serving(own_url) as (service, client):
        assert (await client.get("/v1/sla")).json() == {"contracts": []}
        stored = await kept(service)
        october = find_period(stored.latest.contract, "2015-10", now=service.desk.clock())
        await service.contracts.seal(stored, october, who="tests")
        response = await client.get("/v1/sla", headers={"accept-language": "fr"})
        found = response.json()
        check_answer("SlaContracts", found)
        assert response.headers["cache-control"] == "no-store"
        [listed] = found["contracts"]
        form: dict[str, Any] = contract()
        assert (listed["contract"], listed["partner"], listed["label"]) == (
            "ARC-2015",
            "ARC",
            stored.latest.contract.label.fr,
        )
        assert [each["term"] for each in listed["terms"]] == [each["term"] for each in form["terms"]]
        assert [each["target"] for each in listed["terms"]] == [each["target"] for each in form["terms"]]
        states = {each["period"]: each["state"] for each in listed["periods"]}
        assert states["2015-10"] == "sealed"
        assert {state for period, state in states.items() if period != "2015-10"} == {"open"}
        assert [*states] == sorted(states, reverse=True)
        sealed = next(each for each in listed["periods"] if each["period"] == "2015-10")
        # The addresses lead to the settlement and to the statement.
        assert (await client.get(sealed["settlement"])).json()["sealed"] is True
        assert [each["statement"] for each in listed["periods"] if each["state"] == "open"] == [None] * (
            len(states) - 1
        )
        assert sealed["statement"] == "/v1/sla/ARC-2015/statement?period=2015-10"

        [told] = (await client.post("/graphql", json={"query": QUERY})).json()["data"]["contracts"]
        assert {each["period"]: each["state"].lower() for each in told["periods"]} == states
        assert [each["start"] for each in told["periods"]] == [each["start"] for each in listed["periods"]]

    monkeypatch.setenv("CADRAN_DATABASE_URL", own_url)
    for words in (["sla"], ["sla", "ARC-2015"]):
        assert await asyncio.to_thread(main, words) == 0
        lines = [re.split(r" {2,}", line.strip()) for line in capsys.readouterr().out.splitlines()]
        assert {line[2]: line[3] for line in lines[1:]} == {
            period: "sealed" if state == "sealed" else "not sealed" for period, state in states.items()
        }
    assert await asyncio.to_thread(main, ["sla", "--period", "2015-10"]) == 1
    assert "--period needs a contract" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("now", "periods"),
    [
        (datetime(2015, 9, 30, 21, 59, tzinfo=UTC), []),
        (datetime(2015, 9, 30, 22, tzinfo=UTC), [OCTOBER]),
        (datetime(2015, 11, 9, tzinfo=UTC), [NOVEMBER, OCTOBER]),
        (datetime(2030, 1, 1, tzinfo=UTC), [NOVEMBER, OCTOBER]),
    ],
)
def test_a_period_is_listed_once_it_has_begun(now: datetime, periods: list[tuple[str, str, str]]):
    """Check on the contract's clock, two hours ahead of UTC, that periods are cut to the contract's validity."""
    form: dict[str, Any] = contract(valid_from="2015-10-01", valid_to="2015-11-16")
    found = list_begun_periods(build_contract(read_form(json.dumps(form)), 1), now)
    assert [(each.name, each.start.isoformat(), each.end.isoformat()) for each in found] == periods


def test_the_oldest_periods_of_a_long_contract_are_left_out():
    endless = build_contract(read_form(json.dumps(contract(valid_from="1990-01-01", valid_to=None))), 1)
    found = list_begun_periods(endless, datetime(2026, 6, 15, tzinfo=UTC))
    assert len(found) == PERIODS_MAX
    assert (found[0].name, found[-1].start) == ("2026-06", date(2006, 7, 1))
