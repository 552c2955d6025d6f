"""Agents and service of a load: by Erlang C, where all customers wait, or Erlang A, where customers lose patience.

Takes the arrivals per second, the mean handle time and, for Erlang A, the mean patience. Returns the service that a
number of agents gives, or the fewest agents that give a service. Arrivals are Poisson, handle times and patience
exponential, and customers are served in the order of arrival.

An agent who handles k contacts at the same time, such as chats, counts as k servers. The handle time is then the whole
length of a contact, as its customer sees it, at that concurrency. The model does not know that contacts get longer if
an agent handles more of them, and it gives a free place of any agent to the next contact.

Erlang C: A. K. Erlang (1917); R. B. Cooper, *Introduction to Queueing Theory* (1981). Erlang A (M/M/n+M): C. Palm
(1946); O. Garnett, A. Mandelbaum, M. Reiman, *Designing a Call Center with Impatient Customers* (2002). The density of
waits: F. Baccelli, G. Hebuterne (1981). Everything is computed from ratios of probabilities, so that loads of thousands
of Erlangs neither overflow nor cancel out. The time grows with the square root of the load, and not with the queue.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, exp, expm1, inf, log, sqrt
from typing import Final

#: Terms below this share of their sum are negligible.
_NEGLIGIBLE: Final = 1e-17
#: An integrand below e to this power of its maximum is negligible.
_TAIL: Final = 36.0
#: Two numbers with this relative difference are equal: the difference is a rounding error.
_ROUNDING: Final = 1e-9
#: The positive nodes of Gauss and Legendre's rule with twelve nodes, with their weights, and the edges of the pieces
#: to each of which the rule is applied.
_NODES: Final = (
    (0.9815606342467192, 0.04717533638651183),
    (0.9041172563704749, 0.10693932599531843),
    (0.7699026741943047, 0.16007832854334622),
    (0.5873179542866175, 0.20316742672306592),
    (0.3678314989981802, 0.2334925365383548),
    (0.1252334085114689, 0.24914704581340277),
)
_PIECES: Final = (0.0, 0.125, 0.25, 0.5, 1.0)


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
        """Return the load in Erlangs: the mean number of busy servers if no customer leaves."""
        return self.rate * self.handle_seconds


@dataclass(frozen=True, slots=True)
class Service:
    """The service that a number of agents gives in the long run.

    ``service_level`` is the share of all arrivals that is answered in time, ``asa`` the mean wait of answered contacts
    in seconds, ``occupancy`` the share of servers that are busy, ``abandonment`` the share of arrivals that leaves.
    """

    service_level: float
    asa: float
    occupancy: float
    abandonment: float


def predict_service(line: Line, agents: int, within: float, *, concurrency: int = 1) -> Service | None:
    """Return the service of ``agents`` who handle ``concurrency`` contacts each; in time is ``within`` seconds.

    Return None if they are overloaded (``is_overloaded``).
    """
    if is_overloaded(line, agents, concurrency=concurrency):
        return None
    servers = agents * concurrency
    inverse = _inverse_blocking(line.load, servers)
    if line.patience_seconds is not None:
        return _of_impatient(line, line.patience_seconds, servers, within, inverse)
    busy, spare = line.load / servers, (servers - line.load) / line.handle_seconds
    delayed = 1.0 / (busy + (1.0 - busy) * inverse)
    return Service(1.0 - delayed * exp(-spare * within), delayed / spare, busy, 0.0)


def is_overloaded(line: Line, agents: int, *, concurrency: int = 1) -> bool:
    """Return whether the queue would grow without end: the agents cannot handle the load, and no customer leaves."""
    return line.patience_seconds is None and agents * concurrency <= line.load * (1 + _ROUNDING)


def required_agents(
    line: Line, within: float, level: float, *, occupancy_max: float = 1.0, concurrency: int = 1
) -> int:
    """Return the fewest agents, at least one, who answer the share ``level`` of all arrivals ``within`` seconds, and
    whose occupancy is at most ``occupancy_max``."""

    def keeps(agents: int) -> bool:
        found = predict_service(line, agents, within, concurrency=concurrency)
        return found is not None and found.service_level >= level and found.occupancy <= occupancy_max * (1 + _ROUNDING)

    first = max(1, ceil(line.load / concurrency))
    fails, holds = _bracket(first, max(1, round(sqrt(line.load) / concurrency / 2)), keeps)
    while holds - fails > 1:
        middle = (fails + holds) // 2
        fails, holds = (fails, middle) if keeps(middle) else (middle, holds)
    return holds


def positions(agents: int, shrinkage: float) -> int:
    """Return how many agents to plan for ``agents`` at work, if the share ``shrinkage`` of planned time is lost."""
    return ceil(agents / (1 - shrinkage) - _ROUNDING)


def _inverse_blocking(load: float, servers: int) -> float:
    """Return 1 / B, where B is the blocking probability of Erlang's loss formula.

    1 / B sums the probabilities of n, n − 1 … 0 busy servers, relative to that of n. It may be infinite: then no
    customer ever waits.
    """
    total = term = 1.0
    for left in range(servers, 0, -1):
        term *= left / load
        total += term
        if term < _NEGLIGIBLE * total or total == inf:
            break
    return total


def _bracket(first: int, step: int, keeps: Callable[[int], bool]) -> tuple[int, int]:
    """Return a number of agents that is too few (such as 0) and one that is enough, by doubling steps."""
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


def _of_impatient(line: Line, patience: float, servers: int, within: float, inverse: float) -> Service:
    """Return the service of Erlang A.

    Probabilities are relative to that of all servers busy and nobody waiting. The wait that an arrival would have has
    the density c · exp(offered · (1 − e^−x) − c · x), with x = wait / patience, c = servers · patience / handle time
    and offered = rate · patience, and the customer stays with the probability e^−x. All others follow from the
    integral of the product.
    """
    if inverse == inf:
        return Service(1.0, 0.0, line.load / servers, 0.0)
    limit, offered = servers * patience / line.handle_seconds, line.rate * patience
    integrand = _Integrand(offered, limit + 1.0)
    early, early_delay = integrand.integrate(0.0, within / patience)
    late, late_delay = integrand.integrate(within / patience, inf)
    scale = exp(-integrand.peak)
    staying = early + late
    answered = (inverse - 1.0) * scale + limit * staying
    every = inverse * scale + offered * staying
    return Service(
        min(1.0, ((inverse - 1.0) * scale + limit * early) / every),
        patience * limit * (early_delay + late_delay) / answered,
        line.load / servers * answered / every,
        max(0.0, scale + (offered - limit) * staying) / every,
    )


class _Integrand:
    """The function exp(offered · (1 − e^−x) − decay · x − peak) of x ≥ 0.

    Its logarithm is concave, and 0 at its maximum. Beyond ``start`` and ``end`` the function is negligible.
    """

    def __init__(self, offered: float, decay: float) -> None:
        self._offered, self._decay = offered, decay
        self._top = log(offered / decay) if offered > decay else 0.0
        self.peak = self._exponent(self._top)
        self._start = self._find_edge(-1.0) if self._top else 0.0
        self._end = self._find_edge(1.0)

    def integrate(self, start: float, end: float) -> tuple[float, float]:
        """Return the integral of the function, and that of x times the function."""
        start, end = max(start, self._start), min(end, self._end)
        plain = weighted = 0.0
        if start >= end:
            return plain, weighted
        # On each side of the maximum, pieces are shorter near the maximum.
        if start < self._top:
            plain, weighted = self._sum(min(end, self._top), start)
        if end > self._top:
            more, weighted_more = self._sum(max(start, self._top), end)
            plain, weighted = plain + more, weighted + weighted_more
        return plain, weighted

    def _sum(self, near: float, far: float) -> tuple[float, float]:
        """Return both integrals between a bound and a bound farther from the maximum."""
        plain = weighted = 0.0
        for low, high in pairwise(_PIECES):
            half, middle = (far - near) * (high - low) / 2, near + (far - near) * (high + low) / 2
            for node, weight in _NODES:
                for x in (middle - half * node, middle + half * node):
                    found = abs(half) * weight * exp(self._exponent(x) - self.peak)
                    plain += found
                    weighted += found * x
        return plain, weighted

    def _exponent(self, x: float) -> float:
        return -self._offered * expm1(-x) - self._decay * x

    def _find_edge(self, direction: float) -> float:
        """Return where the function becomes negligible, on one side of its maximum."""

        def is_negligible(distance: float) -> bool:
            return self._exponent(self._top + direction * distance) < self.peak - _TAIL

        near, far = 0.0, 1.0 / self._decay
        while not is_negligible(far):
            near, far = far, 2 * far
        # The edge need not be exact: the integral only has to have few pieces without weight.
        for _ in range(5):
            middle = (near + far) / 2
            near, far = (near, middle) if is_negligible(middle) else (middle, far)
        return max(0.0, self._top + direction * far)
