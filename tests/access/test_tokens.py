"""Embed tokens and tokens of an identity provider, including forged ones."""

from __future__ import annotations

import asyncio
import json
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, HTTPServer
from threading import Thread
from typing import Any, Final

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from cadran.access import keys
from cadran.access.callers import Callers
from cadran.access.embed_tokens import mint_token, read_embed_token
from cadran.access.grant import Grant
from cadran.access.keyring import Keyring, StoredKey
from cadran.access.oidc import Provider, TokenVerifier
from cadran.domain.access.principal import Principal
from cadran.domain.directory import EMPTY
from cadran.process import clock
from tests.access.two_sites import House, housed
from tests.polling import until

NOW: Final = datetime(2026, 1, 1, tzinfo=UTC)
SECRET: Final = b"s" * 32
P: Final = "period=2015-11"


async def embed(house: House, role: str, **sent: Any) -> Any:
    return await house.post("/v1/embed-tokens", role, {"metrics": ["contacts"], **sent})


async def test_a_token_shows_what_it_lists_and_nothing_else(shared: House):
    minted = (await embed(shared, "partner", expires_in=60)).json()
    bearer = {"authorization": f"Bearer {minted['token']}"}
    found = await shared.client.get(f"/v1/indicators?metrics=contacts&by=site&{P}", headers=bearer)
    assert [row["site"] for row in found.json()["rows"]] == ["PAU"]
    for path in (f"/v1/indicators?metrics=qos&{P}", f"/v1/contacts?{P}", "/v1/keys", f"/v1/agents?{P}"):
        assert (await shared.client.get(path, headers=bearer)).status_code == 403, path
    again = await shared.client.post("/v1/embed-tokens", headers=bearer, json={"metrics": ["contacts"]})
    assert again.status_code == 403


async def test_a_deployment_may_let_tokens_end_sooner(house_url: str):
    async with housed(house_url, embed_seconds_max=60) as house:
        for wanted in ({"expires_in": 3600}, {}):
            expires = datetime.fromisoformat((await embed(house, "partner", **wanted)).json()["expires_at"])
            assert timedelta(0) < expires - clock() <= timedelta(seconds=60)


async def test_a_token_never_shows_more_than_its_minter_sees(shared: House):
    assert (await embed(shared, "supervisor", sites=["LIL"])).json()["code"] == "unknown_site"
    assert (await embed(shared, "partner", partners=["NORTH"])).json()["code"] == "unknown_partner"
    assert (await embed(shared, "board")).status_code == 403
    assert (await embed(shared, "analyst", metrics=[])).status_code == 422
    assert (await embed(shared, "analyst", expires_in=86_401)).status_code == 422
    wide = (await embed(shared, "supervisor", channels=["phone"])).json()["token"]
    claims = jwt.decode(wide, options={"verify_signature": False})
    assert (claims["sites"], claims["channels"]) == (["PAU"], ["phone"])


async def test_a_token_is_held_to_the_limits_of_its_key(house: House):
    before = house.service.desk.directory().version
    key = await house.key(role="analyst", cells_max=3, requests_minute=7, concurrent=2)
    await until(lambda: house.service.desk.directory().version > before)
    sent = {"metrics": ["contacts"]}
    bearer = {"authorization": f"Bearer {key}"}
    minted = (await house.client.post("/v1/embed-tokens", json=sent, headers=bearer)).json()
    shown = {"authorization": f"Bearer {minted['token']}"}
    daily = await house.client.get(f"/v1/indicators?metrics=contacts&grain=day&{P}", headers=shown)
    assert (daily.status_code, daily.json()["code"]) == (422, "too_costly")
    assert "the limit is 30 values" in daily.json()["detail"]
    whole = await house.client.get(f"/v1/indicators?metrics=contacts&{P}", headers=shown)
    assert whole.status_code == 200
    assert whole.headers["ratelimit-policy"] == '"requests";q=7;w=60'
    found = read_embed_token(minted["token"], await house.register.signing_secret(), now=clock())
    assert found is not None
    assert found[1].concurrent == 2


async def test_a_token_ends_with_the_key_that_minted_it(house: House):
    path = f"/v1/indicators?metrics=contacts&{P}"
    before = house.service.desk.directory().version
    key = await house.key(role="partner", partners=("SOUTH",), expires_at=clock() + timedelta(seconds=600))
    await until(lambda: house.service.desk.directory().version > before)
    bearer = {"authorization": f"Bearer {key}"}
    sent = {"metrics": ["contacts"], "expires_in": 86_400}
    minted = (await house.client.post("/v1/embed-tokens", json=sent, headers=bearer)).json()
    assert datetime.fromisoformat(minted["expires_at"]) <= clock() + timedelta(seconds=600)
    shown = {"authorization": f"Bearer {minted['token']}"}
    assert [(await house.client.get(path, headers=shown)).status_code for _ in range(2)] == [200, 200]
    await house.register.revoke(keys.parse_key_id(key) or "", who="tests")
    await until(lambda: not house.service.desk.directory().version <= before + 1)
    # The answer is in the response cache, and the token is refused all the same.
    assert (await house.client.get(path, headers=shown)).status_code == 401


