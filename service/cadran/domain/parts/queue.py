"""The parts of queues: visits by how they ended, and the waits of contacts from their entry into a queue.

Exit ids are those of the column ``exit_id`` (sql/migrations/0040_queues.sql). A visit counts whatever the direction of
its contact: a source that gives a visit says that somebody waited.
"""

from __future__ import annotations

from cadran.domain.parts.part import Part

WAITING, ANSWERED, ABANDONED, FLOWED_OUT, TIMED_OUT, DEFLECTED = range(6)
_HANDLED, _ABANDONED_CONTACT = "f.outcome_id = 1", "f.outcome_id = 3"


def _exit(number: int) -> str:
    return f"f.exit_id = {number}"


#: Visits that flowed or timed out: they left unanswered, and somebody else took care of them.
_PASSED_ON = f"f.exit_id IN ({FLOWED_OUT}, {TIMED_OUT})"

VISIT_PARTS = (
    Part("visits", "visit", direction="any"),
    Part("visits_answered", "visit", _exit(ANSWERED), direction="any", binned=True),
    Part("visits_abandoned", "visit", _exit(ABANDONED), direction="any", binned=True),
    Part("visits_flowed_out", "visit", _exit(FLOWED_OUT), direction="any"),
    Part("visits_timed_out", "visit", _exit(TIMED_OUT), direction="any"),
    Part("visits_passed_on", "visit", _PASSED_ON, direction="any", binned=True),
    Part("visits_deflected", "visit", _exit(DEFLECTED), direction="any"),
    Part("visits_waiting", "visit", _exit(WAITING), direction="any"),
    Part("visits_answered_unknown", "visit", f"{_exit(ANSWERED)} AND f.wait IS NULL", direction="any"),
    Part("visits_abandoned_unknown", "visit", f"{_exit(ABANDONED)} AND f.wait IS NULL", direction="any"),
    Part("visits_passed_on_unknown", "visit", f"{_PASSED_ON} AND f.wait IS NULL", direction="any"),
    Part("visits_answered_wait", "visit", _exit(ANSWERED), "f.wait", direction="any"),
    Part("visits_abandoned_wait", "visit", _exit(ABANDONED), "f.wait", direction="any"),
    Part(
        "visits_longest",
        "visit",
        f"f.exit_id IN ({ANSWERED}, {ABANDONED}, {FLOWED_OUT}, {TIMED_OUT})",
        "f.wait",
        merge="max",
        direction="any",
    ),
)

#: Visits that still wait, by their wait so far: one beyond the threshold already misses the service level.
WAITING_VISIT_PARTS = (Part("visits_overdue", "waiting_visit", direction="any", binned=True, measure="age"),)

#: Contacts by their wait from the entry into the queue in which they were first answered, or else into the last one.
QUEUED_PARTS = (
    Part("handled_from_queue", "queued", _HANDLED, binned=True, measure="queue_wait"),
    Part("abandoned_from_queue", "queued", _ABANDONED_CONTACT, binned=True, measure="queue_wait"),
    Part("handled_unknown_from_queue", "queued", f"{_HANDLED} AND f.queue_wait IS NULL"),
    Part("abandoned_unknown_from_queue", "queued", f"{_ABANDONED_CONTACT} AND f.queue_wait IS NULL"),
)

#: Visits, and contacts by that wait, within the thresholds that the database counts exactly.
VISIT_WITHIN_PARTS = (
    Part("visits_answered_within", "visit_within", _exit(ANSWERED), direction="any"),
    Part("visits_abandoned_within", "visit_within", _exit(ABANDONED), direction="any"),
    Part("visits_passed_on_within", "visit_within", _PASSED_ON, direction="any"),
)
QUEUED_WITHIN_PARTS = (
    Part("handled_from_queue_within", "queued_within", _HANDLED, measure="queue_wait"),
    Part("abandoned_from_queue_within", "queued_within", _ABANDONED_CONTACT, measure="queue_wait"),
)

#: The facts whose rows are visits: their answer norm is that of their queue.
VISIT_FACTS = ("visit", "visit_within", "waiting_visit")
QUEUE_PARTS = (*VISIT_PARTS, *WAITING_VISIT_PARTS, *QUEUED_PARTS, *VISIT_WITHIN_PARTS, *QUEUED_WITHIN_PARTS)
