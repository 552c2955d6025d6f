"""Contacts as rows of the canonical schema: codes, local times with their offset, seconds and euros as text."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.contacts.queues import queue_of
from cadran.demo.customers import Population, customer_code
from cadran.demo.days import WallClock
from cadran.demo.staff import holder
from cadran.demo.world import (
    CHANNELS,
    COMPLAINT,
    COMPLAINT_FEE,
    MOMENTS,
    PHONE,
    SEGMENTS,
    SITES,
    SOURCE,
    TECHNICAL,
    TRANSFERS,
    Row,
)

_PARTNER_SITES = tuple(site.partner != "HOME" for site in SITES)
_TRANSFERRED, _ESCALATED, _ESCALATED_COMPLAINT = 0.07, 0.025, 0.13
_SOLD_BY_US, _SOLD = 0.2, 0.012
_RECORDED, _SOLVED_AT_LAST, _SOLVED_BEFORE = 0.9, 0.92, 0.4
_WRITTEN, _REPLIES_MOST = tuple(channel.asynchronous for channel in CHANNELS), 4
_SELLING = ("subscription", "contract")


def cost_given(contact: Contact) -> float | None:
    """Return the euros that the source itself states for a contact, or None.

    The outsourcer states the amount of its invoice. The expert back office states the cost of complaints. None leaves
    the cost to the tariffs (euros a minute, by channel).
    """
    if contact.outcome != "handled":
        return None
    if _PARTNER_SITES[contact.site]:
        cost = CHANNELS[contact.channel].per_contact
    elif contact.moment == COMPLAINT:
        cost = by_the_minute(contact)
    else:
        return None
    return round(cost + (COMPLAINT_FEE if contact.moment == COMPLAINT else 0.0), 2)


def followed_up(contact: Contact) -> bool:
    """Return whether the contact belongs to a case in the case tool: about a complaint or a technical matter."""
    return contact.case > 0 and contact.moment in (TECHNICAL, COMPLAINT)


def is_finished(contact: Contact, until: int) -> bool:
    """Return whether the contact and its after-call work have ended at the instant ``until``."""
    return contact.ended is not None and contact.ended + contact.acw <= until


def by_the_minute(contact: Contact) -> float:
    return CHANNELS[contact.channel].per_minute * (contact.talk + contact.hold + contact.acw) / 60


class Rows:
    """A writer of contacts as rows, one dictionary each.

    ``transferred`` gives where each transferred contact went. It is complete once all contacts are written. It contains
    contacts whose rows are not known yet, too.
    """

    def __init__(self, random: Random, population: Population, clock: WallClock, prefix: str) -> None:
        self._random = random
        self._segments = [SEGMENTS[segment].code for segment in population.segment]
        self._clock = clock
        self._prefix = prefix
        self.transferred: dict[Contact, str] = {}

    def write(self, contacts: Iterable[Contact], until: int) -> Iterator[Row]:
        """Return the rows known at the instant ``until``. Unfinished contacts are in progress.

        Contacts offered later are left out.
        """
        return (row for _, row in self.written(contacts, until))

    def written(self, contacts: Iterable[Contact], until: int) -> Iterator[tuple[Contact, Row]]:
        """Yield the same rows as ``write``, each with the contact that it describes."""
        for contact in contacts:
            random = self._random.random
            fate, sold, reason = random(), random(), random()
            if (
                fate < _TRANSFERRED
                and contact.channel == PHONE
                and contact.outcome == "handled"
                and not contact.outbound
            ):
                self.transferred[contact] = TRANSFERS[int(fate / _TRANSFERRED * len(TRANSFERS))]
            if contact.offered > until:
                continue
            row = self._plain(contact, reason)
            if is_finished(contact, until):
                self._finish(row, contact, fate, sold)
            else:
                row["outcome"] = "in_progress"
                if contact.answered is not None and contact.answered <= until:
                    self._answer(row, contact)
            yield contact, row

    def identity(self, contact: Contact) -> str:
        return f"{self._prefix}{contact.number:06d}"

    def case(self, contact: Contact) -> str:
        """Return the code of the case that the contact belongs to."""
        return f"{self._prefix}D{contact.case:05d}"

    def _plain(self, contact: Contact, reason: float) -> Row:
        moment = MOMENTS[contact.moment]
        known = contact.customer > 0
        return {
            "source": SOURCE,
            "contact": self.identity(contact),
            "parent": self.identity(contact.parent) if contact.parent else None,
            "customer": customer_code(contact.customer) if known else None,
            "case": self.case(contact) if followed_up(contact) else None,
            "site": SITES[contact.site].code,
            "segment": self._segments[contact.customer] if known else None,
            "channel": CHANNELS[contact.channel].code,
            "moment": moment.code,
            "reason": f"{moment.code}.{moment.reasons[int(reason * reason * len(moment.reasons))].code}",
            "queue": None if contact.outbound or contact.parent else queue_of(contact),
            "direction": "outbound" if contact.outbound else "inbound",
            "offered_at": self._clock.text(contact.offered),
            "answered_at": None,
            "ended_at": None,
            "outcome": contact.outcome,
            "wait": None,
            "talk": None,
            "hold": None,
            "acw": None,
            "agent": None,
            "team": None,
            "transferred_to": None,
            "escalated": "false",
            "resolved": None,
            "cost": None,
            "revenue": None,
            "replies": None,
            "reply_wait": None,
        }

    def _answer(self, row: Row, contact: Contact) -> None:
        if contact.wait is not None:
            row["wait"] = str(contact.wait)
        if contact.answered is not None:
            row["answered_at"] = self._clock.text(contact.answered)
        if contact.agent >= 0:
            agent = holder(contact.agent, self._clock.local(contact.answered or contact.offered)[0])
            row["agent"], row["team"] = agent.code, agent.team

    def _finish(self, row: Row, contact: Contact, fate: float, sold: float) -> None:
        self._answer(row, contact)
        if contact.ended is not None:
            row["ended_at"] = self._clock.text(contact.ended)
        if contact.outcome != "handled":
            return
        row["talk"], row["hold"], row["acw"] = str(contact.talk), str(contact.hold), str(contact.acw)
        cost = cost_given(contact)
        row["cost"] = None if cost is None else f"{cost:.2f}"
        row["escalated"] = _flag(fate > 1 - (_ESCALATED_COMPLAINT if contact.moment == COMPLAINT else _ESCALATED))
        row["transferred_to"] = self.transferred.get(contact)
        if _WRITTEN[contact.channel]:
            replies = int((1 - fate) ** 3 * _REPLIES_MOST)
            row["replies"] = str(replies)
            row["reply_wait"] = f"{replies * CHANNELS[contact.channel].wait * (0.2 + sold):.0f}"
        last = contact.position + 1 >= contact.size
        if sold < _RECORDED:
            row["resolved"] = _flag(sold < _RECORDED * (_SOLVED_AT_LAST if last else _SOLVED_BEFORE))
        if contact.outbound and contact.parent is None:
            row["revenue"] = f"{30 + 900 * (fate - 0.5) ** 2:.2f}" if sold < _SOLD_BY_US else None
        elif sold < _SOLD * (4 if MOMENTS[contact.moment].code in _SELLING else 1):
            row["revenue"] = f"{20 + 160 * fate:.2f}"


def _flag(value: bool) -> str:
    return "true" if value else "false"
