"""Counts by time of day and weekday are means of the open days, with bands of these days."""

from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import quantiles

import pytest

from tests.contacts_service import graphql, refused
from tests.defaults import load
from tests.sample_service import opened, serving

WEEKDAYS = [{"weekday": day, "opens": "08:00", "closes": "18:00"} for day in range(1, 6)]
NOVEMBER = [date(2015, 11, 1) + timedelta(days=number) for number in range(30)]


async def load_hours(url: str, openings: list[dict], closings: list[dict]) -> None:
    """Load calendars of sites."""
    pool = await opened(url)
    for kind, found in (("openings", openings), ("closings", closings)):
        assert (await load(pool, kind, iter(found))).rejected == 0
    await pool.close()


def by_weekday(rows, **only) -> dict[int, Counter[date]]:
    """Count the contacts of November by weekday and day."""
    found: dict[int, Counter[date]] = defaultdict(Counter)
    for contact in rows:
        if contact.local.date() in NOVEMBER and all(contact[name] == value for name, value in only.items()):
            found[contact.local.isoweekday()][contact.local.date()] += 1
    return found


async def test_only_days_on_which_a_site_opens_count(own_facts, rows):
    shut = [{"site": "PAU", "day": "2015-11-11"}, {"site": "LIL", "day": "2015-11-11"}]
    extra = [{"site": "PAU", "day": "2015-11-15", "opens": "09:00", "closes": "12:00"}]
    await load_hours(own_facts, [{"site": site, **each} for site in ("PAU", "LIL") for each in WEEKDAYS], shut + extra)
    path = "/v1/indicators?metrics=contacts,qos&by={by}&period=2015-11&parts=true&{where}"
    async with serving(own_facts) as rest:
        told = (await rest.get(path.format(by="weekday", where="site=PAU"))).json()
        known = {row["weekday"]: (row["days"], row["contacts"]["denominator"]) for row in told["rows"]}
        # Five Mondays, four Wednesdays without the eleventh, no Saturday, and one Sunday that is open by exception.
        assert known == {1: (5, 5), 2: (4, 4), 3: (3, 3), 4: (4, 4), 5: (4, 4), 6: (0, 0), 7: (1, 1)}
        truth = by_weekday(rows, site="PAU")
        for row in told["rows"]:
            total, days = truth[row["weekday"]].total(), row["days"]
            assert row["contacts"]["numerator"] == row["contacts"]["n"] == total
            assert row["contacts"]["value"] == (total / days if days else None)
            assert row["qos"]["value"] is not None
        assert told["totals"]["contacts"]["denominator"] == 21
        # A day counts if any of the sites opens; a site without a calendar is never closed.
        both = (await rest.get(path.format(by="weekday", where="site=PAU,LIL"))).json()
        assert {row["weekday"]: row["days"] for row in both["rows"]} == {1: 5, 2: 4, 3: 3, 4: 4, 5: 4, 6: 0, 7: 1}
        every = (await rest.get(path.format(by="site,weekday", where=""))).json()
        assert {row["days"] for row in every["rows"] if row["site"] == "=NAN"} == {4, 5}
        assert every["totals"]["contacts"]["denominator"] == 30
        data = await graphql(
            rest,
            """{ indicators(period: {named: "2015-11"}, by: [WEEKDAY], where: {site: {in: ["PAU"]}}) {
                rows { weekday days contacts { value } } columns(metrics: ["contacts"]) } }""",
        )
        mine = [(row["weekday"], row["days"], row["contacts"]["value"]) for row in data["indicators"]["rows"]]
        assert mine == [(row["weekday"], row["days"], row["contacts"]["value"]) for row in told["rows"]]
        assert data["indicators"]["columns"]["days"] == [row["days"] for row in told["rows"]]


async def test_a_changed_calendar_changes_the_means(own_facts):
    path = "/v1/indicators?metrics=contacts&by=weekday&period=2015-11&site=PAU"
    async with serving(own_facts) as rest:
        before = (await rest.get(path)).json()["rows"]
        assert [row["days"] for row in before] == [5, 4, 4, 4, 4, 4, 5]
    await load_hours(own_facts, [{"site": "PAU", **each} for each in WEEKDAYS], [])
    async with serving(own_facts) as rest:
        assert [row["days"] for row in (await rest.get(path)).json()["rows"]] == [5, 4, 4, 4, 4, 0, 0]


async def test_a_cut_day_counts_where_the_window_has_its_time(rest):
    path = "/v1/indicators?metrics=contacts&by={by}&start=2015-11-02T09:30&end=2015-11-04T09:15&step={step}"
    told = (await rest.get(path.format(by="time_of_day", step="hour"))).json()
    days = {row["time_of_day"]: row["days"] for row in told["rows"]}
    assert [days.get(f"{hour:02d}:00", expected) for hour, expected in ((8, 2), (9, 3), (10, 2))] == [2, 3, 2]
    [notice] = told["warnings"]
    assert notice["code"] == "partial_buckets"
    assert notice["detail"].endswith("2015-11-02, 2015-11-04.")
    told = (await rest.get(path.format(by="time_of_day", step="quarter_hour"))).json()
    assert {row["days"] for row in told["rows"]} == {2}
    assert told["warnings"] == []


