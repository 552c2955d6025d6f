"""The contacts besides cases: failed attempts, unknown callers, machine-served contacts, callbacks, uncounted contacts.

The module takes the contacts of cases within one slice and the slice's quota. It returns all contacts of the slice. A
failed attempt takes the time of a handled contact with a high risk. Either the customer of this contact tries again
later, or another caller gives up.
"""

from __future__ import annotations

from collections import defaultdict
from math import log
from random import Random

from cadran.demo.calibrate import SELF_SERVED_IN_CASES, Quota
from cadran.demo.contacts.cases import Contact, again
from cadran.demo.days import hours, is_open, month_of, next_open
from cadran.demo.rhythm import agents_gone, risk
from cadran.demo.world import CHANNELS, CHAT, EMAIL, PAU, PHONE, SITES

_SPOKEN = (PHONE, CHAT)
_COMES_BACK = 0.62
_KNOWN_TENTHS = 4
_WRITER_KNOWN = 0.7
_DEFLECTED, _DEFLECTED_AT_CLOSING = 0.34, 0.72
_CALLED_BACK = 0.93
_EXCLUDED, _CLOSED, _OUTBOUND = 0.008, 0.009, 0.006


def fill(random: Random, members: list[Contact], quota: Quota) -> list[Contact]:
    """Return all contacts of the slice: exactly the quota's, plus contacts that the metrics do not count.

    Raises ValueError when the cases have more contacts than the quota has handled ones.
    """
    if len(members) > quota.handled:
        message = f"the cases bring {len(members)} contacts; the slice has room for {quota.handled}"
        raise ValueError(message)
    _to_machine(random, members, round(quota.self_served * SELF_SERVED_IN_CASES))
    contacts = list(members)
    served = [contact for contact in members if contact.outcome == "handled"]
    strangers = [_like(random, contact) for contact in random.choices(served, k=quota.handled - len(served))]
    served += strangers
    contacts += strangers
    spoken = [contact for contact in served if contact.channel in _SPOKEN]
    machines = quota.self_served - (len(members) + len(strangers) - len(served))
    contacts += [_like(random, contact, "self_served") for contact in random.choices(spoken, k=machines)]
    requests = _requests(random, served, quota.pending)
    contacts += requests
    contacts += _lost(random, served, quota.lost)
    _set_phone(random, contacts, served, quota.phone)
    contacts += _callbacks(random, requests)
    contacts += _noise(random, served)
    return contacts


def _like(random: Random, contact: Contact, outcome: str = "handled", customer: int = 0) -> Contact:
    """Return a new contact in the same quarter of an hour. Its customer is unknown unless given."""
    second = contact.second - contact.second % 900 + int(random.random() * 900)
    return Contact(customer, contact.day, second, contact.site, contact.channel, contact.moment, outcome)


def _to_machine(random: Random, members: list[Contact], count: int) -> None:
    """Let the voice menu or the bot serve up to ``count`` spoken follow-ups of longer cases."""
    able = [contact for contact in members if contact.position > 0 and contact.size > 2 and contact.channel in _SPOKEN]
    for contact in random.sample(able, min(count, len(able))):
        contact.outcome = "self_served"


def drawn(random: Random, pool: list[Contact], count: int) -> list[Contact]:
    """Draw ``count`` contacts from the pool without replacement, weighted by their risk of being lost.

    The algorithm is the weighted sampling of Efraimidis and Spirakis (2006).
    """
    keyed = [
        (log(1.0 - random.random()) / risk(contact.day, contact.second, contact.site), position)
        if contact.channel in _SPOKEN
        else (log(1.0 - random.random()) / SITES[contact.site].risk, position)
        for position, contact in enumerate(pool)
    ]
    keyed.sort(reverse=True)
    return [pool[position] for _, position in keyed[:count]]


def _lost(random: Random, served: list[Contact], count: int) -> list[Contact]:
    shares = [round(count * channel.lost) for channel in CHANNELS]
    shares[PHONE] += count - sum(shares)
    lost: list[Contact] = []
    others = _by_month(served)
    for channel, share in enumerate(shares):
        pool = [contact for contact in served if contact.channel == channel]
        unlucky = drawn(random, pool, share)
        # A small slice may lack contacts on a channel. E-mail contacts fill the gap.
        unlucky += random.sample([contact for contact in served if contact.channel == EMAIL], share - len(unlucky))
        if channel in _SPOKEN:
            lost += [_missed(random, contact, others) for contact in unlucky]
        else:
            lost += [_unanswered(random, contact) for contact in unlucky]
    return lost


