"""Keys and tokens that could never work are not created, and the refusal says what to do."""

from __future__ import annotations

import asyncio
from datetime import timedelta
from typing import Any

import pytest

from cadran.process import clock
from tests.access.test_key_commands import terminal
from tests.access.two_sites import House

LISTS = ("partners", "sites", "segments", "channels", "teams", "metrics")
NO_ORIGINS = (
    *("wall.example", "https://wall.example/", "*", "https://*.wall.example", "null", "", "https://", "//wall.example"),
    *("https://wall.example/board?x=1", "https://anne@wall.example", "HTTPS://wall.example", "https://Wall.example"),
    *("https://wall.example:443", "http://wall.example:80", "https://wall.example:x", "https://caf\u00e9.example"),
)
ORIGINS = (
    *("https://wall.example", "http://127.0.0.1:8080", "http://[::1]:8080", "https://wall.example:8443"),
    *("http://localhost", "chrome-extension://abcdefghijklmnop", "https://xn--caf-dma.example", "https://a_b.example"),
)


async def refused(house: House, **sent: Any) -> Any:
    response = await house.post("/v1/keys", "administrator", {"name": "n", "role": "analyst", **sent})
    assert response.status_code == 422, response.text
    return response.json()


@pytest.mark.parametrize("ago", [timedelta(0), timedelta(minutes=1), timedelta(days=400)])
async def test_a_key_that_has_ended_already(shared: House, ago: timedelta):
    told = await refused(shared, expires_at=(clock() - ago).isoformat())
    assert told["parameter"] == "expires_at"
    assert "future time" in told["detail"]


@pytest.mark.parametrize("name", LISTS)
async def test_an_empty_list(shared: House, name: str):
    told = await refused(shared, **{name: []})
    assert told["parameter"] == name
    assert "leave it out" in told["detail"]
    page = await shared.post("/v1/embed-tokens", "analyst", {"metrics": ["qos"], name: []})
    assert (page.status_code, page.json()["parameter"]) == (422, name)


@pytest.mark.parametrize("origin", NO_ORIGINS)
async def test_what_no_browser_sends_as_an_origin(shared: House, origin: str):
    told = await refused(shared, origins=["https://wall.example", origin])
    assert told["parameter"] == "origins"
    assert "https://wall.example" in told["detail"]
    page = await shared.post("/v1/embed-tokens", "analyst", {"metrics": ["qos"], "origins": [origin]})
    assert (page.status_code, page.json()["parameter"]) == (422, "origins")


async def test_origins_as_browsers_send_them(shared: House):
    sent = {"name": "n", "role": "analyst", "origins": [*ORIGINS]}
    assert (await shared.post("/v1/keys", "administrator", sent)).status_code == 201


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (("--site", ""), "leave it out"),
        (("--metrics", ","), "leave it out"),
        (("--expires", "0d"), "future time"),
        (("--origin", "wall.example"), "not an origin"),
        (("--concurrent", "0"), "at least 1"),
    ],
)
async def test_at_the_terminal(shared_url: str, words: tuple[str, ...], told: str):
    """Check that an empty option, such as an unset shell variable, does not create a key without that bound."""
    found = await asyncio.to_thread(terminal, shared_url, "create", "x", "--role", "analyst", *words)
    assert told in found
    assert "cad_" not in found
