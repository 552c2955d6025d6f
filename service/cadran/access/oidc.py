"""OIDC: tokens of an identity provider, their subjects, and the grants made from their claims.

Takes a JWT and returns the subject and the grant, or None. The sender of a token only learns that it is not valid. The
reason is logged, each reason once a minute, without the token or its subject. For an unknown key id the provider's keys
are fetched at most once a minute.
"""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from time import monotonic
from typing import Any, Final
from urllib.request import Request, urlopen

import jwt

from cadran.access.embed_tokens import verify_token
from cadran.access.grant import Grant
from cadran.domain.access.role import ROLES, RoleName

log = logging.getLogger(__name__)

#: Algorithms with a public key only: with a secret shared with the provider, this service could forge tokens.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
#: The least time between two fetches: tokens with invented key ids must not cause endless requests to the provider.
_REFETCH_SECONDS: Final = 60.0
#: The most characters of a token, as many as any credential in the header may have.
_TOKEN_LENGTH_MAX: Final = 8_192
#: The form of names of people and services in the audit log.
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
#: The most bytes of a key set. Hundreds of keys fit, and no identity provider has more.
_JWKS_BYTES_MAX: Final = 1_000_000
_LOG_INTERVAL: Final = timedelta(minutes=1)
#: The reason in the log, by PyJWT's exception. Expired tokens are normal and not logged.
_FAULTS: Final[Mapping[type[jwt.PyJWTError], str]] = {
    jwt.ExpiredSignatureError: "",
    jwt.ImmatureSignatureError: "it is not valid yet (nbf): check the clocks",
    jwt.InvalidAudienceError: "its aud is not CADRAN_OIDC_AUDIENCE",
    jwt.InvalidIssuerError: "its iss is not CADRAN_OIDC_ISSUER",
    jwt.InvalidSignatureError: "its signature does not match the key that it names",
    jwt.MissingRequiredClaimError: "exp, aud, iss or sub is missing",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """An identity provider whose tokens are accepted, and the meaning of its claims.

    The claim ``a.b`` is the claim b inside the claim a. ``roles`` maps words of the role claim to cadran's roles.
    ``scopes`` maps parts of a scope (sites, partners …, agent) to claims.
    """

    issuer: str
    audience: str
    jwks_url: str
    role_claim: str
    roles: Mapping[str, str]
    scopes: Mapping[str, str]
    timeout_seconds: float = 5.0


class NoGrant(Exception):
    """The reason why a token grants nothing, for the log. It is empty if nothing needs investigation."""


class TokenVerifier:
    """A verifier of the tokens of one identity provider."""

    def __init__(self, provider: Provider, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -_REFETCH_SECONDS
        self._fetching = asyncio.Lock()
        self._logged: dict[str, datetime] = {}

    async def grant(self, text: str) -> tuple[str, Grant] | None:
        """Return the subject and the grant of a token, or None if the token is not valid."""
        try:
            return make_grant(await self._claims(text), self._provider)
        except NoGrant as nothing:
            self._log_reason(str(nothing))
            return None

    async def _claims(self, text: str) -> Mapping[str, Any]:
        """Return the claims of a valid token. Raises NoGrant."""
        try:
            header = jwt.get_unverified_header(text) if len(text) <= _TOKEN_LENGTH_MAX else {}
        except jwt.PyJWTError:
            header = {}
        if header.get("alg") not in _ALGORITHMS:
            # The token is invented, or an expired embed token.
            raise NoGrant
        number = header.get("kid")
        key = await self._key(number) if isinstance(number, str) else None
        if key is None or key.algorithm_name not in _ALGORITHMS:
            raise NoGrant("its header names none of the provider's keys (kid)")
        audience, issuer = self._provider.audience, self._provider.issuer
        try:
            return verify_token(
                text, key.key, [key.algorithm_name], audience=audience, issuer=issuer, now=self._clock()
            )
        except jwt.PyJWTError as error:
            raise NoGrant(_FAULTS.get(type(error), "it cannot be parsed")) from error

    def _log_reason(self, why: str) -> None:
        now = self._clock()
        if why and (why not in self._logged or now - self._logged[why] >= _LOG_INTERVAL):
            self._logged[why] = now
            log.warning("a token of the identity provider grants nothing: %s", why)

    async def _key(self, number: str) -> jwt.PyJWK | None:
        if number not in self._keys:
            async with self._fetching:
                if number not in self._keys and monotonic() - self._fetched >= _REFETCH_SECONDS:
                    self._fetched = monotonic()
                    self._keys = await asyncio.to_thread(self._fetch)
        return self._keys.get(number)

    def _fetch(self) -> dict[str, jwt.PyJWK]:
        provider = self._provider
        request = Request(provider.jwks_url, headers={"accept": "application/json"})  # noqa: S310 - the scheme is checked with the settings
        try:
            with urlopen(request, timeout=provider.timeout_seconds) as response:  # noqa: S310 - the same
                found = json.loads(response.read(_JWKS_BYTES_MAX))
            listed = found.get("keys", []) if isinstance(found, dict) else []
            keys = [jwt.PyJWK(each) for each in listed if isinstance(each, dict) and each.get("kty") != "oct"]
        except (OSError, ValueError, jwt.PyJWTError) as error:
            log.warning("the identity provider's keys could not be read from %s: %r", provider.jwks_url, error)
            return self._keys
        return {str(key.key_id): key for key in keys if key.key_id}


def make_grant(claims: Mapping[str, Any], provider: Provider) -> tuple[str, Grant]:
    """Return the subject of the claims, and the grant made from the claims. Raises NoGrant."""
    role = _role(claims, provider)
    subject, name = _names(claims)
    scope = _scope(claims, provider, role)
    return subject, Grant(name=name, role=role, expires_at=datetime.fromtimestamp(claims["exp"], UTC), **scope)


def _role(claims: Mapping[str, Any], provider: Provider) -> RoleName:
    """Return the most powerful of the roles that the claims name."""
    words = _listed(_claim(claims, provider.role_claim))
    named = {dict(provider.roles).get(word, word) for word in words}
    found = next((role.name for role in ROLES.values() if role.name in named), None)
    if found is None:
        raise NoGrant(
            "no role of CADRAN_OIDC_ROLES is in its claim CADRAN_OIDC_ROLE_CLAIM"
            if words
            else "its claim CADRAN_OIDC_ROLE_CLAIM is missing or empty"
        )
    return found


def _scope(claims: Mapping[str, Any], provider: Provider, role: RoleName) -> dict[str, Any]:
    """Return the scope that the claims define. Raises NoGrant if the role agent comes without an agent.

    Other roles that need a scope part see nothing if the claims lack that part.
    """
    values = {name: _claim(claims, claim) for name, claim in dict(provider.scopes).items()}
    found: dict[str, Any] = {name: _listed(value) for name, value in values.items() if value is not None}
    agent = next(iter(found.pop("agent", ())), None)
    for need in ROLES[role].needs:
        if need == "agent" and agent is None:
            raise NoGrant("the role agent comes without the claim that names the agent (agent in CADRAN_OIDC_SCOPES)")
        if need == "metrics" or (need == "sites" and "partners" not in found):
            found.setdefault(need, ())
    return {**found, "agent": agent}


def _names(claims: Mapping[str, Any]) -> tuple[str, str]:
    """Return the subject and its name in the audit log."""
    subject = str(claims["sub"])
    name = str(claims.get("name", subject))
    if not (_NAME.fullmatch(subject) and _NAME.fullmatch(name)):
        raise NoGrant("its sub or name is empty, has more than one line or is longer than 255 characters")
    return subject, name


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """Return a claim by its name. If there is none, ``a.b`` is the claim b inside the claim a (Keycloak's roles)."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _listed(value: Any) -> tuple[str, ...]:
    """Return the words of a claim: none, one or many.

    Empty words are dropped: as a filter, an empty word would select everything without a value.
    """
    values = value if isinstance(value, list) else [value]
    return tuple(word for each in values if each is not None and (word := str(each)))
