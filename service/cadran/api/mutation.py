"""The root of what changes anything: objectives, their key results and their check-ins; contracts.

Each mutation is judged as the same request over REST is, by the same rules, with the same codes; ``version`` stands for
If-Match.
"""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from cadran.contracts.graphql.mutation import ContractMutation
from cadran.domain.bounds import KEY_RESULTS_MAX, check_list
from cadran.graphql.identifiers import OBJECTIVE, identity
from cadran.graphql.root import Info, fallible
from cadran.objectives import documents as document
from cadran.objectives.changes import Author, Changes
from cadran.objectives.graphql.inputs import (
    CheckInInput,
    KeyResultChangeInput,
    KeyResultInput,
    ObjectiveChangeInput,
    ObjectiveInput,
    ScoreInput,
    plain,
)
from cadran.objectives.graphql.query import key_result_number, objective_number, objective_told, reader_of
from cadran.objectives.graphql.types import CheckIn, Objective
from cadran.objectives.model.rules import TEXT_MAX

Id = Annotated[strawberry.ID, strawberry.argument(description="The objective's id, or its number.")]
ResultId = Annotated[strawberry.ID, strawberry.argument(description="The key result's id, or its number.")]
Version = Annotated[
    str | None,
    strawberry.argument(description="The version that was read; refused without it, or where it is another by now."),
]


_SCORES = f"Those that are not to be what progress amounts to, at most {KEY_RESULTS_MAX:,} scores."


def _input(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="Everything that can be changed.")
class Mutation(ContractMutation):
    """The root fields."""

    @fallible("Make an objective, with its key results.")
    async def create_objective(
        self, info: Info, *, input: Annotated[ObjectiveInput, _input("What it is to be.")]
    ) -> Objective | None:
        """The objective as it is told."""
        made = await info.context.done(_changes(info).create(plain(input), _author(info)))
        return await objective_told(info.context, str(made))

    @fallible("Change an objective; what is left out stays.")
    async def change_objective(
        self,
        info: Info,
        *,
        id: Id,
        input: Annotated[ObjectiveChangeInput, _input("What is to be otherwise.")],
        version: Version = None,
    ) -> Objective | None:
        """The objective as it is told."""
        await info.context.done(_changes(info).change(objective_number(id), version, plain(input), _author(info)))
        return await objective_told(info.context, id)

    @fallible("Close an objective: scores of its key results, and what was learned.")
    async def close_objective(
        self,
        info: Info,
        *,
        id: Id,
        retrospective: Annotated[str, _input(f"What was learned, 1 to {TEXT_MAX:,} characters.")],
        scores: Annotated[list[ScoreInput] | None, _input(_SCORES)] = None,
        version: Version = None,
    ) -> Objective | None:
        """The objective as it is told."""
        check_list("scores", scores or (), KEY_RESULTS_MAX)
        sent = {"state": "closed", "retrospective": retrospective, "scores": [plain(each) for each in scores or ()]}
        await info.context.done(_changes(info).change(objective_number(id), version, sent, _author(info)))
        return await objective_told(info.context, id)

    @fallible("Delete a draft; gives its id.")
    async def delete_objective(self, info: Info, *, id: Id, version: Version = None) -> strawberry.ID | None:
        """What has begun is abandoned or closed instead."""
        number = objective_number(id)
        await info.context.done(_changes(info).delete(number, version, _author(info)))
        return strawberry.ID(identity(OBJECTIVE, number))

    @fallible("Add a key result to an objective.")
    async def add_key_result(
        self, info: Info, *, objective: Id, input: Annotated[KeyResultInput, _input("What it is to be.")]
    ) -> Objective | None:
        """The objective as it is told."""
        await info.context.done(_changes(info).add_key_result(objective_number(objective), plain(input), _author(info)))
        return await objective_told(info.context, objective)

    @fallible("Change a key result; what is left out stays.")
    async def change_key_result(
        self,
        info: Info,
        *,
        objective: Id,
        key_result: ResultId,
        input: Annotated[KeyResultChangeInput, _input("What is to be otherwise.")],
        version: Version = None,
    ) -> Objective | None:
        """The objective as it is told."""
        numbers = objective_number(objective), key_result_number(key_result)
        await info.context.done(_changes(info).change_key_result(*numbers, version, plain(input), _author(info)))
        return await objective_told(info.context, objective)

    @fallible("Delete a key result that nobody has checked in on.")
    async def delete_key_result(
        self, info: Info, *, objective: Id, key_result: ResultId, version: Version = None
    ) -> Objective | None:
        """The objective as it is told."""
        await info.context.done(
            _changes(info).delete_key_result(
                objective_number(objective), key_result_number(key_result), version, _author(info)
            )
        )
        return await objective_told(info.context, objective)

    @fallible("Say how a key result stands, beside what was said before.")
    async def check_in(
        self,
        info: Info,
        *,
        objective: Id,
        key_result: ResultId,
        input: Annotated[CheckInInput, _input("What is to be said.")],
    ) -> CheckIn | None:
        """What was recorded."""
        numbers = objective_number(objective), key_result_number(key_result)
        made = await info.context.done(_changes(info).check_in(*numbers, plain(input), _author(info)))
        return CheckIn(document=document.check_in(made))


def _changes(info: Info) -> Changes:
    return Changes(reader_of(info.context))


def _author(info: Info) -> Author:
    return Author(info.context.principal, info.context.who)
