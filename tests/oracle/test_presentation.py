"""How computed figures are presented: gaps are filled, groups are ranked and cut, and windows are compared."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.metric_ref import Order
from tests.oracle.comparison import close, row_keys, words
from tests.oracle.conftest import WorldService
from tests.oracle.figures import ORACLES, Number
from tests.oracle.question import Key, OracleQuestion
from tests.oracle.selection import Selection

CONTACTS = (("contacts", ()),)
at = datetime.fromisoformat


def value(loaded: WorldService, asked: OracleQuestion, key: Key, place: int = 0) -> Number:
    slug, arguments = asked.metrics[place]
    return ORACLES[slug](Selection(loaded.truth, asked).group(key), dict(arguments)).value


async def ask(loaded: WorldService, asked: OracleQuestion, **more: Any) -> Answer:
    return await loaded.desk.ask(words(asked, **more), OPERATOR)


@pytest.mark.parametrize("grain", ["quarter_hour", "hour", "day", "week"])
@pytest.mark.parametrize("by", [(), ("site",), ("channel",)])
async def test_every_bucket_of_every_clock_is_filled(loaded: WorldService, grain: str, by: tuple[str, ...]):
    """Check that filling adds every bucket and loses no row, also on days of 23, 23½, 24½ and 25 hours."""
    world = loaded.truth.world
    first = world.centres[0] - timedelta(days=1)
    window = (datetime.combine(first, time.min), datetime.combine(first + timedelta(days=4), time.min))
    asked = OracleQuestion(CONTACTS, *window, grain=grain, by=by)
    selection = Selection(loaded.truth, asked)
    found = set(row_keys(asked, await ask(loaded, asked, fill=True)))
    groups = {key[1:] for key in selection.grouped("contact")} or ({()} if not by else set())
    expected: set[Key] = set()
    for site in world.sites:
        for quarter in range(6 * 96):
            midnight = datetime.combine(first - timedelta(days=1), time.min).replace(
                tzinfo=at("2015-01-01T00:00Z").tzinfo
            )
            row = {"site": site, "offered_site": site, "offered_at": midnight + timedelta(minutes=15 * quarter)}
            if selection.inside(row):
                expected |= {
                    (selection.start(row), *group) for group in groups if not by or by[0] != "site" or group == (site,)
                }
    assert found == expected | set(selection.grouped("contact"))


@pytest.mark.parametrize("slug", ["contacts", "qos", "aht", "wait_max", "customers_in_contact"])
@pytest.mark.parametrize("descending", [True, False])
async def test_groups_are_ranked_and_cut(loaded: WorldService, slug: str, descending: bool):
    asked = OracleQuestion(((slug, ()),), at("2014-12-01"), at("2016-03-01"), by=("channel", "segment"))
    answer = await ask(loaded, asked, order=Order.parse(f"-{slug}" if descending else slug), top=5)
    every = [value(loaded, asked, key) for key in Selection(loaded.truth, asked).grouped("contact")]
    known = sorted((float(each) for each in every if each is not None), reverse=descending)
    values = list(answer.figures[0].values)
    assert len(values) == 5
    assert all(close(ours, theirs) for ours, theirs in zip(values, known, strict=False))
    assert close(answer.totals[0].values[0], value(loaded, asked, None)), "totals are over all groups"  # type: ignore[arg-type]  # all rows


async def test_with_a_grain_a_group_is_ranked_over_all_buckets(loaded: WorldService):
    for slug in ("contacts", "asa", "wait_max"):
        asked = OracleQuestion(((slug, ()),), at("2015-01-01"), at("2016-01-01"), grain="month", by=("channel",))
        answer = await ask(loaded, asked, order=Order.parse(f"-{slug}"), top=2)
        whole = replace(asked, grain="total")
        worth = {key: value(loaded, whole, key) for key in Selection(loaded.truth, whole).grouped("contact")}
        known = sorted((float(each) for each in worth.values() if each is not None), reverse=True)
        kept = [float(worth[key] or 0) for key in {key[1:] for key in row_keys(asked, answer)}]
        assert sorted(kept, reverse=True) == known[:2], slug


def back(day: date, comparison: str) -> date | None:
    """Return the day with which a day is compared in a window of a month; None if there is no such day."""
    if comparison == "previous_year_weekdays":
        return day - timedelta(days=364)
    year, month = (day.year - 1, day.month) if comparison == "previous_year" else (day.year, day.month - 1)
    try:
        return day.replace(year=year, month=month)
    except ValueError:
        return None


@pytest.mark.parametrize("comparison", ["previous_period", "previous_year", "previous_year_weekdays"])
async def test_days_are_compared_with_their_likes(loaded: WorldService, comparison: str):
    asked = OracleQuestion((*CONTACTS, ("qos", ())), at("2015-11-01"), at("2015-12-01"), grain="day", by=("site",))
    answer = await ask(loaded, asked, compare=comparison)
    earlier = replace(asked, start=at("2013-01-01"))
    for row, (day, site) in enumerate(row_keys(asked, answer)):
        then = back(day, comparison)
        for place, column in enumerate(answer.figures):
            assert column.previous is not None
            exists = then is not None and (then, site) in Selection(loaded.truth, earlier).grouped("contact")
            expected = value(loaded, earlier, (then, site), place) if exists else None
            # Without a row in the earlier window there is no earlier figure, while the oracle may count zero.
            assert close(column.previous[row], expected) or not (column.previous[row] or expected), (day, site)


async def test_a_window_in_offsets_is_compared_as_its_months(loaded: WorldService):
    """Check that March is compared with February even if its bounds are written with different UTC offsets."""
    zone = Selection(loaded.truth, OracleQuestion(CONTACTS, at("2015-03-01"), at("2015-04-01"))).shared_zone
    plain = OracleQuestion(CONTACTS, at("2015-03-01"), at("2015-04-01"), zone=zone or "Europe/Paris")
    named = Selection(loaded.truth, plain).shared_zone or "Europe/Paris"
    aware = replace(
        plain, start=plain.start.replace(tzinfo=ZoneInfo(named)), end=plain.end.replace(tzinfo=ZoneInfo(named))
    )
    first, second = [await ask(loaded, asked, compare="previous_period") for asked in (plain, aware)]
    assert first.totals[0].previous == second.totals[0].previous
    february = replace(plain, start=at("2015-02-01"), end=at("2015-03-01"))
    assert first.totals[0].previous == [value(loaded, february, ())]


async def test_weeks_of_two_years_are_compared_by_the_nearest(loaded: WorldService):
    asked = OracleQuestion(CONTACTS, at("2015-01-01"), at("2016-01-01"), grain="week")
    answer = await ask(loaded, asked, compare="previous_year", fill=True)
    earlier = OracleQuestion(CONTACTS, at("2014-01-01"), at("2015-01-01"), grain="week")
    before = {key[0]: value(loaded, earlier, key) for key in Selection(loaded.truth, earlier).grouped("contact")}
    previous = answer.figures[0].previous
    assert previous is not None
    assert sum(each or 0 for each in previous) == sum(float(each or 0) for each in before.values())


@pytest.mark.parametrize("grain", ["hour", "day", "month"])
async def test_starts_are_written_on_the_clock_they_were_read_on(loaded: WorldService, grain: str):
    """Check the clock of bucket starts: the site's, the requested zone's, or none where sites with several clocks share
    a row."""
    window = (at("2015-03-01"), at("2015-12-01"))
    world = loaded.truth.world
    answer = await ask(loaded, OracleQuestion(CONTACTS, *window, grain=grain, by=("site",)))
    assert answer.keys[0].ends is not None
    for start, end, site in zip(answer.keys[0].values, answer.keys[0].ends, answer.keys[1].values, strict=True):
        for text in (str(start), end):
            moment, zone = at(text), ZoneInfo(world.sites[str(site)]["zone"])
            assert moment.utcoffset() == moment.astimezone(zone).utcoffset(), (text, site)
    named = await ask(loaded, OracleQuestion(CONTACTS, *window, grain=grain, zone="Asia/Kathmandu"))
    assert {str(text)[-6:] for text in named.keys[0].values} == {"+05:45"}
    plain = await ask(loaded, OracleQuestion(CONTACTS, *window, grain="day"))
    shared = Selection(loaded.truth, OracleQuestion(CONTACTS, *window)).shared_zone
    assert all((at(str(text)).tzinfo is None) == (shared is None) for text in plain.keys[0].values)
