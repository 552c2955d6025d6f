"""Encoding of answers to bytes: JSON in rows or columns, CSV with the same rows, the scorecard. Each has a strong ETag.

The ETag is a hash of the bytes without the two times that say when the answer was made. Every process therefore gives
the same answer the same ETag.
"""

from __future__ import annotations

import csv
from collections.abc import Mapping
from dataclasses import dataclass
from hashlib import sha256
from io import StringIO
from typing import Any, Final, cast

import orjson

from cadran.compiler.keys import local_text
from cadran.domain.annotation import Annotation
from cadran.domain.answer import Answer, Figures, Freshness, KeyColumn
from cadran.domain.ask import NONE
from cadran.domain.display import display
from cadran.domain.question import MetricRef
from cadran.domain.question_params import question_document
from cadran.rest import table
from cadran.rest.table import View
from cadran.spreadsheet import escape_formulas
from cadran.web.answer_documents import (
    AnnotationDocument,
    DetailsDocument,
    FigureDocument,
    MeaningDocument,
    ScorecardDocument,
    StateDocument,
    make_records,
)

_OPTIONS: Final = orjson.OPT_OMIT_MICROSECONDS | orjson.OPT_UTC_Z


@dataclass(frozen=True, slots=True)
class EncodedBody:
    """A response body and its ETag."""

    body: bytes
    etag: str


def encode_indicators(answer: Answer, view: View, *, columns: bool, explain: bool) -> EncodedBody:
    """Return figures as JSON, in rows or in columns."""
    return encode_timed(make_indicators_document(answer, view, columns=columns, explain=explain), answer.freshness)


def make_indicators_document(
    answer: Answer, view: View, *, columns: bool, explain: bool, beside: Mapping[str, table.Column] | None = None
) -> dict[str, Any]:
    """Return figures as a JSON document without ``generated_at`` and ``stale_after``.

    ``beside`` holds further columns that are added to the figures.
    """
    named = table.make_key_columns(answer) | table.make_figure_columns(answer.figures, view) | dict(beside or {})
    return {
        "question": question_document(answer),
        "start": answer.start,
        "end": answer.end,
        "zone": answer.zone,
        "grain": answer.question.grain,
        **describe_state(answer, view.language),
        "metrics": {view.name(each.call): describe_metric(each.call, view.language) for each in answer.figures},
        "labels": {key.name: list_labels(key, view.language) for key in answer.keys if key.members is not None},
        **({"columns": named} if columns else {"rows": make_records(named)}),
        "totals": next(iter(make_records(table.make_figure_columns(answer.totals, view))), {}),
        **describe_compared(answer),
        **describe_annotations(answer, view.language),
        **describe_sources(answer, explain),
    }


def encode_indicators_csv(answer: Answer, view: View, beside: Mapping[str, table.Column] | None = None) -> EncodedBody:
    """Return figures as CSV (RFC 4180): a header, then one line a row, in which null is an empty cell.

    JSON has the same rows and values. What JSON says of the whole answer, CSV says of each value, in a column
    ``.approximate`` of the metric. Annotations appear in each row by their codes.
    """
    return encode_csv(
        table.make_key_columns(answer)
        | table.make_marked_columns(answer.figures, view)
        | dict(beside or {})
        | list_annotation_codes(answer)
    )


def encode_scorecard(answer: Answer, view: View, *, explain: bool) -> EncodedBody:
    """Return the figures of the whole window as JSON, one object each."""
    document: ScorecardDocument = {
        "period": {"start": answer.start, "end": answer.end, "zone": answer.zone},
        "question": question_document(answer),
        **describe_state(answer, view.language),
        "figures": [make_headline(each, view) for each in answer.totals],
        **describe_compared(answer),
        **describe_annotations(answer, view.language),
        **describe_sources(answer, explain),
    }
    return encode_timed(document, answer.freshness)


def encode_scorecard_csv(answer: Answer, view: View) -> EncodedBody:
    """Return the figures of the whole window as CSV, one row a figure."""
    figures: list[Mapping[str, Any]] = [make_headline(each, view) for each in answer.totals]
    columns: dict[str, table.Column] = {name: [figure[name] for figure in figures] for name in figures[0]}
    columns |= table.make_edge_columns("interval", columns.pop("interval"))
    columns["approximate"] = [each.is_approximate(0) for each in answer.totals]
    return encode_csv(columns | repeat_annotation_codes(answer, len(figures)))


def encode_document(content: object) -> EncodedBody:
    """Return any other document as JSON."""
    body = orjson.dumps(content, option=_OPTIONS)
    return EncodedBody(body, _tag(body))


def make_headline(each: Figures, view: View, row: int = 0) -> FigureDocument:
    """Return one figure with its metric, label, display text and parts: a total, or a row of a column."""
    metric, value = each.call.metric, each.values[row]
    bounds = each.interval(row)
    found: dict[str, Any] = {
        "metric": view.name(each.call),
        **describe_metric(each.call, view.language),
        "value": value,
        "display": display(value, metric.unit, view.language, currency=view.currency),
        "numerator": each.numerators[row],
        "denominator": each.denominators[row],
        "n": each.n[row],
        "interval": None if bounds is None else {"low": bounds[0], "high": bounds[1]},
    }
    if each.previous is not None:
        found |= {"previous": each.previous[row], "change": table.compute_change(each)[row]}
    verdict = {name: column[row] for name, column in table.make_verdict_columns(each).items()}
    return cast("FigureDocument", found | verdict)


