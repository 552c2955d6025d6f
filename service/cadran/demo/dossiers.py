"""Cases in the company's case tool: complaints and technical matters, which a back office works on.

The module takes settled contacts and returns rows of cases and of their reopenings. Some cases are closed too soon and
reopen with the next contact. Some are closed without a resolution, at Pau more often than elsewhere. From September on
Pau falls behind, so that its backlog grows until after Christmas. By the end of February the back office has worked off
all cases of the story.
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
# Mean seconds of work in the back office after the last contact.
_WORK, _WORK_ON_COMPLAINT = 9 * _HOUR, 52 * _HOUR
_RESOLVED_TOO_SOON, _CLOSED_AFTER_DAYS = 0.22, (1, 6)
_NEVER_CLOSED_APART = 0.3
_FALLS_BEHIND, _CAUGHT_UP = day_number(date(2015, 9, 1)), day_number(date(2016, 1, 8))
_BEHIND_AT_MOST = 9.0
_DROPPED, _DROPPED_IN_PAU, _DROPPED_IN_ARREARS = 0.04, 0.07, 0.015
_WORKED_OFF = day_number(date(2016, 2, 29)) * _DAY


@dataclass(frozen=True, slots=True)
class Run:
    """The time from opening or reopening to resolution and closing, in Unix seconds.

    A run that was ``dropped`` is closed instead of resolved.
    """

    begun: int
    resolved: int
    closed: int | None
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class CaseRecord:
    """A case: its code, its contacts that an agent handled, in order, and its runs."""

    code: str
    contacts: list[Contact]
    runs: list[Run]


def make_cases(random: Random, contacts: Iterable[Contact], rows: Rows) -> list[CaseRecord]:
    """Return the cases of the moments that are followed up, in the order they were opened."""
    members: dict[int, list[Contact]] = defaultdict(list)
    for contact in contacts:
        if followed_up(contact) and contact.answered is not None and contact.ended is not None:
            members[contact.case].append(contact)
    return [CaseRecord(rows.case(found[0]), found, _runs(random, found)) for found in members.values()]


def _runs(random: Random, contacts: list[Contact]) -> list[Run]:
    """Return one run, or two when the case was resolved too soon and a later contact reopened it."""
    first = contacts[0]
    too_soon, apart = random.random() < _RESOLVED_TOO_SOON, random.random() < _NEVER_CLOSED_APART
    work = random.expovariate(1.0) * (_WORK_ON_COMPLAINT if first.moment == COMPLAINT else _WORK)
    lowest, highest = _CLOSED_AFTER_DAYS
    closed_after = None if apart else int(_DAY * (lowest + random.random() * (highest - lowest)))
    resolved = max(map(_ended, contacts)) + int(work * _behind(first))
    again = next((contact for contact in contacts[1:] if contact.offered > _ended(first) + 2 * _HOUR), None)
    dropped = random.random() < _dropped(first)
    if too_soon and again is not None:
        # The agent resolved the case on the line; the customer disagreed.
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
    """Return how many times longer all work takes: more than 1 only at Pau in the autumn of the story."""
    if contact.site != PAU or not _FALLS_BEHIND <= contact.day < _CAUGHT_UP:
        return 1.0
    return 1.0 + (_BEHIND_AT_MOST - 1.0) * (contact.day - _FALLS_BEHIND) / (_CAUGHT_UP - _FALLS_BEHIND)


def _dropped(contact: Contact) -> float:
    """Return the share of cases closed without a resolution. The share grows with the backlog."""
    share = _DROPPED_IN_PAU if contact.site == PAU else _DROPPED
    return share + _DROPPED_IN_ARREARS * (_behind(contact) - 1.0)


def case_rows(found: Iterable[CaseRecord], clock: WallClock, until: int) -> Iterator[Row]:
    """Yield the cases opened until the instant, each with its first run as it is known at that instant.

    Moment and reason of a case are those of its first contact.
    """
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


def reopening_rows(found: Iterable[CaseRecord], clock: WallClock, until: int) -> Iterator[Row]:
    """Yield the later runs that began no later than the instant ``until``."""
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
