"""The reader of the customers still to be called, page by page.

Nothing is cached, because a customer who was reached has to leave the list at once.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

from cadran import telemetry
from cadran.compiler.read_size import facts_read
from cadran.domain.access.permit import permit
from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.reading import read_rows
from cadran.engine.secured_reader import SecuredReader
from cadran.lists.statements import customers_to_call
from cadran.lists.statements.customers_to_call import CustomersToCallPage


@dataclass(frozen=True, slots=True)
class CustomersToCall:
    """The reader of pages of customers to call from PostgreSQL."""

    reads: SecuredReader
    directory: Callable[[], Directory]

    async def page(
        self, question: Question, principal: Principal, *, order: str, limit: int, after: str | None
    ) -> CustomersToCallPage:
        """Read a page of the customers to call within the principal's scope, after the cursor ``after``.

        Customers are named only to principals who see people. Raises QuestionRefused, DatabaseUnavailable and
        DatabaseTimeout.
        """
        directory = self.directory()
        with telemetry.stage("plan"):
            asked = customers_to_call.compose_statement(
                permit(question, principal),
                directory,
                order=order,
                limit=limit,
                after=after,
                sees_people=principal.sees_people,
            )
            asked = replace(asked, rows=facts_read(question, directory))
        rows = await read_rows(self.reads, asked, principal)
        with telemetry.stage("shape"):
            return customers_to_call.make_page(rows, directory, order=order, limit=limit)
