"""The queues: five for calls, by moment of truth, one for the calls that these cannot take, and one for each other
channel."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from cadran.demo.contacts.cases import Contact
from cadran.demo.world import CHANNELS, MOMENTS, PHONE, Row

OVERFLOW: Final = "overflow"
#: Code, labels and skill of the queues for calls, and the moments of truth that lead to them.
_CALLS: Final = (
    ("sales", "Sales", "Ventes", "sales", ("information", "subscription", "cancellation")),
    ("billing", "Billing", "Facturation", "accounts", ("billing", "contract")),
    ("parcels", "Parcels", "Colis", "logistics", ("delivery",)),
    ("technical", "Technical help", "Assistance technique", "technical", ("technical",)),
    ("complaints", "Complaints", "Réclamations", "complaints", ("complaint",)),
    (OVERFLOW, "Overflow", "Débordement", "all-round", ()),
)
_OF_MOMENTS: Final = {moment: code for code, *_, moments in _CALLS for moment in moments}


def queue_of(contact: Contact) -> str:
    """Return the code of the queue in which a contact first waits."""
    if contact.channel == PHONE:
        return _OF_MOMENTS[MOMENTS[contact.moment].code]
    return CHANNELS[contact.channel].code


def queues() -> Iterator[Row]:
    """Yield the queues as rows. Calls are to be answered in 30 s, and are late after 60 s."""
    for code, english, french, skill, _ in _CALLS:
        labels = {"label_en": english, "label_fr": french, "skill": skill}
        yield {"queue": code, "channel": CHANNELS[PHONE].code, **labels, "good_seconds": "30", "bad_seconds": "60"}
    for channel in (each for number, each in enumerate(CHANNELS) if number != PHONE):
        labels = {"label_en": channel.en, "label_fr": channel.fr}
        yield {"queue": channel.code, "channel": channel.code, **labels}
