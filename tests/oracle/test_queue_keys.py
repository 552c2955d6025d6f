"""Keys that are bound to queues: they see the figures of these queues, and no name of another one."""

from __future__ import annotations

import pytest

from cadran.domain.access.principal import Principal
from cadran.domain.ask import Ask, Condition
from cadran.domain.question import Filter
from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.store.pool import Pool
from tests.oracle.test_queues import DAY, ten
from tests.refs import refs

__all__ = ["ten"]
OF_TECH = Principal("tech", (Filter("queue", ("tech",)),), "analyst")


def _ask(*metrics: str, by: tuple[str, ...], **where: list[str]) -> Ask:
    conditions = [Condition(name, values) for name, values in where.items()]
    return Ask(metrics=refs(*metrics), start=DAY, end="2025-11-04", by=by, where=conditions)


async def test_a_key_of_a_queue_sees_its_queue_only(ten: tuple[Pool, Desk]) -> None:
    answer = await ten[1].ask(_ask("queue_offered", "contacts", by=("queue",)), OF_TECH)
    assert list(answer.keys[0].values) == ["tech"]
    assert [column.values[0] for column in answer.totals] == [3, 3]


async def test_other_queues_have_no_name(ten: tuple[Pool, Desk]) -> None:
    answer = await ten[1].ask(_ask("contacts", by=("first_queue",)), OF_TECH)
    assert list(answer.keys[0].values) == [None]
    assert list(answer.figures[0].values) == [3]
    for dimension in ("queue", "first_queue"):
        with pytest.raises(QuestionRefused, match=r"There is no .*queue 'billing'"):
            await ten[1].ask(_ask("contacts", by=(), **{dimension: ["billing"]}), OF_TECH)
