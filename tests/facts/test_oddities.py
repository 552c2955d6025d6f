"""Rows that contradict themselves: they are loaded, counted by the load, and listed by `cadran check --oddities`."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from cadran.cli.main import main
from cadran.facts.declared_oddities import ODDITIES, TOLERANCE_SECONDS
from cadran.facts.oddities import find_oddities, write_oddities
from cadran.store.pool import Pool
from tests.facts.samples import contact, put, refused
from tests.facts.test_agent_time import at, plan, state

Row = dict[str, str | None]
#: Rows to load before the row of a case, by kind.
Before = tuple[tuple[str, Row], ...]
DOCS = Path(__file__).parents[2] / "docs/loading.md"


def call(answered: str | None = "10:00:05", ended: str | None = "10:00:35", **given: str | None) -> Row:
    """Return a call in Pau that is offered at ten and consistent: answered after 5 s, ended after 35 s."""
    times: Row = {"answered_at": answered and at(answered), "ended_at": ended and at(ended)}
    return contact() | times | {"wait": "5", "talk": "30", "hold": "0"} | given


def lost(**given: str | None) -> Row:
    """Return an abandoned call that waits for 35 s."""
    return call(None, outcome="abandoned", wait="35", talk=None, hold=None) | given


def case(resolved: str, answered: str = "11:00:00") -> Row:
    times: Row = {"opened_at": at("10:00:00"), "answered_at": at(answered), "resolved_at": at(resolved)}
    return {"case": "K1", "site": "PAU"} | times


def leg(started: str, talk: str, hold: str | None = None) -> Row:
    return {"contact": "1", "leg": "1", "agent": "Ann", "started_at": at(started), "talk": talk, "hold": hold}


def survey(sent: str) -> Row:
    return {"survey": "S1", "contact": "1", "instrument": "csat", "sent_at": at(sent)}


def visit(entered: str, visit: str = "1", **given: str | None) -> Row:
    return {"contact": "1", "visit": visit, "queue": "billing", "entered_at": at(entered), "exit": "answered"} | given


def interval(**given: str | None) -> Row:
    row: Row = {"site": "PAU", "queue": "billing", "channel": "phone", "starts_at": at("10:00:00"), "length": "900"}
    return row | {"offered": "10", "answered": "7"} | given


def gesture(given: str) -> Row:
    return {"goodwill": "G1", "customer": "U1", "contact": "1", "given_at": at(given), "cost": "5"}


def voucher(given: str, day: str = "2015-12-01") -> Row:
    """Return a gesture without a contact, of a kind of the catalogue."""
    return gesture(given) | {"given_at": at(given, day), "gesture": "voucher", "site": "PAU", "contact": ""}


CALL: Before = (("contacts", call(talk=None, hold=None)),)
INSTRUMENT: Row = {
    "instrument": "csat", "kind": "csat", "low": "1", "high": "5", "satisfied_from": "4", "dissatisfied_to": "2"
}  # fmt: skip
ANN: Before = (("agents", {"agent": "Ann", "joined_on": "2015-12-01", "left_on": "2015-12-02"}),)
REQUEST: Before = (("contacts", call(contact="0", outcome="callback", talk=None, hold=None)),)
UNTIL_NINE: Row = state("offline", "09:00:00", "", agent="Zoe", ended_at=at("09:00:00", "2015-12-02"))
UNTIL_BEFORE_NINE: Row = state("offline", "09:00:00", "", agent="Zoe", ended_at=at("08:59:59", "2015-12-02"))
OPEN: Row = state("available", "09:00:00", "") | {"ended_at": None}
SECOND_DAY = {"started_at": at("10:00:00", "2015-12-02"), "ended_at": at("10:01:00", "2015-12-02")}
THIRD_DAY = {"started_at": at("10:00:00", "2015-12-03"), "ended_at": at("10:01:00", "2015-12-03")}

#: For each oddity: what is loaded before, the kind of the row, an odd row, and one at the border that is not odd.
EXAMPLES: dict[str, tuple[Before, str, Row, Row]] = {
    "wait_contradicts_answer": ((), "contacts", call(wait="7.001"), call(wait="7")),
    "wait_exceeds_contact": ((), "contacts", lost(wait="37.001"), lost(wait="37")),
    "talk_exceeds_contact": ((), "contacts", call(talk="30", hold="2.001"), call(talk="30", hold="2")),
    "lost_but_answered": ((), "contacts", lost(answered_at=at("10:00:35")), lost()),
    "lost_but_handled": ((), "contacts", lost(acw="0.001"), lost(acw="0")),
    "in_progress_but_ended": (
        (), "contacts", call(None, outcome="in_progress", talk=None, hold=None),
        call(None, None, outcome="in_progress", talk=None, hold=None),
    ),
    "callback_before_request": (
        REQUEST, "contacts", call(parent="0", offered_at=at("09:59:59"), wait="6"), call(parent="0"),
    ),
    "talk_exceeds_leg": (CALL, "legs", leg("10:00:15", "20", "2.001"), leg("10:00:15", "20", "2")),
    "leg_after_contact": (CALL, "legs", leg("10:00:37.001", "0"), leg("10:00:37", "0")),
    "visit_before_contact": (CALL, "visits", visit("09:59:57.999"), visit("09:59:58")),
    "wait_contradicts_exit": (
        CALL, "visits", visit("10:00:00", wait="12.001", left_at=at("10:00:10")),
        visit("10:00:00", wait="12", left_at=at("10:00:10")),
    ),
    "visits_overlap": (
        (*CALL, ("visits", visit("10:00:00", wait="10"))), "visits", visit("10:00:07.999", visit="2"),
        visit("10:00:08", visit="2"),
    ),
    "answered_but_lost": (
        (("contacts", lost()),), "visits", visit("10:00:00", wait="5"), visit("10:00:00", exit="abandoned", wait="5"),
    ),
    "survey_before_end": (
        (*CALL, ("instruments", INSTRUMENT)), "surveys", survey("10:00:32.999"), survey("10:00:33"),
    ),
    "gesture_before_contact": (
        (*CALL, ("customers", {"customer": "U1"})), "goodwill", gesture("09:59:59"), gesture("10:00:00"),
    ),
    "gesture_outside_validity": (
        (*CALL, ("customers", {"customer": "U1"}), ("gestures", {"gesture": "voucher", "valid_from": "2015-12-01"})),
        "goodwill", voucher("23:59:59", "2015-11-30"), voucher("00:00:00"),
    ),
    "ended_before_answered": ((), "cases", case("10:59:59"), case("11:00:00")),
    "state_until_cap": (
        (("states", UNTIL_NINE),), "states", OPEN, OPEN | {"started_at": at("09:00:01")},
    ),
    "state_outside_employment": (
        ANN, "states", state("available", "", "", **THIRD_DAY), state("available", "", "", **SECOND_DAY),
    ),
    "plan_outside_employment": (
        ANN, "schedules",
        plan("work", "", "", starts_at=at("23:00:00", "2015-11-30"), ends_at=at("01:00:00")),
        plan("work", "00:00:00", "01:00:00"),
    ),
    "ended_exceed_offered": (
        (), "intervals", interval(answered="8", abandoned="2", flowed_out="1"), interval(answered="8", abandoned="2"),
    ),
    "busy_exceeds_login": (
        (), "intervals", interval(queue=None, logged_in="3600", busy="3000", available="602.001"),
        interval(queue=None, logged_in="3600", busy="3000", available="602"),
    ),
    "sum_without_answers": ((), "intervals", interval(answered="0", wait="1"), interval(answered="0", wait="0")),
}  # fmt: skip


async def codes(pool: Pool) -> dict[str, int]:
    """Return the count of each oddity that stored rows have."""
    return {each.oddity.code: each.count for each in await find_oddities(pool, examples_max=3)}


def test_each_oddity_has_an_example() -> None:
    assert list(EXAMPLES) == [each.code for each in ODDITIES]


@pytest.mark.parametrize("code", EXAMPLES)
async def test_what_is_odd_is_loaded_and_counted(pool: Pool, code: str) -> None:
    before, kind, odd, _ = EXAMPLES[code]
    for each, row in before:
        await put(pool, row, kind=each)
    summary = await put(pool, odd, kind=kind)
    assert (summary.loaded, summary.rejected) == (1, 0)
    (declared,) = [each for each in ODDITIES if each.code == code]
    assert summary.odd == (1 if declared.at_load else 0)
    (found,) = await find_oddities(pool, examples_max=3)
    assert (found.oddity.code, found.count) == (code, 1)
    ((source, _, values),) = found.examples
    assert source == "default"
    assert list(values) == list(declared.values)
    # The same row again is neither stored nor counted.
    assert (await put(pool, odd, kind=kind)).odd == 0


@pytest.mark.parametrize("code", EXAMPLES)
async def test_what_is_at_the_border_is_not_odd(pool: Pool, code: str) -> None:
    before, kind, _, border = EXAMPLES[code]
    for each, row in before:
        await put(pool, row, kind=each)
    assert (await put(pool, border, kind=kind)).odd == 0
    assert await codes(pool) == {}


async def test_the_row_of_the_demand(pool: Pool) -> None:
    summary = await put(pool, call(wait="500", talk="9999"))
    assert summary.line() == "1 loaded · 1 odd (cadran check --oddities)"
    assert await codes(pool) == {"wait_contradicts_answer": 1, "talk_exceeds_contact": 1}


async def test_what_is_impossible_is_rejected(pool: Pool) -> None:
    (found,) = await refused(pool, call("09:59:59"))
    assert found.code == "answered_before_offered"
    (found,) = await refused(pool, call("10:00:36"))
    assert found.code == "ended_before_answered"
    (found,) = await refused(pool, call(talk="-1"))
    assert found.code == "negative_duration"
    assert await codes(pool) == {}


async def test_legs_side_by_side_are_not_odd(pool: Pool) -> None:
    await put(pool, call(talk=None, hold=None))
    await put(pool, leg("10:00:05", "30"), leg("10:00:05", "30") | {"leg": "2", "agent": "Bob"}, kind="legs")
    assert (await put(pool, call(talk=None, hold=None, revenue="5"))).odd == 0
    assert await codes(pool) == {}


async def test_the_channels_of_letters_have_no_talk_within_their_times(pool: Pool) -> None:
    await put(pool, call(channel="email", talk="600"))
    assert await codes(pool) == {}


@pytest.mark.parametrize("seed", range(2))
async def test_a_consistent_world_has_no_oddity(pool: Pool, seed: int) -> None:
    random = Random(seed)
    contacts: list[Row] = []
    legs: list[Row] = []
    surveys: list[Row] = []
    gestures: list[Row] = []
    for number in range(300):
        offered = datetime(2015, 12, random.randrange(1, 20), 10, tzinfo=UTC) + timedelta(
            seconds=random.randrange(9_999)
        )
        wait, talk, hold = (random.randrange(100_000) / 1_000 for _ in range(3))
        is_lost = random.random() < 0.3
        answered = None if is_lost else offered + timedelta(seconds=wait)
        ended = (answered or offered) + timedelta(seconds=wait if is_lost else talk + hold)
        # Sources round each value to a second.
        row = contact(str(number), channel=random.choice(["phone", "chat", "email"]), customer=f"U{number % 9}")
        row |= {"offered_at": _text(offered), "answered_at": _text(answered) if answered else None}
        row |= {"ended_at": _text(ended)}
        row |= {"wait": random.choice([None, str(round(wait))]), "outcome": "handled"}
        has_legs = random.random() < 0.3
        row |= {"talk": None if has_legs else str(round(talk)), "hold": None if has_legs else str(round(hold))}
        if is_lost:
            row |= {"outcome": "expired" if row["channel"] == "email" else "abandoned", "talk": None, "hold": None}
        elif has_legs:
            taken: Row = {"contact": str(number), "started_at": row["answered_at"]}
            legs += [taken | {"leg": str(each), "agent": f"A{each}", "talk": str(round(talk))} for each in (1, 2)]
        contacts.append(row)
        of_contact: Row = {"contact": str(number)}
        surveys.append(of_contact | {"survey": f"S{number}", "instrument": "csat", "sent_at": _text(ended)})
        given: Row = of_contact | {"goodwill": f"G{number}", "customer": f"U{number % 9}"}
        gestures.append(given | {"given_at": _text(ended), "cost": "1"})
    await put(pool, INSTRUMENT, kind="instruments")
    odd = 0
    for kind, rows in (("contacts", contacts), ("legs", legs), ("surveys", surveys), ("goodwill", gestures)):
        summary = await put(pool, *rows, kind=kind)
        assert (summary.rejected, summary.loaded) == (0, len(rows))
        odd += summary.odd
    assert odd == 0
    assert await codes(pool) == {}


def _text(instant: datetime) -> str:
    return (instant + timedelta(seconds=0.5)).replace(microsecond=0).isoformat()


def test_the_command(
    tmp_path: Path, database: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("CADRAN_DATABASE_URL", database)
    header = "contact,site,channel,offered_at,answered_at,ended_at,outcome,wait,talk\n"
    times = "2015-12-01T10:00:00Z,2015-12-01T10:00:05Z,2015-12-01T10:00:35Z,handled"
    Path("calls.csv").write_text(header + f"1,PAU,phone,{times},5,30\n")
    assert main(["load", "calls.csv", "--zone", "Europe/Paris"]) == 0
    assert capsys.readouterr().out == "calls.csv: 1 loaded\n"
    assert main(["check", "--oddities"]) == 0
    assert capsys.readouterr().out == "contradictions in rows: 0\n"
    Path("calls.csv").write_text(header + "".join(f"{number},PAU,phone,{times},500,9999\n" for number in range(3)))
    assert main(["load", "calls.csv", "--zone", "Europe/Paris"]) == 0
    assert capsys.readouterr().out == "calls.csv: 2 loaded · 1 replaced · 3 odd (cadran check --oddities)\n"
    assert main(["check", "--oddities", "--examples", "2"]) == 1
    told = capsys.readouterr().out.splitlines()
    assert told[0] == "contacts wait_contradicts_answer: 3"
    assert told[2:4] == [
        "  default 0: offered_at=2015-12-01T10:00:00+00:00 answered_at=2015-12-01T10:00:05+00:00 wait=500.000",
        "  default 1: offered_at=2015-12-01T10:00:00+00:00 answered_at=2015-12-01T10:00:05+00:00 wait=500.000",
    ]
    assert told[4] == "contacts talk_exceeds_contact: 3"
    assert told[-1] == "contradictions in rows: 6"
    assert main(["check"]) == 0


def test_the_page_has_the_declared_table() -> None:
    assert write_oddities() in DOCS.read_text("utf-8")
    assert f"{TOLERANCE_SECONDS} s" in write_oddities()
