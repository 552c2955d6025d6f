"""The REST resources of figures that are derived from answers: each asks the desk one question or two."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from functools import partial
from typing import Final

from starlette.responses import Response

from cadran.domain.answer import Answer
from cadran.domain.question import Question
from cadran.engine.offload import run_aside
from cadran.engine.presented import Presenter
from cadran.insights import change, distribution, goodwill_return
from cadran.insights.rest import encoders, params
from cadran.insights.rest.schemas import INSIGHT_SCHEMAS
from cadran.rest import encode, examples
from cadran.rest.context import RequestContext
from cadran.rest.encode import EncodedBody
from cadran.rest.figures import respond_figures
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.responses import describe_found
from cadran.telemetry import stage

_INSIGHTS: Final = OperationGroup("figures", INSIGHT_SCHEMAS)


@_INSIGHTS.get(
    "/v1/usual-day",
    "getUsualDay",
    "Get figures by time of day over all days of a window. There are no gaps between the first and last "
    "time with data. Counts are means per open day, and `days` is the number of these days. "
    "The question in the answer is that of /v1/indicators by time of day.",
    describe_found("The figures by time of day.", "Indicators", csv=examples.USUAL_DAY_CSV),
    right="figures",
    parameters=params.USUAL_DAY,
    is_localized=True,
    link=Link("usual-day", "Figures by time of day", "/v1/usual-day?metrics=qos,contacts&period=2015&step=hour"),
)
async def get_usual_day(context: RequestContext) -> Response:
    """Return figures by time of day."""
    asked = params.parse_usual_day(context.given)
    view = context.make_view(parts=asked.parts, display=asked.display, names=asked.names)

    def finish(found: Answer, present: Presenter) -> tuple[EncodedBody, Answer]:
        answer = present(found)
        if context.is_csv:
            return encode.encode_indicators_csv(answer, view), answer
        return encode.encode_indicators(answer, view, columns=asked.columns, explain=asked.explain), answer

    return await respond_figures(context, asked, finish)


@_INSIGHTS.get(
    "/v1/change",
    "getChange",
    "Explain why a ratio changed between two windows. The change is split into the effect of each group's rate "
    "and the effect of the mix of volumes (Kitagawa 1955, symmetric form), the largest contributions first. "
    "The parts sum to the change. A group that exists in one window only contributes by mix alone.",
    describe_found("The change and its parts.", "Change", csv=examples.CHANGE_CSV),
    right="figures",
    parameters=params.CHANGE,
    is_localized=True,
    link=Link(
        "change",
        "Why a ratio changed, group by group",
        "/v1/change?metric=aht&period=2015-12&against=2015-11&by=site",
    ),
)
async def get_change(context: RequestContext) -> Response:
    """Return the effects behind the change of a ratio."""
    asked, against = params.parse_change(context.given)
    context.check_explain(explain=asked.explain)
    question, earlier = context.understand(asked.ask), context.understand(against)
    zones = context.desk.directory().zones.values()
    change.check_windows(earlier, question, zones, sees_people=context.principal.sees_people)
    sheet = asked.sheet(question, beside=len(change.EFFECT_COLUMNS), by_row=context.is_csv)
    async with context.reserve_response([sheet]):
        now, before = await asyncio.gather(context.answer(question, asked.ask), context.answer(earlier, against))
        present = context.make_presenter(asked.presentation(by_row=context.is_csv))
        language = context.language

        def finish() -> tuple[EncodedBody, Answer]:
            found = change.explain_change(before, now)
            found = replace(found, answer=present(found.answer))
            if context.is_csv:
                return encoders.encode_change_csv(found), found.answer
            return encoders.encode_change(found, language, explain=asked.explain), found.answer

        with stage("encode"):
            body, answer = await run_aside(now.rows * sheet.width, finish)
    return context.respond_figures(body, answer)


@_INSIGHTS.get(
    "/v1/distribution",
    "getDistribution",
    "Get the distribution of waits, handle times, survey scores or metric values. Waits of answered contacts "
    "and handle times, by any dimension, have bins whose edges are exact thresholds (the upper edge included). "
    "The answers to an instrument have one bin a score (of=score(instrument=…)). The values of any other "
    "metric across the days, months, sites … of a window have bins of equal width (the lower edge included).",
    describe_found("The edges and counts of the bins.", "Distribution", csv=examples.DISTRIBUTION_CSV),
    right="figures",
    parameters=params.DISTRIBUTION,
    is_localized=True,
    link=Link(
        "distribution",
        "The distribution of waits or of a metric's values",
        "/v1/distribution?of=wait&period=2015&by=site",
    ),
)
async def get_distribution(context: RequestContext) -> Response:
    """Return waits, or the values of a metric, in bins."""
    asked, across, bins = params.parse_distribution(context.given)
    language = context.language

    def finish(answer: Answer, present: Presenter) -> tuple[EncodedBody, Answer]:
        found = distribution.compute_distribution(answer, across, bins)
        found = replace(found, answer=present(found.answer))
        if context.is_csv:
            return encoders.encode_distribution_csv(found), found.answer
        return encoders.encode_distribution(found, language, explain=asked.explain), found.answer

    def count_beside(question: Question) -> int:
        # CSV has a row for each bin of a group.
        each = len(asked.ask.by) + 3 if context.is_csv else 1
        return distribution.count_bins_max(question, across) * each

    return await respond_figures(context, asked, finish, count_beside=count_beside)


@_INSIGHTS.get(
    "/v1/goodwill-return",
    "getGoodwillReturn",
    "Estimate the cost and the return of gestures, in total and for each gesture of the catalogue. The cost of losing "
    "customers and every assumption are included. "
    "The figures are those of /v1/indicators; retained customers and retained value are estimates made from them.",
    describe_found("The computation with its assumptions.", "Return", csv=examples.SCORECARD_CSV),
    right="figures",
    parameters=params.RETURN,
    is_localized=True,
    link=Link(
        "return",
        "The cost and the return of gestures, and the cost of losing customers",
        "/v1/goodwill-return?period=2015",
    ),
)
async def get_goodwill_return(context: RequestContext) -> Response:
    """Return the cost and the return of gestures."""
    asked, which, by_gesture = params.parse_goodwill_return(context.given)
    context.check_explain(explain=asked.explain)
    select_metrics = partial(context.desk.select_metrics, principal=context.principal)
    asks = goodwill_return.build_asks(asked.ask, which, select_metrics, context.directory)
    questions = [context.understand(each) for each in asks]
    async with context.reserve_response([asked.sheet(each, beside=2) for each in questions]):
        answers = await asyncio.gather(*map(context.answer, questions, asks))
        found = goodwill_return.compute_goodwill_return(context.directory, *answers)
        # Rows of CSV by gesture have the columns of /v1/indicators, without those of targets.
        asked = replace(asked, targets=asked.targets and not (context.is_csv and by_gesture))
        found = replace(found, answer=context.make_presenter(asked.presentation())(found.answer))
        with stage("encode"):
            view = context.make_view(parts=asked.parts, display=asked.display)
            if context.is_csv:
                encoded = encoders.encode_goodwill_return_csv(found, view, by_gesture=by_gesture)
            else:
                encoded = encoders.encode_goodwill_return(found, view, explain=asked.explain)
    return context.respond_figures(encoded, found.answer)
