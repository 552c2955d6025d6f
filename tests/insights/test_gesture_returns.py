"""The return of each gesture of the catalogue: an example counted by hand, the same over REST, GraphQL and CSV."""

from __future__ import annotations

import csv
from collections.abc import AsyncIterator
from io import StringIO
from typing import Any

import pytest

from cadran.facts.refresh.refresh import refresh
from tests.answer_schema import check_answer
from tests.contacts_service import graphql
from tests.defaults import load
from tests.sample_service import Rest, opened, serving

PATH = "/v1/goodwill-return?period=2015-11"
QUERY = (
    '{ goodwillReturn(period: {named: "2015-11"} %s) { gestures { gesture { code label } limit'
    " figures { metric value numerator denominator n display } } warnings { code detail } } }"
)
CATALOGUE = [
    {
        "gesture": "voucher",
        "limit": "20",
        "currency": "",
        "valid_from": "",
        "valid_to": "",
        "label_en": "Voucher",
        "label_fr": "Bon d'achat",
    },
    {"gesture": "voucher", "limit": "30", "valid_from": "2015-11-10"},
    {"gesture": "delivery", "limit": "15", "currency": "EUR", "label_fr": "Livraison"},
    {"gesture": "unused", "limit": "0"},
    {"gesture": "later", "limit": "5", "valid_from": "2015-12-01"},
    {"gesture": "earlier", "limit": "5", "valid_to": "2015-11-01"},
    {"gesture": "open", "limit": ""},
    {"gesture": "", "month_limit": "100", "valid_from": "2015-11-01"},
]
#: Gesture, day of November, cost, revenue.
GIVEN = (
    [("voucher", 9, "20", "50"), ("voucher", 9, "20.01", "50"), ("voucher", 10, "30", "0"), ("voucher", 10, "31", "")]
    + [("delivery", 5, "12", "0")] * 6
    + [("open", 5, "12", ""), ("unknown", 5, "1", "2"), ("", 5, "7", "7")]
)
#: By gesture: the limit, uses, cost, revenue, return, within, above, share above; within and above the month's limit of
#: one agent. Ann gave the vouchers, the last of them beyond 100 in the month; the agents of the others are not known.
ROWS: dict[str | None, tuple[float | None, ...]] = {
    "delivery": (15, 6, 72, 0, 0, 6, 0, 0, 0, 0),
    "open": (None, 1, 12, 0, None, 0, 0, None, 0, 0),
    "unknown": (None, 1, 1, 2, 2, 0, 0, None, 0, 0),
    "unused": (0, 0, 0, 0, None, 0, 0, None, 0, 0),
    "voucher": (30, 4, 101.01, 100, 100 / 70.01, 2, 2, 0.5, 3, 1),
    None: (None, 1, 7, 7, 1, 0, 0, None, 0, 0),
}
SLUGS = (
    *("goodwill_count", "goodwill_cost", "goodwill_revenue", "goodwill_return"),
    *("goodwill_within_limit", "goodwill_above_limit", "goodwill_above_limit_rate"),
    *("goodwill_within_month_limit", "goodwill_above_month_limit"),
)


@pytest.fixture(scope="module")
async def given(facts: str) -> AsyncIterator[Rest]:
    """Yield a service over a catalogue and gestures of ten customers at two sites."""
    pool = await opened(facts)
    await load(pool, "gestures", CATALOGUE)
    rows = [
        {
            "goodwill": str(number),
            "customer": f"c{number % 10}",
            "site": "PAU" if number % 2 else "LIL",
            "given_at": f"2015-11-{day:02d}T10:00:00+01:00",
            "cost": cost,
            "revenue": revenue,
            "gesture": gesture,
            "agent": "ann" if gesture == "voucher" else "",
        }
        for number, (gesture, day, cost, revenue) in enumerate(GIVEN)
    ]
    assert (await load(pool, "goodwill", rows)).rejected == 0
    await refresh(pool)
    await pool.close()
    async with serving(facts) as found:
        yield found


def values(row: dict[str, Any]) -> tuple[float | None, ...]:
    assert [each["metric"] for each in row["figures"]] == list(SLUGS)
    return (row["limit"], *(each["value"] for each in row["figures"]))


