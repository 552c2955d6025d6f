"""Contracts over aggregated intervals: they count like contacts, and a period that lacks something is not sealed."""

from __future__ import annotations

import pytest

from cadran.contracts.model.contract import find_period
from cadran.errors import QuestionRefused
from cadran.facts.refresh.refresh import refresh
from tests.contracts.contact_centre import Contact
from tests.contracts.test_sealed_statements import PATH, kept, serving
from tests.defaults import load
from tests.sample_service import opened

TERMS = [{"term": "answer", "metric": "service_level(within=20)", "target": 0.6, "window": "month"}]


async def _count(url: str, contacts: list[Contact], **more: str) -> None:
    """Load a quarter-hour of the phone of Aix on a day of October in which no call came."""
    taken = {(each.offered.date(), each.offered.hour) for each in contacts}
    hour = next(
        hour for hour in range(8, 16) if (contacts[0].offered.date().replace(month=10, day=14), hour) not in taken
    )
    row = {"source": "acd", "site": "AIX", "channel": "phone", "starts_at": f"2015-10-14T{hour:02d}:00:00Z"}
    row |= {"length": "900", "offered": "100", "answered": "90", "abandoned": "10", **more}
    pool = await opened(url)
    try:
        report = await load(pool, "intervals", [row])
        await refresh(pool)
    finally:
        await pool.close()
    assert report.loaded + report.replaced == 1, report


async def test_a_period_with_intervals_is_sealed_once_they_give_what_terms_count(
    own_url: str, all_contacts: list[Contact]
):
    async with serving(own_url) as (service, client):
        one = await kept(service, terms=TERMS, hours="always")
        october = find_period(one.latest.contract, "2015-10", now=service.desk.clock())
        [before] = (await client.get(f"{PATH}?period=2015-10")).json()["terms"]
    await _count(own_url, all_contacts)
    async with serving(own_url) as (service, client):
        found = (await client.get(f"{PATH}?period=2015-10")).json()
        assert "needs_contacts" in {each["code"] for each in found["warnings"]}
        with pytest.raises(QuestionRefused, match=r"cannot be sealed yet: .*AIX 2015-10-14") as refused:
            await service.contracts.seal(one, october, who="t")
        assert refused.value.code == "not_due"
    await _count(own_url, all_contacts, answered_within="20:70")
    async with serving(own_url) as (service, client):
        [after] = (await client.get(f"{PATH}?period=2015-10")).json()["terms"]
        assert after["numerator"] == before["numerator"] + 70
        assert after["denominator"] == before["denominator"] + 100
        assert await service.contracts.seal(one, october, who="t")
