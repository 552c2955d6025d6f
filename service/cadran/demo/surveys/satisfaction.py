"""Answers of customers right after a contact: satisfaction, effort, and whether the need was solved.

The module takes settled contacts in the order they were offered and returns the questions sent after them. A feeling
depends on the customer, the wait, the number of earlier contacts for the same need, and on Pau. The level of each month
of the story is then set so that the share of satisfied customers falls from January to December.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import Population
from cadran.demo.days import month_of
from cadran.demo.rhythm import decline
from cadran.demo.rows import Rows
from cadran.demo.surveys.asking import Diary, SurveyQuestion, draw_answer, draw_recall
from cadran.demo.surveys.instruments import CES, CONTENT, CSAT, FCR, Instrument
from cadran.demo.world import CHANNELS, CHAT, COMPLAINT, EMAIL, LETTER, PAU, PHONE, SOCIAL

_ASKED_OF_A_CONTACT = 0.22
_LOST = {"abandoned": 2.2, "deflected": 2.6, "expired": 3.0}
_SERVED = ("handled", "self_served")
_WAIT_WEIGHS, _AGAIN_WEIGHS, _DONE_WEIGHS, _COMPLAINT_WEIGHS, _PAU_WEIGHS = 0.9, 0.45, 0.5, 0.9, 0.7
_MOOD = 0.9

# Ways in which the question is sent on each channel, and the chance that a customer served at once answers.
_WAYS = {
    PHONE: ((0.4, "cti"), (1.0, "sms")),
    CHAT: ((1.0, "chat"),),
    EMAIL: ((1.0, "email"),),
    SOCIAL: ((1.0, "email"),),
    LETTER: ((0.5, "paper"), (1.0, "email")),
}
_ANSWER = {"cti": 0.40, "chat": 0.34, "sms": 0.26, "email": 0.17, "paper": 0.11}
_SENT_AFTER = {"cti": (2, 5), "chat": (5, 20), "sms": (900, 2_700), "email": (1_800, 7_200), "paper": (86_400, 172_800)}
_WEARY, _WEARIED_AT_MOST, _LOST_ANSWER = 0.32, 1.5, 0.42
_EXTREMES_ANSWER = 0.04

# Target share of satisfied customers among the CSAT answers: December 2014, the months of 2015, January 2016.
_TARGETS = (0.785, 0.78, 0.765, 0.752, 0.738, 0.72, 0.708, 0.692, 0.675, 0.658, 0.64, 0.622, 0.602, 0.60)
_FIRST_MONTH = 2014 * 12 + 12
# Added to the feelings after the story, because the service has improved since.
_LEVEL_SINCE = 2.3
_SOLVED_AT_ONCE, _SOLVED_AT_LAST, _SOLVED_BEFORE = 0.93, 0.45, 0.12


def questions(
    random: Random, contacts: Iterable[Contact], population: Population, rows: Rows, diary: Diary
) -> Iterator[SurveyQuestion]:
    """Yield the questions sent after the contacts. The diary limits how often a customer is asked."""
    draw = random.random
    for contact in contacts:
        if not contact.customer or contact.outbound or not (contact.outcome in _LOST or contact.outcome in _SERVED):
            continue
        if draw() < _ASKED_OF_A_CONTACT:
            found = _question(random, contact, population, rows, diary)
            if found is not None:
                yield found


def _question(
    random: Random, contact: Contact, population: Population, rows: Rows, diary: Diary
) -> SurveyQuestion | None:
    lost = contact.outcome in _LOST
    way = random.random()
    sent_by = "sms" if lost else next(name for share, name in _WAYS[contact.channel] if way < share)
    shortest, longest = _SENT_AFTER[sent_by]
    sent = (
        (contact.ended or contact.offered) + int(contact.acw) + shortest + int(random.random() * (longest - shortest))
    )
    if not diary.may(contact.customer, sent):
        return None
    instrument = CSAT if lost else _instrument(random.random(), sent_by)
    worn = _worn(contact)
    feeling = population.traits[contact.customer].satisfaction + random.gauss(0.0, _MOOD) - _burden(contact, worn)
    chance = _ANSWER[sent_by] * (_LOST_ANSWER if lost else 1.0) * (1.0 - _WEARY * min(worn, 1.0))
    chance *= 1.0 + _EXTREMES_ANSWER * abs(feeling - CONTENT)
    if instrument is FCR:
        feeling = _solved(contact, random.random())
    identity = rows.identity(contact)
    return SurveyQuestion(
        f"{identity}-{instrument.code}",
        instrument,
        sent_by,
        sent,
        draw_answer(random, sent_by, sent, chance),
        feeling,
        contact.site,
        contact.customer,
        identity,
        month_of(contact.day),
        random.random(),
        draw_recall(random, contact.site),
    )


def _instrument(draw: float, sent_by: str) -> Instrument:
    """Return the instrument of the one question that is sent.

    At the end of a call, the question is mostly whether the need was solved. Otherwise it is sometimes the effort.
    """
    if sent_by == "cti":
        return FCR if draw < 0.6 else CSAT
    return CES if draw < 0.25 else CSAT


def _worn(contact: Contact) -> float:
    """Return the wait as a multiple of the channel's bad wait, at most 1.5."""
    bad = CHANNELS[contact.channel].norm[1]
    return min((contact.wait or 0) / bad, _WEARIED_AT_MOST)


def _burden(contact: Contact, worn: float) -> float:
    """Return how much a contact lowers its customer's satisfaction."""
    burden = _WAIT_WEIGHS * worn + _AGAIN_WEIGHS * min(contact.position, 3) + _LOST.get(contact.outcome, 0.0)
    if contact.position + 1 >= contact.size:
        burden -= _DONE_WEIGHS
    if contact.moment == COMPLAINT:
        burden += _COMPLAINT_WEIGHS
    if contact.site == PAU:
        burden += _PAU_WEIGHS * decline(contact.day)
    return burden


def _solved(contact: Contact, draw: float) -> float:
    """Return the answer to whether the need was solved at once: 10 for yes, 0 for no."""
    if contact.size <= 1:
        chance = _SOLVED_AT_ONCE
    else:
        chance = _SOLVED_AT_LAST if contact.position + 1 >= contact.size else _SOLVED_BEFORE
    return 10.0 if draw < chance else 0.0


def settle(asked: Iterable[SurveyQuestion]) -> None:
    """Shift the feelings of each month of the story so that the wanted share of the answers is satisfied."""
    months: dict[int, list[SurveyQuestion]] = defaultdict(list)
    for question in asked:
        if question.instrument is not FCR:
            months[question.month].append(question)
    for month, found in months.items():
        target = _TARGETS[month - _FIRST_MONTH]
        levels = sorted((q.feeling for q in found if q.instrument is CSAT and q.answered is not None), reverse=True)
        count = min(max(round(target * len(levels)), 1), len(levels) - 1) if levels else 0
        shift = CONTENT - (levels[count - 1] + levels[count]) / 2 if count else 0.0
        for question in found:
            question.feeling += shift


def lift(asked: Iterable[SurveyQuestion]) -> None:
    """Raise the feelings of the weeks after the story by a constant."""
    for question in asked:
        if question.instrument is not FCR:
            question.feeling += _LEVEL_SINCE