def test_an_embed_token_ends_and_is_not_forged():
    grant = Grant(name="wall", role="board", metrics=("contacts",), sites=("PAU",))
    token, expires = mint_token(grant, SECRET, subject="abc", now=NOW, seconds=60)
    found = read_embed_token(token, SECRET, now=NOW)
    assert found is not None
    assert (found[0], found[1].sites, found[1].metrics, found[1].expires_at) == (
        "abc",
        ("PAU",),
        ("contacts",),
        expires,
    )
    assert read_embed_token(token, SECRET, now=expires) is None
    assert read_embed_token(token, b"t" * 32, now=NOW) is None
    head, _, signature = token.split(".")
    claims = jwt.decode(token, options={"verify_signature": False})
    wider = urlsafe_b64encode(json.dumps({**claims, "sites": ["LIL"]}).encode()).decode().rstrip("=")
    assert read_embed_token(f"{head}.{wider}.{signature}", SECRET, now=NOW) is None
    assert read_embed_token(jwt.encode(claims, "", algorithm="none"), SECRET, now=NOW) is None
    for name in ("exp", "aud", "iss", "sub"):
        without = jwt.encode({key: value for key, value in claims.items() if key != name}, SECRET, algorithm="HS256")
        assert read_embed_token(without, SECRET, now=NOW) is None, name


class Issuer:
    """An identity provider with one RSA key. It counts how often its keys are fetched."""

    def __init__(self) -> None:
        self.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
        self.fetched = 0
        jwk = json.loads(jwt.algorithms.RSAAlgorithm.to_jwk(self.key.public_key()))
        shared = {"kty": "oct", "kid": "shared", "alg": "HS256", "k": urlsafe_b64encode(b"k" * 32).decode().rstrip("=")}
        self._body = json.dumps({"keys": [{**jwk, "kid": "one", "alg": "RS256"}, shared]}).encode()
        issuer = self

        class Handler(BaseHTTPRequestHandler):
            def do_GET(self) -> None:
                issuer.fetched += 1
                self.send_response(200)
                self.end_headers()
                self.wfile.write(issuer._body)

            def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
                """Log no requests."""

        self.server = HTTPServer(("127.0.0.1", 0), Handler)
        self.url = f"http://127.0.0.1:{self.server.server_port}/jwks.json"

    def claims(self, **changes: Any) -> dict[str, Any]:
        """Return the claims of a supervisor of Pau, with changes. None removes a claim."""
        told = {"iss": "https://id.example", "aud": "cadran", "sub": "anne", "exp": NOW + timedelta(hours=1)}
        found = {**told, "roles": ["team-lead"], "places": ["PAU"], **changes}
        return {name: value for name, value in found.items() if value is not None}

    def token(self, *, kid: str = "one", **changes: Any) -> str:
        """Return a signed token with these claims, with changes. None removes a claim."""
        return jwt.encode(self.claims(**changes), self.key, algorithm="RS256", headers={"kid": kid})


@pytest.fixture(scope="module")
def issuer() -> Iterator[Issuer]:
    found = Issuer()
    serving = Thread(target=partial(found.server.serve_forever, poll_interval=0.01))
    serving.start()
    yield found
    found.server.shutdown()
    found.server.server_close()
    serving.join()


def make_provider(url: str, **changes: Any) -> Provider:
    """Return an identity provider whose keys are at this URL."""
    return Provider(
        "https://id.example", "cadran", url, **({"role_claim": "roles", "roles": {}, "scopes": {}} | changes)
    )


@pytest.fixture
def provided(issuer: Issuer) -> TokenVerifier:
    issuer.fetched = 0
    provider = make_provider(
        issuer.url,
        roles={"team-lead": "supervisor"},
        scopes={"sites": "places", "agent": "agent"},
        timeout_seconds=10.0,
    )
    return TokenVerifier(provider, lambda: NOW)


async def test_a_token_of_the_provider_grants_what_its_claims_say(provided: TokenVerifier, issuer: Issuer):
    found = await provided.grant(issuer.token())
    assert found is not None
    assert (found[0], found[1].role, found[1].sites) == ("anne", "supervisor", ("PAU",))
    bare = await provided.grant(issuer.token(places=None))
    # A role that needs sites sees none, rather than all, if the token has no claim of sites.
    assert bare is not None
    assert bare[1].sites == ()
    assert await provided.grant(issuer.token(roles=["agent"])) is None
    own = await provided.grant(issuer.token(roles="agent", agent="PAU-1"))
    assert own is not None
    assert own[1].agent == "PAU-1"
    assert issuer.fetched == 1


