"""A database with the contacts of ``contact_centre``, and a service over it at an instant that a test chooses."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from datetime import datetime

import pytest

from cadran.app import Service, open_service
from cadran.cli.database import prepare
from cadran.facts.refresh.fill import fill_columns
from cadran.facts.refresh.refresh import refresh
from cadran.settings import Settings
from tests.contracts.contact_centre import Contact, closings, contacts, openings
from tests.databases import Server
from tests.defaults import load
from tests.sample_service import opened


@pytest.fixture(scope="session")
def all_contacts() -> list[Contact]:
    """Return every contact of the centre."""
    return contacts()


@pytest.fixture(scope="session")
def as_of(all_contacts: list[Contact]) -> datetime:
    """Return when the last contact was offered, which is how far the data reach."""
    return max(contact.offered for contact in all_contacts)


async def _fill(url: str) -> None:
    await prepare(Settings(database_url=url))
    pool = await opened(url)
    sites = [{"site": site, "partner": "ARC", "zone": "Europe/Paris"} for site in ("AIX", "BREST")]
    kinds = {
        "partners": [{"partner": "ARC"}, {"partner": "BOW"}],
        "sites": [*sites, {"site": "CAEN", "partner": "BOW", "zone": "Europe/Paris"}],
        "openings": openings(),
        "closings": closings(),
        "contacts": [contact.row() for contact in contacts()],
    }
    for kind, rows in kinds.items():
        summary = await load(pool, kind, rows, zone="Europe/Paris")
        assert summary.rejected == 0, kind
    # The thresholds of random contracts that are settled without being stored.
    await pool.fetch("INSERT INTO exact_threshold (seconds) VALUES (33), (47)")
    await fill_columns(pool)
    await refresh(pool)
    await pool.close()


@pytest.fixture(scope="session")
def centre_template(server: Server) -> str:
    """Fill the template database with the centre, and return its name."""
    return server.template("centre", _fill)


@pytest.fixture(scope="module")
def centre_url(server: Server, centre_template: str) -> Iterator[str]:
    """Yield the URL of a database with the centre, shared by the tests of a module."""
    with server.clone(centre_template) as url:
        yield url


@pytest.fixture
def own_url(server: Server, centre_template: str) -> Iterator[str]:
    """Yield the URL of a separate database with the centre, which one test may change."""
    with server.clone(centre_template) as url:
        yield url


@pytest.fixture(scope="module")
async def centre(centre_url: str) -> AsyncIterator[Service]:
    """Open a service over the centre, shared by the tests of a module."""
    async with open_service(Settings(database_url=centre_url, pool_min=1, pool_max=4), cache=False) as service:
        yield service
