"""What else changes with the rows of a kind: tables that derive from them, and rows of other kinds.

Most kinds have no such effects: the loader marks the changed days, and the refresh does the rest. Rows that follow
contacts need none either, because their declaration is enough.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import Final

from cadran.facts.load import contacts, intervals, legs, visits
from cadran.facts.load.session import Connection
from cadran.facts.refresh import agent_time

Effect = Callable[[Connection], Awaitable[int]]


async def _nothing(connection: Connection) -> int:
    return 0


@dataclass(frozen=True, slots=True)
class Effects:
    """The effects of a kind on a batch in `ready_<table>`.

    ``add_members`` runs once the rows are read, and returns the number of added members. ``before`` runs instead of the
    statement that marks days, before anything is stored. ``after`` runs once the rows are stored, and ``last`` once the
    rows that follow them are updated too. All three return the number of marks.
    """

    add_members: Effect = _nothing
    before: Effect | None = None
    after: Effect = _nothing
    last: Effect = _nothing


NONE: Final = Effects()
EFFECTS: Final[Mapping[str, Effects]] = {
    "contacts": Effects(contacts.add_customers, contacts.mark, contacts.store_legs, contacts.reach),
    "legs": Effects(before=legs.mark, after=legs.update_contacts),
    "visits": Effects(before=visits.mark, after=visits.update_contacts),
    "states": Effects(before=agent_time.note_states, after=agent_time.update_after_states),
    "intervals": Effects(after=intervals.announce),
    "schedules": Effects(before=agent_time.note_schedules, after=agent_time.after),
}
