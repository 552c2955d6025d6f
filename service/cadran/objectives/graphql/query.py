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
    strawberry.argument(description="As of this day on its owner's clock, which is not counted; today unless given."),
]
#: Values that an objective, a key result and a check-in show.
_SHOWN, _OF_RESULT, _OF_CHECK_IN = 26, 29, 7


@strawberry.type
class ObjectiveQuery:
    """Objectives, as of a day."""

    @fallible("An objective with its key results and their check-ins.")
    async def objective(
        self,
        info: Info,
        *,
        id: Annotated[strawberry.ID, strawberry.argument(description="The objective's id, or its number.")],
        as_of: AsOf = None,
    ) -> Objective | None:
        """One of them."""
        return await objective_told(info.context, id, as_of)

    @fallible("Objectives page by page, in the order in which they were made.")
    async def objectives(
        self,
        info: Info,
        *,
        owner: Annotated[str | None, strawberry.argument(description="Whose: company, site:CODE or team:CODE.")] = None,
        state: Annotated[
            list[ObjectiveState] | None,
            strawberry.argument(description=f"Only in these states; at most {len(STATES)} states."),
        ] = None,
        period: Annotated[
            str | None, strawberry.argument(description="Only those whose time overlaps this period: 2015-Q4.")
        ] = None,
        parent: Annotated[
            strawberry.ID | None, strawberry.argument(description="Only those aligned to this objective.")
        ] = None,
        first: Annotated[int, strawberry.argument(description=f"How many a page holds, 1 to {FIRST_MAX}.")] = FIRST,
        after: Annotated[str | None, strawberry.argument(description="The endCursor of the page before.")] = None,
        as_of: AsOf = None,
    ) -> ObjectiveConnection | None:
        """A page of them."""
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
    """Return the reader of objectives. Nothing that shows objectives is cached: their changes are not notified."""
    context.uncached = True
    return context.service(Objectives)


async def objective_told(context: Context, id: str, as_of: str | None = None) -> Objective:
    """The objective of that id."""
    found = await reader_of(context).get(objective_number(id), context.principal, as_of)
    shown = document.objective(found, context.directory, context.language)
    spend(context, shown)
    return Objective(document=as_of_named(shown, as_of))


def objective_number(id: str) -> int:
    """The number in an objective's id. Raises NotFound."""
    found = number_in(OBJECTIVE, id)
    if found is None:
        raise no_objective(id)
    return found


def key_result_number(id: str) -> int:
    """The number in a key result's id. Raises NotFound."""
    found = number_in(KEY_RESULT, id)
    if found is None:
        raise no_objective(id)
    return found


def spend(context: Context, shown: Document) -> None:
    """Count what an objective may show."""
    results = shown["key_results"]
    check_ins = sum(len(each["check_ins"]) for each in results)
    context.spend(_SHOWN + len(results) * _OF_RESULT + check_ins * _OF_CHECK_IN)
