"""One story for all tests of the demonstration: a seed, a present instant, and every kind's rows."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from cadran.demo.story import tables
from cadran.demo.world import Row

NOW = datetime(2026, 11, 20, 10, 17, 5, tzinfo=UTC)
SEED = 2015


@pytest.fixture(scope="session")
def story() -> dict[str, list[Row]]:
    """Every kind's canonical rows, generated once."""
    return {kind: list(rows) for kind, rows in tables(SEED, NOW)}
