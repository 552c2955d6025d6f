"""Distributions, recomputed from the contacts."""

from collections import Counter, defaultdict
from itertools import pairwise

import pytest

from cadran.domain.parts.part import WAIT_EDGES
from tests.answer_schema import check_answer
from tests.contacts_service import graphql, refused

WINDOW = "period=2015-12"


def bin_of(wait: float) -> int:
    return sum(wait > edge for edge in WAIT_EDGES)


@pytest.mark.parametrize("by", ["site", "weekday"])
async def test_waits_are_counted_contact_by_contact(rest, rows, by):
    counted: dict[str | int, Counter[int]] = defaultdict(Counter)
    for contact in rows:
        if contact.handled and (contact.local.year, contact.local.month) == (2015, 12):
            counted[contact["site"] if by == "site" else contact.local.isoweekday()][bin_of(contact.wait)] += 1
    told = (await rest.get(f"/v1/distribution?of=wait&{WINDOW}&by={by}")).json()
    check_answer("Distribution", told)
    assert told["edges"] == [0, *WAIT_EDGES, None]
    assert {row[by] for row in told["rows"]} == set(counted)
    for row in told["rows"]:
        assert row["counts"] == [counted[row[by]][number] for number in range(len(WAIT_EDGES) + 1)]
        assert row["n"] == counted[row[by]].total()
    assert told["counts"] == [
        sum(row["counts"][number] for row in told["rows"]) for number in range(len(WAIT_EDGES) + 1)
    ]
    assert (told["across"], told["undefined"], told["approximate"]) == (None, 0, False)


async def test_handle_times_are_counted_contact_by_contact(rest, rows):
    counted: dict[str, Counter[int]] = defaultdict(Counter)
    for contact in rows:
        if contact.handled and (contact.local.year, contact.local.month) == (2015, 12):
            counted[contact["channel"]][bin_of(contact.seconds)] += 1
    told = (await rest.get(f"/v1/distribution?of=handle_time&{WINDOW}&by=channel")).json()
    assert {row["channel"] for row in told["rows"]} == set(counted)
    for row in told["rows"]:
        assert row["counts"] == [counted[row["channel"]][number] for number in range(len(WAIT_EDGES) + 1)]


@pytest.mark.parametrize(
    ("of", "across"), [("qos", "day"), ("aht", "agent"), ("aht", "site"), ("wait(percentile=0.9)", "week")]
)
async def test_values_fall_into_bins_of_equal_width(rest, of, across):
    split = f"by={across}" if across in ("site", "agent") else f"grain={across}"
    answer = (await rest.get(f"/v1/indicators?metrics={of}&{WINDOW}&{split}")).json()
    values = [row[of] for row in answer["rows"] if row[of] is not None]
    told = (await rest.get(f"/v1/distribution?of={of}&{WINDOW}&across={across}&bins=4")).json()
    check_answer("Distribution", told)
    edges = told["edges"]
    assert (edges[0], edges[-1]) == (min(values), max(values))
    assert [high - low for low, high in pairwise(edges)] == pytest.approx([(max(values) - min(values)) / 4] * 4)
    for number, count in enumerate(told["counts"]):
        low, high = edges[number : number + 2]
        assert count == sum(low <= value < high or (number == 3 and value == high) for value in values)
    assert told["n"] == len(values)
    assert (told["across"], told["rows"]) == (across, [])


async def test_days_are_the_usual_groups_and_ten_the_usual_bins(rest):
    told = (await rest.get(f"/v1/distribution?of=qos&{WINDOW}")).json()
    assert (told["across"], len(told["counts"])) == ("day", 10)
    assert sum(told["counts"]) + told["undefined"] == 31
    longer = (await rest.get("/v1/distribution?of=qos&start=2015-11-01&end=2016-01-01&across=day")).json()
    assert longer["n"] + longer["undefined"] == 61


async def test_graphql_tells_the_same(rest):
    told = (await rest.get(f"/v1/distribution?of=wait&{WINDOW}&by=site")).json()
    data = await graphql(
        rest,
        '{ distribution(of: "wait", period: {named: "2015-12"}, by: [SITE]) {'
        " metric across edges counts undefined rows { site { code } counts } } }",
    )
    mine = data["distribution"]
    assert (mine["edges"], mine["counts"]) == (told["edges"], told["counts"])
    assert [(row["site"]["code"], row["counts"]) for row in mine["rows"]] == [
        (row["site"], row["counts"]) for row in told["rows"]
    ]


@pytest.mark.parametrize(
    ("words", "arguments", "code"),
    [
        ("of=qos&across=agent", 'of: "qos", across: AGENT', "impossible_split"),
        ("of=qos&by=site", 'of: "qos", by: [SITE]', "bad_parameter"),
        ("of=wait&bins=5", 'of: "wait", bins: 5', "bad_parameter"),
        ("of=qos&bins=1000", 'of: "qos", bins: 1000', "bad_parameter"),
        ("of=qos&across=team", 'of: "qos", across: TEAM', "impossible_split"),
        ("of=qos,aht", 'of: "qos,aht"', "no_metrics"),
    ],
)
async def test_what_cannot_be_distributed_is_refused(rest, words, arguments, code):
    query = f'{{ distribution({arguments}, period: {{named: "2015-12"}}) {{ counts }} }}'
    assert (await refused(rest, f"/v1/distribution?{words}&{WINDOW}", query))["code"] == code


async def test_an_unknown_across_is_refused(rest):
    response = await rest.client.get(f"/v1/distribution?of=qos&across=shift&{WINDOW}")
    assert (response.status_code, response.json()["code"]) == (422, "unknown_across")


async def test_a_window_without_contacts_is_empty(rest):
    told = (await rest.get("/v1/distribution?of=qos&period=2014")).json()
    assert (told["edges"], told["counts"], told["n"]) == ([], [], 0)
    assert set((await rest.get("/v1/distribution?of=wait&period=2014")).json()["counts"]) == {0}
    text = (await rest.get(f"/v1/distribution?of=wait&{WINDOW}&by=site", accept="text/csv")).text
    assert text.splitlines()[0] == "site,low,high,count"
    assert len(text.splitlines()) == 1 + 3 * (len(WAIT_EDGES) + 1)
