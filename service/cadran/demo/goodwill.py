"""Gestures that retain customers: commercial gestures by the agents, and preventive actions after poor answers.

Every agent has a hundred euros a month to make up for mistakes at once, and the catalogue gives the limit of each kind
of gesture without approval. Refunds of the delivery bring nothing back. The revenue from these
customers is scaled so that the gestures of 2015 return 2.46 € for each euro given, to the cent. Prevention goes to
customers who answered that they are dissatisfied. Its revenue is unknown.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from random import Random
from zlib import crc32

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population, customer_code
from cadran.demo.days import WallClock, month_of
from cadran.demo.rows import Rows
from cadran.demo.surveys.asking import SurveyQuestion
from cadran.demo.surveys.instruments import FCR
from cadran.demo.world import COMPLAINT, PAU, SOURCE, Row

RETURN_PERCENT = 246
_PURSE_CENTS = 100_00
_GIVEN, _GIVEN_AFTER_COMPLAINT = 0.009, 0.10
_SMALL, _LARGEST_SMALL_CENTS = 0.92, 49_50
_BRINGS_SOMETHING, _BRINGS_AT_PAU = 0.66, 0.5
_PREVENTED, _PREVENTION_CENTS = 0.45, (1_200, 3_900)
_DAY = 86_400
# The kinds of goodwill with their cumulative shares in percent, and the kind that brings nothing back.
_KINDS = ((45, "voucher"), (75, "fee_refund"), (90, "free_month"), (100, "delivery_refund"))
_WITHOUT_RETURN, _PREVENTIVE = "delivery_refund", "loyalty_offer"
# The catalogue: labels, limit in euros, first day. The limit of vouchers was raised in the summer of the story.
_CATALOGUE = (
    ("voucher", "Voucher", "Bon d'achat", "30", None),
    ("voucher", "Voucher", "Bon d'achat", "50", "2015-07-01"),
    ("fee_refund", "Refund of fees", "Remboursement de frais", "30", None),
    ("free_month", "Free month", "Mois offert", "50", None),
    ("delivery_refund", "Refund of the delivery", "Remboursement de la livraison", "15", None),
    ("loyalty_offer", "Loyalty offer", "Offre de fidélité", "40", None),
)
# Customers who received a gesture mostly stay.
_LEAVES_ALL_THE_SAME = 0.25
# The revenue is known only after this time.
_KNOWN_AFTER = 120 * _DAY


@dataclass(slots=True, eq=False)
class GoodwillPayment:
    """A gesture to a customer. Amounts are cents, instants Unix seconds. Unknown revenue is None."""

    identity: str
    customer: int
    kind: str
    gesture: str
    given: int
    cost: int
    contact: str
    revenue: int | None = None


def draw_payments(
    random: Random, contacts: Iterable[Contact], population: Population, rows: Rows
) -> Iterator[GoodwillPayment]:
    """Yield the gestures that agents give at the end of contacts, within each agent's monthly budget."""
    purses: dict[tuple[int, int], int] = defaultdict(int)
    for contact in contacts:
        if contact.outcome != "handled" or not contact.customer or contact.outbound or contact.ended is None:
            continue
        if random.random() >= (_GIVEN_AFTER_COMPLAINT if contact.moment == COMPLAINT else _GIVEN):
            continue
        cost, brings = _cost(random), _brings(random, contact.site)
        purse = contact.agent, month_of(contact.day)
        if purses[purse] + cost > _PURSE_CENTS or not _kept(random, population, contact.customer, contact.day):
            continue
        purses[purse] += cost
        identity = rows.identity(contact)
        kind = _kind_of(identity)
        revenue = 0 if kind == _WITHOUT_RETURN else int(cost * brings)
        yield GoodwillPayment(
            f"G-{identity}", contact.customer, "goodwill", kind, contact.ended, cost, identity, revenue
        )


def _kind_of(identity: str) -> str:
    """Return the kind of a gesture, which depends on the contact only: it draws no random number."""
    place = crc32(identity.encode()) % 100
    return next(kind for bound, kind in _KINDS if place < bound)


def _cost(random: Random) -> int:
    """Draw cents in steps of half a euro. Nine of ten amounts are under fifty euros."""
    if random.random() < _SMALL:
        return 50 * (5 + int(random.betavariate(1.4, 4.2) * (_LARGEST_SMALL_CENTS // 50 - 4)))
    return 50 * random.randint(100, 180)


def _brings(random: Random, site: int) -> float:
    """Draw the euros that one euro brings back, before ``settle`` scales the revenues."""
    happy = random.random() < (_BRINGS_AT_PAU if site == PAU else _BRINGS_SOMETHING)
    amount = random.lognormvariate(1.0, 0.7)
    return amount if happy else 0.0


def _kept(random: Random, population: Population, customer: int, day: int) -> bool:
    left = population.left[customer]
    return left > day + 365 or random.random() < _LEAVES_ALL_THE_SAME


def settle(given: list[GoodwillPayment]) -> None:
    """Scale the revenues so that they are 2.46 times the cost, to the cent."""
    cost, revenue = sum(gesture.cost for gesture in given), sum(gesture.revenue or 0 for gesture in given)
    wanted = round(cost * RETURN_PERCENT / 100)
    for gesture in given:
        gesture.revenue = (gesture.revenue or 0) * wanted // revenue
    last = max(given, key=lambda gesture: gesture.revenue or 0)
    last.revenue = (last.revenue or 0) + wanted - sum(gesture.revenue or 0 for gesture in given)


def prevention(random: Random, asked: Iterable[SurveyQuestion], population: Population) -> Iterator[GoodwillPayment]:
    """Yield actions for customers who answered that they are dissatisfied, some days after the answer."""
    for question in asked:
        draw, delay, part = random.random(), random.random(), random.random()
        if (
            draw < _PREVENTED
            and question.contact is not None
            and question.dissatisfied
            and question.instrument is not FCR
        ):
            lowest, highest = _PREVENTION_CENTS
            given = (question.answered or question.sent) + int((0.3 + 5 * delay) * _DAY)
            if _kept(random, population, question.customer, given // _DAY):
                cost = lowest + int(part * (highest - lowest))
                yield GoodwillPayment(
                    f"P-{question.identity}",
                    question.customer,
                    "prevention",
                    _PREVENTIVE,
                    given,
                    cost,
                    question.contact,
                )


def catalogue() -> Iterator[Row]:
    """Yield the rows of the catalogue of gestures."""
    for code, english, french, limit, valid_from in _CATALOGUE:
        yield {
            "gesture": code,
            "limit": limit,
            "valid_from": valid_from,
            "label_en": english,
            "label_fr": french,
        }


def rows(given: Iterable[GoodwillPayment], clock: WallClock, until: int) -> Iterator[Row]:
    """Yield the rows of the gestures as they are known at the instant ``until``."""
    for gesture in given:
        if gesture.given > until:
            continue
        known = gesture.revenue is not None and gesture.given + _KNOWN_AFTER <= until
        yield {
            "source": SOURCE,
            "goodwill": gesture.identity,
            "customer": customer_code(gesture.customer),
            "kind": gesture.kind,
            "gesture": gesture.gesture,
            "given_at": clock.text(gesture.given),
            "cost": f"{gesture.cost / 100:.2f}",
            "revenue": f"{(gesture.revenue or 0) / 100:.2f}" if known else None,
            "contact": gesture.contact,
        }
