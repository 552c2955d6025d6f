"""Two sites of two partners, each with a team, agents, a target and an annotation, and a key for every role.

Every resource of the service has data for each site, and the figures of the sites differ. So a figure over both sites
never equals that of one site.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from time import monotonic
from typing import Any, Final

import httpx

from cadran.access.grant import Grant, check_grant
from cadran.access.key_store import KeyStore
from cadran.app import Service, open_service
from cadran.cli.database import prepare
from cadran.contracts.model.contract import clip_period
from cadran.contracts.model.form import read_form
from cadran.contracts.store import ContractRegister
from cadran.domain.access.principal import OPERATOR
from cadran.facts.refresh.refresh import refresh
from cadran.objectives.changes import Author, Changes
from cadran.process import clock
from cadran.settings import Settings
from cadran.store.pool import Pool
from tests.defaults import load
from tests.sample_service import opened

#: The keys of partner, supervisor, agent and board are bound to Pau and do not see Lille.
GRANTS: Final[Mapping[str, Mapping[str, Any]]] = {
    "administrator": {},
    "analyst": {},
    "supervisor": {"sites": ("PAU",)},
    "agent": {"agent": "PAU-1"},
    "partner": {"partners": ("SOUTH",)},
    "board": {"sites": ("PAU",), "metrics": ("contacts", "qos", "fcr", "csat")},
}
DAYS: Final = (date(2015, 11, 1), date(2015, 12, 1))
_FIGURES: Final = "/v1/indicators?metrics=contacts&period=2015-11"
SITES: Final = (("PAU", "SOUTH"), ("LIL", "NORTH"))
#: Customers by site. Pau's customers call again every few days; Lille's do not call again within a week.
_CUSTOMERS: Final = {"PAU": 40, "LIL": 200}
#: By site: customers who abandoned at the end of the month and were not reached since, unanswered surveys, free agents.
_LOST: Final = {"PAU": 2, "LIL": 3}
_UNANSWERED: Final = {"PAU": 3, "LIL": 2}
_AVAILABLE: Final = {"PAU": 4, "LIL": 5}


def _contacts() -> Iterator[dict[str, str]]:
    start = datetime(2015, 11, 1, 9, tzinfo=UTC)
    for number in range(600):
        site = SITES[number % 2][0]
        offered = start + timedelta(minutes=90 * number)
        lost = number % 10 == 0
        row = {
            "contact": str(number),
            "customer": f"{site}-c{number % _CUSTOMERS[site]}",
            "site": site,
            "channel": ("phone", "chat")[number // 2 % 2],
            "segment": "gold" if number % 3 else "",
            "moment": "question",
            "offered_at": offered.isoformat(),
            "outcome": "abandoned" if lost else "handled",
        }
        if not lost:
            answered = offered + timedelta(seconds=10 + number % 90)
            row |= {"answered_at": answered.isoformat(), "ended_at": (answered + timedelta(seconds=300)).isoformat()}
            # Six agents at each site, so that a team is not a small group.
            row |= {"talk": str(200 + number % 7), "hold": "0", "acw": "20"}
            row |= {"agent": f"{site}-{number // 2 % 6}", "team": f"T-{site}"}
        yield row


def _lost() -> Iterator[dict[str, str]]:
    common = {"channel": "phone", "offered_at": "2015-11-30T17:00:00+00:00", "outcome": "abandoned"}
    for site, count in _LOST.items():
        for number in range(count):
            yield {**common, "contact": f"lost-{site}-{number}", "customer": f"{site}-lost-{number}", "site": site}


def _surveys() -> Iterator[dict[str, str]]:
    """Yield surveys about contacts of every site, with enough answers that a site is not a small group."""
    sent = {"instrument": "csat", "sent_at": "2015-11-20T12:00:00+00:00"}
    for place, (site, _) in enumerate(SITES):
        for number in range(8 + _UNANSWERED[site]):
            row = {**sent, "survey": f"{site}-{number}", "contact": str(2 * number + place)}
            answer = {"answered_at": "2015-11-20T13:00:00+00:00", "score": str(5 - place)}
            yield row if number < _UNANSWERED[site] else row | answer


def _gestures() -> Iterator[dict[str, str]]:
    for place, (site, _) in enumerate(SITES):
        given = {"customer": f"{site}-c{place}", "site": site, "given_at": "2015-11-12T12:00:00+00:00"}
        yield {**given, "goodwill": site, "cost": str(10 + place), "revenue": "30"}


def _states() -> Iterator[dict[str, str]]:
    """Yield the states of agents, which began a minute ago."""
    since = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    for site, _ in SITES:
        for number in range(6):
            doing = "available" if number < _AVAILABLE[site] else "break"
            yield {"agent": f"{site}-{number}", "state": doing, "started_at": since}


def _kinds() -> Iterator[tuple[str, list[dict[str, str]]]]:
    yield "partners", [{"partner": code} for _, code in SITES]
    yield "sites", [{"site": site, "partner": partner} for site, partner in SITES]
    yield "teams", [{"team": f"T-{site}", "site": site} for site, _ in SITES]
    yield "agents", [{"agent": f"{site}-{number}", "team": f"T-{site}"} for site, _ in SITES for number in range(6)]
    yield "contacts", [*_contacts(), *_lost()]
    scale = {"low": "1", "high": "5", "satisfied_from": "4", "dissatisfied_to": "2"}
    yield "instruments", [{"instrument": "csat", "kind": "csat", **scale}]
    yield "surveys", list(_surveys())
    yield "goodwill", list(_gestures())
    yield "states", list(_states())
    yield (
        "targets",
        [{"metric": "qos", "site": site, "target": f"0.{9 - place}"} for place, (site, _) in enumerate(SITES)],
    )
    yield (
        "annotations",
        [
            {"annotation": f"strike-{site}", "kind": "strike", "start": "2015-11-03", "end": "2015-11-05", "site": site}
            for site, _ in SITES
        ],
    )


async def fill(url: str) -> None:
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    for kind, rows in _kinds():
        summary = await load(pool, kind, iter(rows), source="house", zone="Europe/Paris")
        assert summary.rejected == 0, kind
    await refresh(pool)
    await _agree(pool)
    await pool.close()
    await _aim(url)


#: The owners of objectives 1, 2 and 3. The company's key results are measured everywhere, at Pau and at Lille.
OBJECTIVES: Final = (("company", None), ("site", "PAU"), ("site", "LIL"))


async def _aim(url: str) -> None:
    """Create an objective for each owner, with key results at its sites. Pau's key results have the numbers 4 and 5."""
    author = Author(OPERATOR, "tests")
    async with open_service(Settings(database_url=url, pool_min=0, pool_max=2)) as service:
        for kind, code in OBJECTIVES:
            places = [{}, {"site": ["PAU"]}, {"site": ["LIL"]}] if code is None else [{}]
            results: list[dict[str, Any]] = [
                {"title": "Reached", "metric": "qos", "baseline": 0.5, "target": 0.9, "where": _where(place)}
                for place in places
            ]
            if code is not None:
                results.append({"title": "Trained", "unit": "teams", "baseline": 0, "target": 5})
            of = {"title": "Answer", "owner": {"kind": kind, "code": code}, "start": DAYS[0], "end": DAYS[1]}
            await Changes(service.objectives).create({**of, "state": "active", "key_results": results}, author)


