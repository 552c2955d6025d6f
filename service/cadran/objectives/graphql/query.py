"""The root fields of objectives."""

from __future__ import annotations

from typing import Annotated

import strawberry

from cadran.graphql.context import Context
from cadran.graphql.identifiers import KEY_RESULT, OBJECTIVE, ParsedId, encode_id, parse_id
from cadran.graphql.root import Info, make_fallible
from cadran.graphql.scalars import Date
from cadran.objectives.documents.objective import ObjectiveDocument, encode_objective, encode_page
from cadran.objectives.graphql.inputs import undated
from cadran.objectives.graphql.types import Objective, ObjectiveConnection, ObjectiveState
from cadran.objectives.model.filter import FIRST, FIRST_MAX, parse_filter
from cadran.objectives.model.objective import STATES, Owner
from cadran.objectives.model.permissions import no_objective
from cadran.objectives.model.rules import make_refusal
from cadran.objectives.reader import ObjectiveReader

AsOf = Annotated[
    Date | None,
    strawberry.argument(
        description="The day to show objectives as of, in the owner's time zone; figures end before it. Default: today."
    ),
]
#: The numbers of values that an objective, a key result and a check-in show.
_SHOWN, _OF_RESULT, _OF_CHECK_IN = 26, 29, 7


@strawberry.type
class ObjectiveQuery:
    """The fields that read objectives as of a day."""

    @make_fallible("An objective with its key results and their check-ins.")
    async def objective(
        self,
        info: Info,
        *,
        id: Annotated[
            strawberry.ID,
            strawberry.argument(
                description="The objective's id, or its number. An id with a day shows the objective as of that day."
            ),
        ],
        as_of: AsOf = None,
    ) -> Objective | None:
        """Return one objective."""
        return await get_objective(info.context, id, as_of)

    @make_fallible("Objectives page by page, in the order of their creation.")
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
                description=f"The states of the objectives to list, at most {len(STATES)} states; default: all."
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
        first: Annotated[int, strawberry.argument(description=f"The page size: 1 to {FIRST_MAX} objectives.")] = FIRST,
        after: Annotated[
            str | None,
            strawberry.argument(description="The cursor that the page begins after: endCursor of the previous page."),
        ] = None,
        as_of: AsOf = None,
    ) -> ObjectiveConnection | None:
        """Return a page of objectives."""
        context = info.context
        asked = parse_filter(
            owner=owner,
            states=None if state is None else [str(each.value) for each in state],
            period=period,
            parent=None if parent is None else parse_objective_number(parent, "parent"),
            first=first,
            after=after,
            directory=context.directory,
            today=find_reader(context).today(Owner("company")),
        )
        found = await find_reader(context).page(asked, context.principal, as_of)
        page = encode_page(found, context.directory, context.language)
        for each in page["edges"]:
            spend(context, each["node"])
        return ObjectiveConnection(document=page, named_as_of=as_of)


def find_reader(context: Context) -> ObjectiveReader:
    """Return the reader of objectives and keep the response out of the cache, because changes of objectives send no
    notification."""
    context.uncached = True
    return context.service(ObjectiveReader)


async def get_objective(context: Context, id: str, as_of: str | None = None) -> Objective:
    """Return the objective of that id as of a day: ``as_of``, or the day of the id. Raises NotFound, and
    QuestionRefused for a wrong day or two different days."""
    parsed = _parse(OBJECTIVE, id)
    if None not in (as_of, parsed.as_of) and as_of != parsed.as_of:
        raise make_refusal(
            f"The id names the day {parsed.as_of}, and asOf names {as_of}. Leave out asOf, or send the id"
            f" {encode_id(OBJECTIVE, parsed.number)}.",
            "as_of",
        )
    day = as_of or parsed.as_of
    found = await find_reader(context).get(parsed.number, context.principal, day)
    shown = encode_objective(found, context.directory, context.language)
    spend(context, shown)
    return Objective(document=shown, named_as_of=day)


def parse_objective_number(id: str, parameter: str) -> int:
    """Return the number in an objective's id. Raises NotFound, and QuestionRefused for an id with a day."""
    return undated(_parse(OBJECTIVE, id), OBJECTIVE, parameter)


def parse_key_result_number(id: str) -> int:
    """Return the number in a key result's id. Raises NotFound, and QuestionRefused for an id with a day."""
    return undated(_parse(KEY_RESULT, id), KEY_RESULT, "key_result")


def _parse(kind: str, id: str) -> ParsedId:
    parsed = parse_id(kind, id)
    if parsed is None:
        raise no_objective(id)
    return parsed


def spend(context: Context, shown: ObjectiveDocument) -> None:
    """Count the values that an objective may show towards the cost limit of the request."""
    results = shown["key_results"]
    check_ins = sum(len(each["check_ins"]) for each in results)
    context.spend(_SHOWN + len(results) * _OF_RESULT + check_ins * _OF_CHECK_IN)
