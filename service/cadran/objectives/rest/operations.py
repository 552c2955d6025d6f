"""The operations of objectives, for the OpenAPI document."""

from __future__ import annotations

from typing import Any, Final

from cadran.domain.bounds import NUMBER_DIGITS_MAX
from cadran.objectives.rest.forms import AS_OF, LIST
from cadran.rest import examples
from cadran.rest.change_operations import FAILED, IDEMPOTENCY, IF_MATCH, WRITING
from cadran.rest.change_operations import body as request_body
from cadran.rest.operations import named, parameter, shared
from cadran.rest.parameter import Parameter
from cadran.rest.responses import found, made, refused, versioned

_NUMBER_MAX: Final = 10**NUMBER_DIGITS_MAX - 1
_READ: Final = ("BadRequest", "NotAcceptable", "Refused", *FAILED)
_VERSIONED: Final = ("NotFound", "PreconditionFailed", "PreconditionRequired", *WRITING)


def _in_path(name: str, about: str) -> dict[str, Any]:
    schema = {"type": "integer", "minimum": 1, "maximum": _NUMBER_MAX}
    return {"name": name, "in": "path", "required": True, "description": about, "schema": schema, "example": 1}


def _listed(given: Parameter) -> dict[str, Any]:
    """A parameter of the list; ``parent`` is an objective's number, which nothing bounds as it bounds a count."""
    told: dict[str, Any] = parameter(given)
    if given.name == "parent":
        # Nothing is aligned to a number that no objective has, 0 for one.
        told["schema"] = {"type": "integer", "minimum": 0, "maximum": _NUMBER_MAX}
    return told


_OBJECTIVE: Final = _in_path("objective", "The objective's number.")
_KEY_RESULT: Final = _in_path("key_result", "The key result's number.")


def _operation(
    name: str,
    about: str,
    parameters: list[Any],
    success: tuple[int, str | None],
    refusals: tuple[str, ...],
    body: str | None = None,
) -> dict[str, Any]:
    status, schema = success
    answer = {"description": "It is no more."} if schema is None else _answer(status, schema)
    told: dict[str, Any] = {
        **named(name, "objectives", about),
        "parameters": parameters,
        "responses": dict(sorted({str(status): answer, **refused(*refusals)}.items())),
    }
    if body is not None:
        told["requestBody"] = request_body(body, examples.OBJECTIVES[body])
    return told


def _answer(status: int, schema: str) -> dict[str, Any]:
    """Only what stands by itself has a version, and is found somewhere."""
    if schema in ("Objectives", "CheckIn"):
        return found("It.", schema, cached=False)
    return made("It.", schema) if status == 201 else versioned("It.", schema)


#: Every version: the example may be sent at any time.
_IF_MATCH: Final = {**IF_MATCH, "example": "*"}
_ASKED: Final = [parameter(AS_OF), *shared("AcceptLanguage")]
_ONE: Final = [_OBJECTIVE]
_RESULT: Final = [_OBJECTIVE, _KEY_RESULT]
_LANGUAGE: Final = shared("AcceptLanguage")

OBJECTIVE_PATHS: Final[dict[str, dict[str, Any]]] = {
    "/v1/objectives": {
        "get": _operation(
            "listObjectives",
            "Objectives page by page, in the order in which they were made, as of a day. Those of the sites and teams "
            "that you know of, and the company's; key results outside of your scope are left out and counted.",
            [*map(_listed, LIST), *_LANGUAGE],
            (200, "Objectives"),
            _READ,
        ),
        "post": _operation(
            "createObjective",
            "Make an objective, with its key results. It is the company's, a site's or a team's; one person's is "
            "refused (one_person). A key result of a site or team that names no place is measured there.",
            [IDEMPOTENCY, *_LANGUAGE],
            (201, "Objective"),
            WRITING,
            "ObjectiveSent",
        ),
    },
    "/v1/objectives/{objective}": {
        "get": _operation(
            "getObjective",
            "An objective as of a day: the figures of the days before it, what was said up to and on it.",
            [*_ONE, *_ASKED],
            (200, "Objective"),
            ("NotFound", *_READ),
        ),
        "patch": _operation(
            "changeObjective",
            "Change an objective; what is left out stays. With state closed come a retrospective and scores; where "
            "none is given, a key result scores what its progress amounts to.",
            [*_ONE, _IF_MATCH, *_LANGUAGE],
            (200, "Objective"),
            _VERSIONED,
            "ObjectiveChange",
        ),
        "delete": _operation(
            "deleteObjective",
            "Delete a draft. What has begun is abandoned or closed instead.",
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
            "KeyResultSent",
        ),
    },
    "/v1/objectives/{objective}/key-results/{key_result}": {
        "get": _operation(
            "getKeyResult", "A key result as of a day.", [*_RESULT, *_ASKED], (200, "KeyResult"), ("NotFound", *_READ)
        ),
        "patch": _operation(
            "changeKeyResult",
            "Change a key result; what is left out stays.",
            [*_RESULT, _IF_MATCH, *_LANGUAGE],
            (200, "KeyResult"),
            _VERSIONED,
            "KeyResultChange",
        ),
        "delete": _operation(
            "deleteKeyResult",
            "Delete a key result that nobody has checked in on.",
            [*_RESULT, _IF_MATCH],
            (204, None),
            _VERSIONED,
        ),
    },
    "/v1/objectives/{objective}/key-results/{key_result}/check-ins": {
        "get": _operation(
            "listCheckIns", "What was said of a key result, the oldest first.", _RESULT, (200, "CheckIns"),
            ("NotFound", *_READ),
        ),
        "post": _operation(
            "addCheckIn",
            "Say how a key result stands, beside what was said before; nothing that was said is altered.",
            [*_RESULT, IDEMPOTENCY],
            (201, "CheckIn"),
            ("NotFound", *WRITING),
            "CheckInSent",
        ),
    },
}  # fmt: skip
