"""Small-cell suppression: figures of small groups of people are hidden."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import get_args

import pytest

from cadran.domain.access.linked_metrics import PEOPLE, find_facts
from cadran.domain.access.suppression import is_about_agents, suppress
from cadran.domain.answer import Answer, Figures, Freshness, Notice
from cadran.domain.catalogue import METRICS
from cadran.domain.directory import EMPTY, Instrument
from cadran.domain.metric import Label
from cadran.domain.parts.part import Fact
from cadran.domain.question import MetricRef, Question
from cadran.domain.window import Window


def answer_of(*columns: Figures, totals: Sequence[Figures] = ()) -> Answer:
    """Return an answer with these columns. The totals are their sums unless given."""
    day = datetime(2015, 12, 1, tzinfo=UTC)
    question, freshness = Question(tuple(each.call for each in columns), Window(day, day)), Freshness(None, day, day, 1)
    rows = len(columns[0].values)
    return Answer(question, rows, (), columns, tuple(totals) or tuple(map(total_of, columns)), "", "", None, freshness)


def total_of(column: Figures) -> Figures:
    """Return a column's total: the sums of its numerators, denominators, n and bins."""
    above, below, n = (sum(filter(None, each)) for each in (column.numerators, column.denominators, column.n))
    bins = column.bins and [tuple(map(sum, zip(*column.bins, strict=True)))]
    return Figures(column.call, [1.0], [above], [below], [n], None, None, bins)


def share(slug: str, numerators: Sequence[float], denominators: Sequence[float], **arguments: str) -> Figures:
    """Return the column of a ratio."""
    values = [above / below if below else None for above, below in zip(numerators, denominators, strict=True)]
    return Figures(MetricRef(slug, tuple(sorted(arguments.items()))), values, numerators, denominators, denominators)


def count(slug: str, counts: Sequence[float], **arguments: str) -> Figures:
    """Return the column of a count."""
    return Figures(MetricRef(slug, tuple(sorted(arguments.items()))), counts, counts, [None] * len(counts), counts)


@pytest.mark.parametrize("sees_people", [False, True])
def test_a_group_that_is_too_small_is_hidden_whole_from_everybody(sees_people: bool):
    """Check that the next smallest group is hidden too, since the total is shown. Empty groups are not hidden."""
    column = share("employee_nps", [3, 3, 0, 1], [9, 5, 0, 1])
    found = suppress(answer_of(column), EMPTY, sees_people=sees_people)
    assert found.figures[0].hidden == {1, 3}
    assert found.totals[0].n == [15]
    [column] = found.figures
    for each in (column.values, column.numerators, column.denominators, column.n):
        assert [value is None for value in each] == [False, True, each is column.values, True]
    assert [column.interval(row) for row in (1, 3)] == [None, None]
    assert [each.code for each in found.warnings] == ["suppressed"]


def shown(slug: str, numerators: Sequence[float], denominators: Sequence[float]) -> list[bool]:
    """Return which rows of a ratio are shown to callers who do not see people."""
    column = share(slug, numerators, denominators)
    before = answer_of(column)
    answer = suppress(before, EMPTY)
    assert answer.totals == before.totals
    for of in (answer.figures[0].numerators, answer.figures[0].denominators, answer.figures[0].n):
        assert [each is None for each in of] == [value is None for value in answer.figures[0].values]
    return [value is not None for value in answer.figures[0].values]


def test_the_few_that_a_share_counts_are_a_small_group():
    """Check that small numerators are hidden like small counts, with the next smallest one. Zero reveals nobody."""
    assert shown("churn_rate", [2, 6, 9, 0], [40, 50, 60, 70]) == [False, False, True, True]
    assert shown("contact_share_of_customers", [1, 1, 1, 2, 7], [40, 50, 60, 70, 80]) == [False] * 4 + [True]
    # Rows hidden for a small denominator must not reveal a small numerator by the total.
    assert shown("csat", [1, 2, 7, 9], [3, 5, 10, 10]) == [False, False, False, True]
    assert shown("csat", [0, 0, 7, 9], [3, 5, 10, 10]) == [False, False, True, True]


def test_what_a_share_leaves_over_is_no_group_and_what_is_no_count_neither():
    assert shown("csat", [9, 19], [10, 20]) == [True, True]
    assert shown("clv", [3.5, 120.0], [10, 20]) == [True, True]
    assert shown("nps", [2, 12], [10, 20]) == [True, True]


