"""The root fields of contracts."""

from __future__ import annotations

from typing import Annotated

import strawberry

from cadran.contracts.graphql.types import Contract, contract_told, reader_of
from cadran.graphql.root import Info, fallible


@strawberry.type
class ContractQuery:
    """Contracts with partners; ``sla`` tells what is due by one."""

    @fallible("A contract as it is now, with its versions and sealed periods.")
    async def contract(
        self, info: Info, *, code: Annotated[str, strawberry.argument(description="The contract's code.")]
    ) -> Contract | None:
        """One of them."""
        return contract_told(info.context, await reader_of(info.context).one(code, info.context.principal))

    @fallible("The contracts that the key may know of, by code.")
    async def contracts(self, info: Info) -> list[Contract] | None:
        """All of them."""
        known = await reader_of(info.context).known(info.context.principal)
        return [contract_told(info.context, kept) for kept in known]
