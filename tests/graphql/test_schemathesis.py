"""Schemathesis makes up operations from the schema; the service never fails at one."""

from collections.abc import Iterator

import pytest
import schemathesis
from hypothesis import HealthCheck, settings

from tests.graphql.serving import serving

#: What an operation made up at random may rightly be answered by.
REFUSED = ("unknown_", "bad_", "no_", "impossible_", "too_costly", "graphql_")


@pytest.fixture(scope="module")
def contract(facts: str) -> Iterator[schemathesis.BaseSchema]:
    """The contract of a live server, as it tells it itself."""
    with serving(facts) as base:
        yield schemathesis.graphql.from_url(f"{base}/graphql")


made_up = schemathesis.pytest.from_fixture("contract")


@pytest.mark.slow
@made_up.parametrize()
@settings(max_examples=30, deadline=None, suppress_health_check=list(HealthCheck))
def test_operations_made_up_from_the_schema_are_answered_or_refused(case: schemathesis.Case) -> None:
    response = case.call()
    assert response.status_code == 200, response.text
    found = response.json()
    for error in found.get("errors", ()):
        assert error["extensions"]["code"].startswith(REFUSED), error
    assert found.get("errors") or found["data"] is not None
