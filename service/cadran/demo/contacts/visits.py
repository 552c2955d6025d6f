"""The visits of calls in several queues: some flow over into another queue, and a few of them come back.

Only contacts with more than one visit have rows. The waits of the visits before the answer add up to the wait of the
contact, so that figures of contacts do not depend on the visits.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from random import Random
from typing import Final

from cadran.demo.contacts.cases import Contact
from cadran.demo.contacts.queues import OVERFLOW, queue_of
from cadran.demo.days import WallClock
from cadran.demo.rows import Rows, is_finished
from cadran.demo.world import PHONE, SOURCE, Row

#: The seconds after which a queue passes a call on, the share of calls that are passed on, and of these the share that
#: comes back after as many seconds again.
_PATIENCE, _PASSED_ON, _BACK = 60, 0.7, 0.15
_TIMED_OUT: Final = 0.1
#: The queue, the seconds in it, and how the visit ended.
Visit = tuple[str, int, str]


def visit_rows(random: Random, contacts: Iterable[Contact], rows: Rows, clock: WallClock, until: int) -> Iterator[Row]:
    """Yield the visits of the calls that were passed on and have ended at the instant ``until``."""
    for contact in contacts:
        # One draw for each contact, so that the present instant does not move the next draws.
        visits = _visits(Random(random.random()), contact)
        if not is_finished(contact, until):
            continue
        entered = contact.offered
        for number, (queue, seconds, exit_) in enumerate(visits, 1):
            yield {
                "source": SOURCE,
                "contact": rows.identity(contact),
                "visit": str(number),
                "queue": queue,
                "entered_at": clock.text(entered),
                "left_at": clock.text(entered + seconds),
                "exit": exit_,
            }
            entered += seconds


def _visits(random: Random, contact: Contact) -> Sequence[Visit]:
    """Return the visits of a call that was passed on; none for other contacts."""
    wait = int(contact.wait or 0)
    ends = {"handled": "answered", "abandoned": "abandoned"}
    passed_on = contact.channel == PHONE and contact.outcome in ends and wait > _PATIENCE and not contact.outbound
    if not passed_on or random.random() > _PASSED_ON:
        return ()
    first, end = queue_of(contact), ends[contact.outcome]
    left = "timed_out" if random.random() < _TIMED_OUT else "flowed_out"
    if wait > 2 * _PATIENCE and random.random() < _BACK:
        return (
            (first, _PATIENCE, left),
            (OVERFLOW, _PATIENCE, "flowed_out"),
            (first, wait - 2 * _PATIENCE, end),
        )
    return (first, _PATIENCE, left), (OVERFLOW, wait - _PATIENCE, end)