def _missed(random: Random, contact: Contact, others: dict[int, list[Contact]]) -> Contact:
    """Return a failed spoken attempt at the time of the contact.

    The customer may try again later, which moves the handled contact. Otherwise the caller is unknown, or sometimes a
    customer who was in touch earlier in the month.
    """
    missed = _like(random, contact, _fate(random, contact))
    missed.second = contact.second
    if contact.customer and random.random() < _COMES_BACK and again(random, contact):
        missed.customer = contact.customer
    elif contact.second % 10 < _KNOWN_TENTHS:
        near = others[month_of(missed.day)]
        other = near[(missed.second * 7919 + missed.day) % len(near)] if near else contact
        missed.customer = other.customer if other.day < missed.day else 0
    return missed


def _by_month(served: list[Contact]) -> dict[int, list[Contact]]:
    months: dict[int, list[Contact]] = defaultdict(list)
    for contact in served:
        if contact.customer:
            months[month_of(contact.day)].append(contact)
    return months


def _fate(random: Random, contact: Contact) -> str:
    """Return how a spoken attempt fails. Pau never deflects: its callers wait until they give up."""
    if contact.site == PAU or contact.channel == CHAT:
        return "abandoned"
    share = _DEFLECTED_AT_CLOSING if agents_gone(contact.day, contact.second) else _DEFLECTED
    return "deflected" if random.random() < share else "abandoned"


def _unanswered(random: Random, contact: Contact) -> Contact:
    return _like(random, contact, "expired", contact.customer if random.random() < _WRITER_KNOWN else 0)


def _requests(random: Random, served: list[Contact], count: int) -> list[Contact]:
    """Return the requests of callers who prefer a callback to waiting. Pau does not offer callbacks."""
    pool = [contact for contact in served if contact.channel == PHONE and contact.site != PAU and contact.customer]
    requests = [_like(random, contact, "callback", contact.customer) for contact in drawn(random, pool, count)]
    short = count - len(requests)
    return requests + [_like(random, contact, "callback") for contact in random.choices(served, k=short)]


def _callbacks(random: Random, requests: list[Contact]) -> list[Contact]:
    """Return the calls that fulfil the callback requests, later the same day or on the next open morning."""
    kept: list[Contact] = []
    for request in requests:
        if random.random() > _CALLED_BACK:
            continue
        day, second = request.day, request.second + 900 + int(random.expovariate(1 / 5_400))
        if second >= hours(day)[1] - 600:
            day = next_open(request.site, day)
            second = hours(day)[0] + int(random.random() * 5_400)
        call = Contact(request.customer, day, second, request.site, PHONE, request.moment)
        call.outbound, call.parent = True, request
        kept.append(call)
    return kept


def _set_phone(random: Random, contacts: list[Contact], served: list[Contact], phone: int) -> None:
    """Move handled contacts between phone and e-mail until exactly ``phone`` contacts are on the phone."""
    excess = sum(contact.channel == PHONE for contact in contacts) - phone
    if excess > 0:
        for contact in random.sample([contact for contact in served if contact.channel == PHONE], excess):
            contact.channel = EMAIL
        return
    able = [contact for contact in served if contact.channel == EMAIL and _in_hours(contact)]
    for contact in random.sample(able, -excess):
        contact.channel = PHONE


def _in_hours(contact: Contact) -> bool:
    opens, closes = hours(contact.day)
    return opens <= contact.second < closes and is_open(contact.site, contact.day)


def _noise(random: Random, served: list[Contact]) -> list[Contact]:
    """Return contacts that the metrics never count: tests, mistakes, calls out of hours and outbound calls."""
    spoken = [contact for contact in served if contact.channel in _SPOKEN]
    noise: list[Contact] = []
    for contact in random.choices(spoken, k=round(len(served) * _EXCLUDED)):
        kind = random.choice(("wrong_number", "wrong_number", "duplicate", "test"))
        noise.append(_like(random, contact, kind, contact.customer if kind == "duplicate" else 0))
    for contact in random.choices(spoken, k=round(len(served) * _CLOSED)):
        opens, closes = hours(contact.day)
        closed = _like(random, contact, "closed")
        early = random.random() < 0.4
        away = int(random.random() ** 2 * 7_000)
        closed.second = opens - 1 - away // 2 if early else closes + away
        closed.channel = PHONE
        noise.append(closed)
    known = [contact for contact in spoken if contact.customer]
    for contact in random.choices(known, k=round(len(served) * _OUTBOUND)):
        call = _like(random, contact, customer=contact.customer)
        call.outbound, call.channel = True, PHONE
        noise.append(call)
    return noise
