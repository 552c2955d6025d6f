"""Customers who try Pau in its peaks, repeatedly within a day, and give up. They get through days later.

The module takes all contacts of the story and assigns customers to attempts that Pau lost in its peaks. It adds, moves
and removes no contact, so that every count stays as calibrated. The share of such attempts grows from January to
December, as Pau declines.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from itertools import groupby
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population
from cadran.demo.days import day_date, hours
from cadran.demo.rhythm import pressure
from cadran.demo.world import CHAT, COMPLAINT, PAU, PHONE

_PEAK = 1.04
_UNCOUNTED = ("closed", "test", "duplicate", "wrong_number")
# Days after giving up on which a customer gets through.
_PATIENCE = range(2, 10)
_ATTEMPTS_MOST = 3
_QUIET_DAYS = 25
_IN_JANUARY, _MORE_A_MONTH = 0.35, 0.055


def give_up(random: Random, contacts: Iterable[Contact], population: Population, year: range) -> None:
    """Give lost attempts at Pau to customers who get through days later and have not been in touch recently.

    Only contacts on the days of ``year`` take part.
    """
    known = sorted(
        (contact for contact in contacts if contact.day in year), key=lambda contact: (contact.day, contact.second)
    )
    later = _after_quiet(known)
    lost = filter(_lost_in_a_peak, known)
    for day, attempts in groupby(lost, key=lambda contact: contact.day):
        share = _IN_JANUARY + _MORE_A_MONTH * (day_date(day).month - 1)
        _hand_out(random, [each for each in attempts if random.random() < share], later, population)


def _hand_out(random: Random, attempts: list[Contact], later: dict[int, list[Contact]], population: Population) -> None:
    """Give the attempts of a day to customers, one to three attempts each."""
    while attempts:
        found = _whose(random, attempts[0].day, later, population)
        if found is None:
            return
        count = random.randint(1, _ATTEMPTS_MOST)
        for attempt in attempts[:count]:
            attempt.customer, attempt.moment = found.customer, found.moment
        del attempts[:count]


def _whose(random: Random, day: int, later: dict[int, list[Contact]], population: Population) -> Contact | None:
    """Take a later contact of a person who was a customer by ``day``, or return None. No contact is taken twice."""
    for days in random.sample(_PATIENCE, len(_PATIENCE)):
        near = later[day + days]
        while near:
            contact = near.pop()
            if population.joined[contact.customer] <= day:
                return contact
    return None


def _after_quiet(contacts: Iterable[Contact]) -> dict[int, list[Contact]]:
    """Return the contacts that an agent handled after weeks without contact, by day and in order.

    Complaints are left out, so that they stay with their customers.
    """
    last: dict[int, int] = {}
    found: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if not contact.customer or contact.outbound or contact.parent or contact.outcome in _UNCOUNTED:
            continue
        quiet = contact.day - last.get(contact.customer, -_QUIET_DAYS) > _QUIET_DAYS
        last[contact.customer] = contact.day
        if quiet and contact.outcome == "handled" and contact.moment != COMPLAINT:
            found[contact.day].append(contact)
    return found


def _lost_in_a_peak(contact: Contact) -> bool:
    return (
        contact.site == PAU
        and contact.channel in (PHONE, CHAT)
        and contact.outcome == "abandoned"
        and contact.moment != COMPLAINT
        and pressure(contact.day, contact.second, *hours(contact.day)) > _PEAK
    )
