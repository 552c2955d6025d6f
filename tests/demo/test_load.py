"""All demonstration data pass the loader: nothing is rejected, and a second load changes nothing."""

from __future__ import annotations

import pytest

from cadran.demo.world import Row
from cadran.store.pool import Pool
from tests.defaults import load
from tests.demo.conftest import NOW


@pytest.mark.slow
async def test_the_loader_takes_every_row(pool: Pool, story: dict[str, list[Row]]) -> None:
    for kind, rows in story.items():
        found = await load(pool, kind, rows, clock=lambda: NOW)
        # Loading a channel also creates its answer norm, so that some answer norms exist already.
        assert (found.read, found.rejected) == (len(rows), 0), kind
        assert kind in ("answer_norms", "customers") or found.loaded == len(rows), kind
    again = await load(pool, "contacts", story["contacts"][:2_000], clock=lambda: NOW)
    assert (again.unchanged, again.loaded, again.replaced) == (2_000, 0, 0)
