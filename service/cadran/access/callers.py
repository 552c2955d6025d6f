"""From a credential to a caller: keys, embed tokens and the identity provider's tokens, behind one question.

Takes what the Authorization header says; gives the caller, with the principal that the present directory makes of the
grant. A credential seen before costs a lookup. Every failure is the same sentence: nothing tells a wrong secret from an
unknown id, or an expired token from a forged one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cachetools import LRUCache

from cadran.access.grant import Grant, principal_of
from cadran.access.keyring import Keyring
from cadran.access.tokens import Provided, embedded
from cadran.domain.directory import Directory
from cadran.domain.principal import Principal
from cadran.errors import Unauthenticated

_CALLERS_MAX: Final = 10_000
_CREDENTIAL_BYTES_MAX: Final = 8_192
REFUSAL: Final = "Send a key that holds: Authorization: Bearer cad_… (cadran key create makes one)."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: ``caller_id`` counts its requests; ``fingerprint`` is shared by those who are answered alike."""

    caller_id: str
    grant: Grant
    principal: Principal
    fingerprint: bytes


@dataclass(frozen=True, slots=True)
class _Remembered:
    """A caller as the directory of a version makes it of a grant."""

    caller: Caller
    directory_version: int


class Callers:
    """See the module."""

    def __init__(
        self,
        keyring: Keyring,
        *,
        secret: bytes,
        provided: Provided | None,
        directory: Callable[[], Directory],
        clock: Callable[[], datetime],
    ) -> None:
        self._keyring = keyring
        self._secret = secret
        self._provided = provided
        self._directory = directory
        self._clock = clock
        self._tokens: LRUCache[bytes, tuple[str, Grant]] = LRUCache(_CALLERS_MAX)
        self._callers: LRUCache[str, _Remembered] = LRUCache(_CALLERS_MAX)

    async def caller(self, authorization: bytes | None) -> Caller:
        """The caller. Raises Unauthenticated."""
        scheme, _, credential = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer" or len(credential) > _CREDENTIAL_BYTES_MAX:
            raise Unauthenticated(REFUSAL)
        text = credential.strip().decode("latin-1")
        found = self._keyring.grant(text) if text.startswith("cad_") else await self._of_token(text)
        if found is None:
            raise Unauthenticated(REFUSAL)
        return self._made(*found)

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
        """An embed token ends with the key that minted it; one minted by a provider's token ends by its own expiry,
        which is no later than that token's."""
        kind, _, minter = caller_id.partition(":")
        return kind != "embed" or minter.startswith("oidc:") or self._keyring.holds(minter)

    async def _read(self, text: str) -> tuple[str, Grant] | None:
        """Subjects are named apart: whoever issues tokens chooses them, and must not name a key's."""
        if (found := embedded(text, self._secret, now=self._clock())) is not None:
            return f"embed:{found[0]}", found[1]
        if self._provided is not None and (found := await self._provided.grant(text)) is not None:
            return f"oidc:{found[0]}", found[1]
        return None

    def _made(self, caller_id: str, grant: Grant) -> Caller:
        directory = self._directory()
        known = self._callers.get(caller_id)
        # Two tokens of one subject may grant differently; to compare whole grants would cost more than all the rest.
        if known is None or known.caller.grant is not grant or known.directory_version != directory.version:
            principal = principal_of(grant, directory)
            caller = Caller(caller_id, grant, principal, principal.fingerprint)
            known = self._callers[caller_id] = _Remembered(caller, directory.version)
        return known.caller
