"""Ask the service the oracle's question, and compare every figure of the answer with the oracle."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from cadran.domain.access.principal import OPERATOR
from cadran.domain.answer import Answer, Figures
from cadran.domain.ask import Ask, Condition
from cadran.engine.desk import Desk
from tests.oracle import (
    case_metrics,
    goodwill,
    handling,
    live_metrics,
    loyalty,
    queue_metrics,
    recovery,
    required_agents,
    resolution_and_cost,
    responses,
    satisfaction,
    staffing,
)
from tests.oracle.buckets import DAYS
from tests.oracle.figures import ORACLES, Figure, Number
from tests.oracle.open_days import MEANS, Found, days_of, find_open_days, is_usual
from tests.oracle.question import STEPS, Key, OracleQuestion
from tests.oracle.selection import Selection
from tests.oracle.truth import Truth
from tests.oracle.world import ATTRIBUTES
from tests.refs import refs

#: Importing these modules registers their oracles.
ENTERED = (
    handling,
    live_metrics,
    loyalty,
    queue_metrics,
    required_agents,
    recovery,
    case_metrics,
    responses,
    satisfaction,
    staffing,
    resolution_and_cost,
)
TOLERANCE = 1e-9
#: Dimensions that agents' time cannot be split by or filtered on.
WITHOUT_TIME = (
    *("segment", "channel", "moment", "reason", "direction", "outcome", "transferred_to", "sent_by"),
    *("queue", "first_queue"),
    *ATTRIBUTES,
)
#: Metrics whose denominator exists even in groups in which nothing happened.
OF_A_WHOLE = ("contact_share_of_customers", "share_of_channel", "churn_rate")


def words(asked: OracleQuestion, **more: Any) -> Ask:
    """Return the question as an ask, in the words of a caller."""
    return Ask(
        metrics=refs(*(call(slug, arguments) for slug, arguments in asked.metrics)),
        start=asked.start.isoformat(),
        end=asked.end.isoformat(),
        zone=asked.zone,
        grain=asked.grain,
        by=asked.by,
        step=asked.step if "time_of_day" in asked.by else None,
        where=[
            Condition(name, [_word(name, value) for value in values], negated) for name, values, negated in asked.where
        ],
        **more,
    )


def call(slug: str, arguments: tuple[tuple[str, Any], ...]) -> str:
    """Return a metric with its arguments as written in a URL."""
    return f"{slug}({','.join(f'{name}={value}' for name, value in arguments)})" if arguments else slug


def _word(dimension: str, value: Any) -> str:
    if value is None:
        return "none"
    if dimension == "time_of_day":
        return f"{value // 4:02d}:{value % 4 * 15:02d}"
    return str(value)


async def agree(desk: Desk, truth: Truth, asked: OracleQuestion) -> Answer:
    """Ask the service, and check that the answer's rows, figures and totals are those of the oracle. Return the
    answer."""
    answer = await desk.ask(words(asked), OPERATOR)
    selection = Selection(truth, asked)
    rows = row_keys(asked, answer)
    behind = None
    if is_usual(asked):
        members = desk.directory().members["site"]
        begins = {str(members[number].code): day for number, day in answer.freshness.begins.items() if number}
        behind = find_open_days(selection, answer.freshness, begins)
    if behind is not None:
        assert [{*days} for days in answer.days or ()] == [days_of(selection, key, behind) for key in rows], asked
    assert len(rows) == len(set(rows)) == answer.rows, (asked, rows)
    for column, totals, (slug, arguments) in zip(answer.figures, answer.totals, asked.metrics, strict=True):
        found = dict(zip(rows, range(answer.rows), strict=True))
        few: set[int] = set()
        for key in _expected_keys(selection) | set(rows):
            expected = _expect(selection, slug, arguments, key, behind)
            if key in found:
                few |= {found[key]} if 0 < (expected.n or 0) < column.call.metric.group_min else set()
                _same(column, found[key], expected, (asked, slug, key))
            else:
                # The answer has a row only if something happened, even where a denominator exists anyway.
                n = 0 if slug in OF_A_WHOLE else expected.n
                assert not any((expected.value, expected.numerator, n)), (asked, slug, key, expected)
        _same(totals, 0, _expect(selection, slug, arguments, None, behind), (asked, slug, "totals"))
        # All small groups are hidden, perhaps with other groups. Without a small group nothing is hidden.
        assert few <= column.hidden, (asked, slug, few)
        assert bool(few) == bool(column.hidden), (asked, slug, column.hidden)
    return answer


def _expect(
    selection: Selection, slug: str, arguments: tuple[tuple[str, Any], ...], key: Key | None, behind: Found | None
) -> Figure:
    """Return the figure of a group; a count by time of day or weekday as a mean of the group's open days."""
    found = ORACLES[slug](selection.group(key), dict(arguments))
    if behind is None or slug not in MEANS:
        return found
    days = len(days_of(selection, key, behind))
    assert found.numerator is not None
    return replace(found, value=float(found.numerator) / days if days else None, denominator=days)


