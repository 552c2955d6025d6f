"""The GraphQL root fields of contracts."""

from __future__ import annotations

from typing import Annotated

import strawberry

from cadran.contracts.graphql.sla import Sla, sla
from cadran.contracts.graphql.types import Contract, find_reader, make_contract
from cadran.graphql.declaration.field_cost import FieldCost
from cadran.graphql.root import Info, make_fallible


@strawberry.type
class ContractQuery:
    """The query fields of contracts with partners, and of what is due by them."""

    @make_fallible("Get a contract: its latest version, all versions and the sealed periods.")
    async def contract(
        self, info: Info, *, code: Annotated[str, strawberry.argument(description="The code of the contract.")]
    ) -> Contract | None:
        """Return a contract."""
        return make_contract(info.context, await find_reader(info.context).one(code, info.context.principal))

    @make_fallible("List the contracts that the caller may see, by code.")
    async def contracts(self, info: Info) -> list[Contract] | None:
        """Return the contracts that the caller may see."""
        known = await find_reader(info.context).known(info.context.principal)
        return [make_contract(info.context, stored) for stored in known]

    @make_fallible(
        "The statement of a contract's period: how far each term was attained, and the amounts due.",
        cost=FieldCost(30_000),
    )
    async def sla(
        self,
        info: Info,
        *,
        contract: Annotated[str, strawberry.argument(description="The code of the contract.")],
        period: Annotated[
            str,
            strawberry.argument(description="A whole settlement period of the contract: 2015-12, 2015-Q4, this_month."),
        ],
    ) -> Sla | None:
        """Return the statement of the period."""
        return await sla(info.context, contract, period)
