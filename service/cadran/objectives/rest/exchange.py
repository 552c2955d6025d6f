"""What the REST resources of objectives share: numbers in the path, the version, and responses.

A response about one objective has the objective's version as its ETag. A change or deletion sends the ETag as If-Match.
The response is 428 without If-Match, and 412 if the objective has changed since.
"""

from __future__ import annotations

from typing import Final, TypeAlias

import orjson
from starlette.responses import Response

from cadran.access.idempotency import StoredAnswer
from cadran.domain.bounds import NUMBER_DIGITS_MAX
from cadran.errors import absent
from cadran.objectives.changes import Author, Changes
from cadran.objectives.documents.key_result import CheckInDocument, CheckInsDocument, KeyResultDocument
from cadran.objectives.documents.objective import ObjectiveDocument, ObjectivesDocument
from cadran.objectives.model.filter import parse_number
from cadran.objectives.progress import ObjectiveProgress
from cadran.objectives.reader import ObjectiveReader
from cadran.objectives.rest.schemas import OBJECTIVE_SCHEMAS
from cadran.rest.context import NO_STORE, RequestContext
from cadran.rest.operation import OperationGroup, PathParameter

Document: TypeAlias = ObjectivesDocument | ObjectiveDocument | KeyResultDocument | CheckInsDocument | CheckInDocument
_OPTIONS: Final = orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_UTC_Z

OBJECTIVES: Final = OperationGroup("objectives", OBJECTIVE_SCHEMAS)
#: An example of If-Match. It matches every version, so that it can be sent at any time.
ANY_VERSION: Final = "*"


def _number_in_path(name: str, about: str) -> PathParameter:
    return PathParameter(name, about, {"type": "integer", "minimum": 1, "maximum": 10**NUMBER_DIGITS_MAX - 1}, 1)


OBJECTIVE: Final = _number_in_path("objective", "The number of the objective.")
KEY_RESULT: Final = _number_in_path("key_result", "The number of the key result.")


def find_reader(context: RequestContext) -> ObjectiveReader:
    """Return the reader of objectives."""
    return context.service(ObjectiveReader)


def find_changes(context: RequestContext) -> Changes:
    """Return the changes of objectives."""
    return Changes(find_reader(context))


def read_author(context: RequestContext) -> Author:
    """Return the author of a change."""
    return Author(context.principal, context.caller.who)


def read_number(context: RequestContext, name: str) -> int:
    """Return a number of the path. Raises NotFound if it is none."""
    found = parse_number(context.path[name])
    if found is None:
        raise absent(name.replace("_", " "), context.path[name], listed="/v1/objectives")
    return found


def read_version(context: RequestContext) -> str | None:
    """Return If-Match, the versions that may be changed; None if the request has none."""
    given = context.request.headers.getlist("if-match")
    return ", ".join(given) if given else None


async def read_objective(context: RequestContext) -> ObjectiveProgress:
    """Return the objective of the path as of the day of the parameter ``as_of``, or today."""
    return await find_reader(context).get(
        read_number(context, "objective"), context.principal, context.given.get("as_of")
    )


def respond(context: RequestContext, document: Document, of: ObjectiveProgress | None = None) -> Response:
    """Return an uncached response, with the version of an objective."""
    headers = {**NO_STORE, "content-language": context.language}
    if of is not None:
        headers["etag"] = of.objective.tag
    return Response(orjson.dumps(document, option=_OPTIONS), headers=headers, media_type="application/json")


def encode_creation(document: Document, of: ObjectiveProgress | None = None, location: str = "") -> StoredAnswer:
    """Return the response of a creation: the document, and the location and version of an objective or key result."""
    headers = {} if of is None else {"location": location, "etag": of.objective.tag}
    return StoredAnswer(201, orjson.dumps(document, option=_OPTIONS), headers)
