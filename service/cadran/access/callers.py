"""Identification of callers by keys, embed tokens and tokens of the identity provider.

Takes the Authorization header and returns the caller, with a principal made from the grant and the present directory.
A known credential costs one lookup by its hash. Every failure has the same message: nothing distinguishes a wrong
secret from an unknown id, or an expired token from a forged one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime
from hashlib import sha256
from typing import Final

from cachetools import LRUCache

from cadran.access.embed_tokens import CREDENTIAL_BYTES_MAX, read_embed_token
from cadran.access.grant import Grant, estimate_bytes, make_principal
from cadran.access.keyring import Keyring
from cadran.access.oidc import TokenVerifier
from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory
from cadran.errors import Unauthenticated

#: The bytes of each of the three caches below, about 2.5 kB a caller. Callers beyond the limit are looked up again, not
#: refused, so the limit needs no setting.
_MEMO_BYTES_MAX: Final = 24_000_000
REFUSAL: Final = "Send a valid key: Authorization: Bearer cad_… (cadran key create makes one)."


@dataclass(frozen=True, slots=True)
class Caller:
    """An authenticated caller.

    Requests are counted by ``caller_id``. Callers with equal permissions share a ``fingerprint``. ``is_key`` is False
    for tokens. The credential that identified the caller is valid until ``expires_at`` (None: without end).
    """

    caller_id: str
    grant: Grant
    principal: Principal
    fingerprint: bytes
    is_key: bool = True
    expires_at: datetime | None = None

    @property
    def who(self) -> str:
        """Return the name of the caller in the audit log."""
        return f"{self.grant.name} ({self.caller_id})"


@dataclass(frozen=True, slots=True)
class _CachedCredential:
    """The caller of a credential, valid for these versions of keys and directory, until the credential expires."""

    caller: Caller
    keys_version: int
    directory_version: int


@dataclass(frozen=True, slots=True)
class _CachedCaller:
    """The caller of a grant, made from the directory of version ``directory_version``."""

    caller: Caller
    directory_version: int


class Callers:
    """The callers known to a process. See the module."""

    def __init__(
        self,
        keyring: Keyring,
        *,
        secret: bytes,
        provided: TokenVerifier | None,
        directory: Callable[[], Directory],
        clock: Callable[[], datetime],
    ) -> None:
        self._keyring = keyring
        self._secret = secret
        self._provided = provided
        self._directory = directory
        self._clock = clock
        # Caches: Authorization header → caller, token → grant, caller id → caller with its principal.
        self._known: dict[bytes, _CachedCredential] = {}
        self._known_bytes = 0
        self._tokens: LRUCache[bytes, tuple[str, Grant]] = LRUCache(
            _MEMO_BYTES_MAX, getsizeof=lambda found: estimate_bytes(found[1])
        )
        self._callers: LRUCache[str, _CachedCaller] = LRUCache(
            _MEMO_BYTES_MAX, getsizeof=lambda found: estimate_bytes(found.caller.grant)
        )

    def known(self, authorization: bytes) -> Caller | None:
        """Return the caller of an Authorization header that was valid before and still is, or None.

        The time does not depend on the content of the header: the header is hashed, and the hash is found or not.
        """
        found = self._known.get(sha256(authorization).digest())
        if found is None or found.keys_version != self._keyring.version:
            return None
        now = self._clock()
        caller = found.caller
        if caller.expires_at is not None and now >= caller.expires_at:
            return None
        if found.directory_version != self._directory().version:
            return None
        if caller.is_key:
            self._keyring.used[caller.caller_id] = now
        return caller

    async def caller(self, authorization: bytes | None) -> Caller:
        """Return the caller of an Authorization header. Raises Unauthenticated."""
        scheme, _, credential = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer" or len(credential) > CREDENTIAL_BYTES_MAX:
            raise Unauthenticated(REFUSAL)
        text = credential.strip().decode("latin-1")
        is_key = text.startswith("cad_")
        found = self._keyring.grant(text) if is_key else await self._of_token(text)
        if found is None:
            raise Unauthenticated(REFUSAL)
        made = self._made(*found)
        until = self._keyring.until(text) if is_key else self._ends(*found)
        caller = replace(made.caller, expires_at=until)
        self._remember(authorization or b"", caller, made.directory_version)
        return caller

    def _remember(self, authorization: bytes, caller: Caller, directory_version: int) -> None:
        self._known_bytes += estimate_bytes(caller.grant)
        if self._known_bytes > _MEMO_BYTES_MAX:
            self._known.clear()
            self._known_bytes = estimate_bytes(caller.grant)
        known = _CachedCredential(caller, self._keyring.version, directory_version)
        self._known[sha256(authorization).digest()] = known

    def _ends(self, caller_id: str, grant: Grant) -> datetime | None:
        """Return when a token ends: at its own expiry, or with the key that minted it."""
        minter = self._keyring.expiry(caller_id.partition(":")[2])
        return min((each for each in (grant.expires_at, minter) if each is not None), default=None)

    async def _of_token(self, text: str) -> tuple[str, Grant] | None:
        digest = sha256(text.encode()).digest()
        found = self._tokens.get(digest)
        if found is None:
            found = await self._read(text)
            if found is None:
                return None
            self._tokens[digest] = found
        expires = found[1].expires_at
        holds = expires is not None and self._clock() < expires and self._minter_holds(found[0])
        return found if holds else None

    def _minter_holds(self, caller_id: str) -> bool:
        """Return whether the minter of an embed token is still valid.

        An embed token ends with the key that minted it. If a provider's token minted it, the embed token has its own
        expiry, which is no later than that of the provider's token.
        """
        kind, _, minter = caller_id.partition(":")
        return kind != "embed" or minter.startswith("oidc:") or self._keyring.holds(minter)

    async def _read(self, text: str) -> tuple[str, Grant] | None:
        """Return the caller id and the grant of a token, or None.

        The ids of tokens have a prefix, since issuers choose subjects and must not be able to name a key.
        """
        if (found := read_embed_token(text, self._secret, now=self._clock())) is not None:
            return f"embed:{found[0]}", found[1]
        if self._provided is not None and (found := await self._provided.grant(text)) is not None:
            return f"oidc:{found[0]}", found[1]
        return None

    def _made(self, caller_id: str, grant: Grant) -> _CachedCaller:
        directory = self._directory()
        known = self._callers.get(caller_id)
        # Two tokens of one subject may have different grants. Identity is compared, since comparing grants is slow.
        if known is None or known.caller.grant is not grant or known.directory_version != directory.version:
            principal = make_principal(grant, directory)
            caller = Caller(caller_id, grant, principal, principal.fingerprint, ":" not in caller_id)
            known = self._callers[caller_id] = _CachedCaller(caller, directory.version)
        return known
