"""What a provider's token grants to whoever asks with it: its scope, and nothing where the claim is empty."""

from __future__ import annotations

from typing import Any

import pytest

from cadran.access.grant import principal_of
from cadran.access.tokens import Provided, Provider
from cadran.domain.ask import Ask
from tests.access.house import House
from tests.access.test_tokens import NOW, Issuer, issuer

__all__ = ["issuer"]


def provided(issuer: Issuer, **settings: Any) -> Provided:
    """The tokens of the issuer, whose partners stand in a claim."""
    scopes = {"partners": "cc_partners", "metrics": "cc_metrics"}
    return Provided(
        Provider("https://id.example", "cadran", issuer.url, timeout_seconds=10.0, **{"scopes": scopes, **settings}),
        lambda: NOW,
    )


async def sites(house: House, issuer: Issuer, **claims: Any) -> list[Any]:
    """The sites that a token with these claims is told of."""
    found = await provided(issuer).grant(issuer.token(**claims))
    assert found is not None
    principal = principal_of(found[1], house.service.desk.directory())
    answer = await house.service.desk.ask(Ask(metrics=("contacts",), period="2015-11", by=("site",)), principal)
    return [value for key in answer.keys for value in key.values]


@pytest.mark.parametrize("role", ["partner", "analyst"])
@pytest.mark.parametrize("empty", ["", [""], [], ["", ""], " ", "none", ["SOUTH2", ""], [None]], ids=repr)
async def test_an_empty_claim_grants_nothing(shared: House, issuer: Issuer, role: str, empty: Any):
    assert await sites(shared, issuer, roles=role, cc_partners="SOUTH") == ["PAU"]
    assert await sites(shared, issuer, roles=role, cc_partners=empty) == []
    found = await provided(issuer).grant(issuer.token(roles=role, cc_partners=empty))
    assert found is not None
    # It would be every site without a partner.
    assert "" not in (found[1].partners or ())


async def test_an_empty_claim_of_metrics_allows_none(issuer: Issuer):
    found = await provided(issuer).grant(issuer.token(roles="analyst", cc_metrics=""))
    assert found is not None
    assert found[1].metrics == ()


async def test_a_bound_administrator_of_the_provider_administers_nothing(shared: House, issuer: Issuer):
    for partners, holds in ((None, True), ("SOUTH", False), ("", False)):
        found = await provided(issuer).grant(issuer.token(roles="administrator", cc_partners=partners))
        assert found is not None
        assert principal_of(found[1], shared.service.desk.directory()).may("administer") is holds
