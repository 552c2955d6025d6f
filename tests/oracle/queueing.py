"""Queueing models by other methods than the service's: sums over states, and integrals over the density of waits.

The virtual wait of M/M/n+M has the density λ π(n−1) exp(λ (1 − e^(−θv)) / θ − nμv) (Baccelli and Hebuterne 1981).
"""

from __future__ import annotations

from collections.abc import Callable
from math import exp


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

    def density(wait: float) -> float:
        return rate * exp(rate * patience * (1 - exp(-wait / patience)) - agents * wait / handle)

    # Beyond this wait the density is below e^-40 of its maximum.
    end = 40 * handle / agents + 2 * rate * patience * handle / agents + within
    served = _integral(lambda wait: density(wait) * exp(-wait / patience), within, 200)
    return (sum(states) + served) / (sum(states) + _integral(density, end, 2_000))