def _where(place: Mapping[str, list[str]]) -> list[dict[str, Any]]:
    return [{"dimension": name, "values": codes} for name, codes in place.items()]


async def _agree(pool: Pool) -> None:
    """Create a contract with each partner and seal its October."""
    kept = ContractRegister(pool, clock)
    for site, partner in SITES:
        term = {"term": "answered", "metric": "qos", "target": 0.8, "window": "day"}
        agreed = {"contract": f"C-{site}", "partner": partner, "sites": [site], "zone": "Europe/Paris"}
        made = await kept.create(
            read_form(json.dumps({**agreed, "valid_from": "2015-10-01", "terms": [term]})), who="tests"
        )
        months = date(2015, 10, 1), date(2015, 11, 1)
        october = clip_period(made.latest.contract, *months)
        statement = json.dumps({"contract": f"C-{site}", "terms": [], "lines": [], "excluded": []})
        await kept.seal(made, october, 1, statement, at=clock(), who="tests")


@dataclass(frozen=True, slots=True)
class House:
    """The service, the keys by role, and a client without credentials."""

    service: Service
    keys: Mapping[str, str]
    client: httpx.AsyncClient
    register: KeyStore

    def bearer(self, role: str) -> dict[str, str]:
        """Return the authorization header with the key of this role."""
        return {"authorization": f"Bearer {self.keys[role]}"}

    async def get(self, path: str, role: str, **headers: str) -> httpx.Response:
        """Send a GET request with the key of this role."""
        return await self.client.get(path, headers={**headers, **self.bearer(role)})

    async def post(self, path: str, role: str, body: Any = None, **headers: str) -> httpx.Response:
        """Send a POST request with a JSON body and the key of this role."""
        return await self.client.post(path, json=body or {}, headers={**headers, **self.bearer(role)})

    async def key(self, **grant: Any) -> str:
        """Create a key and return its text. The serving process may not know the key yet."""
        given = check_grant(Grant(**{"name": "made", **grant}), self.service.desk.directory())
        secret = await self.register.create(given, who="tests")
        return secret.text


@asynccontextmanager
async def housed(url: str, **settings: Any) -> AsyncIterator[House]:
    """Yield the service over a database, with a key for every role."""
    pool = await opened(url)
    register = KeyStore(pool, clock)
    asked = {"pool_min": 1, "pool_max": 4, **settings}
    keys = {}
    try:
        for role, scope in GRANTS.items():
            grant: dict[str, Any] = {"name": role, "role": role, **scope}
            keys[role] = (await register.create(Grant(**grant), who="tests")).text
        async with (
            open_service(Settings(database_url=url, **asked)) as service,
            httpx.AsyncClient(transport=httpx.ASGITransport(service.app), base_url="http://cadran") as client,
        ):
            yield House(service, keys, client, register)
    finally:
        await pool.close()


async def until(house: House, text: str, status: int) -> httpx.Response:
    """Request until the response to this key has the expected status, and return that response."""
    deadline = monotonic() + 15.0
    while True:
        response = await house.client.get(_FIGURES, headers={"authorization": f"Bearer {text}"})
        if response.status_code == status:
            return response
        assert monotonic() < deadline, f"{response.status_code}: {response.text}"
        await asyncio.sleep(0.02)
