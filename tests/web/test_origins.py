"""What pages of other origins may read."""

from __future__ import annotations

from typing import Final

from cadran.rest.openapi import document
from tests.web.small import Small

#: Those that browsers show to pages anyway.
SAFE: Final = {"cache-control", "content-language", "content-type"}
#: Those that the outermost rings tell, of whatever is asked.
RINGS: Final = {"ratelimit", "ratelimit-policy", "traceresponse"}


async def test_a_page_may_read_every_header_that_is_told():
    declared = document()
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
