"""The JSON document of a contract: the members of its form (``model/form.py``), its versions and the sealed periods."""

from __future__ import annotations

from typing import Annotated, Any, TypedDict

from pydantic import Field

from cadran.contracts.model.contract import find_whole_period, name_period
from cadran.contracts.model.form import encode_form
from cadran.contracts.store import StoredContract
from cadran.web.documents import DayText, InstantText


class ContractVersionDocument(TypedDict):
    """A version of a contract."""

    version: Annotated[int, Field(description="The number of the version.")]
    effective_from: Annotated[DayText, Field(description="The first day on which the version holds.")]
    created_at: Annotated[InstantText, Field(description="When the version was created.")]


class ContractSealDocument(TypedDict):
    """The seal of a contract's period."""

    period: Annotated[str, Field(description="The name of the period, such as 2015-12 or 2015-Q4.")]
    version: Annotated[int, Field(description="The version of the contract that sealed the period.")]
    sealed_at: Annotated[InstantText, Field(description="When the period was sealed.")]


class ContractStateDocument(TypedDict):
    """The versions and the sealed periods of a contract. Requests do not send these members."""

    version: Annotated[
        int,
        Field(
            description="The number of the latest version; a change has to name it: as If-Match in REST, as"
            " version in GraphQL."
        ),
    ]
    effective_from: Annotated[DayText, Field(description="The first day on which the latest version holds.")]
    versions: Annotated[list[ContractVersionDocument], Field(description="All versions, oldest first.")]
    sealed: Annotated[list[ContractSealDocument], Field(description="The seals of the sealed periods.")]


def encode_contract(stored: StoredContract) -> dict[str, Any]:
    """Return the document of a contract: its latest version, all versions, and the sealed periods."""
    latest = stored.latest
    contract = latest.contract
    state: ContractStateDocument = {
        "version": contract.version,
        "effective_from": latest.effective_from.isoformat(),
        "versions": [
            {
                "version": each.contract.version,
                "effective_from": each.effective_from.isoformat(),
                "created_at": each.created_at.isoformat(),
            }
            for each in stored.versions
        ],
        "sealed": [
            {
                "period": name_period(contract, find_whole_period(contract, each.first_day)[0]),
                "version": each.version,
                "sealed_at": each.sealed_at.isoformat(),
            }
            for each in stored.seals
        ],
    }
    return {**encode_form(latest.form), **state}
