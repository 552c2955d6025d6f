"""Aggregated intervals: figures over counts equal those over the contacts that were counted.

The same contacts are loaded twice: as contacts, and up to a day of each site as intervals of random lengths.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from cadran.app import open_service
from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask, Condition
from cadran.engine.desk import Desk
from cadran.facts.check import check_figures
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from cadran.store.pool import Pool, open_pool
from tests.databases import Server
from tests.defaults import load
from tests.length import choose
from tests.oracle.loader import prepare
from tests.oracle.world import ZONES, Row, seeded
from tests.refs import refs

QUEUES = {"billing": "phone", "tech": "phone", "chats": "chat"}
THRESHOLDS = (5, 10, 20, 30, 45)
EXITS = ("answered", "abandoned", "flowed_out", "timed_out", "deflected")
#: The metrics that intervals give, of contacts and of queue visits.
GIVEN = (
    *("contacts", "handled", "abandoned", "deflected", "qos", "qos_net", "abandonment_rate", "abandonment_rate_net"),
    *("deflection_rate", "asa", "time_to_abandon", "wait_mean", "aht", "talk_time", "hold_time", "acw"),
    *("short_abandons", "service_level", "service_level(within=20)", "service_level(within=45)"),
    *("service_level(formula=answered_only,within=10)", "service_level(formula=abandon_neutral,within=20)"),
    *("service_level(formula=removed_within,within=30)", "service_level(formula=all_incoming,within=20)"),
    *("service_level(unknown_waits=missed,within=20)", "service_level(wait_from=queue,within=20)"),
    *("queue_offered", "queue_answered", "queue_abandoned", "queue_flowed_out", "queue_timed_out", "queue_deflected"),
    *("queue_service_level", "queue_service_level(within=20)", "queue_answer_rate", "queue_abandonment_rate"),
    *(
        "flow_out_rate",
        "queue_asa",
        "queue_time_to_abandon",
        "first_response_time",
        "share_of_channel",
        "share_by_phone",
    ),
)
#: Counts, of which a part is less than the whole.
ADDITIVE = ("contacts", "handled", "abandoned", "queue_offered", "queue_answered", "queue_flowed_out")
#: Metrics that need single contacts.
NOT_GIVEN = (
    *("fcr", "wait_max", "wait(percentile=0.9)", "transfer_rate", "containment_rate", "unknown_waits", "repeat_rate"),
    *("handle_time", "cost_per_contact", "service_level(formula=short_as_met,within=20)"),
    *("complaints", "expired", "queue_waiting", "containment_rate", "cost_to_serve"),
    *(
        "queue_wait_max",
        "callbacks",
        "service_level(within=17)",
        "inefficiency",
        "customers_in_contact",
        "contacts_per_agent_hour",
    ),
)
SPLITS = (
    (),
    ("site",),
    ("queue",),
    ("channel",),
    ("site", "queue"),
    ("direction",),
    ("weekday",),
    ("month", "channel"),
)


@dataclass
class Centre:
    """Contacts with their visits, and the day of each site from which on they are loaded as contacts."""

    zones: dict[str, str]
    contacts: list[Row] = field(default_factory=list)
    visits: list[Row] = field(default_factory=list)
    since: dict[str, date] = field(default_factory=dict)
    lengths: dict[str, int] = field(default_factory=dict)


def make(kind: str, number: int) -> Centre:
    """Return a centre of four weeks around a day on which clocks change."""
    random = Random(seeded(number + sum(map(ord, kind))))
    names, centres = ZONES[kind]
    centre = Centre({f"S{place}": names[place % len(names)] for place in range(3)})
    first = centres[0] - timedelta(days=10)
    for site in centre.zones:
        centre.since[site] = first + timedelta(days=random.choice([0, 9, 11, 14, 40]))
        centre.lengths[site] = random.choice([900, 1800, 3600, 86_400])
    for place in range(choose(300, long=2_000)):
        _add_contact(centre, random, f"c{place}", first)
    return centre


def _add_contact(centre: Centre, random: Random, code: str, first: date) -> None:
    site = random.choice([*centre.zones])
    day = first + timedelta(days=random.randrange(20))
    midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(centre.zones[site])).astimezone(UTC)
    offered = midnight + timedelta(seconds=random.randrange(86_400))
    queue = random.choice([*QUEUES])
    outcome = random.choice(["handled", "handled", "handled", "abandoned", "deflected"])
    wait = None if outcome == "deflected" else random.choice(["0", "4", "5", "10", "19.999", "20", "30.001", "60"])
    times = (
        {name: random.choice(["0", "30", "61.25"]) for name in ("talk", "hold", "acw")} if outcome == "handled" else {}
    )
    row: Row = {
        "contact": code,
        "site": site,
        "channel": QUEUES[queue],
        "queue": queue,
        "outcome": outcome,
        "wait": wait,
    }
    row |= {"offered_at": offered.isoformat(), **times}
    centre.contacts.append(row)
    ended = {"exit": "answered" if outcome == "handled" else outcome, "wait": wait}
    found = [{"queue": queue, **ended}]
    if QUEUES[queue] == "phone" and random.random() < 0.4:
        # The contact came from the other queue at once.
        other = "tech" if queue == "billing" else "billing"
        found.insert(0, {"queue": other, "exit": random.choice(["flowed_out", "timed_out"]), "wait": "0"})
    for number, visit in enumerate(found, 1):
        centre.visits.append({"contact": code, "visit": str(number), "entered_at": row["offered_at"], **visit})


def is_counted(centre: Centre, row: Row) -> bool:
    """Return whether a contact is loaded as a part of intervals."""
    local = datetime.fromisoformat(row["offered_at"]).astimezone(ZoneInfo(centre.zones[row["site"]]))
    return local.date() < centre.since[row["site"]]


def count(centre: Centre, **blank: None) -> Iterator[Row]:
    """Yield the intervals of the counted contacts, with the columns of ``blank`` empty."""
    contacts = {row["contact"]: row for row in centre.contacts if is_counted(centre, row)}
    found: dict[tuple[str, str, datetime], list[tuple[Row, Row]]] = defaultdict(list)
    for visit in centre.visits:
        if row := contacts.get(visit["contact"]):
            found[row["site"], visit["queue"], _start(centre, row)].append((row, visit))
    for (site, queue, start), members in found.items():
        ended = defaultdict(list)
        for row, visit in members:
            ended[visit["exit"]].append((row, visit))
        handled = [row for row, _ in ended["answered"]]
        yield {
            "source": "acd", "site": site, "queue": queue, "channel": QUEUES[queue],
            "starts_at": start.isoformat(), "length": str(centre.lengths[site]),
            "offered": str(len(members)),
            **{name: str(len(ended[name])) for name in EXITS},
            "wait": str(sum(float(row["wait"]) for row in handled)),
            "wait_abandoned": str(sum(float(row["wait"]) for row, _ in ended["abandoned"])),
            **{name: str(sum(float(row[name]) for row in handled)) for name in ("talk", "hold", "acw")},
            "answered_within": _within(ended["answered"]), "abandoned_within": _within(ended["abandoned"]),
            "passed_on_within": _within([*ended["flowed_out"], *ended["timed_out"]]),
            **blank,
        }  # fmt: skip


def _within(members: Iterable[tuple[Row, Row]]) -> str:
    waits = [float(visit["wait"]) for _, visit in members]
    return " ".join(f"{edge}:{sum(wait <= edge for wait in waits)}" for edge in THRESHOLDS)


def _start(centre: Centre, row: Row) -> datetime:
    """Return the start of a contact's interval: a local midnight, or whole hours, halves and quarters of the offset."""
    zone = ZoneInfo(centre.zones[row["site"]])
    offered = datetime.fromisoformat(row["offered_at"]).astimezone(zone)
    length = centre.lengths[row["site"]]
    if length == 86_400:
        return datetime(offered.year, offered.month, offered.day, tzinfo=zone)
    # Bins of the clock of the site, counted from the offset that is in force.
    seconds = offered.timestamp() + offered.utcoffset().total_seconds()  # type: ignore[union-attr]  # an aware instant
    return datetime.fromtimestamp(offered.timestamp() - seconds % length, UTC)


