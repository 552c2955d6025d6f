"""The holders of each agent's post, with first and last day. Posts are the positions in ``world.STAFF``.

Some agents leave in 2015, most of them at Pau. A new agent takes the post on the next day.
"""

from __future__ import annotations

from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

from cadran.demo.days import day_number
from cadran.demo.world import STAFF, Agent

# Post, last day of its holder, and name of the successor.
_CHANGES = (
    (6, date(2015, 3, 28), "Maylis Darrieux"),
    (17, date(2015, 5, 30), "Théo Rambaud"),
    (1, date(2015, 6, 27), "Xan Etcheverry"),
    (4, date(2015, 8, 29), "Noémie Puyou"),
    (20, date(2015, 9, 26), "Gwenola Rio"),
)
_FOUNDERS = date(2009, 9, 1)


@dataclass(frozen=True, slots=True)
class Person:
    """A person with a post. ``left`` is the person's last day."""

    code: str
    label: str
    team: str
    joined: date
    left: date | None


def _held() -> tuple[tuple[Person, ...], ...]:
    sizes = Counter(_shift(agent) for agent in STAFF)
    posts: list[tuple[Person, ...]] = []
    for post, agent in enumerate(STAFF):
        joined = date(_FOUNDERS.year + post * 5 % 6, 1 + post * 7 % 12, 1)
        change = next(((day, name) for changed, day, name in _CHANGES if changed == post), None)
        holders = [Person(agent.code, agent.label, agent.team, joined, change[0] if change else None)]
        if change:
            sizes[_shift(agent)] += 1
            code = f"{_shift(agent)}-{sizes[_shift(agent)]}"
            after = date.fromordinal(change[0].toordinal() + 1)
            holders.append(Person(code, change[1], agent.team, after, None))
        posts.append(tuple(holders))
    return tuple(posts)


def _shift(agent: Agent) -> str:
    """Return the part of an agent's code that all agents of a shift share."""
    return agent.code.rpartition("-")[0]


_POSTS = _held()
_STARTS = tuple(tuple(day_number(person.joined) for person in holders) for holders in _POSTS)


def holder(post: int, day: int) -> Person:
    """Return the person who holds the post on a day."""
    holders = _POSTS[post]
    return holders[0] if len(holders) == 1 else holders[max(bisect_right(_STARTS[post], day) - 1, 0)]


def people() -> Iterator[Person]:
    """Yield all people who hold or have held a post."""
    for holders in _POSTS:
        yield from holders
