"""The REST resources of key results and check-ins."""

from __future__ import annotations

from typing import Final

from starlette.responses import Response

from cadran.access.idempotency import StoredAnswer
from cadran.objectives.documents.key_result import KeyResultDocument, encode_check_in, encode_key_result
from cadran.objectives.forms import CheckInBody, KeyResultBody, KeyResultChange
from cadran.objectives.model.permissions import no_key_result
from cadran.objectives.progress import ObjectiveProgress
from cadran.objectives.rest.exchange import (
    ANY_VERSION,
    KEY_RESULT,
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
from cadran.objectives.rest.requests import AS_OF, to_json
from cadran.rest import examples
from cadran.rest.changes import read_form, respond_deleted, run_once
from cadran.rest.context import RequestContext
from cadran.rest.operation import Body
from cadran.rest.responses import describe_created, describe_deletion, describe_uncached, describe_versioned

_PATH: Final = "/v1/objectives/{objective}/key-results"
_ONE: Final = f"{_PATH}/{{key_result}}"
_NUMBERS: Final = (OBJECTIVE, KEY_RESULT)


@OBJECTIVES.post(
    _PATH,
    "addKeyResult",
    "Add a key result to an objective.",
    describe_created("The key result with its check-ins.", "KeyResult"),
    right="steer",
    in_path=(OBJECTIVE,),
    body=Body("KeyResultBody", examples.OBJECTIVES["KeyResultBody"]),
    is_localized=True,
)
async def add_key_result(context: RequestContext) -> Response:
    """Add a key result to an objective and return the key result."""
    sent, body = await read_form(context, KeyResultBody)
    objective = read_number(context, "objective")

    async def work() -> StoredAnswer:
        made = await find_changes(context).add_key_result(objective, to_json(sent), read_author(context))
        whole = await find_reader(context).get(objective, context.principal)
        found = whole.key_result(made)
        assert found is not None
        document = encode_key_result(found, context.directory, context.language)
        return encode_creation(document, whole, f"/v1/objectives/{objective}/key-results/{made}")

    return await run_once(context, body, work)


@OBJECTIVES.get(
    _ONE,
    "getKeyResult",
    "Get a key result as of a day.",
    describe_versioned("The key result with its check-ins.", "KeyResult"),
    right="figures",
    in_path=_NUMBERS,
    parameters=(AS_OF,),
    is_localized=True,
)
async def get_key_result(context: RequestContext) -> Response:
    """Return a key result."""
    found = await read_objective(context)
    return respond(context, _encode_key_result(context, found), found)


@OBJECTIVES.patch(
    _ONE,
    "changeKeyResult",
    "Change a key result; absent members stay as they are.",
    describe_versioned("The key result with its check-ins.", "KeyResult"),
    right="steer",
    in_path=_NUMBERS,
    body=Body("KeyResultChange", examples.OBJECTIVES["KeyResultChange"]),
    if_match=ANY_VERSION,
    is_localized=True,
)
async def change_key_result(context: RequestContext) -> Response:
    """Change a key result and return it."""
    sent, _ = await read_form(context, KeyResultChange)
    objective, key_result = read_number(context, "objective"), read_number(context, "key_result")
    await find_changes(context).change_key_result(
        objective, key_result, read_version(context), to_json(sent), read_author(context)
    )
    found = await read_objective(context)
    return respond(context, _encode_key_result(context, found), found)


@OBJECTIVES.delete(
    _ONE,
    "deleteKeyResult",
    "Delete a key result that has no check-ins.",
    describe_deletion("The resource is deleted; the response has no body."),
    right="steer",
    in_path=_NUMBERS,
    if_match=ANY_VERSION,
)
async def delete_key_result(context: RequestContext) -> Response:
    """Delete a key result without check-ins."""
    objective, key_result = read_number(context, "objective"), read_number(context, "key_result")
    await find_changes(context).delete_key_result(objective, key_result, read_version(context), read_author(context))
    return respond_deleted()


@OBJECTIVES.get(
    f"{_ONE}/check-ins",
    "listCheckIns",
    "List the check-ins of a key result, the oldest first.",
    describe_versioned("The check-ins of the key result.", "CheckIns"),
    right="figures",
    in_path=_NUMBERS,
)
async def list_check_ins(context: RequestContext) -> Response:
    """Return the check-ins of a key result, the oldest first."""
    found = await read_objective(context)
    return respond(context, {"check_ins": _encode_key_result(context, found)["check_ins"]}, found)


@OBJECTIVES.post(
    f"{_ONE}/check-ins",
    "addCheckIn",
    "Add a check-in to a key result. Earlier check-ins are never altered.",
    describe_uncached("The check-in as recorded.", "CheckIn", status=201),
    right="steer",
    in_path=_NUMBERS,
    body=Body("CheckInBody", examples.OBJECTIVES["CheckInBody"]),
)
async def add_check_in(context: RequestContext) -> Response:
    """Add a check-in to a key result and return the check-in."""
    sent, body = await read_form(context, CheckInBody)
    objective, key_result = read_number(context, "objective"), read_number(context, "key_result")

    async def work() -> StoredAnswer:
        made = await find_changes(context).check_in(objective, key_result, to_json(sent), read_author(context))
        return encode_creation(encode_check_in(made))

    return await run_once(context, body, work)


def _encode_key_result(context: RequestContext, of: ObjectiveProgress) -> KeyResultDocument:
    wanted = read_number(context, "key_result")
    found = of.key_result(wanted)
    if found is None:
        raise no_key_result(of.objective.number, str(wanted), [each.key_result for each in of.key_results])
    return encode_key_result(found, context.directory, context.language)
