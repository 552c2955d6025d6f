"""The client address that rate limits count: the connection's, unless a trusted proxy forwards another."""

from __future__ import annotations

from http.client import HTTPConnection

import pytest

from tests.access.raw_requests import process


@pytest.mark.slow
@pytest.mark.parametrize(("proxies", "last"), [("10.0.0.0/8", 429), ("127.0.0.0/8", 200)])
def test_who_says_where_a_request_comes_from(shared_url: str, proxies: str, last: int):
    settings = {"CADRAN_TRUSTED_PROXIES": proxies, "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "2"}
    with process(shared_url, **settings) as (port, _):
        found = []
        for number in range(3):
            connection = HTTPConnection("127.0.0.1", port, timeout=20)
            connection.request("GET", "/", headers={"x-forwarded-for": f"192.0.2.{number}"})
            found.append(connection.getresponse().status)
            connection.close()
    assert found == [200, 200, last]
