"""The REST resources of objectives."""

from __future__ import annotations

from starlette.responses import Response

from cadran.access.idempotency import StoredAnswer
from cadran.objectives.documents.objective import encode_objective, encode_page
from cadran.objectives.forms import ObjectiveBody, ObjectiveChange
from cadran.objectives.model.objective import Owner
from cadran.objectives.progress import ObjectiveProgress
from cadran.objectives.rest.exchange import (
    ANY_VERSION,
    OBJECTIVE,
    OBJECTIVES,
    encode_creation,
    find_changes,
    find_reader,
    read_author,
    read_number,
    read_objective,
    read_version,
    respond,
)
from cadran.objectives.rest.requests import AS_OF, LIST, make_filter, to_json
from cadran.rest import examples
from cadran.rest.changes import read_form, respond_deleted, run_once
from cadran.rest.context import RequestContext
from cadran.rest.operation import Body, Link
from cadran.rest.responses import describe_created, describe_deletion, describe_uncached, describe_versioned


@OBJECTIVES.get(
    "/v1/objectives",
    "listObjectives",
    "List objectives page by page, in the order of their creation, as of a day. The list holds the company's "
    "objectives and those of the sites and teams that you know. Key results outside your scope are left out; "
    "withheld counts them.",
    describe_uncached("A page of objectives.", "Objectives"),
    right="figures",
    parameters=LIST,
    is_localized=True,
    link=Link("objectives", "Objectives with their key results and progress"),
)
async def list_objectives(context: RequestContext) -> Response:
    """Return a page of objectives."""
    reader, directory = find_reader(context), context.directory
    asked = make_filter(context.given, directory, reader.today(Owner("company")))
    found = await reader.page(asked, context.principal, context.given.get("as_of"))
    return respond(context, encode_page(found, directory, context.language))


@OBJECTIVES.post(
    "/v1/objectives",
    "createObjective",
    "Create an objective with its key results. The owner is the company, a site or a team; a person is "
    "refused (one_person). A key result that names no place is measured at the owner's site or team.",
    describe_created("The objective with its key results.", "Objective"),
    right="steer",
    body=Body("ObjectiveBody", examples.OBJECTIVES["ObjectiveBody"]),
    is_localized=True,
)
async def create_objective(context: RequestContext) -> Response:
    """Create an objective and return it."""
    sent, body = await read_form(context, ObjectiveBody)

    async def work() -> StoredAnswer:
        made = await find_changes(context).create(to_json(sent), read_author(context))
        found = await find_reader(context).get(made, context.principal)
        document = encode_objective(found, context.directory, context.language)
        return encode_creation(document, found, f"/v1/objectives/{made}")

    return await run_once(context, body, work)


@OBJECTIVES.get(
    "/v1/objectives/{objective}",
    "getObjective",
    "Get an objective as of a day. Its figures end before the day; its check-ins include the day.",
    describe_versioned("The objective with its key results.", "Objective"),
    right="figures",
    in_path=(OBJECTIVE,),
    parameters=(AS_OF,),
    is_localized=True,
)
async def get_objective(context: RequestContext) -> Response:
    """Return an objective."""
    return _respond_objective(context, await read_objective(context))


@OBJECTIVES.patch(
    "/v1/objectives/{objective}",
    "changeObjective",
    "Change an objective; absent members stay as they are. The state closed requires a retrospective and takes "
    "scores; a key result without a score scores its progress.",
    describe_versioned("The objective with its key results.", "Objective"),
    right="steer",
    in_path=(OBJECTIVE,),
    body=Body("ObjectiveChange", examples.OBJECTIVES["ObjectiveChange"]),
    if_match=ANY_VERSION,
    is_localized=True,
)
async def change_objective(context: RequestContext) -> Response:
    """Change an objective and return it."""
    sent, _ = await read_form(context, ObjectiveChange)
    number = read_number(context, "objective")
    await find_changes(context).change(number, read_version(context), to_json(sent), read_author(context))
    return _respond_objective(context, await read_objective(context))


@OBJECTIVES.delete(
    "/v1/objectives/{objective}",
    "deleteObjective",
    "Delete a draft. A started objective is abandoned or closed instead.",
    describe_deletion("The resource is deleted; the response has no body."),
    right="steer",
    in_path=(OBJECTIVE,),
    if_match=ANY_VERSION,
)
async def delete_objective(context: RequestContext) -> Response:
    """Delete a draft objective."""
    await find_changes(context).delete(read_number(context, "objective"), read_version(context), read_author(context))
    return respond_deleted()


def _respond_objective(context: RequestContext, found: ObjectiveProgress) -> Response:
    return respond(context, encode_objective(found, context.directory, context.language), found)
