"""What a caller learns of itself (``/v1/me``): its rights, scope, limits and expiry, and never a secret."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from cadran.cli.main import main
from tests.access.rule_requests import holding
from tests.access.test_embed_tokens import minted
from tests.access.test_tokens import Issuer, issuer
from tests.access.two_sites import House, housed, until
from tests.answer_schema import check_answer

__all__ = ["issuer"]
SELECTION = """{ me { kind key name role minter rights partners sites segments channels teams agent team metrics
    objectives contracts annotations documentsOnly origins limits { requestsMinute concurrent cellsMax } expiresAt
    language zone currency } }"""


async def me(house: House, bearer: dict[str, str], **headers: str) -> dict[str, Any]:
    """Return the caller's document, and check that GraphQL says the same."""
    response = await house.client.get("/v1/me", headers={**bearer, **headers})
    assert response.status_code == 200, response.text
    assert response.headers["cache-control"] == "no-store"
    found: dict[str, Any] = response.json()
    check_answer("Caller", found)
    secret = bearer["authorization"].removeprefix("Bearer ")
    assert secret not in response.text
    assert secret.split("_")[-1] not in response.text
    if not found["documents_only"]:
        sent = {"query": SELECTION}
        told = (await house.client.post("/graphql", json=sent, headers={**bearer, **headers})).json()["data"]["me"]
        assert (told["name"], told["key"], told["sites"]) == (found["name"], found["key"], found["sites"])
        assert [*told["limits"].values()] == [*found["limits"].values()]
        assert [each.lower() for each in told["rights"]] == found["rights"]
        assert told["kind"].lower() == found["kind"]
        assert (told["expiresAt"] is None) == (found["expires_at"] is None)
    return found


async def test_a_key_learns_what_it_may(house: House):
    ends = datetime.now(UTC) + timedelta(days=1)
    bearer = await holding(
        house, name="the wall", role="board", sites=("pau",), metrics=("contacts", "qos"),
        requests_minute=60, concurrent=20, cells_max=500, origins=("https://wall.example",), expires_at=ends,
    )  # fmt: skip
    found = await me(house, bearer)
    assert (found["kind"], found["name"], found["role"], found["minter"]) == ("key", "the wall", "board", None)
    assert found["key"] == bearer["authorization"].split("_")[1]
    assert found["rights"] == ["figures", "company"]
    assert (found["sites"], found["partners"], found["metrics"]) == (["PAU"], None, ["contacts", "qos"])
    assert found["limits"] == {"requests_minute": 60, "concurrent": 20, "cells_max": 500}
    assert found["origins"] == ["https://wall.example"]
    assert datetime.fromisoformat(found["expires_at"]) == ends
    assert (found["language"], found["zone"], found["currency"]) == ("en", "Europe/Paris", "EUR")
    assert (await me(house, bearer, **{"accept-language": "fr"}))["language"] == "fr"


async def test_an_agent_learns_its_team_and_the_limits_of_the_service(shared: House):
    found = await me(shared, shared.bearer("agent"))
    assert (found["agent"], found["team"], found["expires_at"]) == ("PAU-1", "T-PAU", None)
    assert found["limits"]["requests_minute"] > 60


async def test_callers_with_equal_rights_do_not_get_each_others_names(house: House):
    for name in ("one", "two", "one"):
        bearer = await holding(house, name=name, role="analyst")
        assert (await me(house, bearer))["name"] == name
        assert (await me(house, bearer))["name"] == name


async def test_a_rotated_secret_learns_when_it_ends(house: House):
    text = await house.key(name="n", role="analyst")
    await until(house, text, 200)
    key = text.split("_")[1]
    fresh = (await house.post(f"/v1/keys/{key}/rotate", "administrator", {"overlap": 3600})).json()["secret"]
    await until(house, fresh, 200)
    assert (await me(house, {"authorization": f"Bearer {fresh}"}))["expires_at"] is None
    old = (await me(house, {"authorization": f"Bearer {text}"}))["expires_at"]
    assert timedelta(minutes=59) < datetime.fromisoformat(old) - datetime.now(UTC) <= timedelta(hours=1)


async def test_an_embed_token_learns_what_it_names(house: House):
    bearer = await minted(house, "supervisor", metrics=["contacts"], objectives=[2], expires_in=600)
    found = await me(house, bearer)
    assert (found["kind"], found["key"], found["role"], found["minter"]) == ("embed_token", None, "board", "supervisor")
    assert (found["metrics"], found["objectives"], found["contracts"]) == (["contacts"], [2], [])
    assert "mint" not in found["rights"]
    assert datetime.fromisoformat(found["expires_at"]) - datetime.now(UTC) <= timedelta(minutes=10)


async def test_a_token_of_the_identity_provider_learns_its_role(house_url: str, issuer: Issuer):
    provider = {
        "oidc_issuer": "https://id.example", "oidc_audience": "cadran", "oidc_jwks_url": issuer.url,
        "oidc_role_claim": "roles", "oidc_roles": "team-lead=supervisor", "oidc_scopes": "sites=places",
    }  # fmt: skip
    async with housed(house_url, **provider) as house:
        ends = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=1)
        found = await me(house, {"authorization": f"Bearer {issuer.token(exp=ends, name='Anne')}"})
        assert (found["kind"], found["role"], found["sites"]) == ("oidc_token", "supervisor", ["PAU"])
        assert datetime.fromisoformat(found["expires_at"]) == ends


async def test_without_a_key_there_is_no_caller(shared: House):
    assert (await shared.client.get("/v1/me")).status_code == 401


def test_the_terminal_shows_the_version(capsys: pytest.CaptureFixture[str]):
    with pytest.raises(SystemExit) as ended:
        main(["--version"])
    assert ended.value.code == 0
    assert capsys.readouterr().out.startswith("cadran 0.")
