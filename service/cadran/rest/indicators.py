"""REST resources of plain figures and of the catalogue."""

from __future__ import annotations

from functools import partial
from typing import Final

from starlette.responses import Response

from cadran.domain.answer import Answer
from cadran.domain.catalogue import METRICS
from cadran.engine.presented import Presenter
from cadran.rest import encode, examples, params
from cadran.rest.catalogue import catalogue_document
from cadran.rest.catalogue_schemas import CATALOGUE_SCHEMAS
from cadran.rest.context import RequestContext
from cadran.rest.encode import EncodedBody
from cadran.rest.figure_schemas import SCHEMAS
from cadran.rest.figures import respond_figures
from cadran.rest.operation import Link, OperationGroup
from cadran.rest.params import FiguresRequest
from cadran.rest.responses import describe_found

_FIGURES: Final = OperationGroup("figures", SCHEMAS)
_CATALOGUE: Final = OperationGroup("catalogue", CATALOGUE_SCHEMAS)
_METRICS: Final = "; ".join(f"`{metric.slug}` {metric.definition.en}" for metric in METRICS.values())


@_CATALOGUE.get(
    "/v1/catalogue",
    "getCatalogue",
    "Get the catalogue. It lists the metrics that the caller may ask for, and the dimensions.",
    describe_found("The metrics and dimensions that the caller may ask for.", "Catalogue"),
    right="figures",
    refusals=("BadRequest", "NotAcceptable", "Refused", "Internal"),
    is_localized=True,
    link=Link("catalogue", "Metrics with their definitions, dimensions with their members"),
)
async def get_catalogue(context: RequestContext) -> Response:
    """Return the metrics and dimensions that the caller may ask for."""
    context.depend_on_directory()
    document = catalogue_document(context.directory, context.principal, context.language)
    return context.respond(encode.encode_document(document), {"content-language": context.language})


@_FIGURES.get(
    "/v1/indicators",
    "getIndicators",
    f"Get figures by bucket and dimension. The metrics: {_METRICS}",
    describe_found(
        "The figures by bucket and dimension.", "Indicators", examples.INDICATORS, csv=examples.INDICATORS_CSV
    ),
    right="figures",
    parameters=params.INDICATORS,
    is_localized=True,
    link=Link(
        "indicators",
        "Quality of service and handle time by site",
        "/v1/indicators?metrics=qos,aht&by=site&period=2015",
    ),
)
async def get_indicators(context: RequestContext) -> Response:
    """Return figures by time bucket and dimension."""
    asked = params.make_indicators_request(context.given)
    view = context.make_view(parts=asked.parts, display=asked.display, names=asked.names)

    def finish(answer: Answer, present: Presenter) -> tuple[EncodedBody, Answer]:
        shown = present(answer)
        if context.is_csv:
            return encode.encode_indicators_csv(shown, view), shown
        return encode.encode_indicators(shown, view, columns=asked.columns, explain=asked.explain), shown

    return await respond_figures(context, asked, finish)


@_FIGURES.get(
    "/v1/scorecard",
    "getScorecard",
    "Get the headline figures of a window. Each has its label, its display text and its better direction.",
    describe_found("The headline figures of the window.", "Scorecard", examples.SCORECARD, csv=examples.SCORECARD_CSV),
    right="figures",
    parameters=params.SCORECARD,
    is_localized=True,
    link=Link("scorecard", "The seven headline figures of a year", "/v1/scorecard?period=2015"),
)
async def get_scorecard(context: RequestContext) -> Response:
    """Return the headline figures of a window."""
    usual = partial(context.desk.scorecard, context.principal)
    return await _respond_scorecard(context, params.make_scorecard_request(context.given, usual))


@_FIGURES.get(
    "/v1/now",
    "getNow",
    "Get the figures of the present. They include the contacts in the queue, the expected wait and the states "
    "of agents, at the last instant of the data (as_of); null if that is over a day ago. For figures over "
    "time, by site or by channel, ask /v1/indicators, with period=now for the present.",
    describe_found("The figures of the present.", "Scorecard", csv=examples.SCORECARD_CSV),
    right="figures",
    parameters=params.NOW,
    is_localized=True,
    link=Link("now", "The queue and the states of agents at present", "/v1/now?site=PAU"),
)
async def get_now(context: RequestContext) -> Response:
    """Return the figures of the present."""
    usual = partial(context.desk.live, context.principal)
    return await _respond_scorecard(context, params.make_now_request(context.given, usual))


async def _respond_scorecard(context: RequestContext, asked: FiguresRequest) -> Response:
    view = context.make_view(parts=asked.parts, display=asked.display, names=asked.names)

    def finish(answer: Answer, present: Presenter) -> tuple[EncodedBody, Answer]:
        shown = present(answer)
        if context.is_csv:
            return encode.encode_scorecard_csv(shown, view), shown
        return encode.encode_scorecard(shown, view, explain=asked.explain), shown

    return await respond_figures(context, asked, finish)
