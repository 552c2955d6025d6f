"""Every row satisfies its schema and is plausible. The rows depend only on the seed and the present instant."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from cadran.demo.customers import Population
from cadran.demo.days import easter, local_day
from cadran.demo.recent import Weeks
from cadran.demo.story import row_counts, tables
from cadran.demo.world import Row
from cadran.facts.schema.contact import ContactRow
from cadran.facts.schema.schema import KINDS, list_columns
from tests.demo.conftest import NOW, SEED

Tables = dict[str, list[Row]]
PARIS = ZoneInfo("Europe/Paris")
KEYS = {kind: kind.removesuffix("s") for kind in KINDS} | {"customers": "customer", "agents": "agent"}


def recent_at(now: datetime) -> dict[str, Row]:
    today = local_day(now)
    rows = Weeks(SEED, Population(SEED, today), today).contacts(int(now.timestamp()))
    return {str(row["contact"]): row for row in rows}


def test_dimension_rows_validate_and_refer_to_each_other(story: Tables) -> None:
    known = {kind: {row.get(KEYS[kind]) for row in rows} for kind, rows in story.items()}
    for kind, rows in story.items():
        assert set(rows[0]) <= set(list_columns(kind))
        if kind in ("contacts", "customers"):
            continue
        for row in rows[:: 1 + len(rows) // 1_000]:
            KINDS[kind].model_validate(row)
    assert {row["team"] for row in story["agents"]} == known["teams"]
    assert {row["site"] for row in story["teams"]} == known["sites"]
    assert {row["partner"] for row in story["sites"]} <= known["partners"]
    assert {row["moment"] for row in story["reasons"]} == known["moments"]


def test_customer_rows_validate(story: Tables) -> None:
    today = NOW.date().isoformat()
    for row in story["customers"]:
        KINDS["customers"].model_validate(row)
        assert str(row["joined_on"]) <= today
        assert row["churned_on"] is None or row["churned_on"] <= today
    assert len({(row["customer"], row["value_from"]) for row in story["customers"]}) == len(story["customers"])


def test_contacts_keep_the_contract(story: Tables) -> None:
    for row in story["contacts"][::19]:
        ContactRow.model_validate(row)
    assert len({row["contact"] for row in story["contacts"]}) == len(story["contacts"])
    codes = {
        kind: {row[KEYS[kind]] for row in story[kind]}
        for kind in ("sites", "channels", "moments", "reasons", "agents", "teams")
    }
    for kind, known in codes.items():
        assert {row[KEYS[kind]] for row in story["contacts"]} <= known | {None}


def test_times_are_in_order_and_exist(story: Tables) -> None:
    before = datetime.min.replace(tzinfo=UTC)
    for row in story["contacts"]:
        offered = datetime.fromisoformat(str(row["offered_at"]))
        assert before <= offered <= NOW
        before = offered
        assert offered.utcoffset() == offered.astimezone(PARIS).utcoffset()
        answered = datetime.fromisoformat(row["answered_at"]) if row["answered_at"] else None
        ended = datetime.fromisoformat(row["ended_at"]) if row["ended_at"] else None
        assert ended is None or (answered or offered) <= ended <= NOW
        assert all(float(row[name] or 0) >= 0 for name in ("wait", "talk", "hold", "acw", "cost", "revenue"))
        if row["outcome"] in ("handled", "in_progress") and answered:
            assert answered == offered + timedelta(seconds=int(str(row["wait"])))
            assert row["agent"]
        if row["outcome"] == "handled":
            assert ended == answered + timedelta(seconds=int(str(row["talk"])) + int(str(row["hold"])))  # type: ignore[operator] # answered
        else:
            assert row["talk"] is None
            assert row["outcome"] == "in_progress" or row["agent"] is None


def test_outcomes_suit_their_channels(story: Tables) -> None:
    found = Counter((row["channel"], row["outcome"]) for row in story["contacts"])
    for channel in ("email", "social", "letter"):
        assert found[channel, "expired"]
        assert not found[channel, "abandoned"] + found[channel, "deflected"] + found[channel, "self_served"]
    for channel in ("phone", "chat"):
        assert found[channel, "abandoned"]
        assert not found[channel, "expired"]


def test_callbacks_keep_the_promise_of_their_requests(story: Tables) -> None:
    by_id = {row["contact"]: row for row in story["contacts"]}
    children = [row for row in story["contacts"] if row["parent"]]
    assert len(children) > 500
    for child in children:
        request = by_id[child["parent"]]
        assert (request["outcome"], request["customer"]) == ("callback", child["customer"])
        assert str(request["offered_at"]) < str(child["offered_at"])
        assert child["direction"] == "outbound"


def test_customers_are_in_touch_only_while_they_are_customers(story: Tables) -> None:
    joined = {row["customer"]: str(row["joined_on"]) for row in story["customers"]}
    assert all(
        str(row["offered_at"])[:10] >= joined[row["customer"]]
        for row in story["contacts"]
        if row["customer"] is not None
    )


def test_the_same_seed_tells_the_same_past_on_another_day(story: Tables) -> None:
    later = recent_at(NOW + timedelta(days=9, hours=5))
    first = (NOW - timedelta(days=40)).isoformat()
    kept = [row for row in story["contacts"] if str(row["offered_at"]) > first]
    finished = [row for row in kept if row["outcome"] != "in_progress"]
    assert len(finished) > 15_000
    assert len(kept) > len(finished)
    assert all(later[str(row["contact"])] == row for row in finished)
    assert all(later[str(row["contact"])]["offered_at"] == row["offered_at"] for row in kept)
    assert all(row["outcome"] != "in_progress" for row in story["contacts"] if str(row["offered_at"]) < "2016-01-09")


def test_today_and_the_last_week_show_life(story: Tables) -> None:
    today = [row for row in story["contacts"] if str(row["offered_at"]).startswith(NOW.date().isoformat())]
    outcomes = Counter(row["outcome"] for row in today)
    assert outcomes["handled"] > 40
    assert outcomes["in_progress"] > 5
    week = [row for row in story["contacts"] if str(row["offered_at"]) > (NOW - timedelta(days=7)).isoformat()]
    assert 2_000 < len(week) < 5_000
    counted = row_counts(NOW)
    assert abs(len(story["contacts"]) - counted["contacts"]) < 5_000
    assert abs(len(story["customers"]) - counted["customers"]) < 3_000


def test_nothing_is_told_before_the_story_has_ended() -> None:
    with pytest.raises(ValueError, match="2016-01-07"):
        tables(SEED, datetime(2015, 6, 1, tzinfo=UTC))


def test_just_after_the_story_the_weeks_before_are_the_storys() -> None:
    found = recent_at(datetime(2016, 1, 20, 11, 0, tzinfo=UTC))
    assert len(found) > 3_000
    assert min(str(row["offered_at"]) for row in found.values()) > "2016-01-08"


def test_easter() -> None:
    assert [easter(year).isoformat() for year in (2015, 2016, 2026, 2038)] == [
        "2015-04-05",
        "2016-03-27",
        "2026-04-05",
        "2038-04-25",
    ]
