"""What follows from answers, into bytes: JSON, and CSV with the same rows."""

from __future__ import annotations

from typing import Any

from cadran.domain.answer import Answer
from cadran.insight.change import Change
from cadran.rest import table
from cadran.rest.canonical import question_document
from cadran.rest.encode import Encoded, csv_of, described, explained, labels, state, timed


def change(found: Change, language: str, *, explain: bool) -> Encoded:
    """The change, and what came from each group."""
    answer = found.answer
    sums = found.sums()
    document: dict[str, Any] = {
        "metric": {"metric": found.call.name, **described(found.call.metric, language)},
        "period": _window(answer),
        "against": _window(found.before),
        "question": question_document(answer),
        **state(answer),
        "change": sums.pop("contribution"),
        **sums,
        "labels": {key.name: labels(key, language) for key in answer.keys if key.members is not None},
        "rows": table.rows(table.keys(answer) | found.columns()),
        **explained(answer, explain),
    }
    return timed(document, answer.freshness)


def change_csv(found: Change) -> Encoded:
    """One row a group."""
    return csv_of(table.keys(found.answer) | found.columns())


def _window(answer: Answer) -> dict[str, str | None]:
    return {"start": answer.start, "end": answer.end, "zone": answer.zone}
