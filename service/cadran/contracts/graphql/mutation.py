"""The GraphQL root fields that create and amend contracts, for administrators.

The requests have the same checks and error codes as the requests over REST. ``version`` replaces If-Match.
"""

from __future__ import annotations

from typing import Annotated

import orjson
import strawberry

from cadran.contracts.changes import change, find_effective_day, make_tag
from cadran.contracts.graphql.inputs import ContractChangeInput, ContractInput, make_change_form, make_form
from cadran.contracts.graphql.types import Contract, find_reader, make_contract
from cadran.contracts.model.form import read_form
from cadran.domain.access.permit import check_right
from cadran.graphql.context import Context
from cadran.graphql.root import Info, make_fallible
from cadran.graphql.scalars import Date


@strawberry.type
class ContractMutation:
    """The mutations of contracts with partners."""

    @make_fallible("Create a contract. For administrators.")
    async def create_contract(
        self,
        info: Info,
        *,
        input: Annotated[ContractInput, strawberry.argument(description="The contract to create.")],
    ) -> Contract | None:
        """Create a contract and return it."""
        context = _administrator_context(info)
        form = read_form(orjson.dumps(make_form(input)))
        return make_contract(context, await context.done(find_reader(context).create(form, who=context.who)))

    @make_fallible(
        "Add a version to a contract. The members of the input replace those of the version in effect on effectiveFrom."
        " The new version holds from that day on. It cannot change a sealed period. For administrators."
    )
    async def amend_contract(
        self,
        info: Info,
        *,
        code: Annotated[str, strawberry.argument(description="The code of the contract.")],
        effective_from: Annotated[
            Date, strawberry.argument(description="The day from which the change holds: the first day of a period.")
        ],
        input: Annotated[ContractChangeInput, strawberry.argument(description="The members to replace.")],
        version: Annotated[
            int | None,
            strawberry.argument(
                description="The version that the caller has read. The change is refused without it, or if the contract"
                " has a newer version."
            ),
        ] = None,
    ) -> Contract | None:
        """Add a version to a contract and return the contract."""
        context = _administrator_context(info)
        amending = change(
            find_reader(context),
            code,
            make_change_form(input),
            tags=None if version is None else make_tag(version),
            effective=find_effective_day(effective_from),
            principal=context.principal,
            who=context.who,
        )
        return make_contract(context, await context.done(amending))


def _administrator_context(info: Info) -> Context:
    """Return the context of an administrator. Raises Forbidden for other callers."""
    check_right(info.context.principal, "administer")
    return info.context
