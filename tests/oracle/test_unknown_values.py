"""Unknown is neither zero nor infinity: contacts whose wait, times or cost is not known leave the figures that need the
value, and the answer warns of them."""

from __future__ import annotations

from datetime import timedelta
from random import Random
from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer
from cadran.engine.desk import Desk
from cadran.facts.refresh.refresh import refresh
from cadran.store.pool import Pool
from tests.defaults import load
from tests.length import choose
from tests.oracle.comparison import words
from tests.oracle.conftest import WorldService
from tests.oracle.examples import NOON, contacts, given
from tests.oracle.figures import of
from tests.oracle.random_questions import question
from tests.oracle.selection import SelectedGroup, Selection
from tests.oracle.world import seeded
from tests.test_tidy import ROOT

UNKNOWN: dict[str, Any] = {"wait": None}
#: Three contacts handled in 10 s, one abandoned after 5 s, one handled and one abandoned of unknown wait
#: (docs/metrics.md).
EXAMPLE = (
    *contacts(3, 10),
    *contacts(1, 5, "abandoned"),
    *({**row, **UNKNOWN} for row in (*contacts(1, 0, contact="h"), *contacts(1, 0, "abandoned", contact="a"))),
)


def _warnings(answer: Answer, code: str = "unknown_waits") -> list[str]:
    return [notice.detail.en for notice in answer.warnings if notice.code == code]


#: The value of each metric over the example, its numerator and denominator, and the contacts that it leaves out.
FIGURES = {
    "contacts": (6, 6, None, ""),
    "handled": (4, 4, None, ""),
    "abandoned": (2, 2, None, ""),
    "unknown_waits": (2, 2, None, ""),
    "unknown_waits(of=answered)": (1, 1, None, ""),
    "qos": (4 / 6, 4, 6, ""),
    "abandonment_rate": (2 / 6, 2, 6, ""),
    "short_abandons": (1, 1, None, "1 of 2 abandoned"),
    "qos_net": (1, 4, 4, "1 of 2 abandoned"),
    "abandonment_rate_net": (0, 0, 4, "1 of 2 abandoned"),
    "service_level(within=20)": (3 / 4, 3, 4, "2 of 6 answered or abandoned"),
    "service_level(formula=answered_only,within=20)": (1, 3, 3, "1 of 4 answered"),
    "service_level(formula=offered_ex_short,within=20)": (1, 3, 3, "2 of 6 answered or abandoned"),
    "service_level(formula=abandon_neutral,within=20)": (1, 3, 3, "2 of 6 answered or abandoned"),
    "service_level(formula=short_as_met,within=20)": (1, 4, 4, "2 of 6 answered or abandoned"),
    "service_level(formula=removed_within,within=20)": (1, 4, 4, "2 of 6 answered or abandoned"),
    "service_level(formula=all_incoming,within=20)": (3 / 4, 3, 4, "2 of 6 answered or abandoned"),
    "service_level(unknown_waits=missed,within=20)": (3 / 6, 3, 6, "2 of 6 answered or abandoned"),
    "service_level(version=v1,within=20)": (3 / 6, 3, 6, ""),
    "qos_net(unknown_waits=missed)": (4 / 5, 4, 5, "1 of 2 abandoned"),
    "abandonment_rate_net(unknown_waits=missed)": (1 / 5, 1, 5, "1 of 2 abandoned"),
    "asa": (10, 30, 3, "1 of 4 answered"),
    "time_to_abandon": (5, 5, 1, "1 of 2 abandoned"),
    "wait_mean": (35 / 4, 35, 4, "2 of 6 answered or abandoned"),
    "wait_mean_delayed": (35 / 4, 35, 4, "2 of 6 answered or abandoned"),
    "wait_max": (10, 10, None, "2 of 6 answered or abandoned"),
    "wait(percentile=0.9)": (10, None, None, "1 of 4 answered"),
    "first_response_time": (10, 30, 3, "1 of 4 answered"),
    "inefficiency": (2 / 6, 2, 6, ""),
}


@pytest.mark.parametrize("name", FIGURES)
async def test_the_example_of_the_dictionary(centre: tuple[Pool, Desk], name: str):
    ask = await given(centre, *EXAMPLE)
    value, numerator, denominator, unknown = FIGURES[name]
    answer: Answer = await ask.answer(name)  # type: ignore[attr-defined]  # see given
    [figures] = answer.totals
    assert (figures.values[0], figures.numerators[0], figures.denominators[0]) == (value, numerator, denominator)
    verb = "counts as missed" if "missed" in name else "leaves out"
    if not unknown:
        assert _warnings(answer) == []
        return
    count, _, whole, *_ = unknown.split()
    share = f"{int(count) / int(whole):.1%}"
    assert _warnings(answer) == [f"{name} {verb} contacts whose wait is not known: {unknown} ({share})."]


