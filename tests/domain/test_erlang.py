"""Required agents: published values, an independent computation, and loads of thousands of Erlangs."""

from __future__ import annotations

import pytest

from cadran.domain.erlang import Line, _impatient, _inverse_blocking, _patient, positions, required_agents
from tests.oracle.queueing import in_time, in_time_with_patience

#: The published example: 100 calls in 30 minutes, of 180 s each.
PUBLISHED = Line(100 / 1800, 180.0)


def level(line: Line, agents: int, within: float) -> float:
    """Return the share of arrivals that this many agents answer in time."""
    inverse = _inverse_blocking(line.load, agents)[agents]
    return (_patient if line.patience_seconds is None else _impatient)(line, agents, within, inverse)


def test_published_values_of_erlang_c():
    assert level(PUBLISHED, 14, 20) == pytest.approx(0.88835, abs=5e-6)
    # The published probability of waiting is 0.174. All other calls are answered at once.
    assert level(PUBLISHED, 14, 0) == pytest.approx(1 - 0.174, abs=5e-4)
    assert required_agents(PUBLISHED, 20, 0.8) == 14
    assert positions(14, 0.3) == 20


@pytest.mark.parametrize("agents", [8, 11, 14])
@pytest.mark.parametrize("patience", [None, 40.0, 300.0])
@pytest.mark.parametrize("within", [0, 20])
def test_another_way_leads_to_the_same(agents: int, patience: float | None, within: float):
    rate, handle = PUBLISHED.rate, PUBLISHED.handle_seconds
    found = level(Line(rate, handle, patience), agents, within)
    if patience is None:
        assert found == pytest.approx(in_time(rate, handle, agents, within))
    else:
        assert found == pytest.approx(in_time_with_patience(rate, handle, patience, agents, within))


@pytest.mark.parametrize("load", [0.001, 0.4, 3.0, 47.5, 900.0, 6_000.0])
@pytest.mark.parametrize("patience", [None, 1.0, 90.0, 86_400.0])
def test_one_agent_fewer_would_not_do(load: float, patience: float | None):
    line = Line(load / 240, 240.0, patience)
    for promised in (0.2, 0.8, 0.99):
        found = required_agents(line, 20, promised)
        assert level(line, found, 20) >= promised
        assert found == 1 or level(line, found - 1, 20) < promised
        assert patience is not None or found > load


def test_large_loads_take_little_more_than_their_erlangs():
    """Check Halfin and Whitt (1981): the agents beyond the load grow with the load's square root."""
    for load in (1_000.0, 25_000.0):
        beyond = required_agents(Line(load / 300, 300.0), 20, 0.8) - load
        assert 0 < beyond < 1.5 * load**0.5


def test_nobody_waits_where_agents_are_plenty():
    for patience in (None, 60.0):
        assert level(Line(0.001, 1.0, patience), 500, 0) == pytest.approx(1.0)


def test_endless_patience_is_erlang_c():
    endless = Line(PUBLISHED.rate, PUBLISHED.handle_seconds, 1e9)
    for agents in (11, 14, 20):
        assert level(endless, agents, 20) == pytest.approx(level(PUBLISHED, agents, 20), abs=1e-4)


def test_no_patience_loses_whoever_finds_all_agents_busy():
    """Compare with Erlang's loss formula: 10 Erlangs on 12 agents."""
    terms = [1.0]
    for number in range(1, 13):
        terms.append(terms[-1] * 10 / number)
    lost = terms[-1] / sum(terms)
    assert 1 - level(Line(10 / 180, 180.0, 1e-6), 12, 20) == pytest.approx(lost, rel=1e-4)


def test_planned_positions_round_up_only_where_something_is_left():
    assert [positions(14, share) for share in (0.0, 0.3, 0.31, 0.5)] == [14, 20, 21, 28]
    assert positions(7, 0.9) == 70
