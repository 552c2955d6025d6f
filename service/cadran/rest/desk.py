"""Asks the desk in the name of a request, and notes what the answer depends on: as long as it is true, the response's
bytes may be kept."""

from __future__ import annotations

from starlette.requests import Request

from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.question import Question
from cadran.engine.desk import Desk
from cadran.errors import Forbidden
from cadran.web.authentication import principal_of
from cadran.web.cache_policy import Keeper, keep


def check_explain(request: Request, *, explain: bool) -> None:
    """Refuse to show the SQL to a page's token. Raises Forbidden."""
    if explain and principal_of(request.scope).is_embedded:
        raise Forbidden("An embed token is not shown how a figure is computed: leave explain out.")


async def answer_to_ask(desk: Desk, keeper: Keeper, request: Request, ask: Ask) -> Answer:
    """The answer to what is asked; raises the errors of ``cadran.errors``."""
    epoch = keeper.epoch()
    answer = await desk.ask(ask, principal_of(request.scope))
    keep(request.scope, keeper.of_answer(answer, epoch, period=ask.period))
    return answer


async def answer_to(desk: Desk, keeper: Keeper, request: Request, question: Question, ask: Ask) -> Answer:
    """The answer to a question that was understood from what is asked; raises the errors of ``cadran.errors``."""
    epoch = keeper.epoch()
    answer = await desk.answer(question, ask, principal_of(request.scope))
    keep(request.scope, keeper.of_answer(answer, epoch, period=ask.period))
    return answer
