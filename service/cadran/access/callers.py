"""From a credential to a caller: keys, embed tokens and the identity provider's tokens, behind one question.

Takes what the Authorization header says; gives the caller, with the principal that the present directory makes of the
grant. A credential seen before costs one lookup, by its hash. Every failure is the same sentence: nothing tells a wrong
secret from an unknown id, or an expired token from a forged one.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Final

from cachetools import LRUCache

from cadran.access.embed_tokens import CREDENTIAL_BYTES_MAX, embedded
from cadran.access.grant import Grant, principal_of, weight
from cadran.access.keyring import Keyring
from cadran.access.oidc import Provided
from cadran.domain.access.principal import Principal
from cadran.domain.directory import Directory
from cadran.errors import Unauthenticated

#: Bytes of each of the three memos below, some 2.5 kB a caller. A caller beyond them is looked up anew, not refused:
#: nobody would tune it.
_MEMO_BYTES_MAX: Final = 24_000_000
REFUSAL: Final = "Send a key that holds: Authorization: Bearer cad_… (cadran key create makes one)."


@dataclass(frozen=True, slots=True)
class Caller:
    """Who calls: ``caller_id`` counts its requests; ``fingerprint`` is shared by those who are answered alike;
    ``is_key``: not a token."""

    caller_id: str
    grant: Grant
    principal: Principal
    fingerprint: bytes
    is_key: bool = True

    @property
    def who(self) -> str:
        """What the audit log calls the caller."""
        return f"{self.grant.name} ({self.caller_id})"


@dataclass(frozen=True, slots=True)
class _Known:
    """A caller by its credential: as keys and directory of these versions have it, good until then."""

    caller: Caller
    until: datetime | None
    keys_version: int
    directory_version: int


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
        # By an Authorization header, who calls; by a token, what it grants; by who calls, the principal.
        self._known: dict[bytes, _Known] = {}
        self._known_bytes = 0
        self._tokens: LRUCache[bytes, tuple[str, Grant]] = LRUCache(
            _MEMO_BYTES_MAX, getsizeof=lambda found: weight(found[1])
        )
        self._callers: LRUCache[str, _Remembered] = LRUCache(
            _MEMO_BYTES_MAX, getsizeof=lambda found: weight(found.caller.grant)
        )

    def known(self, authorization: bytes) -> Caller | None:
        """The caller behind an Authorization header that was good before and still is; None: look closer. Nothing here
        takes longer or shorter for what the header holds: it is hashed, and found or not."""
        found = self._known.get(sha256(authorization).digest())
        if found is None or found.keys_version != self._keyring.version:
            return None
        now = self._clock()
        if (found.until is not None and now >= found.until) or found.directory_version != self._directory().version:
            return None
        caller = found.caller
        if caller.is_key:
            self._keyring.used[caller.caller_id] = now
        return caller

    async def caller(self, authorization: bytes | None) -> Caller:
        """The caller. Raises Unauthenticated."""
        scheme, _, credential = (authorization or b"").partition(b" ")
        if scheme.lower() != b"bearer" or len(credential) > CREDENTIAL_BYTES_MAX:
            raise Unauthenticated(REFUSAL)
        text = credential.strip().decode("latin-1")
        is_key = text.startswith("cad_")
        found = self._keyring.grant(text) if is_key else await self._of_token(text)
        if found is None:
            raise Unauthenticated(REFUSAL)
        made = self._made(*found)
        self._remember(authorization or b"", made, self._keyring.until(text) if is_key else self._ends(*found))
        return made.caller

    def _remember(self, authorization: bytes, made: _Remembered, until: datetime | None) -> None:
        self._known_bytes += weight(made.caller.grant)
        if self._known_bytes > _MEMO_BYTES_MAX:
            self._known.clear()
            self._known_bytes = weight(made.caller.grant)
        known = _Known(made.caller, until, self._keyring.version, made.directory_version)
        self._known[sha256(authorization).digest()] = known

    def _ends(self, caller_id: str, grant: Grant) -> datetime | None:
        """When a token ends: by its own expiry, or with the key that minted it."""
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

    def _made(self, caller_id: str, grant: Grant) -> _Remembered:
        directory = self._directory()
        known = self._callers.get(caller_id)
        # Two tokens of one subject may grant differently; to compare whole grants would cost more than all the rest.
        if known is None or known.caller.grant is not grant or known.directory_version != directory.version:
            principal = principal_of(grant, directory)
            caller = Caller(caller_id, grant, principal, principal.fingerprint, ":" not in caller_id)
            known = self._callers[caller_id] = _Remembered(caller, directory.version)
        return known
