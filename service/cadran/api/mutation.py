"""The root of GraphQL mutations: objectives, their key results and check-ins; contracts.

Each mutation follows the same rules and has the same error codes as the same request over REST. The argument
``version`` replaces If-Match.
"""

from __future__ import annotations

from typing import Annotated, Any

import strawberry

from cadran.contracts.graphql.mutation import ContractMutation
from cadran.domain.bounds import KEY_RESULTS_MAX, check_list
from cadran.graphql.identifiers import OBJECTIVE, encode_id
from cadran.graphql.root import Info, make_fallible
from cadran.objectives.changes import Author, Changes
from cadran.objectives.documents.key_result import encode_check_in
from cadran.objectives.graphql.inputs import (
    CheckInInput,
    KeyResultChangeInput,
    KeyResultInput,
    ObjectiveChangeInput,
    ObjectiveInput,
    ScoreInput,
    to_json,
)
from cadran.objectives.graphql.query import find_reader, get_objective, parse_key_result_number, parse_objective_number
from cadran.objectives.graphql.types import CheckIn, Objective
from cadran.objectives.model.rules import TEXT_MAX

Id = Annotated[
    strawberry.ID, strawberry.argument(description="The id of the objective without a day, or its number in REST.")
]
ResultId = Annotated[
    strawberry.ID, strawberry.argument(description="The id of the key result without a day, or its number in REST.")
]
Version = Annotated[
    str | None,
    strawberry.argument(
        description="The version that was read. Without it, or if it is no longer current, the mutation is refused."
    ),
]


_SCORES = f"Scores of key results that differ from their progress, at most {KEY_RESULTS_MAX:,} scores."


def _input(description: str) -> Any:
    return strawberry.argument(description=description)


@strawberry.type(description="The root of all mutations.")
class Mutation(ContractMutation):
    """The root fields of mutations."""

    @make_fallible("Create an objective with its key results.")
    async def create_objective(
        self, info: Info, *, input: Annotated[ObjectiveInput, _input("The new objective.")]
    ) -> Objective | None:
        """Create an objective and return it."""
        made = await info.context.done(_changes(info).create(to_json(input), _author(info)))
        return await get_objective(info.context, str(made))

    @make_fallible("Change an objective. Members that are left out keep their values.")
    async def change_objective(
        self,
        info: Info,
        *,
        id: Id,
        input: Annotated[ObjectiveChangeInput, _input("The members to change.")],
        version: Version = None,
    ) -> Objective | None:
        """Change an objective and return it."""
        await info.context.done(
            _changes(info).change(parse_objective_number(id, "id"), version, to_json(input), _author(info))
        )
        return await get_objective(info.context, id)

    @make_fallible("Close an objective with the scores of its key results and a retrospective.")
    async def close_objective(
        self,
        info: Info,
        *,
        id: Id,
        retrospective: Annotated[str, _input(f"The lessons learned, 1 to {TEXT_MAX:,} characters.")],
        scores: Annotated[list[ScoreInput] | None, _input(_SCORES)] = None,
        version: Version = None,
    ) -> Objective | None:
        """Close an objective and return it."""
        check_list("scores", scores or (), KEY_RESULTS_MAX)
        sent = {"state": "closed", "retrospective": retrospective, "scores": [to_json(each) for each in scores or ()]}
        await info.context.done(_changes(info).change(parse_objective_number(id, "id"), version, sent, _author(info)))
        return await get_objective(info.context, id)

    @make_fallible("Delete an objective in state DRAFT and return its id.")
    async def delete_objective(self, info: Info, *, id: Id, version: Version = None) -> strawberry.ID | None:
        """Delete a draft and return its id. An objective that has begun is abandoned or closed instead."""
        number = parse_objective_number(id, "id")
        await info.context.done(_changes(info).delete(number, version, _author(info)))
        return strawberry.ID(encode_id(OBJECTIVE, number))

    @make_fallible("Add a key result to an objective.")
    async def add_key_result(
        self, info: Info, *, objective: Id, input: Annotated[KeyResultInput, _input("The new key result.")]
    ) -> Objective | None:
        """Add a key result and return the objective."""
        await info.context.done(
            _changes(info).add_key_result(parse_objective_number(objective, "objective"), to_json(input), _author(info))
        )
        return await get_objective(info.context, objective)

    @make_fallible("Change a key result. Members that are left out keep their values.")
    async def change_key_result(
        self,
        info: Info,
        *,
        objective: Id,
        key_result: ResultId,
        input: Annotated[KeyResultChangeInput, _input("The members to change.")],
        version: Version = None,
    ) -> Objective | None:
        """Change a key result and return the objective."""
        numbers = parse_objective_number(objective, "objective"), parse_key_result_number(key_result)
        await info.context.done(_changes(info).change_key_result(*numbers, version, to_json(input), _author(info)))
        return await get_objective(info.context, objective)

    @make_fallible("Delete a key result that has no check-ins.")
    async def delete_key_result(
        self, info: Info, *, objective: Id, key_result: ResultId, version: Version = None
    ) -> Objective | None:
        """Delete a key result and return the objective."""
        await info.context.done(
            _changes(info).delete_key_result(
                parse_objective_number(objective, "objective"),
                parse_key_result_number(key_result),
                version,
                _author(info),
            )
        )
        return await get_objective(info.context, objective)

    @make_fallible("Record a check-in on a key result. Earlier check-ins remain.")
    async def check_in(
        self,
        info: Info,
        *,
        objective: Id,
        key_result: ResultId,
        input: Annotated[CheckInInput, _input("The new check-in.")],
    ) -> CheckIn | None:
        """Record a check-in and return it."""
        numbers = parse_objective_number(objective, "objective"), parse_key_result_number(key_result)
        made = await info.context.done(_changes(info).check_in(*numbers, to_json(input), _author(info)))
        return CheckIn(document=encode_check_in(made))


def _changes(info: Info) -> Changes:
    return Changes(find_reader(info.context))


def _author(info: Info) -> Author:
    return Author(info.context.principal, info.context.who)
