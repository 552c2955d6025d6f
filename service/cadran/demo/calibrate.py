"""Targets of the demonstration's figures, and the numbers of contacts of each outcome that they require.

The two headline rows are the dashboard's rows. They fix how many contacts are handled, lost, served by a machine or on
the phone. The generator is free within these numbers. None of them is shown: cadran computes every figure from the
rows.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from cadran.demo.contacts.cases import Contact, mean_size_of_several


@dataclass(frozen=True, slots=True)
class Headline:
    """One row of the dashboard; ``aht`` in seconds, shares from 0 to 1."""

    contacts: int
    by_phone: float
    fcr: float
    qos: float
    aht: float


YEAR = Headline(contacts=148_835, by_phone=0.21, fcr=0.28, qos=0.92, aht=316.0)
COMPLAINTS = Headline(contacts=847, by_phone=0.23, fcr=0.49, qos=0.94, aht=266.0)
CUSTOMERS_IN_TOUCH = 46_800
BUDGET_CONSUMED = 0.57

_PENDING, _SELF_SERVED = 0.004, 0.0155
SELF_SERVED_IN_CASES = 0.4
_IDENTIFIED = 0.95


@dataclass(frozen=True, slots=True)
class Quota:
    """The number of contacts of each outcome in a slice. ``phone`` counts phone contacts of all outcomes."""

    pending: int
    handled: int
    self_served: int
    lost: int
    phone: int

    @property
    def contacts(self) -> int:
        return self.pending + self.handled + self.self_served + self.lost

    @property
    def in_cases(self) -> int:
        """Return how many of the quota's contacts belong to cases.

        These are the handled contacts of identified customers and the contacts that a machine serves within a case.
        """
        return round(self.handled * _IDENTIFIED) + round(self.self_served * SELF_SERVED_IN_CASES)


def quota_of(headline: Headline) -> Quota:
    pending = round(headline.contacts * _PENDING)
    handled = round((headline.contacts - pending) * headline.qos)
    self_served = round(headline.contacts * _SELF_SERVED)
    lost = headline.contacts - pending - handled - self_served
    return Quota(pending, handled, self_served, lost, round(headline.contacts * headline.by_phone))


def quota_for(members: int) -> Quota:
    """Return a quota in the year's proportions for a slice whose cases have ``members`` contacts."""
    year = quota_of(YEAR)
    scale = members / year.in_cases
    parts = (year.pending, year.handled, year.self_served, year.lost, year.phone)
    return Quota(*(round(part * scale) for part in parts))


def without(whole: Quota, part: Quota) -> Quota:
    return Quota(
        whole.pending - part.pending,
        whole.handled - part.handled,
        whole.self_served - part.self_served,
        whole.lost - part.lost,
        whole.phone - part.phone,
    )


def cases_for(quota: Quota, single_share: float) -> int:
    """Return the number of cases whose contacts fill the quota.

    The number assumes that as many follow-ups flow into the slice at its start as flow out at its end.
    """
    return round(quota.in_cases / (single_share + (1 - single_share) * mean_size_of_several()))


def stretch(contacts: Iterable[Contact], aht: float) -> None:
    """Scale the handle times so that their mean over the handled inbound contacts is ``aht`` seconds."""
    handled = [contact for contact in contacts if contact.outcome == "handled" and not contact.outbound]
    total = sum(contact.talk + contact.hold + contact.acw for contact in handled)
    factor = aht * len(handled) / total if total else 1.0
    for contact in handled:
        contact.talk *= factor
        contact.hold *= factor
        contact.acw *= factor
