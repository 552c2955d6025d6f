"""CORS: which responses and headers a page of another origin may read."""

from __future__ import annotations

from typing import Final

import pytest

from cadran.api.openapi import build_document
from tests.web.sample_app import Small

#: Headers that browsers always let pages read.
SAFE: Final = {"cache-control", "content-language", "content-type"}
#: Headers that the outermost middleware adds to every response.
RINGS: Final = {"ratelimit", "ratelimit-policy", "traceresponse"}


async def test_a_page_may_read_every_header_that_is_told():
    declared = build_document()
    responses = [*declared["components"]["responses"].values()]
    for operations in declared["paths"].values():
        responses += [each for operation in operations.values() for each in operation["responses"].values()]
    told = RINGS | {name.lower() for response in responses for name in response.get("headers", ())}
    assert {"cadran-signature", "cadran-next", "retry-after", "etag"} <= told
    asking = {"origin": "https://wall.example", "access-control-request-method": "GET"}
    async with Small().client() as client:
        preflight = await client.options("/figures", headers=asking)
    exposed = set(preflight.headers["access-control-expose-headers"].split(", "))
    assert told - SAFE <= exposed
    assert not exposed & SAFE


@pytest.mark.parametrize("path", ["/.well-known/jwks.json", "/openapi.json", "/problems/not-found", "/ready", "/"])
async def test_what_needs_no_key_is_for_every_page(path: str):
    page = {"origin": "https://anybody.example"}
    async with Small().client() as client:
        told = await client.get(path, headers=page)
        asking = page | {"access-control-request-method": "GET", "access-control-request-headers": "if-none-match"}
        preflight = await client.options(path, headers=asking)
    for response in (told, preflight):
        assert response.headers.get_list("access-control-allow-origin") == ["*"]
        assert "access-control-allow-credentials" not in response.headers
    assert "retry-after" in told.headers["access-control-expose-headers"]
    assert preflight.status_code == 204
    assert "if-none-match" in preflight.headers["access-control-allow-headers"]


async def test_what_needs_a_key_is_not():
    async with Small().client() as client:
        refused = await client.get("/figures", headers={"origin": "https://anybody.example"})
    assert refused.status_code == 403
    assert "access-control-allow-origin" not in refused.headers


async def test_a_page_is_told_when_it_may_ask_again():
    async with Small(address_per_minute=1).client() as client:
        await client.get("/openapi.json")
        refused = await client.get("/openapi.json", headers={"origin": "https://anybody.example"})
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, "*")


PAGE: Final = {"origin": "https://anybody.example"}


@pytest.mark.parametrize("authorization", ["", "Bearer cad_short", "Bearer a.b.c"])
async def test_a_page_may_read_that_its_token_has_ended(authorization: str):
    """Check that a page can read the 401. Otherwise its browser reports a network error. The response contains no data,
    and no known key could forbid the origin.
    """
    async with Small().client() as client:
        refused = await client.get("/figures", headers={**PAGE, "authorization": authorization})
    assert (refused.status_code, refused.json()["code"]) == (401, "unauthenticated")
    assert refused.headers["access-control-allow-origin"] == PAGE["origin"]
    assert "access-control-allow-credentials" not in refused.headers
    assert "origin" in refused.headers["vary"]


async def test_a_page_may_read_that_its_address_asks_too_often():
    async with Small(address_per_minute=1).client() as client:
        await client.get("/openapi.json")
        refused = await client.get("/figures", headers=PAGE)
    assert (refused.status_code, refused.headers["access-control-allow-origin"]) == (429, PAGE["origin"])
    assert refused.headers["ratelimit-policy"] == '"requests";q=1;w=60'
