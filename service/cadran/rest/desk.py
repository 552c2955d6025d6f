"""Calls of the desk for a REST request. They record the cache metadata of the answer on the request."""

from __future__ import annotations

from starlette.requests import Request

from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.question import Question
from cadran.engine.desk import Desk
from cadran.errors import Forbidden
from cadran.web.authentication import get_principal
from cadran.web.cache_policy import NoteMaker, set_note


def check_explain(request: Request, *, explain: bool) -> None:
    """Refuse to show the SQL to an embed token. Raises Forbidden."""
    if explain and get_principal(request.scope).is_embedded:
        raise Forbidden("An embed token may not see how a figure is computed. Leave explain out.")


async def answer_ask(desk: Desk, keeper: NoteMaker, request: Request, ask: Ask) -> Answer:
    """Return the answer to an ask and record its cache metadata. Raises the errors of ``cadran.errors``."""
    epoch = keeper.epoch()
    answer = await desk.ask(ask, get_principal(request.scope))
    set_note(request.scope, keeper.of_answer(answer, epoch, period=ask.period))
    return answer


async def answer_question(desk: Desk, keeper: NoteMaker, request: Request, question: Question, ask: Ask) -> Answer:
    """Return the answer to a checked question and record its cache metadata. Raises the errors of ``cadran.errors``.

    ``ask`` is the ask that the question was made from.
    """
    epoch = keeper.epoch()
    answer = await desk.answer(question, ask, get_principal(request.scope))
    set_note(request.scope, keeper.of_answer(answer, epoch, period=ask.period))
    return answer
