"""Limits on callers: separate cached answers, rate limits, idempotency, the append-only audit log, suppression."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from functools import partial

import asyncpg
import pytest

from cadran.access import keys
from cadran.access.idempotency import Idempotency, IdempotencyConflict, StoredAnswer
from cadran.access.rate_limit import ConcurrencyLimit, RateLimits
from cadran.api.openapi import build_document
from cadran.domain.access.cells import GROUP_MIN
from cadran.domain.access.permit import restrict_directory
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.access.suppression import suppress
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.question import Filter
from cadran.errors import RateLimited
from cadran.store.pool import Pool
from tests.access.two_sites import House, housed
from tests.polling import until
from tests.refs import refs
from tests.sample_service import opened

FIGURES = "/v1/indicators?metrics=contacts&by=site&period=2015-11"


async def test_cached_bytes_are_shared_within_a_grant_and_by_nobody_else(house: House):
    whole = await house.get(FIGURES, "administrator")
    assert "hit" not in whole.headers["server-timing"]
    for role, sites in (("supervisor", ["PAU"]), ("partner", ["PAU"]), ("board", ["PAU"]), ("analyst", ["LIL", "PAU"])):
        first, found = await house.get(FIGURES, role), await house.get(FIGURES, role)
        assert sorted(row["site"] for row in found.json()["rows"]) == sites
        assert first.content == found.content
        assert "finished;desc=hit" not in first.headers["server-timing"]
        assert "finished;desc=hit" in found.headers["server-timing"]
        # An ETag of a response to another caller matches only if this caller's response is the same.
        asked = await house.get(FIGURES, role, **{"if-none-match": whole.headers["etag"]})
        assert asked.status_code == (304 if whole.content == found.content else 200)
    assert (await house.client.get(FIGURES)).status_code == 401
    before = house.service.desk.directory().version
    twin = await house.key(role="supervisor", sites=("PAU",))
    await until(lambda: house.service.desk.directory().version > before)
    bearer = {"authorization": f"Bearer {twin}"}
    shared = await house.client.get(FIGURES, headers=bearer)
    assert shared.content == (await house.get(FIGURES, "supervisor")).content


async def test_rates_are_told_and_kept(house_url: str, caplog: pytest.LogCaptureFixture):
    caplog.set_level("INFO", "cadran.access")
    async with housed(house_url, requests_per_minute=3) as house:
        left = []
        for _ in range(3):
            response = await house.get(FIGURES, "analyst")
            assert response.status_code == 200
            assert response.headers["ratelimit-policy"] == '"requests";q=3;w=60'
            left.append(response.headers["ratelimit"].partition(";t=")[0])
        assert left == [f'"requests";r={number}' for number in (2, 1, 0)]
        refused = await house.get(FIGURES, "analyst")
        assert (refused.status_code, refused.json()["code"]) == (429, "rate_limited")
        assert 1 <= int(refused.headers["retry-after"]) <= 20
        assert refused.headers["ratelimit"] == f'"requests";r=0;t={refused.headers["retry-after"]}'
        assert refused.headers["ratelimit-policy"] == '"requests";q=3;w=60'
        assert f"caller={keys.parse_key_id(house.keys['analyst'])}" in caplog.records[-1].getMessage()
        assert (await house.get(FIGURES, "supervisor")).status_code == 200


async def test_an_address_has_a_rate_too(house_url: str):
    async with housed(house_url, address_requests_per_minute=2) as house:
        found = [(await house.client.get("/")).status_code for _ in range(3)]
        assert found == [200, 200, 429]
        # A process supervisor's health check must not get 429 because of other requests from the same address.
        assert [(await house.client.get(path)).status_code for path in ("/live", "/ready")] == [200, 200]
        assert all("429" not in build_document()["paths"][path]["get"]["responses"] for path in ("/live", "/ready"))


def test_a_bucket_fills_evenly():
    now = [0.0]
    rates = RateLimits("key", seconds=lambda: now[0])
    assert [rates.take("a", 60)[0] for _ in range(60)][-1] == 0
    with pytest.raises(RateLimited) as refused:
        rates.take("a", 60)
    assert refused.value.retry_after_seconds == 1
    rates.take("b", 60)
    now[0] = 1.0
    rates.take("a", 60)
    with pytest.raises(RateLimited):
        rates.take("a", 60)
    now[0] = 1e6
    assert rates.take("a", 60) == (59, 1)


def test_so_many_under_way():
    under_way = ConcurrencyLimit()
    under_way.enter("a", 1)
    under_way.enter("b", 1)
    with pytest.raises(RateLimited):
        under_way.enter("a", 1)
    under_way.leave("a")
    under_way.enter("a", 1)


async def test_a_repeated_request_happens_once(house: House):
    body = {"name": "once", "role": "analyst"}
    first = await house.post("/v1/keys", "administrator", body, **{"idempotency-key": "k1"})
    again = await house.post("/v1/keys", "administrator", body, **{"idempotency-key": "k1"})
    assert (first.status_code, first.content) == (again.status_code, again.content)
    listed = (await house.get("/v1/keys", "administrator")).json()["keys"]
    assert [each["name"] for each in listed].count("once") == 1
    other = await house.post("/v1/keys", "administrator", {**body, "name": "more"}, **{"idempotency-key": "k1"})
    assert (other.status_code, other.json()["code"]) == (422, "idempotency_mismatch")
    for unfit in ("x" * 201, "two words", "caf\xe9", "tab\tbed"):
        refused = await house.post("/v1/keys", "administrator", body, **{"idempotency-key": unfit.encode("latin-1")})  # type: ignore[arg-type]  # bytes, as they travel
        assert refused.status_code == 400, unfit
    rows = await house.service.pool.fetch("SELECT body FROM idempotency")
    assert rows
    assert all(first.json()["secret"].encode() not in bytes(row["body"]) for row in rows)


@pytest.fixture
async def writing(house_url: str) -> AsyncIterator[Pool]:
    pool = await opened(house_url)
    yield pool
    await pool.close()


async def test_one_at_a_time_and_failures_leave_nothing(writing: Pool):
    saved = Idempotency(writing)
    once = partial(saved.once, caller_id="a", credential=b"c", key="k", asked=b"body")
    begun, go_on = asyncio.Event(), asyncio.Event()

    async def slow() -> StoredAnswer:
        begun.set()
        await go_on.wait()
        return StoredAnswer(201, b"done")

    async def fails() -> StoredAnswer:
        raise RuntimeError("no")

    with pytest.raises(RuntimeError):
        await once(work=fails)
    first = asyncio.create_task(once(work=slow))
    await begun.wait()
    with pytest.raises(IdempotencyConflict) as pending:
        await once(work=fails)
    assert pending.value.code == "idempotency_pending"
    go_on.set()
    assert await first == await once(work=fails) == StoredAnswer(201, b"done")


@pytest.mark.parametrize("change", ["UPDATE audit SET who = 'x'", "DELETE FROM audit", "TRUNCATE audit"])
async def test_the_audit_log_stands(house_url: str, change: str, house: House):
    connection = await asyncpg.connect(house_url)
    try:
        assert await connection.fetchval("SELECT count(*) FROM audit") >= len(house.keys)
        with pytest.raises(asyncpg.InsufficientPrivilegeError, match="append-only"):
            await connection.execute(change)
    finally:
        await connection.close()


async def test_small_groups_stay_untold(shared: House):
    ask = Ask(metrics=refs("customers_in_contact", "contacts"), period="2015-11", by=("day", "site", "channel"))
    desk = shared.service.desk
    told = await desk.ask(ask, OPERATOR)
    blind = await desk.ask(ask, Principal("x", role="analyst"))
    customers, contacts = _figures(told), _figures(blind)
    assert contacts["contacts"] == customers["contacts"]
    few = [row for row, value in enumerate(customers["customers_in_contact"]) if value and value < GROUP_MIN]
    assert few
    assert all(contacts["customers_in_contact"][row] is None for row in few)


def _figures(answer: Answer) -> dict[str, list[float | None]]:
    return {each.call.name: list(each.values) for each in answer.figures}


async def test_figures_of_small_teams_stay_untold(shared: House):
    directory = shared.service.desk.directory()
    ask = Ask(metrics=refs("handled", "aht"), period="2015-11", by=("team",))
    answer = await shared.service.desk.ask(ask, OPERATOR)
    assert suppress(answer, directory) is answer
    partner = Principal("p", (Filter("site", ("PAU",)),), role="partner")
    # A team of six agents is not small. In a directory without these agents it is.
    assert (await shared.service.desk.ask(ask, partner)).figures[1].values != [None]
    emptied = suppress(answer, restrict_directory(directory, partner))
    assert set(emptied.figures[1].values) == {None}
    assert [notice.code for notice in emptied.warnings][-1] == "suppressed"
