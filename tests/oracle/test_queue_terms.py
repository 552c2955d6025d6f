"""Contracts whose terms name a queue, and agents by the queues that they may serve, over the ten contacts."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.ask import Ask, understand
from cadran.domain.question import Filter
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.keys import client_of
from tests.oracle.loader import put
from tests.oracle.test_queues import DAY, ten
from tests.refs import refs

__all__ = ["ten"]
OF_BILLING: Final = Principal("billing", (Filter("queue", ("billing",)),), "analyst")
NOON = "2025-11-03T12:00:00+01:00"


def _term(code: str, metric: str, **more: Any) -> dict[str, Any]:
    return {"term": code, "metric": metric, "target": 0.8, "window": "day", **more}


async def test_a_term_settles_the_visits_or_contacts_of_its_queues(ten: tuple[Pool, Desk], empty: str) -> None:
    await put(ten[0], "sites", [{"site": "PAU", "partner": "ARC"}])
    terms = [
        _term("visits", "queue_service_level(within=20)", queues=["tech"]),
        _term("contacts", "service_level(within=20,wait_from=queue)", queues=["tech"]),
        _term("offer", "service_level(within=20)", queues=["billing"]),
        _term("all", "queue_service_level(within=20)"),
    ]
    contract = {
        "contract": "Q", "partner": "ARC", "sites": ["PAU"], "zone": "Europe/Paris", "valid_from": "2025-11-01",
        "terms": terms,
    }  # fmt: skip
    async with open_service(Settings(database_url=empty)) as service, client_of(service.app) as client:
        unknown = {**contract, "terms": [{**terms[0], "queues": ["nowhere"]}]}
        assert (await client.post("/v1/contracts", json=unknown)).json()["code"] == "unknown_queue"
        assert (await client.post("/v1/contracts", json=contract)).status_code == 201
        await refresh(ten[0])
        settled = (await client.get("/v1/sla/Q?period=2025-11")).json()
    found = {each["term"]: (each["numerator"], each["denominator"]) for each in settled["terms"]}
    assert found == {"visits": (1, 3), "contacts": (2, 3), "offer": (1, 2), "all": (5, 12)}


async def test_agents_count_in_each_queue_that_they_may_serve(ten: tuple[Pool, Desk]) -> None:
    pool, desk = ten
    await put(pool, "agents", [{"agent": code, "team": "north"} for code in ("ann", "bob", "eve")])
    rows = [{"agent": "ann", "queue": "billing"}, {"team": "north", "queue": "tech", "valid_to": "2025-11-04"}]
    await put(pool, "assignments", rows)
    states = ("available", "on_contact", "available")
    times = {"started_at": NOON, "ended_at": "2025-11-03T13:00:00+01:00", "site": "PAU"}
    await put(
        pool,
        "states",
        [{"agent": code, "state": state, **times} for code, state in zip(("ann", "bob", "eve"), states, strict=True)],
    )
    asked = Ask(metrics=refs("agents_available"), start=f"{DAY}T12:00", end=f"{DAY}T12:30", by=("queue",))
    answer = await desk.ask(asked, OPERATOR)
    assert dict(zip(answer.keys[0].values, answer.figures[0].values, strict=True)) == {"billing": 1, "tech": 2}
    assert answer.totals[0].values == [2]
    [notice] = [each for each in answer.warnings if each.code == "shared_agents"]
    assert notice.about == ("agents_available",)
    own = await desk.ask(asked, OF_BILLING)
    assert (list(own.keys[0].values), list(own.figures[0].values), own.totals[0].values) == (["billing"], [1], [1])
    # A question that nothing has narrowed shows a key of billing the agents of billing, and no agents without a queue.
    rings = desk.answers.inner.inner.inner.inner  # type: ignore[attr-defined]  # the rings inside the scope ring
    split = understand(asked, desk.directory(), now=desk.clock(), home_zone="UTC")
    behind = await rings.answer(split, OF_BILLING)
    assert (list(behind.keys[0].values), list(behind.figures[0].values)) == (["billing"], [1])
    assert behind.totals[0].values == [None]
    assert (await rings.answer(replace(split, by=()), OPERATOR)).totals[0].values == [2]
    assert (await rings.answer(replace(split, by=()), OF_BILLING)).totals[0].values == [None]
