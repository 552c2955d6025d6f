"""Promises to call back, as rows: for which contact, until when, whether the call was made and reached the customer."""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.days import WallClock
from cadran.demo.rows import Rows
from cadran.demo.world import SOURCE, Row

_DUE_SECONDS = (4 * 3600, 86_400)
_AT_ONCE, _REACHED = 0.3, 0.87


def promises(random: Random, contacts: list[Contact], rows: Rows, clock: WallClock, until: int) -> Iterator[Row]:
    """Yield one row for each contact that asked for a callback, as it is known at the instant ``until``."""
    calls: dict[int, Contact] = {id(contact.parent): contact for contact in contacts if contact.parent is not None}
    for contact in contacts:
        if contact.outcome != "callback" or contact.ended is None:
            continue
        urgent, got_through = random.random() < _AT_ONCE, random.random() < _REACHED
        if contact.ended > until:
            continue
        call = calls.get(id(contact))
        made = call is not None and call.offered <= until
        identity = rows.identity(contact)
        yield {
            "source": SOURCE,
            "callback": f"R-{identity}",
            "contact": identity,
            "promised_at": clock.text(contact.ended),
            "due_at": clock.text(contact.ended + _DUE_SECONDS[not urgent]),
            "made_at": clock.text(call.offered) if made and call is not None else None,
            "reached": ("true" if got_through else "false") if made else None,
        }