@pytest.fixture
def centre_of(request: pytest.FixtureRequest) -> Centre:
    return make(request.param, 5)


@dataclass
class Both:
    """The centre loaded as contacts only, and with intervals."""

    whole: Desk
    mixed: Desk
    pool: Pool


@pytest.fixture
def two(server: Server) -> Iterator[tuple[str, str]]:
    """Yield the URLs of two empty databases."""
    template = server.template("rollups", prepare)
    with server.clone(template) as first, server.clone(template) as second:
        yield first, second


@pytest.fixture
async def both(two: tuple[str, str], centre_of: Centre) -> AsyncIterator[Both]:
    counted = {row["contact"] for row in centre_of.contacts if is_counted(centre_of, row)}
    single = {
        "contacts": [row for row in centre_of.contacts if row["contact"] not in counted],
        "visits": [row for row in centre_of.visits if row["contact"] not in counted],
    }
    whole = {"contacts": centre_of.contacts, "visits": centre_of.visits}
    first, second = two
    await _fill(first, centre_of, whole)
    await _fill(second, centre_of, {**single, "intervals": [*count(centre_of)]})
    async with (
        open_service(Settings(database_url=first), cache=False) as one,
        open_service(Settings(database_url=second), cache=False) as other,
    ):
        yield Both(one.desk, other.desk, other.pool)


