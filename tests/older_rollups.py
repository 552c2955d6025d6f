"""Databases as another version of cadran left them: with fewer or more columns, or columns that mean something else.

The version of the tests then is the newer one. It finds the database as if it had just been installed.
"""

from collections.abc import Iterable

from cadran.store.pool import Pool


async def take_columns(pool: Pool, rollup: str, columns: Iterable[str]) -> None:
    """Leave out columns, as a version that does not declare them."""
    async with pool.acquire() as connection:
        for name in columns:
            await connection.execute(f"ALTER TABLE rollup.{rollup} DROP COLUMN {name} CASCADE")
            await connection.execute("DELETE FROM rollup_column WHERE rollup = $1 AND name = $2", rollup, name)
    await _declare(pool)


async def take_rollup(pool: Pool, rollup: str) -> None:
    """Leave out a rollup, as a version that does not declare it. What reads it is made again with the rollup."""
    async with pool.acquire() as connection:
        await connection.execute(f"DROP TABLE rollup.{rollup} CASCADE")
        await connection.execute("DELETE FROM rollup_column WHERE rollup = $1", rollup)
    await _declare(pool)


async def compute_otherwise(pool: Pool, rollup: str, column: str) -> None:
    """Fill a column with other values, as a version that declares another expression."""
    async with pool.acquire() as connection:
        other = f"ARRAY[1000] || {column}" if column in ("bins", "upto") else f"1000 + COALESCE({column}, 0)"
        await connection.execute(f"UPDATE rollup.{rollup} SET {column} = {other}")
        await connection.execute(
            "UPDATE rollup_column SET fingerprint = 'other' WHERE rollup = $1 AND name = $2", rollup, column
        )
    await _declare(pool)


async def add_column(pool: Pool, rollup: str, column: str) -> None:
    """Add a column that only another version declares."""
    async with pool.acquire() as connection:
        await connection.execute(f"ALTER TABLE rollup.{rollup} ADD COLUMN {column} integer")
        await connection.execute(
            "INSERT INTO rollup_column VALUES ($1, $2, 'its own', 'contact', NULL)", rollup, column
        )
    await _declare(pool)


async def _declare(pool: Pool) -> None:
    async with pool.acquire() as connection:
        # The walls, whose views may have read what is gone, are those of the other version.
        await connection.execute("COMMENT ON SCHEMA walled IS 'made of other views'")
        await connection.execute("UPDATE data_state SET declarations = 'those of another version'")
