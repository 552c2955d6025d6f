"""Required agents of a load: by Erlang C, where all customers wait, or Erlang A, where customers lose patience.

Takes the arrivals per second, the mean handle time, the service level (a share answered within a threshold in seconds)
and, for Erlang A, the mean patience. Returns the fewest agents that meet the service level. Arrivals are Poisson,
handle times and patience exponential, and customers are served in the order of arrival.

Erlang C: A. K. Erlang (1917); R. B. Cooper, *Introduction to Queueing Theory* (1981). Erlang A (M/M/n+M): C. Palm
(1946); O. Garnett, A. Mandelbaum, M. Reiman, *Designing a Call Center with Impatient Customers* (2002). Everything is
computed from ratios of probabilities, so that loads of thousands of Erlangs neither overflow nor cancel out.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import ceil, exp, expm1, floor, inf, isinf, log, sqrt
from typing import Final

#: Terms below this share of their sum are negligible. Sums above the ceiling are scaled down.
_NEGLIGIBLE: Final = 1e-14
_CEILING: Final = 1e200
#: A quotient this close to a whole number counts as that number: the difference is a rounding error.
_ROUNDING: Final = 1e-9


@dataclass(frozen=True, slots=True)
class Line:
    """A load: ``rate`` arrivals per second of ``handle_seconds`` each.

    A waiting customer leaves after ``patience_seconds`` on average (None: never).
    """

    rate: float
    handle_seconds: float
    patience_seconds: float | None = None

    @property
    def load(self) -> float:
        """Return the load in Erlangs: the mean number of busy agents."""
        return self.rate * self.handle_seconds


def required_agents(line: Line, within: float, level: float) -> int:
    """Return the fewest agents that answer the share ``level`` of all arrivals ``within`` seconds; at least one."""
    if line.patience_seconds is None:
        return _fewest_for_patient(line, within, level)
    return _fewest_for_impatient(line, within, level)


def positions(agents: int, shrinkage: float) -> int:
    """Return how many agents to plan for ``agents`` at work, if the share ``shrinkage`` of planned time is lost."""
    return ceil(agents / (1 - shrinkage) - _ROUNDING)


def _inverse_blocking(load: float, agents: int) -> list[float]:
    """Return 1 / B(n, load) for n = 0 … agents, where B is the blocking probability of Erlang's loss formula.

    A value may be infinite: then no customer ever waits.
    """
    found = [1.0]
    for number in range(1, agents + 1):
        found.append(1.0 + found[-1] * number / load)
    return found


def _patient(line: Line, agents: int, within: float, inverse: float) -> float:
    """Return the share of all arrivals that is answered in time: 0 if the agents cannot handle the load."""
    load = line.load
    if agents <= load:
        return 0.0
    return 1.0 - _delayed(load, agents, inverse) * exp(-(agents - load) * within / line.handle_seconds)


def _delayed(load: float, agents: int, inverse: float) -> float:
    """Return the probability of waiting, C(n, a) = 1 / (ρ + (1 − ρ) / B(n, a))."""
    busy = load / agents
    return 1.0 / (busy + (1.0 - busy) * inverse)


def _fewest_for_patient(line: Line, within: float, level: float) -> int:
    load = line.load
    agents = floor(load) + 1
    inverse = _inverse_blocking(load, agents)[agents]
    while _patient(line, agents, within, inverse) < level:
        agents += 1
        inverse = 1.0 + inverse * agents / load
    return agents


def _fewest_for_impatient(line: Line, within: float, level: float) -> int:
    """Search by doubling steps from the load, then by bisection, since the level grows with the agents."""
    known = _inverse_blocking(line.load, ceil(line.load) + 1)

    def keeps(agents: int) -> bool:
        while len(known) <= agents:
            known.append(1.0 + known[-1] * len(known) / line.load)
        return _impatient(line, agents, within, known[agents]) >= level

    fails, holds = _bracket(max(1, ceil(line.load)), max(1, round(sqrt(line.load) / 2)), keeps)
    while holds - fails > 1:
        middle = (fails + holds) // 2
        fails, holds = (fails, middle) if keeps(middle) else (middle, holds)
    return holds


def _bracket(first: int, step: int, keeps: Callable[[int], bool]) -> tuple[int, int]:
    """Return a number of agents that is too few (such as 0) and one that is enough."""
    if keeps(first):
        holds, fails = first, max(0, first - step)
        while fails and keeps(fails):
            step *= 2
            holds, fails = fails, max(0, fails - step)
        return fails, holds
    fails, holds = first, first + step
    while not keeps(holds):
        step *= 2
        fails, holds = holds, holds + step
    return fails, holds


def _impatient(line: Line, agents: int, within: float, inverse: float) -> float:
    """Return the share of all arrivals that is answered in time.

    Sums over the length k of the queue that an arrival finds, relative to the probability that all agents are busy
    and none waits. A customer who finds k waiting is answered within T with probability P(served) · P(NB > k), where
    NB is negative binomial: the waits of the k + 1 ahead add up to −ln Beta(c, k + 1) · patience, with
    c = n · patience / handle time.
    """
    assert line.patience_seconds is not None
    if isinf(inverse):
        return 1.0
    shape = agents * line.patience_seconds / line.handle_seconds
    offered = line.rate * line.patience_seconds
    patience_left = -within / line.patience_seconds
    # The logarithm of the first term of NB, and of the ratio of further terms: minus infinity if no wait is allowed.
    term, gone = (shape + 1) * patience_left, log(-expm1(patience_left)) if within else -inf
    below = inverse - 1.0
    likely, beyond = 1.0, 1.0
    waiting, in_time = 0.0, 0.0
    length = 0
    while True:
        beyond = max(0.0, beyond - exp(term))
        waiting += likely
        in_time += likely * shape / (shape + length + 1) * beyond
        length += 1
        term += gone + log((shape + length) / length)
        growth = offered / (shape + length)
        likely *= growth
        if growth < 1 and likely * max(length, 1) < _NEGLIGIBLE * waiting:
            break
        if waiting > _CEILING:
            likely, below = likely / _CEILING, below / _CEILING
            waiting, in_time = waiting / _CEILING, in_time / _CEILING
    return (below + in_time) / (below + waiting)
