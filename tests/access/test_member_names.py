"""Members outside the caller's scope have no name, even where their work counts: Lille's agents answer for Pau."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Iterator
from dataclasses import replace
from typing import Any, Final

import pytest

from cadran.compiler.supported_dimensions import find_dimensions
from cadran.domain.access.permit import find_permitted_metrics
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask, Condition
from cadran.domain.catalogue import METRICS
from cadran.domain.question import Filter
from cadran.facts.refresh.refresh import refresh
from tests.access.two_sites import House, housed
from tests.databases import Server
from tests.defaults import load
from tests.sample_service import opened

PAU: Final = (Filter("site", ("PAU",)),)
SUPERVISOR: Final = Principal("s", PAU, role="supervisor")
PARTNER: Final = Principal("p", (Filter("partner", ("SOUTH",)),), role="partner")
P: Final = "period=2015-12"


def _helped() -> Iterator[tuple[str, list[dict[str, str]]]]:
    """Yield contacts of Pau, answered by two agents at Pau and two at Lille, with surveys, goodwill and cases."""
    contacts, surveys, gestures, cases = [], [], [], []
    for number in range(40):
        home, day = ("PAU", "LIL")[number % 4 // 2], f"2015-12-{1 + number // 2:02d}"
        made = {"customer": f"PAU-d{number}", "site": "PAU"}
        who = {"agent": f"{home}-{number % 2}", "team": f"T-{home}"}
        times = {"offered_at": f"{day}T09:00:00Z", "answered_at": f"{day}T09:01:00Z", "ended_at": f"{day}T09:05:00Z"}
        contact = {"contact": f"d{number}", "channel": "phone", "moment": "question", "outcome": "handled"}
        contacts.append({**made, **who, **times, **contact, "talk": "200"})
        at = {"sent_at": f"{day}T10:00:00Z", "answered_at": f"{day}T11:00:00Z"}
        surveys.append(
            {"survey": f"d{number}", "contact": f"d{number}", "instrument": "csat", "score": str(1 + number % 5), **at}
        )
        gestures.append(
            {**made, "goodwill": f"d{number}", "contact": f"d{number}", "given_at": f"{day}T12:00:00Z", "cost": "5"}
        )
        cases.append({**made, **who, "case": f"d{number}", "channel": "phone", "opened_at": f"{day}T09:00:00Z"})
    yield from (("contacts", contacts), ("surveys", surveys), ("goodwill", gestures), ("cases", cases))
    yield "agents", [{"agent": "LIL-0", "team": "T-LIL", "label_en": "Inès Lille"}]


@pytest.fixture(scope="module")
def helped_url(server: Server, built: str) -> Iterator[str]:
    """Yield the URL of a database for December's data."""
    with server.clone(built) as url:
        yield url


@pytest.fixture(scope="module")
async def helped(helped_url: str) -> AsyncIterator[House]:
    """Yield the service with contacts of Pau that agents of Lille answered."""
    pool = await opened(helped_url)
    for kind, rows in _helped():
        summary = await load(pool, kind, iter(rows), source="house", zone="Europe/Paris")
        assert summary.rejected == 0, kind
    await refresh(pool)
    await pool.close()
    async with housed(helped_url) as found:
        yield found


def counted(answer: Answer) -> dict[tuple[Any, ...], Any]:
    """Return the numerators of the only metric, by their group columns."""
    keys = zip(*(key.values for key in answer.keys), strict=True)
    found = dict(zip(keys, answer.figures[0].numerators, strict=True))
    assert len(found) == answer.rows
    return found


def named(answer: Answer) -> set[str | int | None]:
    return {value for key in answer.keys for value in key.values}


@pytest.mark.parametrize("slug", ["fcr", "contacts_per_case", "csat", "dissatisfied", "goodwill_count", "backlog"])
async def test_others_are_one_group_without_a_name(helped: House, slug: str):
    """Check that the work of Lille's agents for Pau is one group without a name. The parts add up to the total."""
    desk = helped.service.desk
    ask = Ask(metrics=(slug,), period="2015-12", by=("team", "agent"))
    whole = await desk.ask(replace(ask, where=[Condition("site", ["PAU"])]), OPERATOR)
    answer = await desk.ask(ask, SUPERVISOR)
    everyone, told = counted(whole), counted(answer)
    others = [value for (team, _), value in everyone.items() if team == "T-LIL"]
    assert len(others) == 2
    ours = {key: value for key, value in everyone.items() if key[0] == "T-PAU"}
    assert told == {**ours, (None, None): sum(others)}
    assert answer.totals == whole.totals
    assert sum(told.values()) == whole.totals[0].numerators[0]
    nobody = await desk.ask(replace(ask, where=[Condition("agent", ["none"])]), SUPERVISOR)
    assert counted(nobody) == {(None, None): sum(others)}
    somebody = await desk.ask(replace(ask, where=[Condition("agent", ["none"], negated=True)]), SUPERVISOR)
    assert counted(somebody) == ours