def test_figures_of_the_same_people_hide_the_same_rows():
    """Check that metrics of the same answers hide the same rows.

    Three of 200 answers are dissatisfied. Other metrics of these answers are hidden with them; metrics of other answers
    are shown.
    """
    few = count("dissatisfied", [3, 9, 8], instrument="q")
    alike = share("survey_satisfaction", [190, 60, 70], [200, 80, 90], instrument="q")
    cold = share("survey_satisfaction", [190, 60, 70], [200, 80, 90], instrument="q", kind="relationship")
    other = share("csat", [190, 60, 70], [200, 80, 90])
    customers = count("customers_in_contact", [300, 200, 100])
    directory = replace(EMPTY, instruments=(instrument(1, "q", "nps"), instrument(2, "c", "csat")))
    found = suppress(answer_of(few, alike, cold, other, customers), directory)
    assert [each.hidden for each in found.figures] == [{0, 2}, {0, 2}, set(), set(), set()]
    assert all(not each.hidden for each in found.totals)


def test_a_total_that_is_too_small_hides_the_totals_of_the_same_people():
    few = count("dissatisfied", [3, 0])
    whole = share("survey_response_rate", [30, 40], [100, 90])
    found = suppress(answer_of(few, whole), EMPTY)
    assert [each.hidden for each in found.figures] == [{0, 1}, {0, 1}]
    assert [each.hidden for each in found.totals] == [{0}, {0}]


def test_every_fact_counts_people_or_agents_or_is_a_volume():
    """Check that each fact is classified. Small groups of a fact without a class would not be hidden."""
    volumes = {
        *(
            "contact",
            "pending",
            "response",
            "pending_hours",
            "handling",
            "waits",
            "handle_times",
            "within",
            "within_open",
        ),
        *("budget", "callback", "queue", "lately"),
        *("queued", "queued_within", "visit", "visit_within", "waiting_visit", "interval", "interval_within"),
    }
    agents = {fact for slug in METRICS if is_about_agents(slug) for fact in find_facts(slug)}
    assert {*PEOPLE} | agents | volumes == {*get_args(Fact)}
    assert not volumes & {*PEOPLE}


def test_a_healthy_answer_is_the_same():
    columns = (share("csat", [9, 19], [10, 20]), count("customers_in_contact", [5, 500]), count("contacts", [1, 2]))
    answer = answer_of(*columns)
    assert suppress(answer, replace(EMPTY, instruments=(instrument(1, "c", "csat"),))) is answer


def test_what_was_said_of_a_hidden_total_is_not_said():
    said = [Notice(code, Label("", ""), about) for code, about in (("a", ("clv",)), ("b", ("clv", "qos")), ("c", ()))]
    found = suppress(replace(answer_of(share("clv", [9], [2])), warnings=tuple(said)), EMPTY)
    assert [each.code for each in found.warnings] == ["c", "suppressed"]


def instrument(number: int, code: str, kind: str) -> Instrument:
    return Instrument(number, code, kind, 0, 10, 9, 6, "higher")


def binned(*rows: tuple[float, ...]) -> Figures:
    """Return the column of a percentile of scores, with its bins."""
    n = [sum(each) for each in rows]
    nothing = [None] * len(rows)
    return Figures(MetricRef("score"), [7.0] * len(rows), nothing, nothing, n, None, None, list(rows), (0, 1, 2, None))


def bins(*rows: tuple[float, ...]) -> list[Sequence[tuple[float | None, ...]] | None]:
    """Return the bins of the rows and of the total after suppression."""
    found = suppress(answer_of(binned(*rows)), EMPTY)
    return [each.bins for each in (*found.figures, *found.totals)]


def test_bins_of_few_answers_are_hidden_with_the_next_smallest():
    """Check that a second bin is hidden, since the bins add up to n, which is shown. The total hides the same bins."""
    assert bins((20, 9, 30), (0, 50, 60)) == [[(20, 9, 30), (0, 50, 60)], [(20, 59, 90)]]
    assert bins((20, 2, 30), (0, 50, 60)) == [[(None, None, 30), (0, 50, 60)], [(None, None, 90)]]
    assert bins((1, 2, 30)) == [[(None, None, None)], [(None, None, None)]]


def test_bins_of_a_hidden_row_do_not_follow_from_the_total():
    """Check that the total hides a bin in which the hidden rows together have few answers, and a second bin."""
    shown, total = bins((3, 1, 0), (0, 9, 8), (30, 40, 50))
    assert shown == [(None,) * 3, (None,) * 3, (30, 40, 50)]
    assert total == [(None, None, 58)]
