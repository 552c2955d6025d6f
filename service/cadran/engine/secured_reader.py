"""Reading under the caller's row-level security: the only way from a question to PostgreSQL.

Takes a statement and its principal. Returns the rows that the principal's row-level security allows: all rows if it
has none. A filter that other code forgot cannot reveal more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cadran.compiler.read_size import HEAVY_ROWS
from cadran.compiler.statement import Statement
from cadran.compiler.wall import make_session
from cadran.domain.access.principal import Principal
from cadran.domain.access.wall import make_wall
from cadran.domain.directory import Directory
from cadran.store.pool import Pool, Row


@dataclass(frozen=True, slots=True)
class SecuredReader:
    """A reader under row-level security. ``directory`` returns the current snapshot, which maps codes to ids."""

    pool: Pool
    directory: Callable[[], Directory]

    async def fetch(self, asked: Statement, principal: Principal) -> list[Row]:
        """Return the rows that the principal may see. Raises Forbidden, DatabaseUnavailable, DatabaseTimeout."""
        wall = make_wall(principal, self.directory())
        if wall is None:
            return await self.pool.fetch(asked.sql, asked.arguments, heavy=asked.rows > HEAVY_ROWS)
        behind = make_session(wall)
        return await self.pool.fetch(
            behind.marked(asked.sql), asked.arguments, settings=behind.settings, heavy=asked.rows > HEAVY_ROWS
        )
