"""Required agents and expected service: published values, independent computations, and large loads."""

from __future__ import annotations

import pytest

from cadran.domain.erlang import Line, Service, positions, predict_service, required_agents
from tests.oracle.queueing import in_time, in_time_with_patience, simulate, wait, with_patience

#: The published example: 100 calls in 30 minutes, of 180 s each.
PUBLISHED = Line(100 / 1800, 180.0)


def served(line: Line, agents: int, within: float = 20, *, concurrency: int = 1) -> Service:
    """Return the service of agents who can handle the load."""
    found = predict_service(line, agents, within, concurrency=concurrency)
    assert found is not None
    return found


def level(line: Line, agents: int, within: float = 20) -> float:
    """Return the share of arrivals that this many agents answer in time: 0 if the queue grows without end."""
    found = predict_service(line, agents, within)
    return 0.0 if found is None else found.service_level


def test_published_values_of_erlang_c():
    assert level(PUBLISHED, 14) == pytest.approx(0.88835, abs=5e-6)
    # The published probability of waiting is 0.174. All other calls are answered at once.
    assert level(PUBLISHED, 14, 0) == pytest.approx(1 - 0.174, abs=5e-4)
    assert required_agents(PUBLISHED, 20, 0.8) == 14
    assert positions(14, 0.3) == 20


@pytest.mark.parametrize(("agents", "asa"), [(69, 14), (68, 20.4), (67, 30), (66, 45), (65, 73)])
def test_published_waits_of_a_half_hour(agents: int, asa: float):
    """Check 350 calls of 320 s in a half-hour."""
    found = served(Line(350 / 1800, 320.0), agents)
    assert round(found.asa, 1 if agents == 68 else None) == asa
    assert found.occupancy == pytest.approx(350 * 320 / 1800 / agents)
    assert found.abandonment == 0


@pytest.mark.parametrize("agents", [1, 8, 11, 14])
@pytest.mark.parametrize("patience", [0.1, 40.0, 300.0, 5000.0])
@pytest.mark.parametrize("within", [0, 20, 90])
def test_another_way_leads_to_the_same_with_patience(agents: int, patience: float, within: float):
    rate, handle = PUBLISHED.rate, PUBLISHED.handle_seconds
    found = served(Line(rate, handle, patience), agents, within)
    if patience in (40.0, 300.0):
        assert found.service_level == pytest.approx(in_time_with_patience(rate, handle, patience, agents, within))
    others = with_patience(rate, handle, patience, agents)
    assert (found.asa, found.occupancy, found.abandonment) == pytest.approx(others, rel=1e-9)


@pytest.mark.parametrize("agents", [11, 14, 30])
def test_another_way_leads_to_the_same_without_patience(agents: int):
    rate, handle = PUBLISHED.rate, PUBLISHED.handle_seconds
    for within in (0, 20):
        assert level(PUBLISHED, agents, within) == pytest.approx(in_time(rate, handle, agents, within))
    assert served(PUBLISHED, agents).asa == pytest.approx(wait(rate, handle, agents))


@pytest.mark.parametrize(("agents", "patience"), [(9, 60.0), (11, 240.0), (13, 20.0)])
def test_a_simulated_stream_of_contacts_gets_the_expected_service(agents: int, patience: float):
    line = Line(PUBLISHED.rate, PUBLISHED.handle_seconds, patience)
    found = served(line, agents)
    in_time, asa, occupancy, abandonment = simulate(
        line.rate, line.handle_seconds, patience, agents, 20, contacts=100_000, seed=7
    )
    assert (found.service_level, found.occupancy, found.abandonment) == pytest.approx(
        (in_time, occupancy, abandonment), abs=0.01
    )
    assert found.asa == pytest.approx(asa, rel=0.07)


@pytest.mark.parametrize("load", [0.001, 0.4, 3.0, 47.5, 900.0, 6_000.0])
@pytest.mark.parametrize("patience", [None, 1.0, 90.0, 86_400.0])
def test_one_agent_fewer_would_not_do(load: float, patience: float | None):
    line = Line(load / 240, 240.0, patience)
    for promised in (0.2, 0.8, 0.99):
        found = required_agents(line, 20, promised)
        assert level(line, found) >= promised
        assert found == 1 or level(line, found - 1) < promised
        assert patience is not None or found > load


