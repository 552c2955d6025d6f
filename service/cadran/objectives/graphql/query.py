"""The root fields of objectives."""

from __future__ import annotations

from typing import Annotated

import strawberry

from cadran.graphql.context import Context
from cadran.graphql.identifiers import KEY_RESULT, OBJECTIVE, number_in
from cadran.graphql.root import Info, fallible
from cadran.graphql.scalars import Date
from cadran.objectives import documents as document
from cadran.objectives.graphql.types import Document, Objective, ObjectiveConnection, ObjectiveState, as_of_named
from cadran.objectives.model.filter import FIRST, FIRST_MAX, wanted_in
from cadran.objectives.model.objective import STATES, Owner
from cadran.objectives.model.permissions import no_objective
from cadran.objectives.reader import Objectives

AsOf = Annotated[
    Date | None,
    strawberry.argument(
        description="The day to show objectives as of, on the owner's clock; figures end before it. Today unless given."
    ),
]
#: The numbers of values that an objective, a key result and a check-in show.
_SHOWN, _OF_RESULT, _OF_CHECK_IN = 26, 29, 7


@strawberry.type
class ObjectiveQuery:
    """The fields that read objectives as of a day."""

    @fallible("An objective with its key results and their check-ins.")
    async def objective(
        self,
        info: Info,
        *,
        id: Annotated[strawberry.ID, strawberry.argument(description="The objective's id, or its number.")],
        as_of: AsOf = None,
    ) -> Objective | None:
        """Return one objective."""
        return await objective_told(info.context, id, as_of)

    @fallible("Objectives page by page, in the order of their creation.")
    async def objectives(
        self,
        info: Info,
        *,
        owner: Annotated[
            str | None,
            strawberry.argument(description="The owner of the objectives to list: company, site:CODE or team:CODE."),
        ] = None,
        state: Annotated[
            list[ObjectiveState] | None,
            strawberry.argument(
                description=f"The states of the objectives to list, at most {len(STATES)} states; all unless given."
            ),
        ] = None,
        period: Annotated[
            str | None,
            strawberry.argument(
                description="A named period, such as 2015-Q4. Only objectives that overlap it are listed."
            ),
        ] = None,
        parent: Annotated[
            strawberry.ID | None,
            strawberry.argument(description="The id of a parent. Only objectives that are aligned to it are listed."),
        ] = None,
        first: Annotated[
            int, strawberry.argument(description=f"The number of objectives on a page, 1 to {FIRST_MAX}.")
        ] = FIRST,
        after: Annotated[
            str | None,
            strawberry.argument(description="The cursor that the page begins after: endCursor of the previous page."),
        ] = None,
        as_of: AsOf = None,
    ) -> ObjectiveConnection | None:
        """Return a page of objectives."""
        context = info.context
        asked = wanted_in(
            owner=owner,
            states=None if state is None else [str(each.value) for each in state],
            period=period,
            parent=None if parent is None else objective_number(parent),
            first=first,
            after=after,
            directory=context.directory,
            today=reader_of(context).today(Owner("company")),
        )
        found = await reader_of(context).page(asked, context.principal, as_of)
        page = document.page(found, context.directory, context.language)
        for each in page["edges"]:
            spend(context, each["node"])
        edges = [{**each, "node": as_of_named(each["node"], as_of)} for each in page["edges"]]
        return ObjectiveConnection(document={**page, "edges": edges})


def reader_of(context: Context) -> Objectives:
    """Return the reader of objectives and keep the response out of the cache: changes of objectives are not
    notified."""
    context.uncached = True
    return context.service(Objectives)


async def objective_told(context: Context, id: str, as_of: str | None = None) -> Objective:
    """Return the objective of that id as of a day. Raises NotFound."""
    found = await reader_of(context).get(objective_number(id), context.principal, as_of)
    shown = document.objective(found, context.directory, context.language)
    spend(context, shown)
    return Objective(document=as_of_named(shown, as_of))


def objective_number(id: str) -> int:
    """Return the number in an objective's id. Raises NotFound."""
    found = number_in(OBJECTIVE, id)
    if found is None:
        raise no_objective(id)
    return found


def key_result_number(id: str) -> int:
    """Return the number in a key result's id. Raises NotFound."""
    found = number_in(KEY_RESULT, id)
    if found is None:
        raise no_objective(id)
    return found


def spend(context: Context, shown: Document) -> None:
    """Count the values that an objective may show against the limit of the response."""
    results = shown["key_results"]
    check_ins = sum(len(each["check_ins"]) for each in results)
    context.spend(_SHOWN + len(results) * _OF_RESULT + check_ins * _OF_CHECK_IN)
