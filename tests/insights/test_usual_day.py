"""The usual day, recomputed from the contacts."""

from collections import Counter, defaultdict

import pytest

from cadran.compiler.supported_dimensions import find_dimensions
from cadran.domain.catalogue import METRICS
from cadran.domain.metric_ref import parse_metric_ref
from cadran.insights.additive import explain_not_additive
from tests.contacts_service import graphql, refused

PIECES = ("value", "numerator", "denominator", "n")
MONDAYS = "period=2015-11&weekday=1"


def expected(rows, width: int) -> dict[tuple[int, str], Counter[str]]:
    """Compute offered, handled, handle time and the longest wait of November's Mondays, by step of the day and site."""
    found: dict[tuple[int, str], Counter[str]] = defaultdict(Counter)
    for contact in rows:
        local = contact.local
        if (local.year, local.month, local.isoweekday()) != (2015, 11, 1):
            continue
        group = found[(local.hour * 60 + local.minute) // width, contact["site"]]
        group["offered"] += 1
        if contact.handled:
            group["handled"] += 1
            group["seconds"] += contact.seconds
            group["wait_max"] = max(group["wait_max"], round(contact.wait))
    return found


@pytest.mark.parametrize(("step", "width"), [("hour", 60), ("half_hour", 30), ("quarter_hour", 15)])
async def test_every_step_and_site_is_as_its_contacts_say(rest, rows, step, width):
    told = (
        await rest.get(f"/v1/usual-day?metrics=qos,aht,contacts,wait_max&by=site&{MONDAYS}&step={step}&parts=true")
    ).json()
    truth = expected(rows, width)
    times = [time for time, _ in truth]
    sites = {site for _, site in truth}
    assert len(told["rows"]) == (max(times) - min(times) + 1) * len(sites)
    assert [row["time_of_day"] for row in told["rows"]] == sorted(row["time_of_day"] for row in told["rows"])
    for row in told["rows"]:
        hours, minutes = map(int, row["time_of_day"].split(":"))
        group = truth.get(((hours * 60 + minutes) // width, row["site"]), Counter())
        offered, handled = group["offered"], group["handled"]
        assert (row["qos"]["numerator"], row["qos"]["denominator"]) == (handled, offered)
        assert row["qos"]["value"] == (handled / offered if offered else None)
        assert (row["contacts"]["numerator"], row["contacts"]["denominator"], row["days"]) == (offered, 5, 5)
        assert row["contacts"]["value"] == offered / 5
        assert row["aht"]["value"] == pytest.approx(group["seconds"] / handled if handled else None)
        assert row["wait_max"]["value"] == (group["wait_max"] if handled else None)
    offered = sum(group["offered"] for group in truth.values())
    assert told["totals"]["contacts"] | {"interval": None} == {
        "value": offered / 5, "numerator": offered, "denominator": 5, "n": offered, "interval": None
    }  # fmt: skip


async def test_an_hour_of_any_metric_is_what_the_hour_asked_alone_gives(rest):
    asked = {"site", "segment", "time_of_day"}
    names = [
        name
        for name, metric in METRICS.items()
        if explain_not_additive(parse_metric_ref(name), ("site",)) is None and asked <= set(find_dimensions(metric))
    ]
    names += ["service_level(within=20)", "short_abandons(short=10)"]
    words = f"metrics={','.join(names)}&by=site&period=2015-11&segment!=none&parts=true"
    told = (await rest.get(f"/v1/usual-day?{words}&step=hour")).json()
    assert len(names) > 30
    for hour in (8, 9, 14):
        alone = (await rest.get(f"/v1/indicators?{words}&time_of_day={hour:02d}:00..{hour + 1:02d}:00")).json()
        mine = {row["site"]: row for row in told["rows"] if row["time_of_day"] == f"{hour:02d}:00"}
        assert alone["rows"]
        for row in alone["rows"]:
            for name in alone["metrics"]:
                pieces = ("numerator", "n") if METRICS[name.split("(")[0]].is_mean_of_days("v2") else PIECES
                for piece in pieces:
                    assert mine[row["site"]][name][piece] == pytest.approx(row[name][piece]), (hour, name, piece)


@pytest.mark.parametrize(("step", "width"), [("hour", 60), ("quarter_hour", 15)])
async def test_people_and_percentiles_are_counted_by_any_step(rest, rows, step, width):
    told = (await rest.get(f"/v1/usual-day?metrics=customers_in_contact,wait&{MONDAYS}&step={step}&parts=true")).json()
    customers: dict[int, set[str]] = defaultdict(set)
    handled: Counter[int] = Counter()
    for contact in rows:
        if (contact.local.year, contact.local.month, contact.local.isoweekday()) == (2015, 11, 1):
            place = (contact.local.hour * 60 + contact.local.minute) // width
            customers[place].add(contact["customer"])
            handled[place] += contact.handled
    for row in told["rows"]:
        hours, minutes = map(int, row["time_of_day"].split(":"))
        place = (hours * 60 + minutes) // width
        # Different customers are no sum of days.
        assert row["customers_in_contact"]["value"] == len(customers[place])
        assert row["wait"]["n"] == handled[place]


async def test_a_step_needs_rows_by_time_of_day(rest):
    problem = await refused(
        rest,
        "/v1/indicators?metrics=qos&period=2015&step=hour",
        '{ indicators(period: {named: "2015"}, step: HOUR) { totals { qos { n } } } }',
    )
    assert (problem["code"], problem["parameter"]) == ("impossible_step", "step")


async def test_graphql_tells_the_same(rest):
    told = (await rest.get(f"/v1/usual-day?metrics=qos,contacts&by=site&{MONDAYS}&step=hour")).json()
    data = await graphql(
        rest,
        """{ usualDay(period: {named: "2015-11"}, where: {weekday: {in: [1]}}, by: [SITE], step: HOUR) {
            rows { timeOfDay days site { code } qos { value } contacts { value } } totals { qos { value } } } }""",
    )
    mine = [
        (row["timeOfDay"], row["days"], row["site"]["code"], row["qos"]["value"], row["contacts"]["value"])
        for row in data["usualDay"]["rows"]
    ]
    assert mine == [(row["time_of_day"], row["days"], row["site"], row["qos"], row["contacts"]) for row in told["rows"]]
    assert data["usualDay"]["totals"]["qos"]["value"] == told["totals"]["qos"]


async def test_a_window_without_contacts_has_no_rows(rest):
    assert (await rest.get("/v1/usual-day?metrics=qos&period=2014")).json()["rows"] == []
    problem = (await rest.client.get("/v1/usual-day?metrics=qos&period=2015&step=minute")).json()
    assert problem["code"] == "unknown_step"


async def test_its_bytes_are_kept(rest):
    path = f"/v1/usual-day?metrics=qos&{MONDAYS}"
    await rest.get(path)
    assert "finished;desc=hit" in (await rest.get(path)).headers["server-timing"]
    assert (await rest.get(path, accept="text/csv")).text.startswith("time_of_day,days,qos\r\n")
