"""The way of every REST request for figures: question, cost, answer, presentation, encoding.

The figures of a resource may be derived from the answer, for example by time of day. They are presented afterwards.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from starlette.responses import Response

from cadran.domain.answer import Answer
from cadran.domain.question import Question
from cadran.engine.offload import run_aside
from cadran.engine.presented import Presenter
from cadran.rest.context import RequestContext
from cadran.rest.encode import EncodedBody
from cadran.rest.params import FiguresRequest
from cadran.telemetry import stage

#: A function that derives, presents and encodes the figures of an answer. It also returns the answer as presented.
Finish = Callable[[Answer, Presenter], tuple[EncodedBody, Answer]]


def _nothing(_: Question) -> int:
    return 0


async def respond_figures(
    context: RequestContext,
    asked: FiguresRequest,
    finish: Finish,
    *,
    count_beside: Callable[[Question], int] = _nothing,
) -> Response:
    """Answer one question and return the response. Long answers are finished in a thread.

    ``count_beside`` returns how many values a row shows in addition to its keys and figures.
    """
    context.check_explain(explain=asked.explain)
    question = context.understand(asked.ask)
    sheet = asked.sheet(question, beside=count_beside(question), by_row=context.is_csv)
    async with context.reserve_response([sheet]):
        answer = await context.answer(question, asked.ask)
        present = context.make_presenter(asked.presentation(by_row=context.is_csv))
        with stage("encode"):
            body, shown = await run_aside(answer.rows * sheet.width, partial(finish, answer, present))
    return context.respond_figures(body, shown)
