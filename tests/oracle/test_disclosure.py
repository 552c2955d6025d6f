"""A caller without access to people's data cannot work out a small group from one answer by any arithmetic."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, datetime, time
from random import Random
from typing import Any

import pytest

from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answers
from cadran.domain.catalogue import METRICS
from cadran.engine.comparison.ring import ComparisonRing
from cadran.engine.desk import Desk
from cadran.engine.engine import Engine
from cadran.errors import Forbidden, QuestionRefused
from cadran.insights.distribution import compute_distribution
from tests.oracle.comparison import words
from tests.oracle.conftest import WorldService
from tests.oracle.disclosure import disclosed, disclosed_bins, small_teams, untold
from tests.oracle.question import OracleQuestion
from tests.oracle.random_questions import POSSIBLE, question
from tests.oracle.surveys import INSTRUMENTS
from tests.oracle.world import seeded

ANALYST = Principal("x", role="analyst")
QUESTIONS = 12
#: A window that contains all data of a world.
START, END = (datetime.combine(date(year, 1, 1), time.min) for year in (2014, 2018))
#: The most rows of an answer for which the equations are solved.
ROWS_MAX = 150
CUSTOMERS = [slug for slug in sorted(METRICS) if METRICS[slug].family in ("customers", "recovery", "loyalty", "cost")]
ANSWERS = [slug for slug in sorted(METRICS) if METRICS[slug].family == "surveys"]
OF_TEAMS = [slug for slug in sorted(METRICS) if "team" in POSSIBLE.get(slug, ()) and METRICS[slug].family != "live"]


@pytest.mark.parametrize("slugs", [CUSTOMERS, ANSWERS, OF_TEAMS], ids=["customers", "answers", "teams"])
async def test_no_answer_discloses_a_hidden_count(loaded: WorldService, slugs: list[str]):
    random = Random(seeded(len(slugs) + 1))
    hidden = 0
    for _ in range(QUESTIONS):
        asked = _asked(random, loaded, slugs)
        compare = random.choice([None, "previous_period"]) if asked.grain == "total" else None
        try:
            understood = loaded.desk.understand(words(asked, compare=compare), ANALYST)
            true = await ComparisonRing(_engine(loaded), loaded.desk.directory, loaded.desk.clock).answer(
                understood, OPERATOR
            )
            released = await loaded.desk.answers.answer(understood, ANALYST)
        except (QuestionRefused, Forbidden):
            continue
        if true.rows > ROWS_MAX:
            continue
        assert not list(untold(released, true)), asked
        assert not disclosed(released, true), asked
        for row in small_teams(released, _teams(loaded.desk)):
            assert all(each.values[row] is each.n[row] is each.numerators[row] is None for each in released.figures)
        hidden += any(each.hidden for each in released.figures)
    assert hidden


@pytest.mark.parametrize("slug", ["score", "surveyed_wait"])
async def test_no_distribution_discloses_a_bin_of_few_answers(loaded: WorldService, slug: str):
    random = Random(seeded(len(slug)))
    hidden = 0
    for _ in range(QUESTIONS):
        asked = _asked(random, loaded, [slug])
        try:
            understood = loaded.desk.understand(words(replace(asked, metrics=asked.metrics[:1])), ANALYST)
            understood = replace(understood, binned=True)
            answer = await loaded.desk.answers.answer(understood, ANALYST)
        except (QuestionRefused, Forbidden):
            continue
        true = compute_distribution(await _engine(loaded).answer(understood, OPERATOR), None, None)
        released = compute_distribution(answer, None, None)
        found = disclosed_bins(
            [*released.rows, released.total], [*released.n, released.whole], [*true.rows, true.total]
        )
        assert not found, (asked, found)
        hidden += any(None in counts for counts in released.rows)
    assert hidden


def _asked(random: Random, loaded: WorldService, slugs: list[str]) -> OracleQuestion:
    """Return a random question about people or teams. Most such questions cover all data in a few rows."""
    asked = question(loaded.truth.world, random, slugs)
    if random.random() < 0.7:
        # Over all data in a few rows, most of which count about five people.
        by = tuple(name for name in asked.by[:1] if name != "agent") or (random.choice(("site", "channel", "month")),)
        asked = replace(asked, start=START, end=END, zone=None, grain="total", by=by, where=())
    if slugs is ANSWERS and random.random() < 0.7:
        asked = replace(asked, metrics=_of_one_instrument(random))
    if slugs is OF_TEAMS and not asked.names("team"):
        asked = replace(asked, by=("team", *asked.by[:1]))
    return asked


def _of_one_instrument(random: Random) -> tuple[tuple[str, tuple[tuple[str, str], ...]], ...]:
    """Return some of the metrics over the answers to one instrument, with their arguments."""
    code = random.choice([code for code, each in INSTRUMENTS.items() if each["kind"] != "employee"])
    kind = random.choice(["transactional", "relationship"])
    fitting = [
        slug
        for slug in ANSWERS
        if METRICS[slug].instruments is not None
        and METRICS[slug].parameter("kind")
        and {*(METRICS[slug].instruments or ())} <= {INSTRUMENTS[code]["kind"]}
    ]
    chosen = random.sample(fitting, random.randint(2, 5))
    return tuple((slug, (("kind", kind), ("instrument", code))) for slug in chosen)


def _teams(desk: Desk) -> list[str]:
    """Return the team of every agent."""
    directory = desk.directory()
    agents = directory.members["agent"].values()
    return [str(directory.member("team", agent.parent).code) for agent in agents]


def _engine(loaded: WorldService) -> Answers:
    """Return the engine without the rings around it, which hides nothing."""
    answers: Any = loaded.desk.answers
    while not isinstance(answers, Engine):
        answers = answers.inner
    return answers
