"""Reading a statement under the caller's row-level security, as a telemetry stage that records the row count."""

from __future__ import annotations

from cadran import telemetry
from cadran.compiler.columns import Rows
from cadran.compiler.statement import Statement
from cadran.domain.access.principal import Principal
from cadran.engine.secured_reader import SecuredReader


async def read_rows(reads: SecuredReader, asked: Statement, principal: Principal) -> Rows:
    """Return the rows that row-level security allows. Raises Forbidden, DatabaseUnavailable, DatabaseTimeout."""
    with telemetry.statement(asked.sql) as execution:
        rows = await reads.fetch(asked, principal)
        execution.set({"db.response.returned_rows": len(rows)})
        return rows  # type: ignore[return-value]  # a record is a sequence in all but name
