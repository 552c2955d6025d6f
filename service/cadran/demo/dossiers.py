"""Cases as the service's own tool keeps them: complaints and technical matters, which a back office works on.

Takes settled contacts, gives rows of cases and of their reopenings. Some are closed too soon and come back with the
next contact, and some are closed without a resolution, in Pau more than elsewhere. From September on Pau falls behind,
so that its backlog grows until after Christmas; by the end of February everything of the story has been worked off.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from random import Random

from cadran.demo.contacts.cases import Contact
from cadran.demo.customers import customer_code
from cadran.demo.days import WallClock, day_number
from cadran.demo.rows import Rows, followed_up
from cadran.demo.world import CHANNELS, COMPLAINT, PAU, SITES, SOURCE, Row

_HOUR, _DAY = 3_600, 86_400
# Seconds of work in the back office after the last contact, in the mean.
_WORK, _WORK_ON_COMPLAINT = 9 * _HOUR, 52 * _HOUR
_RESOLVED_TOO_SOON, _CLOSED_AFTER_DAYS = 0.22, (1, 6)
_NEVER_CLOSED_APART = 0.3
_FALLS_BEHIND, _CAUGHT_UP = day_number(date(2015, 9, 1)), day_number(date(2016, 1, 8))
_BEHIND_AT_MOST = 9.0
_DROPPED, _DROPPED_IN_PAU, _DROPPED_IN_ARREARS = 0.04, 0.07, 0.015
_WORKED_OFF = day_number(date(2016, 2, 29)) * _DAY


@dataclass(frozen=True, slots=True)
class Run:
    """From opening or reopening to resolution and closing, in Unix seconds; one that was ``dropped`` is closed instead
    of resolved."""

    begun: int
    resolved: int
    closed: int | None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Dossier:
    """A case: its code, its contacts that an agent had, in order, and its runs."""

    code: str
    contacts: list[Contact]
    runs: list[Run]


def dossiers(random: Random, contacts: Iterable[Contact], rows: Rows) -> list[Dossier]:
    """The cases of the moments that are followed up, in the order they were opened."""
    members: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if followed_up(contact) and contact.answered is not None and contact.ended is not None:
            members[contact.case].append(contact)
    return [Dossier(rows.case(found[0]), found, _runs(random, found)) for found in members.values()]


def _runs(random: Random, contacts: list[Contact]) -> list[Run]:
    """One run, or two where it was resolved too soon and a later contact brought it back."""
    first = contacts[0]
    too_soon, apart = random.random() < _RESOLVED_TOO_SOON, random.random() < _NEVER_CLOSED_APART
    work = random.expovariate(1.0) * (_WORK_ON_COMPLAINT if first.moment == COMPLAINT else _WORK)
    lowest, highest = _CLOSED_AFTER_DAYS
    closed_after = None if apart else int(_DAY * (lowest + random.random() * (highest - lowest)))
    resolved = max(map(_ended, contacts)) + int(work * _behind(first))
    again = next((contact for contact in contacts[1:] if contact.offered > _ended(first) + 2 * _HOUR), None)
    dropped = random.random() < _dropped(first)
    if too_soon and again is not None:
        # It was resolved on the line; the customer saw it otherwise.
        return [Run(first.offered, _ended(first), None), _run(again.offered, resolved, closed_after, dropped)]
    return [_run(first.offered, resolved, closed_after, dropped)]


def _run(begun: int, resolved: int, closed_after: int | None, dropped: bool) -> Run:
    if begun < _WORKED_OFF < resolved:
        resolved = _WORKED_OFF - (resolved - begun) % _DAY
    if dropped:
        return Run(begun, resolved, None, dropped=True)
    return Run(begun, resolved, None if closed_after is None else resolved + closed_after)


def _ended(contact: Contact) -> int:
    return (contact.ended or contact.offered) + int(contact.acw)


def _behind(contact: Contact) -> float:
    """How many times longer everything takes: Pau in the autumn of the story."""
    if contact.site != PAU or not _FALLS_BEHIND <= contact.day < _CAUGHT_UP:
        return 1.0
    return 1.0 + (_BEHIND_AT_MOST - 1.0) * (contact.day - _FALLS_BEHIND) / (_CAUGHT_UP - _FALLS_BEHIND)


def _dropped(contact: Contact) -> float:
    """The share of cases that nobody brings to an end: the more the longer they lie."""
    share = _DROPPED_IN_PAU if contact.site == PAU else _DROPPED
    return share + _DROPPED_IN_ARREARS * (_behind(contact) - 1.0)


def case_rows(found: Iterable[Dossier], clock: WallClock, until: int) -> Iterator[Row]:
    """The cases opened until the instant, each with its first run as far as it is known then; moment and reason are
    those of its first contact."""
    for dossier in found:
        first, run = dossier.contacts[0], dossier.runs[0]
        if first.offered > until:
            continue
        answered = min(contact.answered or 0 for contact in dossier.contacts)
        yield {
            "source": SOURCE,
            "case": dossier.code,
            "customer": customer_code(first.customer),
            "site": SITES[first.site].code,
            "channel": CHANNELS[first.channel].code,
            "opened_at": clock.text(first.offered),
            "answered_at": clock.text(answered) if answered <= until else None,
            **_ends(run, clock, until),
        }


def reopening_rows(found: Iterable[Dossier], clock: WallClock, until: int) -> Iterator[Row]:
    """The later runs begun until the instant."""
    for dossier in found:
        for number, run in enumerate(dossier.runs[1:], 1):
            if run.begun <= until:
                yield {
                    "source": SOURCE,
                    "case": dossier.code,
                    "reopening": str(number),
                    "reopened_at": clock.text(run.begun),
                    **_ends(run, clock, until),
                }


def _ends(run: Run, clock: WallClock, until: int) -> Row:
    if run.dropped:
        return {"resolved_at": None, "closed_at": clock.text(run.resolved) if run.resolved <= until else None}
    resolved = run.resolved if run.resolved <= until else None
    closed = run.closed if resolved is not None and run.closed is not None and run.closed <= until else None
    return {
        "resolved_at": None if resolved is None else clock.text(resolved),
        "closed_at": None if closed is None else clock.text(closed),
    }
