"""Reads behind the asker's wall: the only way from a question to PostgreSQL.

Takes a statement and whose it is; gives the rows that the wall of that principal lets pass, which are all where it has
none. A filter that was forgotten on the way here changes nothing of that.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from cadran.compiler.read_size import HEAVY_ROWS
from cadran.compiler.statement import Statement
from cadran.compiler.wall import reading
from cadran.domain.access.principal import Principal
from cadran.domain.access.wall import wall_of
from cadran.domain.directory import Directory
from cadran.store.pool import Pool, Row


@dataclass(frozen=True, slots=True)
class Walled:
    """``directory`` gives the present snapshot, which says what a grant's words stand for."""

    pool: Pool
    directory: Callable[[], Directory]

    async def fetch(self, asked: Statement, principal: Principal) -> list[Row]:
        """The rows. Raises Forbidden, DatabaseUnavailable, DatabaseTimeout."""
        wall = wall_of(principal, self.directory())
        if wall is None:
            return await self.pool.fetch(asked.sql, asked.arguments, heavy=asked.rows > HEAVY_ROWS)
        behind = reading(wall)
        return await self.pool.fetch(
            behind.marked(asked.sql), asked.arguments, settings=behind.settings, heavy=asked.rows > HEAVY_ROWS
        )