def row_keys(asked: OracleQuestion, answer: Answer) -> list[Key]:
    """Return the keys of an answer's rows, converted to the oracle's values."""
    columns: list[list[Any]] = []
    for key in answer.keys:
        if key.name == "start":
            starts = [datetime.fromisoformat(str(value)) for value in key.values]
            if asked.grain in DAYS:
                columns.append([start.replace(tzinfo=None).date() for start in starts])
            else:
                columns.append([start.astimezone(UTC) for start in starts])
        elif key.name == "time_of_day":
            columns.append([int(str(value)[:2]) * 4 + int(str(value)[3:]) // 15 for value in key.values])
        else:
            columns.append(list(key.values))
    return list(zip(*columns, strict=True)) if columns else [()]


def _expected_keys(selection: Selection) -> set[Key]:
    if not selection.asked.keys:
        return {()}
    found = {key for fact in _facts(selection.asked) for key in selection.grouped(fact)}
    if "customers_to_call" in {slug for slug, _ in selection.asked.metrics}:
        found |= {key for key in recovery.openings(selection) if key is not None}
    return found


def _facts(asked: OracleQuestion) -> tuple[str, ...]:
    """Return the facts that can have rows for the question. A gesture has no outcome, and a loss has no site."""
    named = {*asked.by, *(name for name, _, _ in asked.where)}
    if "gesture" in named:
        return ("goodwill",)
    found = [] if "first_queue" in named else ["survey", "sending"]
    if "sent_by" not in named:
        found += ["contact"] if "first_queue" in named else ["contact", "leg"]
    if not named & {"sent_by", "transferred_to", "queue", "first_queue", *ATTRIBUTES}:
        found += ["case", "step"]
    asks_visits = bool({slug for slug, _ in asked.metrics} & {*queue_metrics.ALL})
    if asks_visits and not named & {"sent_by", "transferred_to", *ATTRIBUTES}:
        found.append("visit")
    if named <= set(goodwill.GESTURE):
        found.append("goodwill")
    if named <= set(goodwill.LOSS) and asked.grain not in STEPS:
        found.append("loss")
    if "callback_kept_rate" in {slug for slug, _ in asked.metrics}:
        found.append("callback")
    if not named & set(WITHOUT_TIME):
        found += ["time", "shift", "taken"]
    return tuple(found)


def _same(column: Figures, row: int, expected: Figure, where: Any) -> None:
    actual = {
        "value": column.values[row],
        "numerator": column.numerators[row],
        "denominator": column.denominators[row],
        "n": column.n[row],
    }
    if row in column.hidden:
        assert not any(each is not None for each in actual.values()), (where, actual)
        return
    for name, number in actual.items():
        assert close(number, getattr(expected, name)), (where, name, actual, expected)
    if expected.bounds is not None:
        interval = column.interval(row)
        assert interval is not None, (where, expected)
        assert all(map(close, interval, expected.bounds)), (where, interval, expected)


def close(actual: Number, expected: Number) -> bool:
    """Return whether two figures are equal, up to the rounding of floats in sums and ratios."""
    if actual is None or expected is None:
        return actual is None and expected is None
    return abs(float(actual) - float(expected)) <= TOLERANCE * max(1.0, abs(float(expected)))
