"""Agents' time: states that follow from the handled contacts, shifts as planned, and signs of fatigue at the end of the
year.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime
from itertools import pairwise

import pytest

from cadran.demo.contacts.cases import Contact
from cadran.demo.days import WallClock, day_number
from cadran.demo.presence import Presence, united, without
from cadran.demo.staff import holder, people
from cadran.demo.world import AGENTS, STAFF, Row
from tests.demo.conftest import SEED

EVER = 10**10
Interval = tuple[str, datetime, datetime]


@pytest.fixture(scope="module")
def presence(settled: list[Contact], clock: WallClock) -> Presence:
    return Presence(SEED, clock, settled, {}, day_number(date(2015, 11, 1)), day_number(date(2015, 12, 31)))


@pytest.fixture(scope="module")
def shifts(presence: Presence) -> dict[tuple[str, str], list[Interval]]:
    """Return the states by agent and day, in order of time."""
    found: dict[tuple[str, str], list[Interval]] = defaultdict(list)
    for row in presence.states(EVER):
        start, end = (datetime.fromisoformat(str(row[name])) for name in ("started_at", "ended_at"))
        found[str(row["agent"]), f"{start:%Y-%m-%d}"].append((str(row["state"]), start, end))
    for states in found.values():
        states.sort(key=lambda state: state[1])
    return found


def seconds(states: Iterable[Interval], *wanted: str) -> float:
    return sum((end - start).total_seconds() for state, start, end in states if not wanted or state in wanted)


def test_a_shift_has_one_state_at_a_time_and_no_gap(shifts: dict[tuple[str, str], list[Interval]]) -> None:
    assert len(shifts) > 600
    for states in shifts.values():
        assert all(end > start for _, start, end in states)
        assert all(before[2] == after[1] for before, after in pairwise(states)), states


def test_whoever_handles_a_contact_is_on_contact_then(
    shifts: dict[tuple[str, str], list[Interval]], settled: list[Contact], clock: WallClock
) -> None:
    wanted = [contact for contact in settled[100_000:] if contact.agent >= 0 and contact.answered][::97]
    looked = 0
    for contact in wanted:
        answered = clock.text(contact.answered or 0)
        at = datetime.fromisoformat(answered)
        states = shifts.get((holder(contact.agent, clock.local(contact.answered or 0)[0]).code, answered[:10]))
        if states:
            looked += 1
            assert [state for state, start, end in states if start <= at < end] == ["on_contact"]
    assert looked > 150


def test_the_plan_is_kept_but_for_the_edges(presence: Presence, shifts: dict[tuple[str, str], list[Interval]]) -> None:
    rows = list(presence.schedules())
    assert len({(row["agent"], row["starts_at"]) for row in rows}) == len(rows)
    assert {str(row["activity"]) for row in rows} == {"work", "break", "meeting", "absence"}
    works: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in rows:
        if row["activity"] == "work":
            works[str(row["agent"]), str(row["starts_at"])[:10]].append(row)
    early: dict[bool, list[float]] = defaultdict(list)
    late: list[float] = []
    for key, states in shifts.items():
        afternoon = "-PM-" in key[0]
        end = max(datetime.fromisoformat(str(row["ends_at"])) for row in works[key])
        begin = min(datetime.fromisoformat(str(row["starts_at"])) for row in works[key])
        early[afternoon].append((end - states[-1][2]).total_seconds())
        if afternoon and begin.weekday() < 5:
            late.append((states[0][1] - begin).total_seconds())
    # The morning shift ends before the afternoon shift has arrived, and the afternoon shift ends before closing time.
    assert all(sum(found) / len(found) > 240 for found in early.values())
    assert sum(late) / len(late) > 360


def test_more_than_a_tenth_is_worn_out_in_december(
    shifts: dict[tuple[str, str], list[Interval]], settled: list[Contact], clock: WallClock
) -> None:
    """Check the share of tired agents as the metric computes it, but without its adjustment for the mix of moments and
    channels.
    """
    handled: dict[tuple[str, str], list[tuple[datetime, float]]] = defaultdict(list)
    for contact in settled:
        if contact.agent >= 0 and contact.answered:
            at = clock.text(contact.answered)
            agent = holder(contact.agent, clock.local(contact.answered)[0]).code
            total = contact.talk + contact.hold + contact.acw
            handled[agent, at[:10]].append((datetime.fromisoformat(at), total))
    judged = tired = 0
    for post in range(len(AGENTS)):
        agent = holder(post, day_number(date(2015, 12, 31))).code
        last = sorted(key for key in shifts if key[0] == agent)[-10:]
        worked = [key for key in last if seconds(shifts[key]) >= 5 * 3600]
        if len(worked) < 5:
            continue
        judged += 1
        states = [state for key in worked for state in shifts[key]]
        oc = seconds(states, "on_contact", "acw")
        begun: list[float] = []
        ended: list[float] = []
        for key in worked:
            first, final = shifts[key][0][1], shifts[key][-1][2]
            begun += [total for at, total in handled[key] if (at - first).total_seconds() < 7200]
            ended += [total for at, total in handled[key] if (final - at).total_seconds() <= 7200]
        slowed = sum(ended) / len(ended) > 1.2 * sum(begun) / len(begun)
        tired += slowed and oc > 0.85 * (oc + seconds(states, "available"))
    assert judged > 18
    assert 0.1 < tired / judged < 0.3


def test_posts_are_handed_on() -> None:
    everybody = list(people())
    assert len({person.code for person in everybody}) == len(everybody) == len(STAFF) + 5
    leavers = [person for person in everybody if person.left]
    assert sum(person.team.startswith("PAU") for person in leavers) == 3
    for person in leavers:
        assert person.left
        post = next(n for n in range(len(STAFF)) if holder(n, day_number(person.left)) == person)
        assert holder(post, day_number(person.left) + 1).joined > person.left


def test_spans() -> None:
    assert united([(5, 9), (1, 2), (2, 4), (8, 12), (20, 20)]) == [(1, 4), (5, 12)]
    assert without([(0, 10), (12, 20)], [(2, 3), (9, 13), (19, 25)]) == [(0, 2), (3, 9), (13, 19)]