@pytest.mark.parametrize("load", [0.4, 10.0, 47.5, 6_000.0])
@pytest.mark.parametrize("patience", [None, 90.0])
def test_the_fewest_agents_whose_occupancy_is_bounded(load: float, patience: float | None):
    line = Line(load / 240, 240.0, patience)
    for bound in (0.3, 0.8, 0.95):
        found = required_agents(line, 20, 0.8, occupancy_max=bound)
        enough = required_agents(line, 20, 0.8)
        assert served(line, found).occupancy <= bound + 1e-9
        assert found == enough or served(line, found - 1).occupancy > bound
    # A quotient without a fraction does not round up.
    assert required_agents(Line(0.1, 100.0), 600, 0.01, occupancy_max=0.5) == 20


def test_an_agent_with_several_chats_counts_as_several_servers():
    line = Line(200 / 3600, 900.0, 120.0)
    assert served(line, 20, concurrency=3) == served(line, 60)
    alone = required_agents(line, 30, 0.9)
    assert required_agents(line, 30, 0.9, concurrency=3) == -(-alone // 3)


@pytest.mark.parametrize(
    ("load", "agents"), [(62.2, 62), (62.2, 1), (10.0, 10), (0.1 * 3 * 10 / 3, 1), (9_000.0, 9_000)]
)
def test_agents_who_cannot_handle_the_load_have_no_service_without_patience(load: float, agents: int):
    assert predict_service(Line(load / 300, 300.0), agents, 20) is None
    found = served(Line(load / 300, 300.0, 60.0), agents)
    assert found.abandonment > 0
    assert 0.5 < found.occupancy <= 1


def test_large_loads_take_little_more_than_their_erlangs():
    """Check Halfin and Whitt (1981): the agents beyond the load grow with the load's square root."""
    for load in (1_000.0, 25_000.0):
        beyond = required_agents(Line(load / 300, 300.0), 20, 0.8) - load
        assert 0 < beyond < 1.5 * load**0.5


def test_a_hopeless_queue_is_as_long_as_patience_lets_it():
    """Check a queue of 26 million customers, by the balance of arrivals and departures (Whitt 2004)."""
    found = served(Line(10.0, 300.0, 31 * 86_400.0), 30)
    assert found.service_level == pytest.approx(0, abs=1e-9)
    assert (found.occupancy, found.abandonment) == pytest.approx((1.0, 0.99))


def test_nobody_waits_where_agents_are_plenty():
    for patience in (None, 60.0):
        found = served(Line(0.001, 1.0, patience), 100_000, 0)
        assert (found.service_level, found.asa, found.abandonment) == (1.0, 0.0, 0.0)


def test_endless_patience_is_erlang_c():
    endless = Line(PUBLISHED.rate, PUBLISHED.handle_seconds, 1e9)
    for agents in (11, 14, 20):
        found, other = served(endless, agents), served(PUBLISHED, agents)
        assert found.service_level == pytest.approx(other.service_level, abs=1e-4)
        assert found.asa == pytest.approx(other.asa, rel=1e-4)


def test_no_patience_loses_whoever_finds_all_agents_busy():
    """Compare with Erlang's loss formula: 10 Erlangs on 12 agents."""
    terms = [1.0]
    for number in range(1, 13):
        terms.append(terms[-1] * 10 / number)
    lost = terms[-1] / sum(terms)
    found = served(Line(10 / 180, 180.0, 1e-6), 12)
    assert 1 - found.service_level == pytest.approx(lost, rel=1e-4)
    assert found.abandonment == pytest.approx(lost, rel=1e-4)


def test_planned_positions_round_up_only_where_something_is_left():
    assert [positions(14, share) for share in (0.0, 0.3, 0.31, 0.5)] == [14, 20, 21, 28]
    assert positions(7, 0.9) == 70
