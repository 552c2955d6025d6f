"""GraphQL over HTTP at one route: GET and POST, both media types, statuses as the specification has them.

Takes any request; gives a GraphQL response. A request that cannot be executed is 400 for clients that accept
``application/graphql-response+json`` and 200 for the others, as the specification asks for the sake of old clients.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeGuard, cast

import orjson
from graphql import ExecutionResult, OperationType, execute, get_operation_ast
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from strawberry.execution import optimized_is_awaitable

from cadran.engine.desk import Desk
from cadran.errors import QuestionRefused
from cadran.graphql.context import Context
from cadran.graphql.documents import Documents, InvalidDocument
from cadran.graphql.executor import CadranExecutor
from cadran.graphql.faults import Told, refusal, told
from cadran.graphql.limits import Limits
from cadran.graphql.request import Operation, read
from cadran.graphql.schema import core_schema
from cadran.steer.objectives import Objectives
from cadran.telemetry import stage
from cadran.web.authentication import caller_of, principal_of
from cadran.web.keeping import Keeper, keep
from cadran.web.negotiate import language, media_type
from cadran.web.problem import HttpRefused, status_of

JSON: Final = "application/json"
RESPONSE: Final = "application/graphql-response+json"
_UNKEPT: Final = {"cache-control": "no-store", "vary": "accept, accept-language"}
_KEPT: Final = {"vary": "accept, accept-language"}


def routes(
    desk: Desk, keeper: Keeper, *, limits: Limits | None = None, objectives: Objectives | None = None
) -> list[BaseRoute]:
    """The route ``/graphql``."""
    view = GraphQLView(desk, keeper, limits=limits or Limits(), objectives=objectives)
    return [Route("/graphql", view, methods=["GET", "POST"])]


class GraphQLView:
    """The ASGI application behind the route."""

    def __init__(self, desk: Desk, keeper: Keeper, *, limits: Limits, objectives: Objectives | None = None) -> None:
        self._desk = desk
        self._objectives = objectives
        self._keeper = keeper
        self._limits = limits
        self._schema = core_schema()
        self._documents = Documents(self._schema, limits)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        offers = (RESPONSE, JSON) if accept is not None and RESPONSE in accept.lower() else (JSON, RESPONSE)
        kind = media_type(accept, offers)
        try:
            operation = await read(request)
        except HttpRefused as error:
            return _refused([refusal(error)], status_of(error), kind)
        # Who only accepts application/json gets 200 for what cannot be executed.
        status = 400 if kind == RESPONSE else 200
        try:
            with stage("parse"):
                document = self._documents.ready(operation.query)
        except InvalidDocument as error:
            return _refused(told(error.errors, code=error.code), status, kind)
        except QuestionRefused as error:
            return _refused([refusal(error)], status, kind)
        asked = get_operation_ast(document, operation.name)
        if request.method != "POST" and asked is not None and asked.operation is OperationType.MUTATION:
            # A link that somebody follows must change nothing.
            raise HttpRefused("Send mutations by POST.", code="method_not_allowed", headers={"allow": "POST"})
        epoch = self._keeper.epoch()
        caller = caller_of(request.scope)
        context = Context(
            self._desk,
            principal_of(request.scope),
            language(request.headers.get("accept-language")),
            self._limits.values_max,
            who="" if caller is None else f"{caller.grant.name} ({caller.caller_id})",
            steering=self._objectives,
        )
        result = await self._executed(document, operation, context)
        if result.data is None and not any(error.path for error in result.errors or ()):
            return _refused(told(result.errors or (), code="bad_variables"), status, kind)
        return self._response(request, result, context, epoch, kind)

    async def _executed(self, document: Any, operation: Operation, context: Context) -> ExecutionResult:
        result = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=operation.variables,
            operation_name=operation.name,
            executor_class=CadranExecutor,
            # It knows the plain types at a glance.
            is_awaitable=cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable),
        )
        return result if isinstance(result, ExecutionResult) else await result

    def _response(self, request: Request, result: ExecutionResult, context: Context, epoch: int, kind: str) -> Response:
        payload: dict[str, object] = {"data": result.data}
        if result.errors:
            payload["errors"] = told(result.errors)
        else:
            self._note(request, context, epoch)
        with stage("encode"):
            body = orjson.dumps(payload)
        return Response(body, headers=_UNKEPT if result.errors or context.uncached else _KEPT, media_type=kind)

    def _note(self, request: Request, context: Context, epoch: int) -> None:
        """How long these bytes may be kept: as long as every answer in them, and the directory."""
        if context.uncached:
            return
        keep(request.scope, self._keeper.of_directory(epoch))
        for ask, answer in context.answers:
            keep(request.scope, self._keeper.of_answer(answer, epoch, period=ask.period))


def _refused(errors: list[Told], status: int, kind: str) -> Response:
    return Response(orjson.dumps({"errors": errors}), status, _UNKEPT, kind)
