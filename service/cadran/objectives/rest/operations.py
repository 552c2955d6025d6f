"""The operations of objectives in the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.domain.bounds import NUMBER_DIGITS_MAX
from cadran.objectives.rest.requests import AS_OF, LIST
from cadran.rest import examples
from cadran.rest.change_operations import FAILED, IDEMPOTENCY, IF_MATCH, WRITING
from cadran.rest.change_operations import describe_body as request_body
from cadran.rest.operations import describe_operation, describe_parameter, refer_to_parameters
from cadran.rest.parameter import Parameter
from cadran.rest.responses import describe_created, describe_found, describe_refused, describe_versioned

_NUMBER_MAX: Final = 10**NUMBER_DIGITS_MAX - 1
_READ: Final = ("BadRequest", "NotAcceptable", "Refused", *FAILED)
_VERSIONED: Final = ("NotFound", "PreconditionFailed", "PreconditionRequired", *WRITING)


def _in_path(name: str, about: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": _NUMBER_MAX}
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema, "example": 1}


def _listed(given: Parameter) -> dict[str, Any]:
    """Return a parameter of the list. ``parent`` is an objective's number, so it has the maximum of a number, not of a
    count."""
    described: dict[str, Any] = describe_parameter(given)
    if given.name == "parent":
        # ``parent=0`` matches no objective.
        described["schema"] = {"type": "integer", "minimum": 0, "maximum": _NUMBER_MAX}
    return described


#: The descriptions of the responses by schema.
_CONTENT: Final = {
    "Objectives": "A page of objectives.",
    "Objective": "The objective with its key results.",
    "KeyResult": "The key result with its check-ins.",
    "CheckIns": "The check-ins of the key result.",
    "CheckIn": "The check-in as recorded.",
}
_OBJECTIVE: Final = _in_path("objective", "The number of the objective.")
_KEY_RESULT: Final = _in_path("key_result", "The number of the key result.")


def _operation(
    name: str,
    about: str,
    parameters: list[Any],
    success: tuple[int, str | None],
    refusals: tuple[str, ...],
    body: str | None = None,
) -> dict[str, Any]:
    status, schema = success
    answer = (
        {"description": "The resource is deleted; the response has no body."}
        if schema is None
        else _answer(status, schema)
    )
    described: dict[str, Any] = {
        **describe_operation(name, "objectives", about),
        "parameters": parameters,
        "responses": dict(sorted({str(status): answer, **describe_refused(*refusals)}.items())),
    }
    if body is not None:
        described["requestBody"] = request_body(body, examples.OBJECTIVES[body])
    return described


def _answer(status: int, schema: str) -> dict[str, Any]:
    """Return the response of an operation. A page and a check-in have no version; only creations have a location."""
    if schema in ("Objectives", "CheckIn"):
        return describe_found(_CONTENT[schema], schema, cached=False)
    return describe_created(_CONTENT[schema], schema) if status == 201 else describe_versioned(_CONTENT[schema], schema)


#: The example matches every version, so that it can be sent at any time.
_IF_MATCH: Final = {**IF_MATCH, "example": "*"}
_ASKED: Final = [describe_parameter(AS_OF), *refer_to_parameters("AcceptLanguage")]
_ONE: Final = [_OBJECTIVE]
_RESULT: Final = [_OBJECTIVE, _KEY_RESULT]
_LANGUAGE: Final = refer_to_parameters("AcceptLanguage")

OBJECTIVE_PATHS: Final[dict[str, dict[str, Any]]] = {
    "/v1/objectives": {
        "get": _operation(
            "listObjectives",
            "List objectives page by page, in the order of their creation, as of a day. The list holds the company's "
            "objectives and those of the sites and teams that you know. Key results outside your scope are left out; "
            "withheld counts them.",
            [*map(_listed, LIST), *_LANGUAGE],
            (200, "Objectives"),
            _READ,
        ),
        "post": _operation(
            "createObjective",
            "Create an objective with its key results. The owner is the company, a site or a team; a person is "
            "refused (one_person). A key result that names no place is measured at the owner's site or team.",
            [IDEMPOTENCY, *_LANGUAGE],
            (201, "Objective"),
            WRITING,
            "ObjectiveBody",
        ),
    },
    "/v1/objectives/{objective}": {
        "get": _operation(
            "getObjective",
            "Get an objective as of a day. Its figures end before the day; its check-ins include the day.",
            [*_ONE, *_ASKED],
            (200, "Objective"),
            ("NotFound", *_READ),
        ),
        "patch": _operation(
            "changeObjective",
            "Change an objective; absent members stay as they are. The state closed requires a retrospective and takes "
            "scores; a key result without a score scores its progress.",
            [*_ONE, _IF_MATCH, *_LANGUAGE],
            (200, "Objective"),
            _VERSIONED,
            "ObjectiveChange",
        ),
        "delete": _operation(
            "deleteObjective",
            "Delete a draft. A started objective is abandoned or closed instead.",
            [*_ONE, _IF_MATCH],
            (204, None),
            _VERSIONED,
        ),
    },
    "/v1/objectives/{objective}/key-results": {
        "post": _operation(
            "addKeyResult",
            "Add a key result to an objective.",
            [*_ONE, IDEMPOTENCY, *_LANGUAGE],
            (201, "KeyResult"),
            ("NotFound", *WRITING),
            "KeyResultBody",
        ),
    },
    "/v1/objectives/{objective}/key-results/{key_result}": {
        "get": _operation(
            "getKeyResult", "Get a key result as of a day.", [*_RESULT, *_ASKED], (200, "KeyResult"),
            ("NotFound", *_READ),
        ),
        "patch": _operation(
            "changeKeyResult",
            "Change a key result; absent members stay as they are.",
            [*_RESULT, _IF_MATCH, *_LANGUAGE],
            (200, "KeyResult"),
            _VERSIONED,
            "KeyResultChange",
        ),
        "delete": _operation(
            "deleteKeyResult",
            "Delete a key result that has no check-ins.",
            [*_RESULT, _IF_MATCH],
            (204, None),
            _VERSIONED,
        ),
    },
    "/v1/objectives/{objective}/key-results/{key_result}/check-ins": {
        "get": _operation(
            "listCheckIns", "List the check-ins of a key result, the oldest first.", _RESULT, (200, "CheckIns"),
            ("NotFound", *_READ),
        ),
        "post": _operation(
            "addCheckIn",
            "Add a check-in to a key result. Earlier check-ins are never altered.",
            [*_RESULT, IDEMPOTENCY],
            (201, "CheckIn"),
            ("NotFound", *WRITING),
            "CheckInBody",
        ),
    },
}  # fmt: skip