@pytest.mark.parametrize(
    "changes",
    [
        {"exp": NOW - timedelta(minutes=1)},
        {"exp": None},
        {"nbf": NOW + timedelta(minutes=1)},
        {"aud": "other"},
        {"aud": None},
        {"iss": "https://evil.example"},
        {"iss": None},
        {"sub": None},
        {"roles": ["king"]},
        {"roles": None},
        {"roles": 7},
        {"kid": "two"},
        *({"exp": each} for each in (10**30, 1e300, float("inf"), float("nan"), "4000000000", [1], True)),
        {"nbf": float("inf")},
        {"roles": "agent", "agent": []},
        *({name: each} for name in ("sub", "name") for each in ("a\0b", "a\nb", "")),
    ],
    ids=str,
)
async def test_what_does_not_hold_grants_nothing(provided: TokenVerifier, issuer: Issuer, changes: dict[str, Any]):
    assert await provided.grant(issuer.token(**changes)) is None


async def test_forgeries_grant_nothing(provided: TokenVerifier, issuer: Issuer):
    claims = issuer.claims()
    public = issuer.key.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    hmac_of_public = jwt.algorithms.HMACAlgorithm(jwt.algorithms.HMACAlgorithm.SHA256)
    head = urlsafe_b64encode(b'{"alg":"HS256","typ":"JWT","kid":"one"}').rstrip(b"=")
    body = jwt.encode(claims, "k" * 32, algorithm="HS256").split(".")[1].encode()
    signed = urlsafe_b64encode(hmac_of_public.sign(head + b"." + body, public)).rstrip(b"=")
    stranger = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    forged = {
        "none": jwt.encode(claims, "", algorithm="none", headers={"kid": "one"}),
        "the public key as a secret": b".".join((head, body, signed)).decode(),
        "a secret among the keys": jwt.encode(claims, b"k" * 32, algorithm="HS256", headers={"kid": "shared"}),
        "another key": jwt.encode(claims, stranger, algorithm="RS256", headers={"kid": "one"}),
        "no kid": jwt.encode(claims, issuer.key, algorithm="RS256"),
        "long": issuer.token(name="x" * 9000),
        "garbage": "a.b.c",
    }
    for name, token in forged.items():
        assert await provided.grant(token) is None, name
    assert await provided.grant(issuer.token()) is not None


async def test_keys_that_are_not_known_are_fetched_once_a_minute(provided: TokenVerifier, issuer: Issuer):
    await asyncio.gather(*(provided.grant(issuer.token(kid=f"k{number}")) for number in range(20)))
    assert issuer.fetched == 1


async def test_a_provider_that_is_away_lets_nobody_in():
    gone = TokenVerifier(make_provider("http://127.0.0.1:9/none", timeout_seconds=1.0), lambda: NOW)
    assert await gone.grant(Issuer.token(ISSUER)) is None


ISSUER: Final = Issuer.__new__(Issuer)
ISSUER.key = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def test_the_fingerprint_tells_apart_those_who_are_answered_differently():
    one = Principal("a", role="board", metrics=frozenset({"qos", "aht"}))
    assert one.fingerprint == Principal("b", role="board", metrics=frozenset({"aht", "qos"})).fingerprint
    for other in (
        Principal("a", role="analyst", metrics=one.metrics),
        Principal("a", role="board", metrics=frozenset({"qos"})),
        Principal("a", role="board", metrics=one.metrics, cells_max=5),
    ):
        assert other.fingerprint != one.fingerprint


async def test_a_token_is_no_key_though_its_subject_be_called_like_one(provided: TokenVerifier, issuer: Issuer):
    """Check that a token has another caller id than a key, even if its subject is the key's id."""
    secret, keyring = keys.make_key(), Keyring(lambda: NOW)
    grant = Grant(name="made", role="analyst")
    keyring.load([StoredKey(secret.key_id, grant, secret.digest, None, None, NOW, "tests", None, None)])
    callers = Callers(keyring, secret=SECRET, provided=provided, directory=lambda: EMPTY, clock=lambda: NOW)
    minted, _ = mint_token(replace(grant, metrics=("qos",)), SECRET, subject=secret.key_id, now=NOW, seconds=60)
    credentials = (secret.text, minted, issuer.token(sub=secret.key_id))
    found = [await callers.caller(f"Bearer {each}".encode()) for each in credentials]
    assert [each.caller_id for each in found] == [
        secret.key_id,
        f"embed:{secret.key_id}",
        f"oidc:{secret.key_id}",
    ]