async def _fill(url: str, centre: Centre, rows: dict[str, list[Row]]) -> None:
    pool = await open_pool(url, size_min=0, size_max=3, acquire_timeout_seconds=5.0, statement_timeout_seconds=None)
    await load(pool, "sites", [{"site": site, "zone": zone} for site, zone in centre.zones.items()])
    norms = [{"channel": "phone", "good_seconds": "10", "bad_seconds": "20"}]
    norms += [{"channel": "chat", "good_seconds": "10", "bad_seconds": "30"}]
    await load(pool, "channels", [{"channel": channel, "kind": channel} for channel in ("phone", "chat")])
    await load(pool, "answer_norms", norms)
    queue = {"queue": "tech", "channel": "phone", "good_seconds": "5", "bad_seconds": "45"}
    await load(pool, "queues", [queue | {"bad_seconds": "30"}])
    for kind, found in rows.items():
        refused: list[Any] = []
        summary = await load(pool, kind, found, rejects=refused.extend)
        assert (summary.loaded, summary.rejected) == (len(found), 0), refused[:3]
    await refresh(pool, workers=2)
    await pool.close()


def _ask(random: Random, kind: str, metrics: tuple[str, ...], grains: list[str], **more: Any) -> Ask:
    middle = ZONES[kind][1][0]
    start = middle - timedelta(days=random.choice([3, 12, 30]))
    return Ask(
        metrics=refs(*random.sample(metrics, 4)),
        start=start.isoformat(),
        end=(middle + timedelta(days=random.choice([1, 6, 40]))).isoformat(),
        by=random.choice(SPLITS),
        grain=random.choice(grains),
        **more,
    )


def _figures(answer: Answer) -> dict[tuple[Any, ...], list[tuple[Any, ...]]]:
    """Return value, numerator, denominator and n of each metric, by row. Rows without anything are left out."""
    found = {}
    for number, key in enumerate(zip(*(key.values for key in answer.keys), strict=True) if answer.keys else [()]):
        row = [
            tuple(
                None if each[number] is None else pytest.approx(each[number], rel=1e-9, abs=1e-9)
                for each in (one.values, one.numerators, one.denominators, one.n)
            )
            for one in answer.figures
        ]
        if any(value not in (0, None) for each in row for value in each):
            found[key] = row
    return found


@pytest.mark.parametrize("centre_of", [*ZONES], indirect=True)
async def test_counts_give_the_figures_of_the_contacts_that_were_counted(both: Both, request: pytest.FixtureRequest):
    kind = request.node.callspec.params["centre_of"]
    random = Random(seeded(23))
    compared = 0
    for _ in range(choose(25, long=150)):
        asked = _ask(random, kind, GIVEN, ["total", "day", "week", "month"])
        expected, answer = await both.whole.ask(asked, OPERATOR), await both.mixed.ask(asked, OPERATOR)
        assert _figures(answer) == _figures(expected), (asked, [source.sql for source in answer.sources])
        for one, other in zip(answer.totals, expected.totals, strict=True):
            assert one.values == pytest.approx(other.values, rel=1e-9, abs=1e-9), asked
        assert not [notice for notice in answer.warnings if notice.code in ("needs_contacts", "intervals_too_long")]
        compared += answer.rows
    assert compared > 100
    assert await check_figures(both.pool) == ([], 0)


