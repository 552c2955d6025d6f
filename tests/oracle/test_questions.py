"""Every metric, by every grain, split, filter and window: the service's figures agree with the oracle."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random
from zoneinfo import ZoneInfo

import pytest

from cadran.domain.catalogue import METRICS
from tests.length import choose
from tests.oracle.comparison import agree
from tests.oracle.conftest import WorldService
from tests.oracle.figures import ORACLES
from tests.oracle.question import OracleQuestion
from tests.oracle.random_questions import question
from tests.oracle.world import seeded

ROUNDS = choose(2, long=12)
QUESTIONS = 30
WINTER, SUMMER = (datetime.combine(date(2015, month, 1), time.min) for month in (1, 7))


def test_every_metric_has_an_oracle():
    assert ORACLES.keys() == METRICS.keys()


@pytest.mark.parametrize("round_", range(ROUNDS))
async def test_answers_agree_with_the_oracle(loaded: WorldService, round_: int):
    random = Random(seeded(round_ * 7919 + len(loaded.truth.contacts)))
    for _ in range(QUESTIONS):
        asked = question(loaded.truth.world, random, sorted(METRICS))
        await agree(loaded.desk, loaded.truth, asked)


def _is_odd(wall: datetime, zone: str) -> bool:
    """Return whether a clock shows a time twice or never."""
    first, again = (wall.replace(tzinfo=ZoneInfo(zone), fold=fold).utcoffset() for fold in (0, 1))
    return first != again


async def test_a_bound_in_a_named_zone_is_a_time_of_its_clock_where_clocks_change(loaded: WorldService):
    world = loaded.truth.world
    asked = 0
    for code, site in world.sites.items():
        for day in world.centres:
            for quarter in range(96):
                bound = datetime.combine(day, time.min) + timedelta(minutes=15 * quarter)
                if not _is_odd(bound, site["zone"]):
                    continue
                metrics, where = (("contacts", ()), ("qos", ())), (("site", (code,), False),)
                for start, end in (
                    (bound, bound + timedelta(days=2)),
                    (bound - timedelta(days=2), bound),
                    (bound, bound + timedelta(minutes=15)),
                ):
                    await agree(
                        loaded.desk, loaded.truth, OracleQuestion(metrics, start, end, site["zone"], "total", (), where)
                    )
                    asked += 1
    zones = [ZoneInfo(site["zone"]) for site in world.sites.values()]
    assert bool(asked) == any(zone.utcoffset(WINTER) != zone.utcoffset(SUMMER) for zone in zones)


@pytest.mark.parametrize("zone", ["Europe/Paris", "Asia/Kathmandu", "America/New_York", "Australia/Lord_Howe"])
async def test_over_a_month_of_31_days_thresholds_are_exact_in_any_zone(loaded: WorldService, zone: str):
    called = (("service_level", (("within", 33),)), ("qos_net", (("short", 2.5),)))
    for first in {datetime.combine(day.replace(day=1), time.min) for day in loaded.truth.world.centres}:
        await agree(loaded.desk, loaded.truth, OracleQuestion(called, first, first + timedelta(days=31), zone))


@pytest.mark.parametrize("negated", [False, True])
async def test_who_has_no_site_has_no_partner(loaded: WorldService, negated: bool):
    """Check that agents of a team without a site belong to the group without a partner, and to no other partner."""
    first = datetime.combine(loaded.truth.world.centres[0], time.min)
    for values in ((None,), ("north", "south"), ("north", "south", None)):
        for by in ((), ("partner",)):
            where = (("partner", values, negated),)
            asked = OracleQuestion((("turnover", ()),), first, first + timedelta(days=40), by=by, where=where)
            await agree(loaded.desk, loaded.truth, asked)
