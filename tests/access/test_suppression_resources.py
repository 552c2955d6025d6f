"""A small group is hidden completely: in every resource, every format and every member of a figure."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime, timedelta
from io import StringIO
from typing import Any

import pytest

from cadran.facts.refresh.refresh import refresh
from tests.access.two_sites import House, housed
from tests.defaults import load
from tests.sample_service import opened

PERIOD = "period=2015-11"
#: How many contacts the small team handles.
HANDLED = 37
#: The scores of Pau's survey answers. Only three of them are dissatisfied.
SCORES = (*[1] * 3, *[5] * 40, *[3] * 2)


def _small_team() -> Iterator[dict[str, str]]:
    start = datetime(2015, 11, 10, 9, tzinfo=UTC)
    for number in range(HANDLED):
        offered = start + timedelta(minutes=7 * number)
        answered = offered + timedelta(seconds=20)
        yield {
            "contact": f"small-{number}",
            "customer": f"PAU-c{number}",
            "site": "PAU",
            "channel": "phone",
            "moment": "question",
            "offered_at": offered.isoformat(),
            "outcome": "handled",
            "answered_at": answered.isoformat(),
            "ended_at": (answered + timedelta(seconds=200)).isoformat(),
            "talk": "200",
            "hold": "0",
            "acw": "20",
            "agent": f"S-{number % 2}",
            "team": "S-PAU",
        }


def _surveys() -> Iterator[dict[str, str]]:
    for place, site in enumerate(("PAU", "LIL")):
        for number, score in enumerate(SCORES if site == "PAU" else (*SCORES, 1, 1, 1, 1, 1)):
            yield {
                "survey": f"ask-{site}-{number}",
                "contact": str(2 * number + 20 + place),
                "instrument": "ask",
                "sent_at": "2015-11-21T12:00:00+00:00",
                "answered_at": "2015-11-21T13:00:00+00:00",
                "score": str(score),
            }


@pytest.fixture(scope="module")
async def small(shared_url: str) -> AsyncIterator[House]:
    """Yield the service with a team of two agents at Pau, and three dissatisfied survey answers there."""
    scale = {"low": "1", "high": "5", "satisfied_from": "4", "dissatisfied_to": "2"}
    since = (datetime.now(UTC) - timedelta(minutes=1)).isoformat()
    pool = await opened(shared_url)
    for kind, rows in (
        ("teams", [{"team": "S-PAU", "site": "PAU"}]),
        ("agents", [{"agent": f"S-{number}", "team": "S-PAU"} for number in range(2)]),
        ("contacts", list(_small_team())),
        ("instruments", [{"instrument": "ask", "kind": "nps", **scale}]),
        ("surveys", list(_surveys())),
        ("states", [{"agent": f"S-{number}", "state": "available", "started_at": since} for number in range(2)]),
    ):
        assert (await load(pool, kind, iter(rows), source="house")).rejected == 0, kind
    await refresh(pool)
    await pool.close()
    async with housed(shared_url) as house:
        yield house


def numbers(node: Any, *, but: tuple[str, ...] = ()) -> list[float]:
    """Return every number within a JSON document, except those under the names in ``but``."""
    if isinstance(node, dict):
        return [each for name, inner in node.items() if name not in but for each in numbers(inner, but=but)]
    if isinstance(node, list):
        return [each for inner in node for each in numbers(inner, but=but)]
    return [node] if isinstance(node, int | float) and not isinstance(node, bool) else []


BY_TEAM = "metrics=handled,aht,transfer_rate,fcr,aht_per_leg,talk_time&by=team"


@pytest.mark.parametrize("role", ["analyst", "partner"])
async def test_nothing_is_left_of_the_figures_of_a_small_team(small: House, role: str):
    """Check every format. ``aht.n`` must be hidden too, because it is the number of handled contacts."""
    path = f"/v1/indicators?{BY_TEAM}&site=PAU&{PERIOD}&parts=true&display=true&targets=true&compare=previous_period"
    seen = (await small.get(path, "administrator")).json()
    assert {row["team"]: row["aht"]["n"] for row in seen["rows"]}["S-PAU"] == HANDLED
    found = (await small.get(path, role)).json()
    hidden = [row for row in found["rows"] if row["team"] in ("S-PAU", "T-PAU")]
    assert len(hidden) == 2
    for row in hidden:
        assert numbers(row) == []
        assert {piece["display"] for piece in row.values() if isinstance(piece, dict)} == {"–"}
    columns = (await small.get(f"{path}&shape=columns", role)).json()
    assert columns["rows" if "rows" in columns else "columns"]
    text = (await small.get(path, role, accept="text/csv")).text
    for line in csv.DictReader(StringIO(text)):
        if line["team"] in ("S-PAU", "T-PAU"):
            assert {cell for name, cell in line.items() if name != "team" and "display" not in name} == {""}


async def test_nothing_is_left_of_it_over_graphql(small: House):
    pieces = "{ value numerator denominator n previous change interval { low high } status distance }"
    query = f"""{{ indicators(period: {{named: "2015-11"}}, by: [TEAM], compare: PREVIOUS_PERIOD,
        where: {{site: {{in: ["PAU"]}}}}) {{ rows {{ team {{ code }} handled {pieces} aht {pieces} fcr {pieces} }}
        warnings {{ code }} }} }}"""
    found = (await small.post("/graphql", "analyst", {"query": query})).json()["data"]["indicators"]
    assert [each["code"] for each in found["warnings"]].count("suppressed") == 1
    rows = {row["team"]["code"]: numbers(row) for row in found["rows"]}
    assert rows == {"S-PAU": [], "T-PAU": []}
    seen = (await small.post("/graphql", "administrator", {"query": query})).json()["data"]["indicators"]
    assert all(numbers(row) for row in seen["rows"])


@pytest.mark.parametrize(
    "path",
    [
        f"/v1/scorecard?team=S-PAU&{PERIOD}",
        f"/v1/goodwill-return?team=S-PAU&{PERIOD}",
        f"/v1/indicators?metrics=aht,fcr,contacts_per_resolution&team=S-PAU&{PERIOD}&parts=true&explain=true",
        f"/v1/indicators?metrics=aht&team!=S-PAU&site=PAU&{PERIOD}&parts=true&grain=day",
        f"/v1/usual-day?metrics=handled,aht&team=S-PAU&{PERIOD}&step=hour&parts=true",
        "/v1/now?team=S-PAU",
    ],
)
async def test_no_resource_shows_a_number_of_a_small_team(small: House, path: str):
    """Check that warnings and assumptions have no numbers of the team either."""
    seen, found = [(await small.get(path, role)) for role in ("administrator", "analyst")]
    assert (seen.status_code, found.status_code) == (200, 200), found.text
    meta = ("question", "target", "data_version", "sources", "labels", "days")
    assert numbers(seen.json(), but=meta)
    assert numbers(found.json(), but=meta) == []
    texts = [each["detail"] for each in found.json()["warnings"]]
    texts += [each["text"] for each in found.json().get("assumptions", ()) if each["code"] == "revenue_attributed"]
    assert not [text for text in texts if any(sign.isdigit() for sign in text.replace("fewer than 5", ""))]


async def test_a_distribution_across_teams_counts_only_those_that_are_shown(small: House):
    found = (await small.get(f"/v1/distribution?of=aht&across=team&site=PAU&{PERIOD}", "analyst")).json()
    assert (found["edges"], found["n"], found["undefined"]) == ([], 0, 2)


async def test_a_change_shows_no_small_team(small: House):
    path = f"/v1/change?metric=aht_per_leg&by=team&{PERIOD}&against=2015-10"
    for team in ("", "&team=S-PAU"):
        found = (await small.get(f"{path}&site=PAU{team}", "analyst")).json()
        assert found["rows"] == []
        if team:
            whole = {name: found[name] for name in ("numerator", "denominator", "value", "rate", "mix", "change")}
            assert set(whole.values()) == {None}


async def test_a_report_shows_no_small_team(small: House):
    found = (await small.get(f"/v1/reports/handled?section=by_team&site=PAU&{PERIOD}", "analyst")).json()
    [section] = found["sections"]
    assert [numbers(row) for row in section["rows"]] == [[], []]


async def test_an_embed_token_shows_no_small_team(small: House):
    minted = (await small.post("/v1/embed-tokens", "analyst", {"metrics": ["aht", "handled"]})).json()
    bearer = {"authorization": f"Bearer {minted['token']}"}
    path = f"/v1/indicators?metrics=handled,aht&by=team&site=PAU&{PERIOD}&parts=true"
    rows = (await small.client.get(path, headers=bearer)).json()["rows"]
    assert [numbers(row) for row in rows] == [[], []]


async def test_answers_that_show_the_dissatisfied_are_hidden_with_them(small: House):
    """Check metrics that would reveal the few dissatisfied answers, such as a net score with its interval."""
    asked = "metrics=dissatisfied(instrument=ask),nps,survey_satisfaction(instrument=ask),survey_score(instrument=ask)"
    path = f"/v1/indicators?{asked},contacts,qos&by=site&{PERIOD}&parts=true"
    seen = {row["site"]: row for row in (await small.get(path, "administrator")).json()["rows"]}
    assert seen["PAU"]["dissatisfied(instrument=ask)"]["value"] == 3
    found = (await small.get(path, "analyst")).json()
    for row in found["rows"]:
        for name in found["metrics"]:
            if name in ("contacts", "qos"):
                assert row[name] == seen[row["site"]][name]
            else:
                assert numbers(row[name]) == [], (row["site"], name)
    alone = (await small.get(f"/v1/indicators?metrics=nps&by=site&{PERIOD}&parts=true", "analyst")).json()
    assert alone["warnings"] == []
    assert [row["nps"] for row in alone["rows"]] == [seen[row["site"]]["nps"] for row in alone["rows"]]


async def test_bins_of_few_answers_are_hidden(small: House):
    """Check that bins of few answers are hidden at each site and in the total, so that no difference reveals them."""
    path = f"/v1/distribution?of=score(instrument=ask)&{PERIOD}&by=site"
    seen = (await small.get(path, "administrator")).json()
    counts = {row["site"]: row["counts"] for row in seen["rows"]}
    assert (counts["PAU"], counts["LIL"]) == ([3, 0, 2, 0, 40], [8, 0, 2, 0, 40])
    found = (await small.get(path, "analyst")).json()
    rows = {row["site"]: row for row in found["rows"]}
    assert rows["PAU"]["counts"] == [None, 0, None, 0, 40]
    assert rows["LIL"]["counts"] == [None, 0, None, 0, 40]
    assert found["counts"] == [None, 0, None, 0, 80]
    assert (rows["PAU"]["n"], rows["LIL"]["n"], found["n"]) == (45, 50, 95)
    assert [each["code"] for each in found["warnings"]] == ["suppressed"]
    text = (await small.get(path, "analyst", accept="text/csv")).text
    assert [line["count"] for line in csv.DictReader(StringIO(text))] == ["", "0", "", "0", "40"] * 2
    query = """{ distribution(of: "score(instrument=ask)", period: {named: "2015-11"}, by: [SITE]) {
        counts rows { counts } } }"""
    told = (await small.post("/graphql", "analyst", {"query": query})).json()["data"]["distribution"]
    assert told == {"counts": found["counts"], "rows": [{"counts": row["counts"]} for row in found["rows"]]}


MEASURED = ("numerator", "denominator", "n", "value", "progress", "interval", "projection", "pace", "reached")


async def test_an_objective_shows_nothing_of_a_small_group(small: House):
    """Check that key results of small groups have no figures, and closing the objective computes no score from them."""
    sent = {
        "title": "Small", "owner": {"kind": "company"}, "start": "2015-11-01", "end": "2015-12-01", "state": "active",
        "key_results": [
            {"title": "a", "metric": "aht", "baseline": 400, "target": 100, "where": {"team": ["S-PAU"]}},
            {"title": "b", "metric": "dissatisfied(instrument=ask)", "baseline": 10, "target": 0,
             "where": {"site": ["PAU"]}},
            {"title": "c", "metric": "nps", "baseline": 0, "target": 100, "where": {"site": ["PAU"]}},
            {"title": "d", "metric": "qos", "baseline": 0, "target": 1, "where": {"site": ["PAU"]}},
        ],
    }  # fmt: skip
    made = await small.post("/v1/objectives", "administrator", sent)
    assert made.status_code == 201, made.text
    place = f"/v1/objectives/{made.json()['objective']}"
    seen, found = [(await small.get(place, role)).json()["key_results"] for role in ("administrator", "analyst")]
    assert all(each["value"] is not None for each in seen)
    for each in found[:3]:
        assert {name: each[name] for name in MEASURED} == dict.fromkeys(MEASURED), each["metric"]
        assert each["display"] == "–"
    assert found[3]["value"] == seen[3]["value"]
    query = "{ objective(id: %d) { keyResults { value numerator denominator n progress } } }"
    told = await small.post("/graphql", "analyst", {"query": query % made.json()["objective"]})
    assert [numbers(each) for each in told.json()["data"]["objective"]["keyResults"]][:3] == [[], [], []]
    closing = await small.client.patch(
        place,
        json={"state": "closed"},
        headers={
            **small.bearer("administrator"),
            "if-match": (await small.get(place, "administrator")).headers["etag"],
        },
    )
    assert (closing.status_code, closing.json()["code"]) == (422, "missing_score"), closing.text


async def test_two_windows_that_share_days_do_not_show_what_each_of_them_hides(house_url: str):
    """Check that two overlapping windows do not reveal the three customers of 2011 by subtraction.

    In 2011 to 2013 the years 2011 and 2013 are hidden. In 2010 to 2012 the years 2010 and 2011 are hidden. The sums of
    both windows with the value of 2013 from one of them would reveal 2011.
    """
    pool = await opened(house_url)
    rows = [
        {
            "contact": f"{year}-{number}", "customer": f"y{year}-{number}", "site": "LIL", "channel": "phone",
            "offered_at": f"{year}-05-05T12:00:00+00:00", "outcome": "abandoned",
        }
        for year, count in {2010: 6, 2011: 3, 2012: 90, 2013: 7}.items()
        for number in range(count)
    ]  # fmt: skip
    assert (await load(pool, "contacts", iter(rows), source="house")).rejected == 0
    await refresh(pool)
    await pool.close()
    path = "/v1/indicators?metrics=customers_in_contact&grain=year&compare=previous_year&parts=true"
    async with housed(house_url) as house:
        for window, values, previous in (
            ("start=2011-01-01&end=2014-01-01", [None, 90, None], [None, None, None]),
            ("start=2012-01-01&end=2013-01-01", [90], [None]),
            ("start=2011-01-01&end=2012-01-01", [None], [None]),
            ("start=2013-01-01&end=2014-01-01", [7], [90]),
        ):
            found = (await house.get(f"{path}&{window}", "analyst")).json()
            figures = [row["customers_in_contact"] for row in found["rows"]]
            assert [each["value"] for each in figures] == values, window
            assert [each["previous"] for each in figures] == previous, window
        whole = (await house.get(f"{path}&start=2011-01-01&end=2014-01-01", "analyst")).json()["totals"]
        assert (whole["customers_in_contact"]["value"], whole["customers_in_contact"]["previous"]) == (100, None)
