"""The encoders of figures that are derived from answers: JSON, and CSV with the same rows."""

from __future__ import annotations

from typing import cast

from cadran.domain.answer import Answer
from cadran.domain.question_params import question_document
from cadran.insights.change import Change
from cadran.insights.distribution import Distribution
from cadran.insights.documents import (
    ChangeDocument,
    ContributionDocument,
    DistributionDocument,
    DistributionRowDocument,
    EffectsDocument,
    ReturnDocument,
)
from cadran.insights.gestures import find_gestures
from cadran.insights.goodwill_return import Return
from cadran.rest import table
from cadran.rest.encode import (
    EncodedBody,
    describe_annotations,
    describe_metric,
    describe_sources,
    describe_state,
    encode_csv,
    encode_indicators_csv,
    encode_scorecard_csv,
    encode_timed,
    list_annotation_codes,
    list_labels,
    make_headline,
    repeat_annotation_codes,
)
from cadran.rest.table import View
from cadran.web.answer_documents import WindowDocument, make_records


def encode_change(found: Change, language: str, *, explain: bool) -> EncodedBody:
    """Return the change and the contribution of each group as JSON."""
    answer = found.answer
    sums = found.sums()
    change = sums.pop("contribution")
    document: ChangeDocument = {
        "metric": {"metric": found.call.name, **describe_metric(found.call, language)},
        "period": _window(answer),
        "against": _window(found.before),
        "question": question_document(answer),
        **describe_state(answer, language),
        "change": change,
        **cast("EffectsDocument", sums),
        "labels": {key.name: list_labels(key, language) for key in answer.keys if key.members is not None},
        "rows": cast("list[ContributionDocument]", make_records(table.make_key_columns(answer) | found.columns())),
        **describe_annotations(answer, language),
        **describe_sources(answer, explain),
    }
    return encode_timed(document, answer.freshness)


def encode_change_csv(found: Change) -> EncodedBody:
    """Return the change as CSV with one row for each group."""
    return encode_csv(table.make_key_columns(found.answer) | found.columns() | list_annotation_codes(found.answer))


def encode_distribution(found: Distribution, language: str, *, explain: bool) -> EncodedBody:
    """Return the edges, and the counts of each group and of all groups, as JSON."""
    answer = found.answer
    columns = table.make_key_columns(answer) | {"counts": found.rows, "n": found.n}
    rows = make_records(columns) if answer.question.by and found.across is None else []
    document: DistributionDocument = {
        "of": {"metric": found.call.name, **describe_metric(found.call, language)},
        "across": found.across,
        "period": _window(answer),
        "question": question_document(answer),
        **describe_state(answer, language),
        "edges": list(found.edges),
        "counts": cast("list[int | None]", list(found.total)),
        "n": cast("int | None", found.whole),
        "undefined": found.undefined,
        "labels": {key.name: list_labels(key, language) for key in answer.keys if key.members is not None},
        "rows": cast("list[DistributionRowDocument]", rows),
        **describe_annotations(answer, language),
        **describe_sources(answer, explain),
    }
    return encode_timed(document, answer.freshness)


def encode_distribution_csv(found: Distribution) -> EncodedBody:
    """Return the distribution as CSV with one row for each bin of each group."""
    bins = len(found.total)
    groups = list(found.rows) if found.answer.keys else [found.total]
    columns: dict[str, table.Column] = {
        name: [value for value in column for _ in range(bins)]
        for name, column in table.make_key_columns(found.answer).items()
    }
    columns["low"] = list(found.edges[:-1]) * len(groups)
    columns["high"] = list(found.edges[1:]) * len(groups)
    columns["count"] = [count for counts in groups for count in counts]
    noted_groups = (
        list_annotation_codes(found.answer) if found.answer.keys else repeat_annotation_codes(found.answer, 1)
    )
    return encode_csv(
        columns | {name: [cell for cell in column for _ in range(bins)] for name, column in noted_groups.items()}
    )


def encode_goodwill_return(found: Return, view: View, *, explain: bool) -> EncodedBody:
    """Return the figures, the values computed from them, and the assumptions as JSON."""
    answer = found.answer
    document: ReturnDocument = {
        "period": _window(answer),
        "question": question_document(answer),
        **describe_state(answer, view.language),
        "figures": [make_headline(each, view) for each in answer.totals],
        "gestures": [
            {
                "gesture": member.code,
                "label": member.label(view.language),
                "limit": found.limits[row],
                "figures": [make_headline(each, view, row) for each in answer.figures],
            }
            for row, member in enumerate(find_gestures(answer))
        ],
        "net": found.net,
        "customers_kept": found.customers_kept,
        "value_kept": found.value_kept,
        "assumptions": [{"code": each.code, "text": each.text[view.language]} for each in found.assumptions],
        **describe_annotations(answer, view.language),
        **describe_sources(answer, explain),
    }
    return encode_timed(document, answer.freshness)


def encode_goodwill_return_csv(found: Return, view: View, *, by_gesture: bool) -> EncodedBody:
    """Return the totals as CSV with one row for each figure, or the gestures with one row for each gesture."""
    if not by_gesture:
        return encode_scorecard_csv(found.answer, view)
    return encode_indicators_csv(found.answer, view, {"limit": found.limits})


def _window(answer: Answer) -> WindowDocument:
    return {"start": answer.start, "end": answer.end, "zone": answer.zone}