async def test_each_gesture_has_its_limit_and_figures(given: Rest):
    answer = (await given.get(PATH)).json()
    check_answer("Return", answer)
    assert [row["gesture"] for row in answer["gestures"]] == list(ROWS)
    for row in answer["gestures"]:
        assert values(row) == pytest.approx(ROWS[row["gesture"]], abs=1e-9), row["gesture"]
    totals = {each["metric"]: each["value"] for each in answer["figures"]}
    assert [totals[slug] for slug in SLUGS[4:]] == [8, 2, 0.2, 3, 1]
    warning, of_month = [each["detail"] for each in answer["warnings"] if each["code"] == "unknown_limits"]
    assert "9 of 13 gestures" in of_month
    assert "leave out gestures whose limit is not known: 3 of 13 gestures (23.1%)" in warning


async def test_labels_are_localized(given: Rest):
    answer = (await given.get(PATH, accept_language="fr")).json()
    labels = {row["gesture"]: row["label"] for row in answer["gestures"]}
    assert labels["voucher"] == "Bon d'achat"
    assert labels[None] == "Non renseigné"
    warning, _ = [each["detail"] for each in answer["warnings"] if each["code"] == "unknown_limits"]
    assert "laissent de côté les gestes dont la limite n'est pas connue : 3 sur 13 gestes (23,1 %)" in warning


async def test_graphql_and_csv_are_the_same(given: Rest):
    answer = (await given.get(PATH)).json()
    found = (await graphql(given, QUERY % ""))["goodwillReturn"]
    names = ("metric", "value", "numerator", "denominator", "n", "display")
    assert found["gestures"] == [
        {
            "gesture": {"code": row["gesture"], "label": row["label"]},
            "limit": row["limit"],
            "figures": [{name: each[name] for name in names} for each in row["figures"]],
        }
        for row in answer["gestures"]
    ]
    assert found["warnings"] == answer["warnings"]
    lines = list(csv.DictReader(StringIO((await given.get(f"{PATH}&by=gesture", accept="text/csv")).text)))
    assert [line["gesture"] or None for line in lines] == [row["gesture"] for row in answer["gestures"]]
    for line, row in zip(lines, answer["gestures"], strict=True):
        shown = (row["limit"], *(each["value"] for each in row["figures"]))
        assert [float(line[name]) if line[name] else None for name in ("limit", *SLUGS)] == list(shown)


@pytest.mark.parametrize("code", ["unused", "delivery", "voucher"])
async def test_a_row_is_the_totals_of_a_filter_on_its_gesture(given: Rest, code: str):
    """Check that a gesture that nobody gave has the figures that the engine returns for nothing."""
    (row,) = [each for each in (await given.get(PATH)).json()["gestures"] if each["gesture"] == code]
    narrowed = (await given.get(f"{PATH}&gesture={code}")).json()
    assert [each["gesture"] for each in narrowed["gestures"]] == [code]
    assert narrowed["gestures"][0] == row
    assert narrowed["figures"][: len(SLUGS)] == row["figures"]


async def test_filters_on_gestures(given: Rest):
    async def codes(query: str) -> list[str | None]:
        return [each["gesture"] for each in (await given.get(f"{PATH}&{query}")).json()["gestures"]]

    assert await codes("gesture=none") == [None]
    assert await codes("gesture!=voucher,none") == ["delivery", "open", "unknown", "unused"]
    assert await codes("kind=prevention") == ["delivery", "open", "unused", "voucher"]
    of_december = (await given.get("/v1/goodwill-return?period=2015-12")).json()
    assert [each["gesture"] for each in of_december["gestures"]] == ["delivery", "later", "open", "unused", "voucher"]
    assert of_december["net"] is None


async def test_gestures_are_a_dimension_of_goodwill_only(given: Rest):
    answer = (await given.get("/v1/indicators?metrics=goodwill_count,goodwill_cost&by=gesture&period=2015-11")).json()
    found = {row["gesture"]: (row["goodwill_count"], row["goodwill_cost"]) for row in answer["rows"]}
    assert found == {code: row[1:3] for code, row in ROWS.items() if code != "unused"}
    refused = await given.client.get("/v1/indicators?metrics=contacts&by=gesture&period=2015-11")
    assert (refused.status_code, refused.json()["code"]) == (422, "impossible_split")
    unknown = await given.client.get("/v1/indicators?metrics=goodwill_count&gesture=vouchr&period=2015-11")
    assert (unknown.status_code, unknown.json()["suggestions"]) == (422, ["voucher"])
    catalogue = (await given.get("/v1/catalogue")).json()
    (dimension,) = [each for each in catalogue["dimensions"] if each["dimension"] == "gesture"]
    assert [each["code"] for each in dimension["members"]] == sorted(
        ["delivery", "earlier", "later", "open", "unknown", "unused", "voucher"]
    )
