"""One contact, several agents: rows count participations, totals and filters on several members count contacts."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, time, timedelta
from itertools import product
from random import Random
from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask, Condition
from cadran.domain.question import Filter
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused, VersionGone
from cadran.facts.refresh.refresh import refresh
from cadran.insights.change import check
from cadran.store.pool import Pool
from tests.length import choose
from tests.oracle.comparison import agree
from tests.oracle.conftest import WorldService
from tests.oracle.examples import NOON, contacts, given
from tests.oracle.loader import put
from tests.oracle.question import OracleQuestion
from tests.oracle.world import CHANNELS, MOMENTS, seeded
from tests.refs import refs

METRICS = ("handled", "aht", "talk_time", "hold_time", "acw", "transfer_rate", "escalation_rate", "aht_per_leg")
QUESTIONS = choose(25, long=300)


async def shared(centre: tuple[Pool, Desk]) -> Any:
    """Load a contact with a leg of ana (team T, 60 s) and one of cid (team U, 120 s). Return a function that asks."""
    pool, _ = centre
    await put(pool, "teams", [{"team": "T", "site": "PAU"}, {"team": "U", "site": "PAU"}])
    await put(pool, "agents", [{"agent": "ana", "team": "T"}, {"agent": "cid", "team": "U"}])
    ask = await given(centre, *contacts(1, 5, contact="1", talk=None, offered_at=NOON.isoformat()))
    legs = [
        {"contact": "1", "leg": 1, "agent": "ana", "talk": 60},
        {"contact": "1", "leg": 2, "agent": "cid", "talk": 120},
    ]
    await put(pool, "legs", legs)
    await refresh(pool)
    return ask


SPLITS = ((), ("team",), ("agent",), ("team", "agent"), ("site", "team"), ("channel", "agent"))
FILTERS: tuple[dict[str, list[str]], ...] = (
    {},
    {"team": ["T", "U"]},
    {"agent": ["ana", "cid"]},
    {"team": ["T", "U"], "site": ["PAU"]},
)


async def test_rows_count_participations_and_totals_count_contacts(centre: tuple[Pool, Desk]):
    ask = await shared(centre)
    for by, where, grain in product(SPLITS, FILTERS, ("total", "day", "quarter_hour")):
        named = [Condition(name, values) for name, values in where.items()]
        found = await ask.answer("handled", "aht", period="2015-12-01", by=by, where=named, grain=grain)
        rows = [list(each.values) for each in found.figures]
        assert rows == ([[1, 1], [60, 120]] if {"team", "agent"} & {*by} else [[1], [180]]), (by, where, grain)
        totals = [(each.values[0], each.n[0]) for each in found.totals]
        assert totals == [(1, 1), (180, 1)], (by, where, grain)


async def test_totals_of_a_split_by_direction_count_both_directions(centre: tuple[Pool, Desk]):
    ask = await shared(centre)
    await put(centre[0], "contacts", contacts(1, 5, contact="2", talk=None, direction="outbound"))
    await put(centre[0], "legs", [{"contact": "2", "leg": 1, "agent": "ana", "talk": 30}])
    await put(centre[0], "legs", [{"contact": "2", "leg": 2, "agent": "cid", "talk": 40}])
    await refresh(centre[0])
    assert await ask("handled", "aht", by=("agent",)) == [1, 180]
    assert await ask("handled", "aht", by=("direction", "agent")) == [1, 125]
    assert await ask("talk_time", "cost_per_contact", by=("direction",)) == [125, None]


async def test_one_member_has_its_own_time(centre: tuple[Pool, Desk]):
    ask = await shared(centre)
    for where in ({"team": ["T"]}, {"agent": ["ana"]}, {"team": ["T", "U"], "agent": ["ana"]}):
        assert await ask("handled", "aht", where=[Condition(name, each) for name, each in where.items()]) == [1, 60]


async def test_a_key_of_some_members_counts_what_they_took_part_in(centre: tuple[Pool, Desk]):
    await shared(centre)
    for name, values, expected in (("team", ("T",), 60), ("team", ("T", "U"), 180), ("site", ("PAU",), 180)):
        bound = replace(OPERATOR, scope=(Filter(name, values),))
        for by in (("team",), ("agent",), ("team", "agent")):
            found = await centre[1].ask(Ask(metrics=refs("handled", "aht"), period="2015", by=by), bound)
            assert [each.values[0] for each in found.totals] == [1, expected], (name, values, by)


async def test_waits_belong_to_the_agent_who_answered_first(centre: tuple[Pool, Desk]):
    ask = await shared(centre)
    await given(
        centre, *contacts(1, 60, "abandoned"), *contacts(2, 0), *contacts(1, 25, agent="ana", team="T", resolved="true")
    )
    metrics = ("asa", "first_response_time", "handle_time", "resolution_flagged", "aht")
    found = await ask.answer(*metrics, by=("agent",))
    rows = {code: [each.n[row] for each in found.figures] for row, code in enumerate(found.keys[0].values)}
    assert rows == {None: [2, 2, 2, 0, 0], "ana": [2, 2, 2, 1, 2], "cid": [0, 0, 0, 0, 1]}
    asa = dict(zip(found.keys[0].values, found.figures[0].values, strict=True))
    assert asa == {None: 0, "ana": 15, "cid": None}
    assert [each.values[0] for each in found.totals[:2]] == await ask("asa", "first_response_time") == [7.5, 7.5]
    with pytest.raises(QuestionRefused, match="A lost contact has no agent"):
        await ask("wait_mean", by=("agent",))


async def test_the_waits_of_all_and_of_those_who_waited(centre: tuple[Pool, Desk]):
    ask = await given(
        centre, *contacts(2, 0), *contacts(1, 30), *contacts(1, 60, "abandoned"), *contacts(1, 0, "deflected")
    )
    assert await ask("asa", "time_to_abandon", "wait_mean", "wait_mean_delayed") == [10, 60, 22.5, 45]


async def test_an_earlier_version_is_refused_by_team_only(centre: tuple[Pool, Desk]):
    ask = await shared(centre)
    assert await ask("aht(version=v1)") == [180]
    with pytest.raises(VersionGone):
        await ask("aht(version=v1)", by=("team",))


async def test_the_change_of_an_aht_is_not_split_by_team(centre: tuple[Pool, Desk]):
    for by, where in ((("team",), {}), (("site",), {"team": ["T", "U"]})):
        named = [Condition(name, values) for name, values in where.items()]
        with pytest.raises(QuestionRefused, match="took part in counts only once in their total"):
            check(Ask(metrics=refs("aht"), period="2015", by=by, where=named))
    check(Ask(metrics=refs("aht"), period="2015", by=("channel",), where=[Condition("team", ["T", "U"])]))
    check(Ask(metrics=refs("aht_per_leg"), period="2015", by=("team",)))


async def test_any_members_at_any_sites(loaded: WorldService):
    """Check splits and filters by team, agent, site and partner, in which contacts have several of each."""
    world = loaded.truth.world
    random = Random(seeded(15))
    places: dict[str, list[Any]] = {
        "team": [*world.teams, None], "agent": [*world.agents, None], "site": [*world.sites],
        "partner": ["north", "south", None],
    }  # fmt: skip
    others: dict[str, list[Any]] = {
        "channel": [*CHANNELS],
        "moment": [*MOMENTS, None],
        "direction": ["inbound", "outbound"],
    }
    start = datetime.combine(min(world.centres), time.min) - timedelta(days=30)
    for _ in range(QUESTIONS):
        named = random.sample([*places], random.randint(1, 3))
        named = named if {"team", "agent"} & set(named) else [*named, "agent"]
        where = []
        for name in random.sample(named, random.randint(0, len(named))):
            values = random.sample(places[name], random.randint(1, len(places[name])))
            where.append((name, tuple(values), random.random() < 0.25))
        if random.random() < 0.4:
            name = random.choice([*others])
            where.append((name, tuple(random.sample(others[name], 2)), False))
        filtered = {name for name, _, _ in where}
        by = tuple(name for name in named if name not in filtered or random.random() < 0.5)
        by = (*by, "direction") if random.random() < 0.2 else by
        metrics = tuple((slug, ()) for slug in random.sample(METRICS, 4))
        grain = random.choice(["total", "total", "day", "week", "month", "hour"])
        asked = OracleQuestion(
            metrics, start, start + timedelta(days=random.choice([40, 400])), None, grain, by, tuple(where)
        )
        await agree(loaded.desk, loaded.truth, asked)


async def test_contacts_are_shared_in_many_ways(loaded: WorldService):
    """Check that the worlds have what these tests are about: several agents, several teams, one agent twice."""
    several = [row["legs"] for row in loaded.truth.contacts if len(row["legs"]) > 1 and row["outcome"] == "handled"]
    for name in ("agent", "team", "site"):
        assert any(len({leg[name] for leg in legs}) > 1 for legs in several), name
    assert any(len({leg["agent"] for leg in legs}) == 1 for legs in several)
    assert any(
        len({(leg["agent"], leg["team"]) for leg in legs}) > len({leg["agent"] for leg in legs}) for legs in several
    )
