"""Errors of the server: one sentence with the remedy for the caller, and the address for the terminal and the log."""

from __future__ import annotations

import asyncio

import asyncpg
import pytest

from cadran.errors import DatabaseUnavailable
from cadran.store.address import Address
from cadran.store.pool import Pool, Queues
from cadran.store.reach import explain_failure
from cadran.store.server_errors import translate

ADDRESS = Address.of("postgresql://cadran:secret@db.example:6543/facts")
PLACE = "host db.example, port 6543, database facts, user cadran"
NO_SPACE = 'could not extend file "base/5/1": No space left on device'
FULL = [
    asyncpg.DiskFullError("could not write init file"),
    asyncpg.InternalServerError("could not write init file"),
    asyncpg.ConnectionDoesNotExistError(NO_SPACE),
    ConnectionResetError(NO_SPACE),
]


class FailingPool:
    """A pool like asyncpg's whose connections fail."""

    def __init__(self, error: BaseException) -> None:
        self.error = error

    def get_max_size(self) -> int:
        return 1

    async def acquire(self, **_: object) -> object:
        raise self.error


def _raised(error: BaseException) -> DatabaseUnavailable:
    pool = Pool(FailingPool(error), set(), ADDRESS, acquire_timeout_seconds=1, queues=Queues())  # type: ignore[arg-type]  # a stub
    with pytest.raises(DatabaseUnavailable) as raised:
        asyncio.run(pool.fetch("SELECT 1"))
    return raised.value


@pytest.mark.parametrize("error", FULL)
def test_a_full_disk_is_named_where_no_connection_can_be_made(error: BaseException):
    found = asyncio.run(explain_failure(error, ADDRESS))
    assert (found.cause, found.code) == ("disk_full", "disk_full")
    assert found.detail.startswith(f"A disk of the database is full, so no connection can be made: {PLACE} (CADRAN_")
    assert "Free space" in found.detail
    assert _raised(error).code == "disk_full"


@pytest.mark.parametrize("error", [*FULL, asyncpg.ConnectionDoesNotExistError("gone"), TimeoutError()])
def test_a_lost_connection_is_told_without_python(error: BaseException):
    raised = _raised(error)
    assert type(error).__name__ + "(" not in raised.internal
    assert raised.internal


@pytest.mark.parametrize(
    ("error", "remedies"),
    [
        (
            asyncpg.ReadOnlySQLTransactionError("cannot execute INSERT"),
            ["Point CADRAN_DATABASE_URL at the primary", "turn default_transaction_read_only off"],
        ),
        (asyncpg.DiskFullError(NO_SPACE), ["Free space"]),
    ],
)
def test_the_place_is_for_the_operator_only(error: BaseException, remedies: list[str]):
    found = translate(error, ADDRESS)
    assert found is not None
    assert found.internal == f"{PLACE}: {error}"
    assert "db.example" not in found.detail
    for remedy in remedies:
        assert remedy in found.detail
