"""Agents for a load: published values, another way to the same numbers, and loads of thousands of Erlangs."""

from __future__ import annotations

from math import ceil, exp

import pytest

from cadran.domain.erlang import Line, performance, positions, required_agents
from tests.oracle.lines import in_time, in_time_with_patience

#: 100 calls in 30 minutes of 180 s each.
PUBLISHED = Line(100 / 1800, 180.0)
#: 48 calls a minute of a minute each, patience of two minutes: Garnett, Mandelbaum & Reiman (2002), table 1.
GARNETT = Line(48 / 60, 60.0, 120.0)


def test_published_values_of_erlang_c():
    found = performance(PUBLISHED, 14, 20)
    assert found.service_level == pytest.approx(0.88835, abs=5e-6)
    assert found.mean_wait == pytest.approx(7.8359, abs=5e-5)
    assert found.waiting == pytest.approx(0.174, abs=5e-4)
    assert found.occupancy == pytest.approx(0.714, abs=5e-4)
    assert required_agents(PUBLISHED, 20, 0.8) == 14
    assert positions(14, 0.3) == 20


def test_published_values_of_erlang_a():
    found = performance(GARNETT, 50, 20)
    assert found.abandoned == pytest.approx(0.031, abs=5e-4)
    assert found.mean_wait == pytest.approx(3.7, abs=0.05)
    assert found.occupancy == pytest.approx(0.93, abs=5e-3)
    patient = performance(Line(GARNETT.rate, GARNETT.handle_seconds), 50, 20)
    assert patient.mean_wait == pytest.approx(20.8, abs=0.05)
    assert patient.occupancy == pytest.approx(0.96)


@pytest.mark.parametrize("agents", [8, 11, 14])
@pytest.mark.parametrize("patience", [None, 40.0, 300.0])
def test_another_way_leads_to_the_same(agents: int, patience: float | None):
    rate, handle = PUBLISHED.rate, PUBLISHED.handle_seconds
    found = performance(Line(rate, handle, patience), agents, 20).service_level
    if patience is None:
        assert found == pytest.approx(in_time(rate, handle, agents, 20))
    else:
        assert found == pytest.approx(in_time_with_patience(rate, handle, patience, agents, 20))


@pytest.mark.parametrize("load", [0.001, 0.4, 3.0, 47.5, 900.0, 6_000.0])
@pytest.mark.parametrize("patience", [None, 1.0, 90.0, 86_400.0])
def test_one_agent_fewer_would_not_do(load: float, patience: float | None):
    line = Line(load / 240, 240.0, patience)
    for level in (0.2, 0.8, 0.99):
        found = required_agents(line, 20, level)
        assert performance(line, found, 20).service_level >= level
        assert found == 1 or performance(line, found - 1, 20).service_level < level
        assert patience is not None or found > load


def test_large_loads_take_little_more_than_their_erlangs():
    """Halfin and Whitt (1981): the agents beyond the load grow with its square root."""
    for load in (1_000.0, 25_000.0):
        beyond = required_agents(Line(load / 300, 300.0), 20, 0.8) - load
        assert 0 < beyond < 1.5 * load**0.5


def test_nobody_waits_where_agents_are_plenty():
    for patience in (None, 60.0):
        found = performance(Line(0.001, 1.0, patience), 500, 0)
        assert (found.service_level, found.waiting, found.mean_wait) == pytest.approx((1.0, 0.0, 0.0))


def test_answered_at_once_is_what_does_not_wait():
    for line in (PUBLISHED, GARNETT):
        found = performance(line, ceil(line.load) + 2, 0)
        assert found.service_level == pytest.approx(1 - found.waiting)


def test_endless_patience_is_erlang_c():
    endless = Line(PUBLISHED.rate, PUBLISHED.handle_seconds, 1e9)
    for agents in (11, 14, 20):
        patient, found = performance(PUBLISHED, agents, 20), performance(endless, agents, 20)
        assert found.service_level == pytest.approx(patient.service_level, abs=1e-4)


def test_no_patience_loses_whoever_finds_all_agents_busy():
    """Erlang's loss formula: 10 Erlangs on 12 agents."""
    found = performance(Line(10 / 180, 180.0, 1e-6), 12, 20)
    terms = [1.0]
    for number in range(1, 13):
        terms.append(terms[-1] * 10 / number)
    assert found.abandoned == pytest.approx(terms[-1] / sum(terms), rel=1e-4)
    assert exp(-found.mean_wait) == pytest.approx(1.0, abs=1e-5)


def test_planned_positions_round_up_only_where_something_is_left():
    assert [positions(14, share) for share in (0.0, 0.3, 0.31, 0.5)] == [14, 20, 21, 28]
    assert positions(7, 0.9) == 70
