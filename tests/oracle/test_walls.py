"""Behind a wall, PostgreSQL itself limits a question to the caller's rows.

A question narrowed to the caller's scope has the same answer as without the wall. If the narrowing is forgotten, the
answer is as if the question had been narrowed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from math import isclose
from random import Random
from typing import Any, Final

import pytest

from cadran.compiler.lattice.lattice import find_tables
from cadran.compiler.special.open_days import splits_days
from cadran.compiler.statement import Statement
from cadran.compiler.supported_dimensions import find_dimensions
from cadran.compiler.timing import CALENDAR
from cadran.domain.access.linked_metrics import find_facts
from cadran.domain.access.permit import find_permitted_metrics, narrow
from cadran.domain.access.principal import OPERATOR, Principal
from cadran.domain.answer import Answer, Answers, Figures
from cadran.domain.ask import Ask, understand
from cadran.domain.catalogue import METRICS
from cadran.domain.question import Filter, Question
from cadran.engine.secured_reader import SecuredReader
from cadran.errors import Forbidden, QuestionRefused
from cadran.lists.statements import contacts, customers_to_call, eligibility, survey_lists
from tests.length import choose
from tests.oracle import required_agents, surveys
from tests.oracle.comparison import call, words
from tests.oracle.conftest import WorldService
from tests.oracle.random_questions import question
from tests.oracle.world import seeded
from tests.refs import refs

QUESTIONS = 40
pytestmark = pytest.mark.parametrize("filled", ["paris"], indirect=True)


def _bound(loaded: WorldService, random: Random) -> list[Principal]:
    """Return callers limited to a site, to a partner, to a team and to a queue, agents, and callers limited to queues
    as well."""
    world = loaded.truth.world
    agent, team = random.choice([(agent, team) for agent, team in world.agents.items() if team])
    site, at_team, queue = (
        Filter(name, (random.choice(sorted(members)),))
        for name, members in (("site", world.sites), ("team", world.teams), ("queue", world.queues))
    )
    queues = Filter("queue", tuple(sorted(random.sample(sorted(world.queues), 2))))
    return [
        Principal("site", (site,), "supervisor"),
        Principal("partner", (Filter("partner", ("north",)),), "partner"),
        Principal("team", (at_team,), "analyst"),
        Principal("agent", (), "agent", agent=agent, team=team),
        Principal("queue", (queue,), "analyst"),
        Principal("queues of a site", (queues, site), "supervisor"),
        Principal("queues of a team", (queues, at_team), "analyst"),
        Principal("queues of an agent", (queues,), "agent", agent=agent, team=team),
    ]


def _scope(principal: Principal, random: Random) -> tuple[Filter, ...]:
    """Return the filters that a caller's question is narrowed by. An agent's question is about the agent or the
    team."""
    if principal.role != "agent":
        return principal.scope
    own = random.choice([Filter("agent", (str(principal.agent),)), Filter("team", (str(principal.team),))])
    return (*principal.scope, own)


def _asked(loaded: WorldService, principal: Principal, random: Random) -> Question:
    """Return a question that is not narrowed, about metrics that the caller may ask for."""
    directory = loaded.desk.directory()
    bounds = {*(each.dimension for each in principal.scope), *(["agent"] if principal.role == "agent" else [])}
    mine = [
        slug
        for slug in find_permitted_metrics(sorted(METRICS), principal)
        if bounds <= {*find_dimensions(METRICS[slug])}
    ]
    while True:
        words_of = replace(question(loaded.truth.world, random, mine), zone=None)
        try:
            return understand(words(words_of), directory, now=loaded.desk.clock(), home_zone="UTC")
        except QuestionRefused:
            continue


def _same(answer: Answer, other: Answer, about: object) -> None:
    """Check that two answers have the same rows, totals and parts."""
    assert [_keys(answer), answer.rows] == [_keys(other), other.rows], about
    for ours, theirs in zip((*answer.figures, *answer.totals), (*other.figures, *other.totals), strict=True):
        assert _close(ours, theirs), (about, ours, theirs)


def _keys(answer: Answer) -> list[tuple[object, ...]]:
    return [tuple(key.values) for key in answer.keys]


def _close(ours: Figures, theirs: Figures) -> bool:
    pairs = [
        pair
        for name in ("values", "numerators", "denominators", "n")
        for pair in zip(getattr(ours, name), getattr(theirs, name), strict=True)
    ]
    return all(a == b or (a is not None and b is not None and isclose(a, b, rel_tol=1e-9)) for a, b in pairs)


def _reads_all_sites(slugs: Iterable[str], asked: Question) -> bool:
    """Return whether the cheapest rollup for a metric holds all sites together. Nobody behind a wall may read such a
    rollup, and a question that is narrowed to sites never does."""
    named = {name for name in (*asked.by, *(each.dimension for each in asked.where)) if name not in CALENDAR}
    facts = {fact for slug in slugs for fact in find_facts(slug)}
    covering = ([each for each in find_tables(fact) if named <= {*each.dimensions}] for fact in facts)
    return any(tables and not tables[0].of_sites for tables in covering)


async def _told(answers: Answers, asked: Question, principal: Principal) -> Answer | None:
    """Return the answer, or None where the caller has no grant on a table that the question reads."""
    try:
        return await answers.answer(asked, principal)
    except Forbidden:
        return None


@pytest.mark.parametrize("round_", range(choose(1, long=6)))
async def test_a_forgotten_filter_lets_nothing_more_through(loaded: WorldService, round_: int):
    random = Random(seeded(round_ + 71))
    answers = loaded.desk.answers.inner.inner.inner.inner  # type: ignore[attr-defined]  # the rings inside the scope ring
    denied: Counter[str] = Counter()
    read: Counter[str] = Counter()
    for principal in _bound(loaded, random):
        for _ in range(QUESTIONS // 4):
            asked = _asked(loaded, principal, random)
            if asked.names("team") or asked.names("agent"):
                # Which leg of a shared contact counts for a team may depend on legs that the wall hides.
                asked = replace(asked, metrics=tuple(each for each in asked.metrics if not each.metric.by_people))
                if not asked.metrics:
                    continue
            told = narrow(asked, _scope(principal, random))
            try:
                whole = await answers.answer(told, OPERATOR)
            except QuestionRefused:
                continue
            _same(await answers.answer(told, principal), whole, (principal.name, told))
            forgotten = await _told(answers, asked, principal)
            denied[principal.name] += forgotten is None
            read[principal.name] += forgotten is not None
            # A caller of a team or queue has no grant on rollups of all. An agent has two scopes, but asked for one.
            slugs = [each.slug for each in asked.metrics]
            assert forgotten is not None or principal.name not in ("site", "partner") or _reads_all_sites(slugs, asked)
            # Counts of a usual day are means of the open days, and without the filter those of all sites.
            if forgotten is not None and principal.role != "agent" and not splits_days(asked):
                _same(forgotten, whole, (principal.name, asked))
    assert denied.total()
    assert all(read[name] for name in ("site", "partner", "queues of a site")), read


EVER: Final[dict[str, Any]] = {"start": "2014-01-01", "end": "2017-01-01"}


@pytest.mark.parametrize("slug", sorted(METRICS))
async def test_no_metric_tells_anything_of_other_sites(loaded: WorldService, slug: str):
    """Ask for each metric over all sites and time, as a caller who may see none of the sites. The answer must be empty
    or refused."""
    directory = loaded.desk.directory()
    answers = loaded.desk.answers.inner.inner.inner.inner  # type: ignore[attr-defined]  # the rings inside the scope ring
    nobody = Principal("nobody", (Filter("site", ("GONE",)),), "supervisor")
    arguments = surveys.arguments_of(slug, Random(1)) if slug in surveys.NAMED else {}
    arguments |= required_agents.arguments_of(slug, Random(1))
    # Figures of staffing are available by the hour, not for a whole window.
    window = (
        {**EVER, "start": "2015-03-01", "end": "2015-04-01", "grain": "hour"} if slug in required_agents.SLUGS else EVER
    )
    ask = Ask(metrics=refs(call(slug, tuple(arguments.items()))), **window)
    asked = understand(ask, directory, now=loaded.desk.clock(), home_zone="UTC")
    answer = await _told(answers, asked, nobody)
    if answer is None:
        # Such a caller can ask no question about this metric, or only one that names a site.
        assert (
            _reads_all_sites([slug], asked)
            or not find_permitted_metrics([slug], nobody)
            or "site" not in find_dimensions(METRICS[slug])
        )
        return
    for figures in (*answer.figures, *answer.totals):
        told = [*figures.values, *figures.numerators, *figures.denominators, *figures.n]
        assert not any(told), (slug, figures)


def _lists(asked: Question, loaded: WorldService, *, of_queues: bool) -> dict[str, Statement]:
    """Compose the statement for the first page of every list of single facts. Customers to call have no queue."""
    directory, now = loaded.desk.directory(), datetime(2015, 4, 10, tzinfo=UTC)
    rules = eligibility.parse_rules(at=None, now=now, zone="UTC", rest_days=30, contacts=None, within_days=None)
    page: dict[str, Any] = {"limit": 1_000, "after": None}
    found = {
        f"surveys {name}": survey_lists.compose_statement(
            asked, directory, survey_lists.ListRequest(name), now=now, people=True, **page
        )
        for name in survey_lists.SurveyList
    }
    people = eligibility.compose_page(asked, directory, rules, people=True, **page)
    customer = min(loaded.truth.world.customers)
    if not of_queues:
        found["recovery"] = customers_to_call.compose_statement(asked, directory, order="age", sees_people=True, **page)
    return {
        **found,
        "contacts": contacts.compose_statement(asked, directory, **page),
        "eligible": people,
        "reasons": eligibility.compose_counts(asked, directory, rules),
        "verdict": eligibility.compose_customer(customer, rules, asked, directory, everywhere=False),
    }


async def test_a_forgotten_filter_lets_nothing_more_into_a_list(loaded: WorldService):
    directory = loaded.desk.directory()
    reads = SecuredReader(loaded.pool, loaded.desk.directory)
    ask = Ask(metrics=refs("contacts"), start="2015-03-01", end="2015-04-10")
    asked = understand(ask, directory, now=loaded.desk.clock(), home_zone="UTC")
    listed = 0
    of_queue = Filter("queue", ("tech",))
    scopes = [(Filter("site", (site,)),) for site in sorted(loaded.truth.world.sites)]
    for scope in [*scopes, (of_queue,), (of_queue, *scopes[0])]:
        supervisor = Principal("bound", scope, "supervisor" if scope != (of_queue,) else "administrator")
        forgotten = _lists(asked, loaded, of_queues=of_queue in scope)
        for name, told in _lists(narrow(asked, supervisor.scope), loaded, of_queues=of_queue in scope).items():
            whole = await reads.fetch(told, OPERATOR)
            listed += len(whole)
            assert _sorted(await reads.fetch(told, supervisor)) == _sorted(whole), name
            assert _sorted(await reads.fetch(forgotten[name], supervisor)) == _sorted(whole), name
    assert listed > 100


def _sorted(rows: Sequence[Any]) -> list[str]:
    return sorted(repr(tuple(row)) for row in rows)
