"""A change of a contract as every edge sends it: members to replace, the version they change, the day from which they
hold.

Refused with ``precondition_required`` without a version and ``precondition_failed`` where it is another by now, with
``bad_parameter`` without a day; then as a new contract is.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import orjson

from cadran.contracts.model.form import document, read
from cadran.contracts.reader import Contracts
from cadran.contracts.store import Kept
from cadran.domain.access.principal import Principal
from cadran.errors import QuestionRefused

EFFECTIVE: Final = "effective_from"


async def change(
    contracts: Contracts,
    code: str,
    sent: Mapping[str, Any],
    *,
    tags: str | None,
    effective: date,
    principal: Principal,
    who: str,
) -> Kept:
    """Another version: members replaced (null: left out) from a day on. ``tags`` is what If-Match says."""
    kept = await contracts.one(code, principal)
    version = _matched(tags, kept)
    merged = document(kept.on(effective).form) | dict(sent)
    form = read(orjson.dumps({name: value for name, value in merged.items() if value is not None}))
    return await contracts.amend(kept.latest.contract.code, form, version=version, effective=effective, who=who)


def effective_day(value: object) -> date:
    """The day from which a change holds."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise QuestionRefused(
            f"{EFFECTIVE} is the first day of the period from which the change holds, e.g. 2016-01-01.",
            code="bad_parameter",
            parameter=EFFECTIVE,
        ) from None


def tag(version: int) -> str:
    """The version as an entity tag."""
    return f'"{version}"'


def _matched(tags: str | None, kept: Kept) -> int:
    """The version that the caller means to change."""
    version = kept.latest.contract.version
    if tags is None:
        raise QuestionRefused(
            "Say which version you change: If-Match with the ETag (version in GraphQL) of the contract as you know it.",
            code="precondition_required",
        )
    if {each.strip() for each in tags.split(",")}.isdisjoint({"*", tag(version)}):
        raise QuestionRefused(
            f"The contract is at version {version} by now: read it again, then send your change.",
            code="precondition_failed",
        )
    return version
