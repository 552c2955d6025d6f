"""The cache of plans.

A plan depends only on the question and the directory. A wallboard asks the same few questions for weeks, and others ask
about other days: these questions share a plan, see ``compiler/plan_shape``.
"""

from __future__ import annotations

from typing import Final, TypeAlias

from cachetools import LRUCache

from cadran.compiler.plan import Plan, make_plan
from cadran.compiler.plan_shape import Shape, find_shape, is_movable, move_plan
from cadran.domain.directory import Directory
from cadran.domain.question import Question

#: Size of the cache in bytes.
_PLANS_BYTES_MAX: Final = 16_000_000
#: Bytes of each part of a plan (the shortest plan measured 2.5 kB in total), and of each value of a filter.
_PART_BYTES: Final = 1_500
_VALUE_BYTES: Final = 120
#: What a plan is for, the versions of the directory and of its rollups, and whether distinct people may be estimated.
_Key: TypeAlias = tuple[Shape | Question, int, int, bool]


class Planner:
    """A maker of plans that caches them. ``values_max`` bounds an answer."""

    def __init__(self, *, values_max: int) -> None:
        self._values_max = values_max
        self._plans: LRUCache[_Key, Plan] = LRUCache(_PLANS_BYTES_MAX, getsizeof=_weight)

    def plan(self, question: Question, directory: Directory, *, sampled: bool) -> Plan:
        """Return the plan of a question. With ``sampled``, distinct people may be estimated. Raises QuestionRefused."""
        made_of = directory.version, directory.rollups.version, sampled
        shape = find_shape(question, directory)
        if shape is not None and (found := self._plans.get((shape, *made_of))) is not None:
            return move_plan(found, question, directory, values_max=self._values_max)
        found = self._plans.get((question, *made_of))
        if found is None:
            found = make_plan(question, directory, values_max=self._values_max, sampled=sampled)
            kind = shape if shape is not None and is_movable(found) else question
            if _weight(found) <= _PLANS_BYTES_MAX:
                self._plans[kind, *made_of] = found
        return found


def _weight(found: Plan) -> int:
    values = sum(len(each.values) for each in (*found.question.where, *found.question.scope))
    return _PART_BYTES * (1 + len(found.fragments) + len(found.recipes)) + _VALUE_BYTES * values
