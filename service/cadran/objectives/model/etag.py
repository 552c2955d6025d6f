"""The version of an objective that a change names, and what is told where it is another by now."""

from __future__ import annotations

from typing import Final

from cadran.errors import CadranError
from cadran.objectives.model.objective import Objective

#: Whatever version it is.
ANY: Final = "*"


class Conflict(CadranError):
    """What is asked does not go with how the objective stands, or with the version that was named."""

    code = "objective_state"


def check_tag(tag: str | None, objective: Objective) -> None:
    """Refuse a change that names no version, or another: strong comparison with each of the tags that are
    named (RFC 9110, 13.1.1)."""
    if tag is None:
        raise Conflict(
            "Say which version you change: If-Match with the ETag (version in GraphQL) that you read.",
            code="precondition_required",
        )
    if tag.strip() != ANY and objective.tag not in [each.strip() for each in tag.split(",")]:
        raise changed()


def changed() -> Conflict:
    """Somebody else was faster."""
    return Conflict("It has changed since you read it: read it again, and decide anew.", code="precondition_failed")