def describe_state(answer: Answer, language: str) -> StateDocument:
    """Return the freshness and the warnings of an answer, in the language given."""
    return {
        "as_of": answer.freshness.as_of,
        "data_version": str(answer.freshness.version),
        "stale": answer.freshness.stale,
        "approximate": answer.approximate,
        "warnings": [{"code": notice.code, "detail": notice.detail[language]} for notice in answer.warnings],
    }


def describe_metric(call: MetricRef, language: str) -> MeaningDocument:
    """Return the label, unit and direction of a metric, and its estimation method if it has several."""
    metric, method = call.metric, call.method
    found: MeaningDocument = {
        "label": metric.label[language],
        "unit": metric.unit,
        "better": metric.better or None,
    }
    return found if method is None else {**found, "method": method}


def list_labels(key: KeyColumn, language: str) -> dict[str, str]:
    """Return the labels of a dimension's codes."""
    members = dict(zip(key.values, key.members or (), strict=True))
    return {NONE if code is None else str(code): member.label(language) for code, member in members.items()}


def describe_compared(answer: Answer) -> DetailsDocument:
    """Return the earlier window that the figures are compared with, if the caller asked for a comparison."""
    if answer.compared is None:
        return {}
    start, end = answer.compared
    return {"compared": {"start": start, "end": end, "zone": answer.zone}}


def describe_sources(answer: Answer, explain: bool) -> DetailsDocument:
    """Return the sources that were read, if the caller asked for them."""
    if not explain:
        return {}
    return {"sources": [{"name": each.name, "sql": each.sql, "why": each.why} for each in answer.sources]}


def describe_annotations(answer: Answer, language: str) -> DetailsDocument:
    """Return the annotations of the window, if the caller asked for them."""
    if answer.annotations is None:
        return {}
    return {"annotations": [describe_annotation(each, answer.zone, language) for each in answer.annotations]}


def list_annotation_codes(answer: Answer) -> dict[str, table.Column]:
    """Return the CSV column of annotations: the codes that overlap the bucket of each row, separated by blanks."""
    return {} if answer.noted is None else {"annotations": [" ".join(codes) for codes in answer.noted]}


def repeat_annotation_codes(answer: Answer, rows: int) -> dict[str, table.Column]:
    """Return the CSV column of annotations for rows that all cover the whole window."""
    if answer.annotations is None:
        return {}
    return {"annotations": [" ".join(each.code for each in answer.annotations)] * rows}


def describe_annotation(each: Annotation, zone: str | None, language: str) -> AnnotationDocument:
    """Return one annotation. Its times are in the zone of the answer."""
    return {
        "annotation": each.code,
        "kind": each.kind,
        "label": each.label(language),
        "start": local_text(each.start, zone),
        "end": None if each.end is None else local_text(each.end, zone),
    }


def encode_timed(content: Mapping[str, Any], freshness: Freshness) -> EncodedBody:
    """Return the body with ``generated_at`` and ``stale_after``, which the ETag leaves out."""
    untimed = orjson.dumps(content, option=_OPTIONS)
    times = {"generated_at": freshness.generated_at, "stale_after": freshness.stale_after}
    body = b"".join((orjson.dumps(times, option=_OPTIONS)[:-1], b",", untimed[1:]))
    return EncodedBody(body, _tag(untimed))


def encode_csv(columns: dict[str, table.Column]) -> EncodedBody:
    """Return columns as CSV."""
    text = StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerow(map(escape_formulas, columns))
    cells = [_cells(column) for column in columns.values()]
    writer.writerows(zip(*cells, strict=True))
    body = text.getvalue().encode()
    return EncodedBody(body, _tag(body))


def add_state(encoded: EncodedBody, answer: Answer) -> EncodedBody:
    """Return the CSV of an answer with an ETag that also covers the facts that CSV reports in headers only.

    A 304 cannot remove a header of the response that a browser has stored, so a changed header needs another ETag.
    """
    return EncodedBody(
        encoded.body, _tag(encoded.etag.encode() + orjson.dumps(describe_state(answer, "en"), option=_OPTIONS))
    )


def _cells(column: table.Column) -> table.Column:
    """Return the cells of a column: booleans as JSON writes them, texts escaped so that no spreadsheet runs them."""
    kinds = set(map(type, column))
    if bool in kinds:
        column = [str(cell).lower() if isinstance(cell, bool) else cell for cell in column]
    if str not in kinds:
        return column
    # Each distinct text is escaped once, since most columns of texts repeat a few codes.
    texts = {cell: escape_formulas(cell) for cell in set(column) if isinstance(cell, str)}
    return [texts.get(cell, cell) for cell in column]


def _tag(content: bytes) -> str:
    return f'"{sha256(content).hexdigest()[:32]}"'
