"""Behind a wall of queues, PostgreSQL itself limits a question to the caller's queues."""

from __future__ import annotations

from random import Random
from typing import Any, Final

import pytest

from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask, Condition, understand
from cadran.domain.catalogue import METRICS
from cadran.domain.question import Filter
from cadran.errors import Forbidden, QuestionRefused
from tests.oracle import required_agents, surveys
from tests.oracle.comparison import call
from tests.oracle.conftest import WorldService
from tests.refs import refs

pytestmark = pytest.mark.parametrize("filled", ["paris"], indirect=True)
EVER: Final[dict[str, Any]] = {"start": "2014-01-01", "end": "2017-01-01"}
MONTH: Final[dict[str, Any]] = {"start": "2015-03-01", "end": "2015-04-01"}
OF_QUEUE: Final = Filter("queue", ("overflow",))
NOBODY: Final = (
    Principal("no queue", (Filter("queue", ("GONE",)),), "analyst"),
    Principal("no queue of a site", (Filter("queue", ("GONE",)), Filter("site", ("S1",))), "supervisor"),
    Principal("queues of no site", (OF_QUEUE, Filter("site", ("GONE",))), "supervisor"),
    Principal("no queue of a team", (Filter("queue", ("GONE",)), Filter("team", ("T1",))), "analyst"),
    Principal("queues of no team", (OF_QUEUE, Filter("team", ("GONE",))), "analyst"),
)
BOUND: Final = (
    Principal("queue", (OF_QUEUE,), "administrator"),
    Principal("queue of a site", (OF_QUEUE, Filter("site", ("S1",))), "supervisor"),
    Principal("queue of a team", (OF_QUEUE, Filter("team", ("T1",))), "analyst"),
)


def _ask(slug: str, window: dict[str, Any], **more: Any) -> Ask:
    arguments = surveys.arguments_of(slug, Random(1)) if slug in surveys.NAMED else {}
    arguments |= required_agents.arguments_of(slug, Random(1))
    if slug in required_agents.SLUGS:
        more = {**MONTH, "grain": "hour", **more}
    return Ask(metrics=refs(call(slug, tuple(arguments.items()))), **{**window, **more})


async def _forgotten(loaded: WorldService, ask: Ask, principal: Principal) -> Answer | None:
    """Return the answer to a question that nothing has narrowed; None if PostgreSQL denies it."""
    asked = understand(ask, loaded.desk.directory(), now=loaded.desk.clock(), home_zone="UTC")
    answers = loaded.desk.answers.inner.inner.inner.inner  # type: ignore[attr-defined]  # the rings inside the scope ring
    try:
        answer: Answer = await answers.answer(asked, principal)
    except Forbidden:
        return None
    return answer


@pytest.mark.parametrize("slug", sorted(METRICS))
async def test_no_metric_shows_anything_of_other_queues(loaded: WorldService, slug: str):
    """Ask for each metric over all queues, as callers whose rows are none. The answer must be empty or refused."""
    for principal in NOBODY:
        answer = await _forgotten(loaded, _ask(slug, EVER), principal)
        for figures in () if answer is None else (*answer.figures, *answer.totals):
            shown = [*figures.values, *figures.numerators, *figures.denominators, *figures.n]
            assert not any(shown), (principal.name, slug, figures)


@pytest.mark.parametrize("slug", ["contacts", "queue_offered", "queue_service_level", "handled"])
async def test_a_split_without_a_filter_shows_the_callers_queue(loaded: WorldService, slug: str):
    whole = await _forgotten(loaded, _ask(slug, EVER, by=("queue",)), Principal("operator"))
    found = await _forgotten(loaded, _ask(slug, EVER, by=("queue",)), BOUND[0])
    assert whole is not None
    assert found is not None
    queues = list(whole.keys[0].values)
    assert len(queues) > 1
    assert list(found.keys[0].values) == ["overflow"]
    place = queues.index("overflow")
    assert list(found.figures[0].values) == [whole.figures[0].values[place]]


@pytest.mark.parametrize("slug", sorted(METRICS))
async def test_planning_refuses_what_the_wall_would_deny(loaded: WorldService, slug: str):
    """Check that a narrowed question never reaches a relation that its reader may not read."""
    for principal in BOUND:
        for more in ({}, {"by": ("site",)}, {"by": ("queue", "channel")}, {"grain": "day"}, {"by": ("team",)}):
            try:
                await loaded.desk.ask(_ask(slug, MONTH, **more), principal)
            except QuestionRefused:
                pass
            except Forbidden as refusal:
                assert "What you may" not in str(refusal), (principal.name, more)  # noqa: PT017  # some refusals are right


async def test_lists_hold_the_rows_of_the_callers_queues(loaded: WorldService):
    """Check the lists of contacts against those that an operator filters. Customers to call have no queue."""
    for principal in BOUND[:2]:
        where = [Condition(each.dimension, each.values) for each in principal.scope]
        page = await loaded.lists.contacts(Ask(metrics=(), **EVER), principal, limit=1_000, after=None)
        whole = await loaded.lists.contacts(
            Ask(metrics=(), **EVER, where=where), Principal("operator"), limit=1_000, after=None
        )
        assert page.columns["contact"] == whole.columns["contact"]
        assert page.columns["contact"]
        with pytest.raises(QuestionRefused, match="queue"):
            await loaded.lists.recovery(Ask(metrics=(), **EVER), principal, order="age", limit=10, after=None)