async def test_figures_with_the_same_contacts_share_a_warning_in_both_languages(centre: tuple[Pool, Desk]):
    ask = await given(centre, *EXAMPLE)
    answer: Answer = await ask.answer("asa", "first_response_time", "time_to_abandon", grain="day", by=("channel",))  # type: ignore[attr-defined]  # see given
    found = [notice for notice in answer.warnings if notice.code == "unknown_waits"]
    assert [notice.about for notice in found] == [("asa", "first_response_time"), ("time_to_abandon",)]
    assert found[0].detail.fr == (
        "asa et first_response_time laissent de côté les contacts dont l'attente n'est pas connue : 1 sur 4 pris en"
        " charge (25,0 %)."
    )


async def test_nothing_is_warned_of_where_all_waits_are_known(centre: tuple[Pool, Desk]):
    ask = await given(centre, *contacts(2, 10), *contacts(1, 7, "abandoned"))
    answer: Answer = await ask.answer(*METRICS_OF_WAITS)  # type: ignore[attr-defined]  # see given
    assert (_warnings(answer), _warnings(answer, "coverage")) == ([], [])


METRICS_OF_WAITS = ("service_level(within=20)", "qos_net", "asa", "wait_mean", "wait(percentile=0.5)", "short_abandons")


async def test_a_day_of_unknown_waits_has_no_service_level_and_no_mean(centre: tuple[Pool, Desk]):
    ask = await given(centre, *({**row, **UNKNOWN} for row in contacts(5, 0)))
    metrics = (
        "handled",
        "qos",
        "service_level(within=20)",
        "asa",
        "wait(percentile=0.5)",
    )
    assert await ask(*metrics) == [5, 1, None, None, None]
    assert await ask("service_level(unknown_waits=missed,within=20)") == [0]


#: Contacts whose talk time or cost is not known next to those of which it is.
TIMED = (*contacts(3, 10, talk="100", cost="2", agent="ana"), *contacts(1, 10, talk=None, cost=None, agent="ana"))


@pytest.mark.parametrize(
    ("name", "value", "denominator", "coverage"),
    [
        ("aht", 100, 3, "75.0% of the handled contacts; the times"),
        ("talk_time", 100, 3, "75.0% of the handled contacts; the times"),
        ("hold_time", 0, 3, "75.0% of the handled contacts; the times"),
        ("acw", 0, 3, "75.0% of the handled contacts; the times"),
        ("handle_time(percentile=0.6)", 100, None, "75.0% of the handled contacts; the times"),
        ("aht_per_leg", 100, 3, "75.0% of the legs; the times"),
        ("cost_per_contact", 2, 3, "75.0% of the contacts; the cost"),
        ("cost_per_contact(per=handled)", 2, 3, "75.0% of the contacts; the cost"),
        ("cost_to_serve", 3, 2, "75.0% of the contacts; the cost"),
        ("budget_consumed", 6 / 1200, 1200, "75.0% of the contacts; the cost"),
        ("budget_pace", 6 / 1200, 1200, "75.0% of the contacts; the cost"),
    ],
)
async def test_unknown_times_and_costs_are_left_out_and_warned_of(
    centre: tuple[Pool, Desk], name: str, value: float, denominator: float | None, coverage: str
):
    pool, _ = centre
    rows = [{**row, "customer": customer} for row, customer in zip(TIMED, ("u", "v", "u", "v"), strict=True)]
    ask = await given(centre, *rows)
    await load(pool, "budgets", [{"site": "PAU", "month": f"2015-{n:02}-01", "amount": "100"} for n in range(1, 13)])
    await refresh(pool)
    answer: Answer = await ask.answer(name)  # type: ignore[attr-defined]  # see given
    [figures] = answer.totals
    if name == "budget_pace":
        assert figures.numerators[0] == 6
    else:
        assert (figures.values[0], figures.denominators[0]) == (value, denominator)
    verb = "is" if coverage.endswith("cost") else "are"
    assert _warnings(answer, "coverage") == [f"{name} covers {coverage} of the others {verb} not known."]


@pytest.mark.parametrize("by", ["agent", "team"])
@pytest.mark.parametrize(
    ("name", "value", "coverage"),
    [
        ("aht", 100, "75.0% of the legs"),
        ("talk_time", 100, "75.0% of the legs"),
        ("hold_time", 0, "75.0% of the legs"),
        ("acw", 0, "75.0% of the legs"),
        ("handle_time(percentile=0.6)", 100, "75.0% of the handled contacts"),
        ("aht_per_leg", 100, "75.0% of the legs"),
    ],
)
async def test_unknown_times_by_agent_and_team(
    centre: tuple[Pool, Desk], name: str, value: float, coverage: str, by: str
):
    ask = await given(centre, *TIMED)
    answer: Answer = await ask.answer(name, by=(by,))  # type: ignore[attr-defined]  # see given
    assert [list(figures.values) for figures in answer.figures] == [[value]]
    assert _warnings(answer, "coverage") == [f"{name} covers {coverage}; the times of the others are not known."]


