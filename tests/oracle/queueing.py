"""Queueing models by other methods than the service's: sums over states, integrals over the density of waits by
Simpson's rule, and a simulation.

The virtual wait of M/M/n+M has the density λ π(n−1) exp(λ (1 − e^(−θv)) / θ − nμv) (Baccelli and Hebuterne 1981).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from heapq import heapreplace
from math import exp
from random import Random


def _integral(of: Callable[[float], float], end: float, pieces: int) -> float:
    """Compute the integral of a function from 0 to ``end`` by Simpson's rule."""
    width = end / pieces
    inner = sum((4 if number % 2 else 2) * of(number * width) for number in range(1, pieces))
    return width / 3 * (of(0.0) + of(end) + inner)


def _states(load: float, agents: int) -> list[float]:
    """Return the probabilities of 0 … agents − 1 contacts, relative to that of agents − 1."""
    found = [1.0]
    for number in range(agents - 1, 0, -1):
        found.append(found[-1] * number / load)
    return found[::-1]


def in_time(rate: float, handle: float, agents: int, within: float) -> float:
    """Return the share of contacts answered in time if nobody abandons."""
    load = rate * handle
    if agents <= load:
        return 0.0
    states = _states(load, agents)
    waiting = load / (agents - load) * states[-1]
    return 1 - waiting / (waiting + sum(states)) * exp(-(agents - load) * within / handle)


def in_time_with_patience(rate: float, handle: float, patience: float, agents: int, within: float) -> float:
    """Return the share of contacts answered in time if customers abandon when their patience ends."""
    states = _states(rate * handle, agents)

    def answered(delay: float) -> float:
        left = rate * patience * (1 - exp(-delay / patience))
        return rate * exp(left - agents * delay / handle - delay / patience)

    waiting = sum(likely for likely, _ in _queue(rate, handle, patience, agents))
    return (sum(states) + _integral(answered, within, 1_000)) / (sum(states) + waiting)


def _queue(rate: float, handle: float, patience: float, agents: int) -> Iterator[tuple[float, float]]:
    """Return the probabilities of 0, 1 … waiting contacts, relative to that of agents − 1 contacts, and the rate at
    which a contact that finds them there moves ahead."""
    likely, every, length = rate * handle / agents, 0.0, 0
    while length <= rate * patience or likely * length > 1e-18 * every:
        moves = agents / handle + (length + 1) / patience
        yield likely, moves
        every += likely
        length += 1
        likely *= rate / moves


def wait(rate: float, handle: float, agents: int) -> float:
    """Return the mean wait if nobody abandons, from the mean length of the queue (Little 1961). The agents can handle
    the load."""
    load = rate * handle
    states = _states(load, agents)
    # The states with waiting contacts are a geometric series that begins with all agents busy and nobody waiting.
    busy = states[-1] * load / agents
    ratio = load / agents
    queue = busy * ratio / (1 - ratio) ** 2
    return queue / (sum(states) + busy / (1 - ratio)) / rate


def with_patience(rate: float, handle: float, patience: float, agents: int) -> tuple[float, float, float]:
    """Return the mean wait of answered contacts, the occupancy and the share that abandons, by a sum over the states.

    A contact that finds k contacts waiting gets ahead at the rates n/h + (k + 1)/p … n/h + 1/p until it is answered or
    leaves. The contacts that abandon are those that leave a queue of k at the rate k/p.
    """
    states = _states(rate * handle, agents)
    busy = sum(number * each for number, each in enumerate(states))
    waiting = answered = delays = left = ahead = 0.0
    for length, (likely, moves) in enumerate(_queue(rate, handle, patience, agents)):
        ahead += 1 / moves
        served = likely * agents / handle / moves
        waiting, answered, delays = waiting + likely, answered + served, delays + served * ahead
        left += likely * length / patience
    every = sum(states) + waiting
    return delays / (sum(states) + answered), (busy + agents * waiting) / agents / every, left / rate / every


def simulate(
    rate: float, handle: float, patience: float, agents: int, within: float, *, contacts: int, seed: int
) -> tuple[float, float, float, float]:
    """Return the share answered in time, the mean wait of answered contacts, the occupancy and the share that abandons,
    of a random stream of contacts."""
    random = Random(seed)
    free = [0.0] * agents
    now = handled = waits = busy = 0.0
    in_time = 0
    for _ in range(contacts):
        now += random.expovariate(rate)
        delay = max(0.0, free[0] - now)
        if delay > random.expovariate(1 / patience):
            continue
        length = random.expovariate(1 / handle)
        heapreplace(free, now + delay + length)
        handled, waits, busy, in_time = handled + 1, waits + delay, busy + length, in_time + (delay <= within)
    return in_time / contacts, waits / handled, busy / now / agents, 1 - handled / contacts
