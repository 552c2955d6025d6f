from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest

from cadran.demo.story import tables

NOW = datetime(2026, 11, 20, 10, 17, 5, tzinfo=UTC)
SEED = 2015


@pytest.fixture(scope="session")
def story() -> dict[str, list[dict[str, Any]]]:
    return {kind: list(rows) for kind, rows in tables(SEED, NOW)}
