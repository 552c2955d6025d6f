"""The root fields that make and amend contracts, for administrators.

Judged as the same requests over REST are, by the same rules, with the same codes; ``version`` stands for If-Match.
"""

from __future__ import annotations

from typing import Annotated

import orjson
import strawberry

from cadran.contracts.changes import change, effective_day, tag
from cadran.contracts.graphql.inputs import ContractChangeInput, ContractInput, changed, made
from cadran.contracts.graphql.types import Contract, contract_told, reader_of
from cadran.contracts.model.form import read
from cadran.domain.access.permit import check_right
from cadran.graphql.context import Context
from cadran.graphql.root import Info, fallible
from cadran.graphql.scalars import Date


@strawberry.type
class ContractMutation:
    """Contracts with partners."""

    @fallible("Make a contract.")
    async def create_contract(
        self,
        info: Info,
        *,
        input: Annotated[ContractInput, strawberry.argument(description="What it is to be.")],
    ) -> Contract | None:
        """The contract as it is told."""
        context = _administering(info)
        form = read(orjson.dumps(made(input)))
        return contract_told(context, await context.done(reader_of(context).create(form, who=context.who)))

    @fallible(
        "Another version of a contract: members that are given replace those of the version in effect on effectiveFrom;"
        " it holds from that day on, and never reaches into a sealed period."
    )
    async def amend_contract(
        self,
        info: Info,
        *,
        code: Annotated[str, strawberry.argument(description="The contract's code.")],
        effective_from: Annotated[
            Date, strawberry.argument(description="The first day of the period from which the change holds.")
        ],
        input: Annotated[ContractChangeInput, strawberry.argument(description="What is to be otherwise.")],
        version: Annotated[
            int | None,
            strawberry.argument(
                description="The version that was read; refused without it, or where it is another by now."
            ),
        ] = None,
    ) -> Contract | None:
        """The contract as it is told."""
        context = _administering(info)
        amending = change(
            reader_of(context),
            code,
            changed(input),
            tags=None if version is None else tag(version),
            effective=effective_day(effective_from),
            principal=context.principal,
            who=context.who,
        )
        return contract_told(context, await context.done(amending))


def _administering(info: Info) -> Context:
    """The context of who may. Raises Forbidden."""
    check_right(info.context.principal, "administer")
    return info.context
