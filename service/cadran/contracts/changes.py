"""The change of a contract, for every edge: members to replace, the version to change, and the day from which it holds.

Raises QuestionRefused for a change without a version (``precondition_required``), with a version that is not the latest
(``precondition_failed``), or without a day (``bad_parameter``). The changed contract is checked like a new contract.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

import orjson

from cadran.contracts.model.form import encode_form, read_form
from cadran.contracts.reader import ContractReader
from cadran.contracts.store import StoredContract
from cadran.domain.access.principal import Principal
from cadran.errors import QuestionRefused

EFFECTIVE: Final = "effective_from"


async def change(
    contracts: ContractReader,
    code: str,
    sent: Mapping[str, Any],
    *,
    tags: str | None,
    effective: date,
    principal: Principal,
    who: str,
) -> StoredContract:
    """Add a version to a contract: replace members from a day on; null removes a member. ``tags`` is the value of
    If-Match."""
    stored = await contracts.one(code, principal)
    version = _check_version(tags, stored)
    merged = encode_form(stored.on(effective).form) | dict(sent)
    form = read_form(orjson.dumps({name: value for name, value in merged.items() if value is not None}))
    return await contracts.amend(stored.latest.contract.code, form, version=version, effective=effective, who=who)


def find_effective_day(value: object) -> date:
    """Parse the day from which a change holds. Raises QuestionRefused (``bad_parameter``) for other values."""
    try:
        return date.fromisoformat(value if isinstance(value, str) else "")
    except ValueError:
        raise QuestionRefused(
            f"{EFFECTIVE} has to be the first day of the period from which the change holds, e.g. 2016-01-01.",
            code="bad_parameter",
            parameter=EFFECTIVE,
        ) from None


def make_tag(version: int) -> str:
    """Return a version as an entity tag."""
    return f'"{version}"'


def _check_version(tags: str | None, stored: StoredContract) -> int:
    """Return the number of the latest version if the entity tags name it. Raises QuestionRefused for other tags, and
    for None."""
    version = stored.latest.contract.version
    if tags is None:
        raise QuestionRefused(
            "The change does not name a version: send the contract's ETag as If-Match (in GraphQL, send version).",
            code="precondition_required",
        )
    if {each.strip() for each in tags.split(",")}.isdisjoint({"*", make_tag(version)}):
        raise QuestionRefused(
            f"The contract has changed and is now at version {version}: read it again, then send your change.",
            code="precondition_failed",
        )
    return version
