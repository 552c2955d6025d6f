"""The entity tag that names a version of an objective, and the check of the tag that a change names."""

from __future__ import annotations

from typing import Final

from cadran.errors import CadranError
from cadran.objectives.model.objective import Objective

#: The tag that matches every version.
ANY: Final = "*"


class Conflict(CadranError):
    """The error for a change that the objective's state or version does not allow."""

    code = "objective_state"


def check_tag(tag: str | None, objective: Objective) -> None:
    """Check that a tag names the objective's version. Raises Conflict. The comparison is strong (RFC 9110, 13.1.1)."""
    if tag is None:
        raise Conflict(
            "Say which version you change: If-Match with the ETag (version in GraphQL) that you read.",
            code="precondition_required",
        )
    if tag.strip() != ANY and objective.tag not in [each.strip() for each in tag.split(",")]:
        raise make_conflict()


def make_conflict() -> Conflict:
    """Return the refusal for an objective that has changed since the caller read it."""
    return Conflict(
        "The objective has changed since you read it: read it again, then change it.",
        code="precondition_failed",
    )
