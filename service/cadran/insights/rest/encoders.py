"""The encoders of figures that are derived from answers: JSON, and CSV with the same rows."""

from __future__ import annotations

from typing import Any

from cadran.domain.answer import Answer
from cadran.domain.question_params import question_document
from cadran.insights.change import Change
from cadran.insights.distribution import Distribution
from cadran.insights.goodwill_return import Return
from cadran.rest import table
from cadran.rest.encode import (
    Encoded,
    annotated,
    csv_of,
    described,
    explained,
    headline,
    labels,
    noted,
    noted_whole,
    state,
    timed,
)
from cadran.rest.table import View


def change(found: Change, language: str, *, explain: bool) -> Encoded:
    """Return the change and the contribution of each group as JSON."""
    answer = found.answer
    sums = found.sums()
    document: dict[str, Any] = {
        "metric": {"metric": found.call.name, **described(found.call, language)},
        "period": _window(answer),
        "against": _window(found.before),
        "question": question_document(answer),
        **state(answer, language),
        "change": sums.pop("contribution"),
        **sums,
        "labels": {key.name: labels(key, language) for key in answer.keys if key.members is not None},
        "rows": table.rows(table.keys(answer) | found.columns()),
        **annotated(answer, language),
        **explained(answer, explain),
    }
    return timed(document, answer.freshness)


def change_csv(found: Change) -> Encoded:
    """Return the change as CSV with one row for each group."""
    return csv_of(table.keys(found.answer) | found.columns() | noted(found.answer))


def distribution(found: Distribution, language: str, *, explain: bool) -> Encoded:
    """Return the edges, and the counts of each group and of all groups, as JSON."""
    answer = found.answer
    rows = table.keys(answer) | {"counts": found.rows, "n": found.n}
    document: dict[str, Any] = {
        "of": {"metric": found.call.name, **described(found.call, language)},
        "across": found.across,
        "period": _window(answer),
        "question": question_document(answer),
        **state(answer, language),
        "edges": found.edges,
        "counts": found.total,
        "n": found.whole,
        "undefined": found.undefined,
        "labels": {key.name: labels(key, language) for key in answer.keys if key.members is not None},
        "rows": table.rows(rows) if answer.question.by and found.across is None else [],
        **annotated(answer, language),
        **explained(answer, explain),
    }
    return timed(document, answer.freshness)


def distribution_csv(found: Distribution) -> Encoded:
    """Return the distribution as CSV with one row for each bin of each group."""
    bins = len(found.total)
    groups = list(found.rows) if found.answer.keys else [found.total]
    columns: dict[str, table.Column] = {
        name: [value for value in column for _ in range(bins)] for name, column in table.keys(found.answer).items()
    }
    columns["low"] = list(found.edges[:-1]) * len(groups)
    columns["high"] = list(found.edges[1:]) * len(groups)
    columns["count"] = [count for counts in groups for count in counts]
    noted_groups = noted(found.answer) if found.answer.keys else noted_whole(found.answer, 1)
    return csv_of(
        columns | {name: [cell for cell in column for _ in range(bins)] for name, column in noted_groups.items()}
    )


def goodwill_return(found: Return, view: View, *, explain: bool) -> Encoded:
    """Return the figures, the values computed from them, and the assumptions as JSON."""
    answer = found.answer
    document: dict[str, Any] = {
        "period": _window(answer),
        "question": question_document(answer),
        **state(answer, view.language),
        "figures": [headline(each, view) for each in answer.totals],
        "net": found.net,
        "customers_kept": found.customers_kept,
        "value_kept": found.value_kept,
        "assumptions": [{"code": each.code, "text": each.text[view.language]} for each in found.assumptions],
        **annotated(answer, view.language),
        **explained(answer, explain),
    }
    return timed(document, answer.freshness)


def _window(answer: Answer) -> dict[str, str | None]:
    return {"start": answer.start, "end": answer.end, "zone": answer.zone}