@pytest.mark.parametrize("dimension", ["agent", "team", "site", "partner"])
async def test_no_metric_names_who_does_not_exist(helped: House, dimension: str):
    """Check every metric that can be split by the dimension, for every role with a scope."""
    desk = helped.service.desk
    agent = Principal("a", role="agent", agent="LIL-0", team="T-LIL")
    of_team = Principal("t", (Filter("team", ("T-LIL",)),), role="analyst")
    told = set()
    for slug, metric in METRICS.items():
        needs = any(parameter.default is None for parameter in metric.parameters)
        for principal in (SUPERVISOR, PARTNER, agent, of_team):
            bound_by = {dimension, "team"} if principal in (agent, of_team) else {dimension}
            possible = bound_by <= set(find_dimensions(metric)) and find_permitted_metrics([slug], principal)
            if needs or not possible or (dimension == "agent" and not desk.directory_of(principal).known("agent")):
                continue
            ask = Ask(metrics=(slug,), start="2015-11-01", end="2016-01-01", by=(dimension,))
            answer = await desk.ask(ask, principal)
            known = {*desk.directory_of(principal).known(dimension), None}
            assert named(answer) <= known, (slug, principal.role)
            told |= named(answer)
    assert len(told) > 1
    assert None in told


PATHS: Final = (
    f"/v1/indicators?metrics=csat,fcr,goodwill_count,backlog&by=team&grain=week&{P}",
    f"/v1/indicators?metrics=csat&by=team&order=-csat&top=9&compare=previous_period&{P}",
    f"/v1/change?metric=fcr&by=team&against=2015-11&{P}",
    f"/v1/distribution?of=fcr&across=team&{P}",
    f"/v1/usual-day?metrics=fcr&by=team&{P}",
    f"/v1/reports/handled?section=by_team&{P}",
)
OF_PEOPLE: Final = (
    f"/v1/indicators?metrics=csat,fcr,goodwill_count,backlog&by=agent,team&{P}",
    f"/v1/indicators?metrics=csat&by=agent&order=-csat&top=9&{P}",
    f"/v1/agents?metrics=fcr,csat&{P}",
    f"/v1/contacts?agent=none&{P}",
)


@pytest.mark.parametrize("path", [*PATHS, *OF_PEOPLE])
async def test_no_answer_names_who_does_not_exist(helped: House, path: str):
    for role in ("supervisor", *(() if path in OF_PEOPLE else ("partner",))):
        for accept in ("application/json", "text/csv"):
            response = await helped.get(path, role, accept=accept)
            if response.status_code == 406:
                continue
            assert response.status_code == 200, response.text
            assert "LIL" not in response.text
            assert "Inès" not in response.text


async def test_no_field_names_who_does_not_exist(helped: House):
    window = 'period: {named: "2015-12"}'
    told = "agent { code label } team { code } fcr { value }"
    rows = f"indicators({window}, by: [TEAM, AGENT]) {{ rows {{ {told} }} }}"
    agents = f'agents({window}, metrics: ["fcr", "csat"]) {{ rows {{ agent {{ code label }} }} }}'
    for selection in (rows, agents):
        response = await helped.post("/graphql", "supervisor", {"query": f"{{ {selection} }}"})
        assert "PAU-1" in response.text, response.text
        assert "LIL" not in response.text
        assert "Inès" not in response.text


async def test_nobody_is_ranked_beside_who_does_not_exist(helped: House):
    """Check that agents are ranked among those of the scope only."""
    path = f"/v1/agents?metrics=fcr&{P}"
    whole = json.loads((await helped.get(f"{path}&site=PAU", "administrator")).text)
    found = json.loads((await helped.get(path, "supervisor")).text)
    assert {row["agent"] for row in whole["rows"]} == {"PAU-0", "PAU-1", "LIL-0", "LIL-1"}
    assert {row["agent"] for row in found["rows"]} == {"PAU-0", "PAU-1"}
