"""The five reports, section by section: each section equals the answer to its question alone, and the figures counted
from the contacts.
"""

import csv
import io
from collections import Counter, defaultdict
from datetime import date, timedelta
from statistics import mean, stdev

import pytest

from cadran.facts.refresh.refresh import refresh
from cadran.insights.reports import REPORTS
from tests.contacts_service import graphql, refused
from tests.defaults import load
from tests.sample_service import opened, serving


@pytest.mark.parametrize("name", REPORTS)
async def test_every_section_is_its_question_asked_alone(rest, name):
    told = (await rest.get(f"/v1/reports/{name}?period=2015-11&channel!=chat")).json()
    assert (told["report"], told["title"]) == (name, REPORTS[name].title.en)
    assert [each["section"] for each in told["sections"]] == [each.slug for each in REPORTS[name].sections]
    for section in told["sections"]:
        alone = (await rest.get(section["href"])).json()
        assert alone["question"] == section["question"]
        assert alone["totals"] == section["totals"]
        if section["section"] != "peaks":
            rows = [{key: row[key] for key in mine} for row, mine in zip(section["rows"], alone["rows"], strict=True)]
            assert rows == alone["rows"]


@pytest.mark.parametrize("name", REPORTS)
async def test_each_section_is_told_as_csv(rest, name):
    for section in REPORTS[name].sections:
        path = f"/v1/reports/{name}?period=2015-11&section={section.slug}"
        [told] = (await rest.get(path)).json()["sections"]
        sheet = list(csv.DictReader(io.StringIO((await rest.get(path, accept="text/csv")).text)))
        assert len(sheet) == len(told["rows"])
        if told["rows"]:
            # Only CSV marks approximate values, because JSON says it of the whole answer.
            assert [name for name in sheet[0] if not name.endswith(".approximate")] == list(told["rows"][0])
    response = await rest.client.get(f"/v1/reports/{name}?period=2015-11", headers={"accept": "text/csv"})
    assert (response.status_code, response.json()["code"]) == (422, "no_section")


async def test_titles_come_in_french(rest):
    told = (await rest.get("/v1/reports/received?period=2015-11", accept_language="fr")).json()
    assert told["title"] == "Demandes reçues"
    assert [each["title"] for each in told["sections"]][:2] == [
        "Par heure de la journée type",
        "Par jour de la semaine",
    ]


async def test_received_is_compared_with_the_same_weekdays_the_month_before_or_a_year_before(rest, rows):
    told = (await rest.get("/v1/reports/received?period=2015-11&section=by_day,by_month")).json()
    by_day, by_month = told["sections"]
    counted = Counter(contact.local.date().isoformat() for contact in rows)
    for row in by_day["rows"]:
        day = row["start"][:10]
        before = (date.fromisoformat(day) - timedelta(days=35)).isoformat()
        assert (row["contacts"], row["contacts.previous"]) == (counted[day], counted[before] or None), day
    october, november = (sum(counted[day] for day in counted if day.startswith(f"2015-{each}")) for each in (10, 11))
    assert [(row["contacts"], row["contacts.previous"]) for row in by_month["rows"]] == [(november, october)]
    told = (await rest.get("/v1/reports/received?period=2015-11&compare=previous_year_weekdays")).json()
    assert {each["question"].get("compare") for each in told["sections"]} == {"previous_year_weekdays", None}


def peaks(counted: Counter[date], first: date, last: date) -> dict[date, tuple[float, float]]:
    """Return the usual count and the limit of each day that has many more contacts than the other days of its
    weekday.
    """
    known = {day: count for day, count in counted.items() if (first - day).days <= 56 and day <= last}
    found = {}
    for day, count in known.items():
        others = [known[each] for each in known if each != day and each.weekday() == day.weekday()]
        if day >= first and len(others) >= 4 and count > mean(others) + 2 * stdev(others):
            found[day] = (mean(others), mean(others) + 2 * stdev(others))
    return found


@pytest.mark.parametrize("site", ["PAU", "LIL"])
async def test_peaks_stand_out_among_the_days_of_their_weekday(rest, rows, site):
    counted = Counter(contact.local.date() for contact in rows if contact["site"] == site)
    first, last = date(2015, 12, 1), date(2015, 12, 31)
    truth = peaks(counted, first, last)
    [told] = (await rest.get(f"/v1/reports/received?period=2015-12&section=peaks&site={site}")).json()["sections"]
    found = {date.fromisoformat(row["start"][:10]): row for row in told["rows"]}
    assert set(found) == set(truth)
    for day, row in found.items():
        assert (row["usual"], row["limit"]) == (pytest.approx(truth[day][0]), pytest.approx(truth[day][1]))
        assert row["contacts"] == counted[day]
        assert row["annotations"] == []


async def test_handled_is_told_per_team_and_agent(rest, rows):
    told = (await rest.get("/v1/reports/handled?period=2015-11")).json()
    sections = {each["section"]: each for each in told["sections"]}
    mine = [contact for contact in rows if (contact.local.year, contact.local.month) == (2015, 11)]
    handled = Counter(contact["agent"] for contact in mine if contact.handled)
    assert {row["agent"]: row["handled"] for row in sections["by_agent"]["rows"]} == dict(handled)
    assert sections["by_team"]["rows"][0]["handled"] == sum(handled.values())
    outcomes = Counter(contact["outcome"] for contact in mine)
    [overall] = sections["overall"]["rows"]
    assert {name: overall[name] for name in ("handled", "abandoned", "deflected", "expired")} == {
        name: outcomes[name] for name in ("handled", "abandoned", "deflected", "expired")
    }
    assert overall["contacts"] == len(mine)


