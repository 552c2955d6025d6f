"""The demonstration data shared by its tests: a seed, a present instant, and the rows of every kind."""

from __future__ import annotations

import gc
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population
from cadran.demo.days import WallClock, local_day
from cadran.demo.story import tables
from cadran.demo.world import Row
from cadran.demo.year import FIRST, LAST, Story

NOW = datetime(2026, 11, 20, 10, 17, 5, tzinfo=UTC)
SEED = 2015


@contextmanager
def lasting() -> Iterator[None]:
    """Exclude the objects that the block makes from the collection of reference cycles.

    Otherwise each collection searches millions of rows again, while they are made and for the rest of the run.
    """
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def story() -> dict[str, list[Row]]:
    """Generate the canonical rows of every kind, once for all tests."""
    with lasting():
        return {kind: list(rows) for kind, rows in tables(SEED, NOW)}


@pytest.fixture(scope="session")
def population() -> Population:
    """Return the customers as of `NOW`."""
    with lasting():
        return Population(SEED, local_day(NOW))


@pytest.fixture(scope="session")
def clock() -> WallClock:
    """Return the wall clock of the fixed part of the story."""
    return WallClock(FIRST - 1, LAST + 60)


@pytest.fixture(scope="session")
def settled(population: Population, clock: WallClock) -> list[Contact]:
    """Return the contacts of the fixed part, before they become rows."""
    with lasting():
        return Story(SEED, population, clock).contacts()