@pytest.mark.parametrize("centre_of", [*ZONES], indirect=True)
async def test_what_needs_single_contacts_is_null_where_there_are_intervals(
    both: Both, centre_of: Centre, request: pytest.FixtureRequest
):
    """Check rows by site and day, and the whole: no figure before the day from which on a site has contacts, and the
    same figure as ever after it."""
    kind = request.node.callspec.params["centre_of"]
    random = Random(seeded(31))
    blank = shown = 0
    for _ in range(choose(12, long=60)):
        asked = replace(_ask(random, kind, NOT_GIVEN, ["day"]), by=("site",))
        expected, answer = await both.whole.ask(asked, OPERATOR), await both.mixed.ask(asked, OPERATOR)
        others = _rows(expected)
        for key, row in _rows(answer, every=True).items():
            start, site = str(key[0])[:10], str(key[1])
            counted = {_day(centre_of, each) for each in centre_of.contacts if each["site"] == site}
            day = date.fromisoformat(start)
            if day < centre_of.since[site] and day in counted:
                blank += 1
                assert row == [None] * 4
            else:
                shown += 1
                assert [value or None for value in row] == [value or None for value in others.get(key, [None] * 4)]
        cut = {
            each["site"]
            for each in centre_of.contacts
            if is_counted(centre_of, each) and _is_within(centre_of, each, asked)
        }
        warnings = [notice for notice in answer.warnings if notice.code == "needs_contacts"]
        assert len(warnings) == bool(cut)
        if cut:
            assert {each.values[0] for each in answer.totals} == {None}
            named = {site for site in centre_of.zones if f"{site} 20" in warnings[0].detail.en}
            assert named == cut
    assert blank > 20
    assert shown > 20


def _day(centre: Centre, row: Row) -> date:
    """Return the local day of a contact."""
    return datetime.fromisoformat(row["offered_at"]).astimezone(ZoneInfo(centre.zones[row["site"]])).date()


def _is_within(centre: Centre, row: Row, asked: Ask) -> bool:
    return str(asked.start) <= str(_day(centre, row)) < str(asked.end)


@pytest.mark.parametrize("centre_of", [*ZONES], indirect=True)
async def test_intervals_longer_than_a_row_leave_it_partial(both: Both, request: pytest.FixtureRequest):
    """Check rows of any width in any zone: a row that is not partial equals that of the contacts, and no row counts
    more than there is."""
    kind = request.node.callspec.params["centre_of"]
    random = Random(seeded(37))
    whole = partial = 0
    for number in range(choose(20, long=120)):
        zone = random.choice([None, "Asia/Kathmandu", "America/New_York"])
        more: dict[str, Any] = {"zone": zone} if zone else {}
        if number % 4 == 0:
            more["where"] = [Condition("time_of_day", ["08:00..18:30"])]
        asked = _ask(random, kind, ADDITIVE, ["hour", "half_hour", "quarter_hour", "day"], **more)
        asked = replace(asked, by=random.choice([("site",), ("channel",), ()]))
        expected, answer = await both.whole.ask(asked, OPERATOR), await both.mixed.ask(asked, OPERATOR)
        others, found = _rows(expected), _rows(answer)
        starts = answer.keys[0]
        cut = {start for start, is_cut in zip(starts.values, starts.partial or [], strict=False) if is_cut}
        for key, row in others.items():
            if key[0] in cut or key not in found:
                partial += 1
                assert all((one or 0) <= (other or 0) for one, other in zip(found.get(key, [0] * 4), row, strict=True))
            else:
                whole += 1
                assert found[key] == row, (asked, key)
        if others.keys() - found.keys():
            assert [notice for notice in answer.warnings if notice.code == "intervals_too_long"], asked
    assert whole > 100
    assert partial > 20


def _rows(answer: Answer, *, every: bool = False) -> dict[tuple[Any, ...], list[float | None]]:
    """Return the values of ``every`` row, or of those that count something."""
    keys = zip(*(key.values for key in answer.keys), strict=True)
    found = {key: [each.values[number] for each in answer.figures] for number, key in enumerate(keys)}
    return {key: row for key, row in found.items() if every or any(row)}