async def test_days_without_data_do_not_count(rest, rows):
    """Check that the days before the first contact and after the last are left out."""
    first, last = rows[0].local.date(), max(contact.local for contact in rows).date()
    told = (
        await rest.get("/v1/indicators?metrics=contacts&by=weekday&start=2015-01-01&end=2017-01-01&parts=true")
    ).json()
    assert told["totals"]["contacts"]["denominator"] == (last - first).days + 1


async def test_the_time_that_a_clock_skips_or_repeats_counts_once_a_day(rest):
    path = "/v1/indicators?metrics=contacts&by=time_of_day&start=2015-10-20&end=2015-10-30&step=half_hour"
    assert {row["days"] for row in (await rest.get(path)).json()["rows"]} == {10}
    # New York sets its clock back on 1 November.
    told = (await rest.get(f"{path.replace('10-30', '11-05')}&zone=America/New_York")).json()
    assert {row["days"] for row in told["rows"]} == {16}


@pytest.mark.parametrize("step", ["quarter_hour", "hour"])
async def test_bands_are_percentiles_of_the_open_days(rest, rows, step):
    told = (await rest.get(f"/v1/usual-day?metrics=contacts,qos&period=2015-11&step={step}&bands=true")).json()
    width = 60 if step == "hour" else 15
    offered: dict[int, Counter[date]] = defaultdict(Counter)
    handled: dict[int, Counter[date]] = defaultdict(Counter)
    for contact in rows:
        if contact.local.date() in NOVEMBER:
            place = (contact.local.hour * 60 + contact.local.minute) // width
            offered[place][contact.local.date()] += 1
            handled[place][contact.local.date()] += contact.handled
    for row in told["rows"]:
        hours, minutes = map(int, row["time_of_day"].split(":"))
        place = (hours * 60 + minutes) // width
        cuts = quantiles([offered[place][day] for day in NOVEMBER], n=10, method="inclusive")
        assert (row["contacts.p10"], row["contacts.p90"]) == pytest.approx((cuts[0], cuts[-1]))
        shares = [handled[place][day] / offered[place][day] for day in NOVEMBER if offered[place][day]]
        shares = shares * 2 if len(shares) == 1 else shares
        cuts = quantiles(shares, n=10, method="inclusive") if shares else []
        band = pytest.approx((cuts[0], cuts[-1])) if shares else (None, None)
        assert (row["qos.p10"], row["qos.p90"]) == band


async def test_bands_are_the_same_everywhere(rest):
    path = "indicators?metrics=contacts&by=weekday&period=2015-11&bands=true"
    told = (await rest.get(f"/v1/{path}&parts=true")).json()
    lines = (await rest.get(f"/v1/csv/{path}")).text.splitlines()
    assert lines[0] == "weekday,days,contacts,contacts.p10,contacts.p90"
    data = await graphql(
        rest,
        """{ indicators(period: {named: "2015-11"}, by: [WEEKDAY], bands: true) {
            rows { weekday days contacts { value p10 p90 } } } }""",
    )
    for row, line, mine in zip(told["rows"], lines[1:], data["indicators"]["rows"], strict=True):
        figure = row["contacts"]
        written = [row["weekday"], row["days"], figure["value"], figure["p10"], figure["p90"]]
        assert [*map(float, line.split(","))] == written
        assert [mine["weekday"], mine["days"], *mine["contacts"].values()] == written
        assert figure["p10"] <= figure["value"] <= figure["p90"]


async def test_bands_need_days_of_which_they_are_made(rest):
    for asked, words in (("by=site", "by: [SITE]"), ("by=weekday&grain=month", "by: [WEEKDAY], grain: MONTH")):
        problem = await refused(
            rest,
            f"/v1/indicators?metrics=qos&period=2015&bands=true&{asked}",
            f'{{ indicators(period: {{named: "2015"}}, bands: true, {words}) {{ totals {{ qos {{ n }} }} }} }}',
        )
        assert (problem["code"], problem["parameter"]) == ("impossible_bands", "bands")


async def test_an_earlier_version_sums_the_days(rest, rows):
    told = (await rest.get("/v1/indicators?metrics=contacts(version=v1)&by=weekday&period=2015-11&parts=true")).json()
    truth = by_weekday(rows)
    for row in told["rows"]:
        figure = row["contacts(version=v1)"]
        assert (figure["value"], figure["denominator"]) == (truth[row["weekday"]].total(), None)


async def test_a_comparison_is_with_the_mean_of_the_earlier_days(rest, rows):
    told = (
        await rest.get("/v1/usual-day?metrics=contacts&period=2015-11&compare=previous_month&step=hour&parts=true")
    ).json()
    before: Counter[int] = Counter()
    for contact in rows:
        if (contact.local.year, contact.local.month) == (2015, 10):
            before[contact.local.hour] += 1
    # The data begin on the first of October at nine.
    for row in told["rows"]:
        hour = int(row["time_of_day"][:2])
        assert row["contacts"]["previous"] == pytest.approx(before[hour] / 31)


async def test_groups_are_ranked_by_their_means(rest):
    told = (await rest.get("/v1/indicators?metrics=contacts&by=weekday&period=2015-11&order=-contacts&top=3")).json()
    values = [row["contacts"] for row in told["rows"]]
    assert values == sorted(values, reverse=True)
    assert len(values) == 3
    assert all(row["days"] in (4, 5) for row in told["rows"])
