"""The root fields of contracts."""

from __future__ import annotations

from typing import Annotated

import strawberry

from cadran.graphql.context import Context
from cadran.graphql.contracts import Contract, contract_told, kept_in
from cadran.graphql.described import described

Info = strawberry.Info[Context, None]
_FAILS = " Null when it fails; the error says why."


@strawberry.type
class ContractQuery:
    """Contracts with partners; ``sla`` tells what is due by one."""

    @described("A contract as it is now, with its versions and sealed periods." + _FAILS)
    async def contract(
        self, info: Info, *, code: Annotated[str, strawberry.argument(description="The contract's code.")]
    ) -> Contract | None:
        """One of them."""
        return contract_told(info.context, await kept_in(info.context).one(code, info.context.principal))

    @described("The contracts that the key may know of, by code." + _FAILS)
    async def contracts(self, info: Info) -> list[Contract] | None:
        """All of them."""
        known = await kept_in(info.context).known(info.context.principal)
        return [contract_told(info.context, kept) for kept in known]