async def test_unknown_waits_by_agent(centre: tuple[Pool, Desk]):
    ask = await given(centre, *(row if row["outcome"] != "handled" else {**row, "agent": "ana"} for row in EXAMPLE))
    answer: Answer = await ask.answer("asa", "first_response_time", by=("agent",))  # type: ignore[attr-defined]  # see given
    assert [list(figures.values) for figures in answer.figures] == [[10], [10]]
    assert _warnings(answer) == [
        "asa and first_response_time leave out contacts whose wait is not known: 1 of 4 answered (25.0%)."
    ]


async def test_an_answer_of_unknown_wait_reaches_the_customer_by_its_end(centre: tuple[Pool, Desk]):
    """Check that a customer got through at the end of such a contact, or at its offer where the end is unknown, too."""
    late = (NOON + timedelta(days=2)).isoformat()
    horizon = contacts(1, 10, contact="later", offered_at=(NOON + timedelta(days=9)).isoformat())
    rows = [
        {**contacts(1, 0, contact=customer)[0], **UNKNOWN, "customer": customer, "ended_at": ended}
        for customer, ended in (("u", late), ("v", (NOON + timedelta(hours=1)).isoformat()), ("w", None))
    ]
    ask = await given(centre, *rows, *horizon)
    assert await ask("customer_reach") == [2 / 3]


async def test_a_contact_of_unknown_wait_neither_waits_nor_shortens_the_expected_wait(centre: tuple[Pool, Desk]):
    at = NOON.isoformat()
    unknown = {**contacts(1, 0, contact="x")[0], **UNKNOWN, "ended_at": (NOON + timedelta(hours=1)).isoformat()}
    ask = await given(centre, *contacts(1, 60, contact="known", offered_at=at), unknown)
    window = {"start": at, "end": (NOON + timedelta(minutes=10)).isoformat(), "zone": "Europe/Paris"}
    assert await ask("contacts_waiting", "expected_wait", **window) == [0, 60]


@pytest.mark.parametrize("round_", range(choose(1, long=6)))
async def test_answers_warn_of_unknown_waits_if_and_only_if_there_are_any(loaded: WorldService, round_: int):
    """Compare the warnings of random questions with the contacts of the made-up world."""
    random = Random(seeded(round_ * 104_729 + 3))
    concerned = {
        "asa": ("handled",),
        "time_to_abandon": ("abandoned",),
        "wait_mean": ("handled", "abandoned"),
        "qos_net": ("abandoned",),
        "short_abandons": ("abandoned",),
        "wait": ("handled",),
    }
    seen = set()
    for _ in range(choose(25, long=60)):
        asked = question(loaded.truth.world, random, sorted(concerned))
        answer = await loaded.desk.ask(words(asked), OPERATOR)
        group = SelectedGroup(Selection(loaded.truth, asked), None)
        for slug, _arguments in asked.metrics:
            rows = [row for row in of(group.rows("contact"), *concerned[slug]) if row["direction"] == "inbound"]
            expected = any(row["wait"] is None for row in rows)
            found = any(slug in notice.about for notice in answer.warnings if notice.code == "unknown_waits")
            assert found == expected, (asked, slug)
            seen.add(found)
    assert seen == {True, False}


def test_the_page_shows_the_figures_of_the_example():
    """Check the table of docs/metrics.md: value, or numerator and denominator, and the contacts that are left out."""
    page = (ROOT / "docs" / "metrics.md").read_text("utf-8")
    table = page.partition("| Metric | Figure | Leaves out |\n")[2].partition("\n\n")[0].splitlines()[1:]
    shown = set()
    for line in table:
        metrics, figures, left_out = (cell.strip().split(" · ") for cell in line.strip().strip("|").split("|"))
        for number, (metric, figure) in enumerate(zip(metrics, figures, strict=True)):
            value, numerator, denominator, unknown = FIGURES[metric.strip("`")]
            assert figure == (f"{value}" if denominator is None else f"{numerator} / {denominator}"), metric
            left = left_out[min(number, len(left_out) - 1)]
            expected = "none" if "missed" in metric else unknown.removesuffix(" answered or abandoned")
            assert left == expected, metric
            shown.add(metric.strip("`"))
    names = {name for name in FIGURES if not name.startswith(("unknown_waits(", "inefficiency", "wait_max", "wait("))}
    assert shown == {name for name in names if "version" not in name}