async def test_answer_delays_are_held_against_the_norms(rest, rows):
    [told] = (await rest.get("/v1/reports/answer-delay?period=2015-11&section=by_channel")).json()["sections"]
    answer_norms = {"phone": (120, 240), "chat": (30, 30), "email": (86_400, 172_800)}
    waits = defaultdict(list)
    for contact in rows:
        if contact.handled and (contact.local.year, contact.local.month) == (2015, 11):
            waits[contact["channel"]].append(contact.wait)
    assert {row["channel"] for row in told["rows"]} == set(answer_norms)
    for row in told["rows"]:
        good, bad = answer_norms[row["channel"]]
        own = waits[row["channel"]]
        assert (row["answer_norm.good"], row["answer_norm.bad"]) == (good, bad)
        assert row["asa"] == pytest.approx(mean(own))
        expected = "good" if mean(own) <= good else "acceptable" if mean(own) <= bad else "bad"
        assert row["status"] == expected
        shares = [
            len([w for w in own if low < w <= high]) / len(own) for low, high in ((-1, good), (good, bad), (bad, 1e9))
        ]
        assert [row[f"share.{name}"] for name in ("good", "acceptable", "bad")] == pytest.approx(shares)
    assert "bad" in {row["status"] for row in told["rows"]}


async def test_resolution_tells_both_sides_of_once_and_done(rest):
    told = (await rest.get("/v1/reports/resolution?period=2015-11")).json()
    assert [each["section"] for each in told["sections"]] == ["across_channels", "by_channel", "by_moment", "by_month"]
    for section in told["sections"]:
        assert {"fcr", "contacts_per_case"} <= set(section["metrics"])


async def test_graphql_tells_the_same(rest):
    for name in REPORTS:
        told = (await rest.get(f"/v1/reports/{name}?period=2015-11&site=PAU")).json()
        constant = name.upper().replace("-", "_")
        fields = "section title about href columns totals { metric value }"
        asked = f'report(name: {constant}, period: {{named: "2015-11"}}, where: {{site: {{in: ["PAU"]}}}})'
        found = (await graphql(rest, f"{{ {asked} {{ name title sections {{ {fields} }} }} }}"))["report"]
        assert (found["name"], found["title"]) == (name, told["title"])
        for mine, theirs in zip(found["sections"], told["sections"], strict=True):
            assert {each: mine[each] for each in ("section", "title", "about", "href")} == {
                each: theirs[each] for each in ("section", "title", "about", "href")
            }
            for column, values in mine["columns"].items():
                if column != "end":
                    assert values == [row[column] for row in theirs["rows"]], (name, column)
            assert {each["metric"]: each["value"] for each in mine["totals"]} == {
                metric: theirs["totals"][metric] for metric in theirs["metrics"]
            }


async def test_unknown_names_are_refused(rest):
    assert (await rest.client.get("/v1/reports/nothing?period=2015")).status_code == 404
    problem = await refused(
        rest,
        "/v1/reports/received?period=2015&section=by_dya",
        '{ report(name: RECEIVED, period: {named: "2015"}, sections: ["by_dya"]) { name } }',
    )
    assert (problem["code"], problem["suggestions"][0]) == ("unknown_section", "by_day")


@pytest.fixture
def own_facts(server, filled):
    """Yield the URL of a separate database with the contacts, which the test may change."""
    with server.clone(filled) as url:
        yield url


async def test_a_peak_is_told_with_the_campaign_that_overlaps_it(own_facts, rows):
    pool = await opened(own_facts)
    extra = [
        {
            "contact": f"rush{number}", "site": "PAU", "channel": "chat",
            "offered_at": f"2015-12-{day}T{8 + number % 10:02d}:30:00+01:00", "outcome": "abandoned", "wait": "9",
        }
        for day, number in [("09", each) for each in range(60)] + [("16", 99)]
    ]  # fmt: skip
    await load(pool, "contacts", extra, zone="Europe/Paris")
    labels = {"label_en": "Winter sales", "label_fr": "Soldes"}
    events = [
        {"annotation": "sales", "kind": "campaign", "start": "2015-12-08", "end": "2015-12-12", **labels},
        {"annotation": "lines", "kind": "incident", "start": "2015-12-09T08:00", "end": "2015-12-09T09:00"},
        {"annotation": "email", "kind": "incident", "channel": "email", "start": "2015-12-09", "end": "2015-12-10"},
        {"annotation": "earlier", "kind": "strike", "start": "2015-11-30", "end": "2015-12-01"},
    ]
    await load(pool, "annotations", events)
    await refresh(pool)
    await pool.close()
    counted = Counter(contact.local.date() for contact in rows if contact["channel"] == "chat")
    counted[date(2015, 12, 9)] += 60
    counted[date(2015, 12, 16)] += 1
    truth = peaks(counted, date(2015, 12, 1), date(2015, 12, 31))
    assert date(2015, 12, 9) in truth
    async with serving(own_facts) as rest:
        told = (await rest.get("/v1/reports/received?period=2015-12&section=peaks&channel=chat")).json()
        sheet = await rest.get("/v1/reports/received?period=2015-12&section=peaks&channel=chat", accept="text/csv")
    [section] = told["sections"]
    found = {date.fromisoformat(row["start"][:10]): row for row in section["rows"]}
    assert set(found) == set(truth)
    assert found[date(2015, 12, 9)]["annotations"] == ["sales", "lines"]
    assert [each["annotation"] for each in told["annotations"]] == ["sales", "lines"]
    assert "sales lines" in sheet.text
