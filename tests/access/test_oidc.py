"""What an identity provider's token grants: the scope in its claims, and nothing where a claim is empty."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from cadran.access.embed_tokens import mint_token
from cadran.access.grant import Grant, make_principal
from cadran.access.oidc import TokenVerifier
from cadran.domain.ask import Ask
from tests.access.test_tokens import NOW, SECRET, Issuer, issuer, make_provider
from tests.access.two_sites import House

__all__ = ["issuer"]


def provided(issuer: Issuer, **settings: Any) -> TokenVerifier:
    """Return a verifier of the issuer's tokens that reads partners and metrics from claims."""
    scopes = {"partners": "cc_partners", "metrics": "cc_metrics"}
    return TokenVerifier(
        make_provider(issuer.url, timeout_seconds=10.0, **{"scopes": scopes, **settings}),
        lambda: NOW,
    )


async def sites(house: House, issuer: Issuer, **claims: Any) -> list[Any]:
    """Return the sites that a token with these claims sees."""
    found = await provided(issuer).grant(issuer.token(**claims))
    assert found is not None
    principal = make_principal(found[1], house.service.desk.directory())
    answer = await house.service.desk.ask(Ask(metrics=("contacts",), period="2015-11", by=("site",)), principal)
    return [value for key in answer.keys for value in key.values]


@pytest.mark.parametrize("role", ["partner", "analyst"])
@pytest.mark.parametrize("empty", ["", [""], [], ["", ""], " ", "none", ["SOUTH2", ""], [None]], ids=repr)
async def test_an_empty_claim_grants_nothing(shared: House, issuer: Issuer, role: str, empty: Any):
    assert await sites(shared, issuer, roles=role, cc_partners="SOUTH") == ["PAU"]
    assert await sites(shared, issuer, roles=role, cc_partners=empty) == []
    found = await provided(issuer).grant(issuer.token(roles=role, cc_partners=empty))
    assert found is not None
    # An empty partner code would match every site without a partner.
    assert "" not in (found[1].partners or ())


async def test_an_empty_claim_of_metrics_allows_none(issuer: Issuer):
    found = await provided(issuer).grant(issuer.token(roles="analyst", cc_metrics=""))
    assert found is not None
    assert found[1].metrics == ()


async def test_a_bound_administrator_of_the_provider_administers_nothing(shared: House, issuer: Issuer):
    for partners, holds in ((None, True), ("SOUTH", False), ("", False)):
        found = await provided(issuer).grant(issuer.token(roles="administrator", cc_partners=partners))
        assert found is not None
        assert make_principal(found[1], shared.service.desk.directory()).may("administer") is holds


KEYCLOAK: Any = {"realm_access": {"roles": ["offline_access", "analyst"]}, "roles": None}


async def test_a_role_may_stand_within_a_claim(issuer: Issuer):
    found = await provided(issuer, role_claim="realm_access.roles").grant(issuer.token(**KEYCLOAK))
    assert found is not None
    assert found[1].role == "analyst"
    # A claim whose name contains dots is looked up by its full name first.
    named: dict[str, Any] = {"https://wall.example/roles": "analyst", "roles": None}
    assert await provided(issuer, role_claim="https://wall.example/roles").grant(issuer.token(**named)) is not None
    odd_claims: tuple[Any, ...] = ("roles", {}, None)
    for within in odd_claims:
        odd = issuer.token(roles=None, realm_access=within)
        assert await provided(issuer, role_claim="realm_access.roles").grant(odd) is None


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"aud": "other"}, "CADRAN_OIDC_AUDIENCE"),
        ({"iss": "https://other.example"}, "CADRAN_OIDC_ISSUER"),
        ({"exp": None}, "is missing"),
        ({"roles": None}, "CADRAN_OIDC_ROLE_CLAIM is missing"),
        (KEYCLOAK, "CADRAN_OIDC_ROLE_CLAIM is missing"),
        ({"roles": ["king"]}, "no role of CADRAN_OIDC_ROLES"),
        ({"roles": "agent"}, "agent in CADRAN_OIDC_SCOPES"),
        ({"roles": "analyst", "sub": "an\nne"}, "sub or name"),
        ({"kid": "two"}, "kid"),
        ({"nbf": NOW + timedelta(minutes=1)}, "clocks"),
    ],
    ids=repr,
)
async def test_the_log_says_why_a_token_grants_nothing(
    issuer: Issuer, changes: dict[str, Any], why: str, caplog: pytest.LogCaptureFixture
):
    found = provided(issuer)
    token = issuer.token(**changes)
    for _ in range(3):
        assert await found.grant(token) is None
    [record] = [each for each in caplog.records if "grants nothing" in each.getMessage()]
    assert record.levelname == "WARNING"
    assert why in record.getMessage()
    assert token not in caplog.text
    assert "anne" not in caplog.text


async def test_the_log_says_it_again_after_a_minute(issuer: Issuer, caplog: pytest.LogCaptureFixture):
    now = [NOW]
    scopes = {"partners": "cc_partners"}
    found = TokenVerifier(make_provider(issuer.url, scopes=scopes), lambda: now[0])
    for seconds in (0, 59, 60, 61, 120):
        now[0] = NOW + timedelta(seconds=seconds)
        assert await found.grant(issuer.token(aud="other")) is None
    assert caplog.text.count("grants nothing") == 3


async def test_what_is_everyday_life_is_not_in_the_log(issuer: Issuer, caplog: pytest.LogCaptureFixture):
    ended, _ = mint_token(
        Grant(name="wall", role="board", metrics=("qos",)), SECRET, subject="abc", now=NOW, seconds=60
    )
    for text in (issuer.token(exp=NOW), ended, "a.b.c", ""):
        assert await provided(issuer).grant(text) is None
    assert "grants nothing" not in caplog.text


async def test_a_token_ends_when_it_says_though_the_clocks_may_differ_at_its_beginning(issuer: Issuer):
    found = provided(issuer)
    assert await found.grant(issuer.token(roles="analyst", exp=NOW)) is None
    assert await found.grant(issuer.token(roles="analyst", exp=NOW + timedelta(seconds=1))) is not None
    assert await found.grant(issuer.token(roles="analyst", nbf=NOW + timedelta(seconds=29))) is not None
