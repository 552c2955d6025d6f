"""The REST resource of the five reports: its parameters, its handler and its documents."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any, Final

from starlette.responses import Response

from cadran.compiler.cost import Sheet, make_sheet
from cadran.domain.answer import Answer, Freshness
from cadran.domain.ask import Ask
from cadran.domain.bounds import SECTIONS_MAX
from cadran.domain.directory import Directory
from cadran.domain.presentation import Presentation
from cadran.engine.offload import run_aside
from cadran.errors import NotFound, QuestionRefused
from cadran.insights import report as insight
from cadran.insights.report import SectionAnswer, SectionQuestion
from cadran.insights.reports import REPORTS, Report
from cadran.insights.rest.report_schemas import REPORT_SCHEMAS
from cadran.rest import encode, examples, table
from cadran.rest.context import RequestContext
from cadran.rest.encode import EncodedBody
from cadran.rest.operation import Link, OperationGroup, PathParameter
from cadran.rest.parameter import Parameter
from cadran.rest.params import COMPARE, DISPLAY, FILTERS, PARTS, PERIOD, TARGETS, parse_common
from cadran.rest.responses import describe_found
from cadran.rest.table import Column, View
from cadran.telemetry import stage

_PARAMETERS: Final = (
    *PERIOD,
    *FILTERS,
    replace(COMPARE, about="The window to compare the figures with; default: the previous period."),
    Parameter(
        "section",
        "The sections of the report to return; default: all. CSV needs exactly one.",
        "list",
        ["by_day"],
        longest=SECTIONS_MAX,
    ),
    PARTS,
    DISPLAY,
    TARGETS,
)
#: The greatest number of extra columns of a section: answer norms and statuses, or peaks and limits.
_BESIDE_MAX: Final = 6


_NAME: Final = PathParameter("name", "The name of the report.", {"type": "string", "enum": list(REPORTS)}, "received")
_REPORTS: Final = OperationGroup("figures", REPORT_SCHEMAS)


@_REPORTS.get(
    "/v1/reports/{name}",
    "getReport",
    "Get one of the five mandatory reports. They are received, handled, answer-delay, handling-time and resolution."
    " Each section is the answer to a separate question, which href asks alone. Sections about peaks or answer norms"
    " have extra columns. The report also holds the annotations of the window.",
    describe_found("The report with its sections.", "Report", csv=examples.REPORT_CSV),
    right="figures",
    in_path=(_NAME,),
    parameters=_PARAMETERS,
    is_localized=True,
    link=Link("report", "Requests received, one of the five reports", "/v1/reports/received?period=2015-12"),
)
async def get_report(context: RequestContext) -> Response:
    """Return one of the five reports."""
    report, given = REPORTS.get(context.path["name"]), context.given
    if report is None:
        raise NotFound(f"There is no such report; the reports are {', '.join(REPORTS)}.")
    ask = Ask(metrics=(), **parse_common(given))
    select_metrics = partial(context.desk.select_metrics, principal=context.principal)
    asked = insight.make_questions(report, ask, context.understand, select_metrics, given.get("section", ()))
    if context.is_csv and len(asked) != 1:
        raise QuestionRefused(
            f"CSV holds one section: say which, e.g. section={report.sections[0].slug}.",
            code="no_section",
            parameter="section",
            suggestions=[each.slug for each in report.sections],
        )
    sheets = [_sheet(each, given) for each in asked]
    async with context.reserve_response(sheets):
        answers = await insight.pair_sections(asked, partial(context.answer, ask=ask))
        # Every report shows the annotations of its window, once for all sections.
        context.depend_on(Presentation(annotations=True))
        present, directory = (
            context.make_presenter(Presentation(targets=given.get("targets", False))),
            context.directory,
        )
        view = context.make_view(parts=given.get("parts", False), display=given.get("display", False))

        def finish() -> tuple[EncodedBody, Answer]:
            sections = [insight.read_section(*each, directory) for each in zip(asked, answers, strict=True)]
            found = [replace(each, answer=present(each.answer)) for each in sections]
            whole = replace(found[0].answer, freshness=_oldest(found))
            if context.is_csv:
                return section_csv(found[0], view), whole
            return _document(report, asked, found, directory, view), whole

        with stage("encode"):
            figures = sum(each.rows * sheet.width for each, sheet in zip(answers, sheets, strict=True))
            body, whole = await run_aside(figures, finish)
    return context.respond_figures(body, whole)


def _sheet(asked: SectionQuestion, given: Mapping[str, Any]) -> Sheet:
    """Return the size of a section's rows with their extra columns."""
    looks = {name: given.get(name, False) for name in ("parts", "display", "targets")}
    return make_sheet(asked.question, members=table.count_members(asked.question, **looks), beside=_BESIDE_MAX)


def _document(
    report: Report, asked: Sequence[SectionQuestion], found: Sequence[SectionAnswer], directory: Directory, view: View
) -> EncodedBody:
    annotations = insight.read_meanwhile(asked[0], found[0].answer, directory)
    zone = found[0].answer.zone
    content = {
        "report": report.slug,
        "title": report.title[view.language],
        "sections": [_section(each, view) for each in found],
        "annotations": [encode.describe_annotation(each, zone, view.language) for each in annotations],
    }
    return encode.encode_timed(content, _oldest(found))


def _section(each: SectionAnswer, view: View) -> dict[str, Any]:
    section = each.section
    return {
        "section": section.slug,
        "title": section.title[view.language],
        "about": None if section.about is None else section.about[view.language],
        "href": each.href,
        **encode.make_indicators_document(each.answer, view, columns=False, explain=False, beside=each.beside),
    }


def section_csv(each: SectionAnswer, view: View) -> EncodedBody:
    """Return the rows of a section as CSV. A list in a row becomes words separated by blanks."""
    beside: dict[str, Column] = {
        name: [" ".join(cell) if isinstance(cell, list) else cell for cell in column]
        for name, column in each.beside.items()
    }
    return encode.encode_indicators_csv(each.answer, view, beside)


def _oldest(found: Sequence[SectionAnswer]) -> Freshness:
    """Return a freshness as old as the oldest of the answers."""
    all_of = [each.answer.freshness for each in found]
    return replace(
        all_of[0],
        generated_at=min(each.generated_at for each in all_of),
        stale_after=min(each.stale_after for each in all_of),
        version=max(each.version for each in all_of),
        stale=any(each.stale for each in all_of),
    )
