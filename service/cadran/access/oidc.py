"""The tokens of an identity provider (OIDC): whom one speaks of, and what its claims grant.

Takes a JWT; gives the subject and the grant, or nothing. Whoever sent it is told no more than that it does not hold;
why stands in the log, each reason once a minute, without the token or whom it speaks of. The signer's keys are fetched
at most once a minute for one that is not known.
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

from cadran.access.embed_tokens import verified
from cadran.access.grant import Grant
from cadran.domain.access.role import ROLES, RoleName

log = logging.getLogger(__name__)

#: Signatures with a public key only: a shared secret of the provider's would make us a forger.
_ALGORITHMS: Final = ["RS256", "RS384", "RS512", "PS256", "ES256", "ES384", "EdDSA"]
#: An unknown key is asked for no sooner: tokens with made-up ids must not make us ask the provider without end.
_REFETCH_SECONDS: Final = 60.0
#: As much as a header of a credential may have.
_TOKEN_LENGTH_MAX: Final = 8_192
#: Names of people and services, as they go into the audit log.
_NAME: Final = re.compile(r"[^\x00-\x1f\x7f]{1,255}")
#: Hundreds of keys; whatever is longer is none of an identity provider's.
_JWKS_BYTES_MAX: Final = 1_000_000
_TOLD_EVERY: Final = timedelta(minutes=1)
#: What is wrong with a token, by what PyJWT raises; an expired one is everyday life.
_FAULTS: Final[Mapping[type[jwt.PyJWTError], str]] = {
    jwt.ExpiredSignatureError: "",
    jwt.ImmatureSignatureError: "it holds only later (nbf): are the clocks right?",
    jwt.InvalidAudienceError: "its aud is not CADRAN_OIDC_AUDIENCE",
    jwt.InvalidIssuerError: "its iss is not CADRAN_OIDC_ISSUER",
    jwt.InvalidSignatureError: "its signature is not that of the key that it names",
    jwt.MissingRequiredClaimError: "exp, aud, iss or sub is missing",
}


@dataclass(frozen=True, slots=True)
class Provider:
    """Whose tokens are believed, and which claims say what; ``a.b`` is the claim b within a. ``roles`` maps the claim's
    words to our roles; ``scopes`` maps parts of a scope (sites, partners …, agent) to claims."""

    issuer: str
    audience: str
    jwks_url: str
    role_claim: str = "roles"
    roles: Mapping[str, str] = ()  # type: ignore[assignment]  # an empty mapping would be shared and mutable
    scopes: Mapping[str, str] = ()  # type: ignore[assignment]  # the same
    timeout_seconds: float = 5.0


class NothingGranted(Exception):
    """Why a token grants nothing, for the log; empty where that is nothing to look into."""


class Provided:
    """The tokens of one identity provider."""

    def __init__(self, provider: Provider, clock: Callable[[], datetime]) -> None:
        self._provider = provider
        self._clock = clock
        self._keys: dict[str, jwt.PyJWK] = {}
        self._fetched = -_REFETCH_SECONDS
        self._fetching = asyncio.Lock()
        self._told: dict[str, datetime] = {}

    async def grant(self, text: str) -> tuple[str, Grant] | None:
        """Whom a token speaks of, and what it grants; None where it does not hold."""
        try:
            return granted(await self._claims(text), self._provider)
        except NothingGranted as nothing:
            self._tell(str(nothing))
            return None

    async def _claims(self, text: str) -> Mapping[str, Any]:
        """The claims of a token that holds. Raises NothingGranted."""
        try:
            header = jwt.get_unverified_header(text) if len(text) <= _TOKEN_LENGTH_MAX else {}
        except jwt.PyJWTError:
            header = {}
        if header.get("alg") not in _ALGORITHMS:
            # Made up, or one of our own that has ended.
            raise NothingGranted
        number = header.get("kid")
        key = await self._key(number) if isinstance(number, str) else None
        if key is None or key.algorithm_name not in _ALGORITHMS:
            raise NothingGranted("its header names none of the provider's keys (kid)")
        audience, issuer = self._provider.audience, self._provider.issuer
        try:
            return verified(text, key.key, [key.algorithm_name], audience=audience, issuer=issuer, now=self._clock())
        except jwt.PyJWTError as error:
            raise NothingGranted(_FAULTS.get(type(error), "it cannot be read")) from error

    def _tell(self, why: str) -> None:
        now = self._clock()
        if why and (why not in self._told or now - self._told[why] >= _TOLD_EVERY):
            self._told[why] = now
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


def granted(claims: Mapping[str, Any], provider: Provider) -> tuple[str, Grant]:
    """Whom claims speak of, and what they grant. Raises NothingGranted."""
    role = _role(claims, provider)
    subject, name = _names(claims)
    scope = _scope(claims, provider, role)
    return subject, Grant(name=name, role=role, expires_at=datetime.fromtimestamp(claims["exp"], UTC), **scope)


def _role(claims: Mapping[str, Any], provider: Provider) -> RoleName:
    """The one that may most, of those that are named."""
    words = _listed(_claim(claims, provider.role_claim))
    named = {dict(provider.roles).get(word, word) for word in words}
    found = next((role.name for role in ROLES.values() if role.name in named), None)
    if found is None:
        raise NothingGranted(
            "no role of CADRAN_OIDC_ROLES is in its claim CADRAN_OIDC_ROLE_CLAIM"
            if words
            else "its claim CADRAN_OIDC_ROLE_CLAIM is missing or empty"
        )
    return found


def _scope(claims: Mapping[str, Any], provider: Provider, role: RoleName) -> dict[str, Any]:
    """The parts of a scope that claims tell. A role that needs one and brings none sees nothing, rather than all."""
    told = {name: _claim(claims, claim) for name, claim in dict(provider.scopes).items()}
    found: dict[str, Any] = {name: _listed(value) for name, value in told.items() if value is not None}
    agent = next(iter(found.pop("agent", ())), None)
    for need in ROLES[role].needs:
        if need == "agent" and agent is None:
            raise NothingGranted(
                "the role agent comes without the claim that tells which (agent in CADRAN_OIDC_SCOPES)"
            )
        if need == "metrics" or (need == "sites" and "partners" not in found):
            found.setdefault(need, ())
    return {**found, "agent": agent}


def _names(claims: Mapping[str, Any]) -> tuple[str, str]:
    """The subject, and what the audit log calls it."""
    subject = str(claims["sub"])
    name = str(claims.get("name", subject))
    if not (_NAME.fullmatch(subject) and _NAME.fullmatch(name)):
        raise NothingGranted("its sub or name is empty, more than a line or longer than 255 characters")
    return subject, name


def _claim(claims: Mapping[str, Any], path: str) -> Any:
    """A claim by its name; where there is none of that name, ``a.b`` is the claim b within a (Keycloak's roles)."""
    if path in claims:
        return claims[path]
    found: Any = claims
    for name in path.split("."):
        found = found.get(name) if isinstance(found, Mapping) else None
    return found


def _listed(value: Any) -> tuple[str, ...]:
    """The words of a claim, of which there may be none, one or many. Empty is none: as a filter it would be everything
    that has none."""
    values = value if isinstance(value, list) else [value]
    return tuple(word for each in values if each is not None and (word := str(each)))
