"""Tired agents: a made-up team in which each agent tests one side of the definition, in addition to the oracle."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from random import Random
from zoneinfo import ZoneInfo

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.ask import Ask, Condition
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.settings import Settings
from cadran.store.pool import open_pool
from tests.databases import Server
from tests.oracle import agent_time
from tests.oracle.comparison import agree
from tests.oracle.loader import fill, prepare
from tests.oracle.question import OracleQuestion
from tests.oracle.truth import Truth, truth
from tests.oracle.world import Row, World, make
from tests.refs import refs

PARIS = ZoneInfo("Europe/Paris")
FIRST = date(2015, 3, 16)
#: By agent: the share of each half hour on contact, the factor by which contacts take longer at the end of a shift, the
#: moment of the additional contacts at the end, the days worked, the hours of a shift.
CAST: dict[str, tuple[float, float, str, int, int]] = {
    "tired": (0.95, 1.5, "buy", 12, 8),
    "worn": (0.9, 1.3, "buy", 7, 8),
    "brisk": (0.95, 1.1, "buy", 12, 8),
    "calm": (0.7, 1.5, "buy", 12, 8),
    "mixed": (0.95, 1.0, "bill", 12, 8),
    "rested": (0.95, 1.0, "buy", 12, 8),
    "new": (0.95, 1.5, "buy", 4, 8),
    "brief": (0.95, 1.5, "buy", 12, 4),
    "night": (0.95, 1.5, "buy", 10, 6),
}


def company() -> World:
    """Return a world with the team at one site, over two weeks in which the clocks are set forward."""
    world = make(11, "paris", 0)
    world.teams |= {"T8": "S1", "T9": "S1"}
    for agent in CAST:
        world.agents[agent] = "T8" if agent in ("calm", "mixed") else "T9"
    for agent, (share, slower, last_moment, days, hours) in CAST.items():
        random = Random(agent)
        for number in range(days):
            day = FIRST + timedelta(days=number + number // 5 * 2)
            begins = datetime(day.year, day.month, day.day, 22 if agent == "night" else 8, tzinfo=PARIS)
            _work(world, random, agent, begins.astimezone(ZoneInfo("UTC")), hours, share, slower, last_moment)
    return world


def _work(
    world: World,
    random: Random,
    agent: str,
    begins: datetime,
    hours: int,
    share: float,
    slower: float,
    last_moment: str,
) -> None:
    where = {"source": "acd", "agent": agent, "team": None, "site": None}
    states: list[Row] = []
    for number in range(hours * 2):
        at = begins + timedelta(minutes=30 * number, seconds=9 * random.randrange(5))
        last = number >= hours * 2 - 4
        until = at + timedelta(seconds=36 * round(1800 * share / 36))
        rest = at + timedelta(seconds=1755)
        states.append({**where, "state": "on_contact", "started_at": at, "ended_at": until})
        states.append({**where, "state": "available", "started_at": until, "ended_at": max(rest, until)})
        # One contact of each moment; at the end of a shift three more. A bill takes three times as long as a buy.
        for moment in ("buy", "bill", *((last_moment,) * 3 if last else ())):
            seconds = (100 if moment == "buy" else 300) * (slower if last else 1) + random.randrange(10)
            _contact(world, agent, at, moment, Decimal(str(seconds)))
    agent_time.put(world, states, [])


def _contact(world: World, agent: str, at: datetime, moment: str, talk: Decimal) -> None:
    code = f"{agent}-{len(world.contacts)}"
    world.put({
        "source": "crm", "contact": code, "parent": None, "customer": None, "site": "S1", "segment": None,
        "channel": "phone", "moment": moment, "reason": None, "direction": "inbound",
        "offered_at": at - timedelta(seconds=20), "answered_at": at, "outcome": "handled", "wait": Decimal(20),
        "transferred_to": None, "escalated": False, "resolved": None, "cost": None, "revenue": None, "talk": talk,
        "hold": None, "acw": None, "agent": agent, "team": None,
    })  # fmt: skip


@pytest.fixture(scope="module")
def filled_once(server: Server) -> Iterator[str]:
    """Yield the URL of a database that holds the team's work."""

    async def build(url: str) -> None:
        await prepare(url)
        pool = await open_pool(url, size_min=0, size_max=2, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
        await fill(pool, company())
        await pool.close()

    with server.clone(server.template("tired", build)) as url:
        yield url


@pytest.fixture
async def tired(filled_once: str) -> AsyncIterator[tuple[Desk, Truth]]:
    async with open_service(Settings(database_url=filled_once, values_max=10**10), cache=False) as service:
        yield service.desk, truth(company())


async def test_each_side_of_the_definition(tired: tuple[Desk, Truth]):
    desk, told = tired
    answer = await agree(desk, told, _asked("total", FIRST, date(2016, 1, 1), by=("team",)))
    (totals,) = answer.totals
    # Judged: all except `new` (four shifts) and `brief` (four hours). Tired: `tired`, `worn` and `night`.
    assert (*totals.numerators, *totals.denominators, *totals.n) == (3, 7, 7)
    low, high = totals.interval(0) or (0, 0)
    assert low < 3 / 7 < high
    # A team of two is hidden. The other team is hidden too: the total less its five would reveal the two.
    (figures,) = answer.figures
    assert list(figures.n) == list(figures.values) == [None, None]
    assert [notice.code for notice in answer.warnings] == ["suppressed"]
    for grain in ("day", "week", "month"):
        await agree(desk, told, _asked(grain, FIRST - timedelta(days=3), date(2015, 6, 20)))
    await agree(desk, told, _asked("week", FIRST, date(2015, 4, 20), by=("partner", "site")))


async def test_agents_channels_and_hours_are_refused_by_name(tired: tuple[Desk, Truth]):
    desk, _ = tired
    one = [Condition("agent", ["calm"])]
    refusals = (
        (Ask(refs("tired_agents"), period="2015", by=("agent",)), "impossible_split", "never for one person"),
        (Ask(refs("tired_agents"), period="2015", where=one), "impossible_filter", "never for one person"),
        (
            Ask(refs("tired_agents"), period="2015", by=("month",)),
            "impossible_split",
            "for its course over time, ask for a grain",
        ),
        (
            Ask(refs("tired_agents"), period="2015", by=("channel",)),
            "impossible_split",
            "It can by partner, site, team.",
        ),
        (
            Ask(refs("occupancy"), period="2015", by=("channel",)),
            "impossible_split",
            "It can by partner, site, team, agent",
        ),
        (Ask(refs("turnover"), period="2015", by=("agent",)), "impossible_split", "It can by partner, site, team."),
        (Ask(refs("tired_agents"), period="2015-03-20", grain="hour"), "impossible_grain", "day or coarser"),
        (Ask(refs("turnover"), period="2015-03-20", grain="hour"), "impossible_grain", "day or coarser"),
    )
    for asked, code, words in refusals:
        with pytest.raises(QuestionRefused) as refused:
            await desk.ask(asked, OPERATOR)
        assert (refused.value.code, words in refused.value.detail) == (code, True), refused.value.detail


async def test_several_facts_in_one_question_agree(tired: tuple[Desk, Truth]):
    desk, told = tired
    metrics = tuple((slug, ()) for slug in ("qos", "csat", "occupancy", "contacts_per_agent_hour", "late_login"))
    asked = OracleQuestion(metrics, _midnight(FIRST), _midnight(date(2015, 3, 31)), grain="day", by=("site",))
    answer = await agree(desk, told, asked)
    assert len(answer.sources) == 5
    assert answer.rows == 13
    # Shares of contacts have an interval; ratios of seconds have none.
    assert [figures.interval(0) is not None for figures in answer.figures] == [True, False, False, False, False]


async def test_bounds_between_quarter_hours_are_refused_in_words(tired: tuple[Desk, Truth]):
    desk, _ = tired
    asked = Ask(refs("occupancy"), start="2015-03-16T09:00:30", end="2015-03-16T10:00", zone="Europe/Paris")
    with pytest.raises(QuestionRefused) as refused:
        await desk.ask(asked, OPERATOR)
    assert (refused.value.code, refused.value.parameter) == ("bad_window", "start")
    assert "quarter-hours" in refused.value.detail


def _asked(grain: str, start: date, end: date, *, by: tuple[str, ...] = ()) -> OracleQuestion:
    return OracleQuestion((("tired_agents", ()),), _midnight(start), _midnight(end), grain=grain, by=by)


def _midnight(day: date) -> datetime:
    return datetime.combine(day, time.min)
