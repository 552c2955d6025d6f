"""The REST resource of the five reports: its parameters, its handler and its documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from typing import Any, Final

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.compiler.cost import Sheet, make_sheet
from cadran.domain.answer import Answer, Freshness
from cadran.domain.ask import Ask
from cadran.domain.bounds import SECTIONS_MAX
from cadran.domain.directory import Directory
from cadran.domain.verdicts import add_verdicts
from cadran.engine.desk import Desk
from cadran.engine.offload import run_aside
from cadran.errors import NotFound, QuestionRefused
from cadran.insights import report as insight
from cadran.insights.report import SectionAnswer, SectionQuestion
from cadran.insights.reports import REPORTS, Report
from cadran.rest import encode, table
from cadran.rest.desk import answer_question
from cadran.rest.encode import EncodedBody
from cadran.rest.parameter import Parameter, index_by_name, read_parameters
from cadran.rest.params import COMPARE, DISPLAY, FILTERS, PARTS, PERIOD, TARGETS, parse_common
from cadran.rest.respond import add_csv_routes, make_answer_response, read_accept
from cadran.rest.table import Column, View
from cadran.telemetry import stage
from cadran.web.authentication import get_principal
from cadran.web.cache_policy import NoteMaker
from cadran.web.negotiate import CSV, JSON, choose_language, choose_media_type

REPORT: Final = (
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
_REPORT_BY_NAME: Final = index_by_name(REPORT)
#: The greatest number of extra columns of a section: answer norms and statuses, or peaks and limits.
_BESIDE_MAX: Final = 6


@dataclass(frozen=True, slots=True)
class Reports:
    """The handler of the reports' resource."""

    desk: Desk
    keeper: NoteMaker

    def routes(self) -> list[Route]:
        """Return the routes of the resource."""
        return add_csv_routes(Route("/v1/reports/{name}", self.report))

    async def report(self, request: Request) -> Response:
        """Return one of the five reports."""
        with stage("parse"):
            kind = choose_media_type(read_accept(request), (JSON, CSV))
            report = REPORTS.get(request.path_params["name"])
            if report is None:
                raise NotFound(f"There is no such report; the reports are {', '.join(REPORTS)}.")
            given = read_parameters(request.scope["query_string"], _REPORT_BY_NAME)
            ask = Ask(metrics=(), **parse_common(given))
            principal = get_principal(request.scope)
            understand = partial(self.desk.understand, principal=principal)
            select_metrics = partial(self.desk.select_metrics, principal=principal)
            asked = insight.make_questions(report, ask, understand, select_metrics, given.get("section", ()))
            if kind == CSV and len(asked) != 1:
                raise QuestionRefused(
                    f"CSV holds one section: say which, e.g. section={report.sections[0].slug}.",
                    code="no_section",
                    parameter="section",
                    suggestions=[each.slug for each in report.sections],
                )
        sheets = [_sheet(each, given) for each in asked]
        async with self.desk.reserve_response(sheets, principal):
            answers = await insight.pair_sections(
                asked, partial(answer_question, self.desk, self.keeper, request, ask=ask)
            )
            directory = self.desk.directory_of(principal)
            chosen = choose_language(request.headers.get("accept-language"))
            view = View(given.get("parts", False), given.get("display", False), chosen, directory.currency)

            def encoded() -> tuple[EncodedBody, Answer]:
                found = [
                    _read_section(each, answer, directory, given) for each, answer in zip(asked, answers, strict=True)
                ]
                whole = replace(found[0].answer, freshness=_oldest(found))
                if kind == CSV:
                    return section_csv(found[0], view), whole
                return _document(report, asked, found, directory, view), whole

            with stage("encode"):
                figures = sum(each.rows * sheet.width for each, sheet in zip(answers, sheets, strict=True))
                body, whole = await run_aside(figures, encoded)
        return make_answer_response(body, kind, chosen, whole)


def _sheet(asked: SectionQuestion, given: dict[str, Any]) -> Sheet:
    """Return the size of a section's rows with their extra columns."""
    looks = {name: given.get(name, False) for name in ("parts", "display", "targets")}
    return make_sheet(asked.question, members=table.count_members(asked.question, **looks), beside=_BESIDE_MAX)


def _read_section(asked: SectionQuestion, answer: Answer, directory: Directory, given: dict[str, Any]) -> SectionAnswer:
    found = insight.read_section(asked, answer, directory)
    return replace(found, answer=add_verdicts(found.answer, directory)) if given.get("targets") else found


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
