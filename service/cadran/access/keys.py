"""API keys: ``cad_<id>_<secret>``. The id is public and finds the key; of the secret only a hash is stored.

The secret has 160 random bits, so one pass of SHA-256 is enough: there is nothing to guess that a slow hash would
protect. Comparison takes the same time whatever differs.
"""

from __future__ import annotations

import re
from base64 import b32encode
from dataclasses import dataclass, field
from hashlib import sha256
from hmac import compare_digest
from secrets import token_bytes
from typing import Final

ID: Final = re.compile(r"[a-z2-7]{8}")
_FORM: Final = re.compile(r"cad_([a-z2-7]{8})_([a-z2-7]{32})")
#: Compared against where there is no key of that id, so that a wrong id takes as long as a wrong secret.
NO_HASH: Final = bytes(32)


@dataclass(frozen=True, slots=True)
class Secret:
    """A key as its holder has it; shown once."""

    key_id: str
    text: str = field(repr=False)

    @property
    def digest(self) -> bytes:
        """What is stored of it: 32 bytes."""
        return hashed(self.text)


def new(key_id: str | None = None) -> Secret:
    """A key with a new secret; with a new id unless one is given."""
    number = key_id or _letters(5)
    return Secret(number, f"cad_{number}_{_letters(20)}")


def parsed(text: str) -> str | None:
    """The id of a key of our form; None for anything else."""
    found = _FORM.fullmatch(text)
    return found.group(1) if found else None


def hashed(text: str) -> bytes:
    """The SHA-256 of a key."""
    return sha256(text.encode()).digest()


def matches(text: str, *digests: bytes | None) -> bool:
    """Whether a key's hash is one of these; every one is compared."""
    own = hashed(text)
    found = [compare_digest(own, digest or NO_HASH) for digest in (digests or (None,))]
    return any(found)


def _letters(count: int) -> str:
    return b32encode(token_bytes(count)).decode().lower()


def new_bytes() -> bytes:
    """A secret to sign with: 256 random bits."""
    return token_bytes(32)
