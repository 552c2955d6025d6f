"""The channels everybody knows: what a code seen for the first time is taken to mean, and the answer norm it promises.

One table, used wherever a channel is made. The answer norms are bands: good up to the first bound, bad past the
second, in seconds.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class KnownChannel:
    """A kind of channel with its usual promise; `None` where there is none."""

    kind: str
    asynchronous: bool
    label_en: str | None
    label_fr: str | None
    norm_seconds: tuple[int, int] | None


PHONE = KnownChannel("phone", False, "Phone", "Téléphone", (120, 240))
CHAT = KnownChannel("chat", False, "Chat", "Chat", (30, 30))
EMAIL = KnownChannel("email", True, "E-mail", "E-mail", (86_400, 172_800))
SOCIAL = KnownChannel("social", True, "Social networks", "Réseaux sociaux", (1_800, 3_600))
OTHER = KnownChannel("other", False, None, None, None)

CHANNELS = {
    "phone": PHONE,
    "voice": PHONE,
    "call": PHONE,
    "telephone": PHONE,
    "chat": CHAT,
    "email": EMAIL,
    "e-mail": EMAIL,
    "mail": EMAIL,
    "social": SOCIAL,
    "facebook": SOCIAL,
    "twitter": SOCIAL,
}
BY_KIND = {channel.kind: channel for channel in (PHONE, CHAT, EMAIL, SOCIAL, OTHER)}


def known(code: str) -> KnownChannel:
    """What a channel of this code is, as far as its name tells."""
    return CHANNELS.get(code.lower(), OTHER)
