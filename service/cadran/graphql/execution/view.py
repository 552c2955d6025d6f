"""GraphQL over HTTP at one route: GET and POST, both media types, statuses as in the specification.

Takes any request and returns a GraphQL response. A request that cannot be executed gets 400 if the client accepts
``application/graphql-response+json``. Other clients get 200, which the specification requires for old clients.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import Any, Final, TypeGuard, cast

import orjson
from graphql import DocumentNode, ExecutionResult, GraphQLSchema, OperationType, execute, get_operation_ast
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Route
from starlette.types import Receive, Scope, Send
from strawberry.execution import optimized_is_awaitable

from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import Idempotency, IdempotencyConflict, StoredAnswer
from cadran.domain.access.principal import Principal
from cadran.engine.desk import Desk
from cadran.engine.turns import Turns
from cadran.errors import Forbidden, QuestionRefused
from cadran.graphql.context import Context
from cadran.graphql.execution.cost import weigh
from cadran.graphql.execution.documents import Documents, InvalidDocument
from cadran.graphql.execution.errors import ErrorDocument, format_errors, format_refusal
from cadran.graphql.execution.executor import CadranExecutor
from cadran.graphql.execution.limits import check_variables
from cadran.graphql.execution.persisted import PersistedQueries
from cadran.graphql.execution.request import Operation, read_operation
from cadran.telemetry import stage
from cadran.web.authentication import get_caller, get_principal
from cadran.web.cache_policy import NoteMaker, set_note
from cadran.web.idempotency import run_idempotent
from cadran.web.negotiate import choose_language, choose_media_type
from cadran.web.problem import HttpRefused, find_status
from cadran.web.services import Services

JSON: Final = "application/json"
RESPONSE: Final = "application/graphql-response+json"
_NO_STORE: Final = {"cache-control": "no-store", "vary": "accept, accept-language"}
_CACHEABLE: Final = {"vary": "accept, accept-language"}
#: Clients of Apollo's protocol compare these exact messages.
_APOLLO_MESSAGES: Final = {
    "persisted_query_not_found": "PersistedQueryNotFound",
    "persisted_query_not_supported": "PersistedQueryNotSupported",
}


def make_routes(services: Services, *, schema: GraphQLSchema, persisted: PersistedQueries) -> list[BaseRoute]:
    """Return the route ``/graphql``. Mutations can be repeated under an Idempotency-Key."""
    view = GraphQLView(services, schema=schema, persisted=persisted)
    return [Route("/graphql", view, methods=["GET", "POST"])]


class GraphQLView:
    """The ASGI application of the route ``/graphql``."""

    def __init__(self, services: Services, *, schema: GraphQLSchema, persisted: PersistedQueries) -> None:
        self._services = services
        self._desk = services.get(Desk)
        self._keeper = services.get(NoteMaker)
        self._documents = services.get(Documents)
        self._trusted = services.get(TrustedDocuments)
        self._persisted = persisted
        self._schema = schema
        self._turns = Turns()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        response = await self._respond(Request(scope, receive))
        await response(scope, receive, send)

    async def _respond(self, request: Request) -> Response:
        accept = request.headers.get("accept")
        offers = (RESPONSE, JSON) if accept is not None and RESPONSE in accept.lower() else (JSON, RESPONSE)
        kind = choose_media_type(accept, offers)
        try:
            operation, principal = await read_operation(request), get_principal(request.scope)
            text = self._text(operation, principal)
        except (HttpRefused, Forbidden) as error:
            message = _APOLLO_MESSAGES.get(error.code)
            if message is None:
                return _refused([format_refusal(error)], find_status(error), kind)
            return _refused(
                [format_refusal(error) | {"message": message}], find_status(error) if kind == RESPONSE else 200, kind
            )
        # Clients that accept only application/json get 200 for an operation that cannot be executed.
        status = 400 if kind == RESPONSE else 200
        try:
            with stage("parse"):
                check_variables(operation.variables)
                document = await self._documents.prepare(text)
        except InvalidDocument as error:
            return _refused(format_errors(error.errors, code=error.code), status, kind)
        except QuestionRefused as error:
            return _refused([format_refusal(error)], status, kind)
        if operation.is_persisted and operation.query is not None and not principal.documents_only:
            self._persisted.add(operation.document_id or "", operation.query)
        context = self._context(request)
        if _changes(document, operation):
            return await self._repeatable(request, document, operation, context, kind=kind, status=status)
        epoch = self._keeper.epoch()
        async with context.room:
            try:
                await weigh(self._schema, document, operation.variables, operation.name, context)
            except QuestionRefused as error:
                return _refused([format_refusal(error)], status, kind)
            result = await self._executed(document, operation, context)
            if _unexecuted(result):
                return _refused(format_errors(result.errors or (), code="bad_variables"), status, kind)
            return self._response(request, result, context, epoch, kind)

    def _context(self, request: Request) -> Context:
        return Context(
            self._desk,
            get_principal(request.scope),
            choose_language(request.headers.get("accept-language")),
            services=self._services,
            turns=self._turns,
            caller=get_caller(request.scope),
        )

    async def _repeatable(
        self,
        request: Request,
        document: DocumentNode,
        operation: Operation,
        context: Context,
        *,
        kind: str,
        status: int,
    ) -> Response:
        """Return the answer of a mutation, or its first answer under this Idempotency-Key.

        A mutation that changed nothing may be tried again. A mutation that changed something is final, even if some of
        its fields were refused.
        """
        if request.method != "POST":
            # Following a link must not change anything.
            raise HttpRefused("Send mutations by POST.", code="method_not_allowed", headers={"allow": "POST"})

        async def work() -> StoredAnswer:
            result = await self._executed(document, operation, context)
            if _unexecuted(result):
                refused = {"errors": format_errors(result.errors or (), code="bad_variables")}
                return StoredAnswer(status, orjson.dumps(refused), kept=False)
            return StoredAnswer(200, _body(result), kept=context.changed)

        # A mutation shows only what it changed, and asks no questions.
        context.is_weighed = True
        caller = get_caller(request.scope)
        try:
            if caller is None:
                done = await work()
            else:
                idempotency = self._services.get(Idempotency)
                done = await run_idempotent(idempotency, request, caller, await request.body(), work)
        except (HttpRefused, IdempotencyConflict) as error:
            return _refused([format_refusal(error)], find_status(error), kind)
        return Response(done.body, done.status, _NO_STORE, kind)

    def _text(self, operation: Operation, principal: Principal) -> str:
        """Return the text of the document to execute.

        Raises Forbidden if the key may not use the document, and HttpRefused for an unknown id.
        """
        trusted = self._trusted.text(operation.document_id) if operation.document_id is not None else None
        if trusted is not None:
            return trusted
        if principal.documents_only and operation.is_persisted and operation.query is None:
            # The client then stops sending hashes and sends the text, which is refused below.
            raise _unsupported("This key may only use trusted documents, and this document is not one.")
        if principal.documents_only and (operation.query is not None or operation.document_id is None):
            raise Forbidden(
                "This key may only use trusted documents: send the documentId of one (`cadran document add` makes it).",
                code="document_required",
                parameter="documentId",
            )
        if operation.query is None and operation.is_persisted:
            return self._persisted_text(operation.document_id or "")
        if operation.query is None:
            raise HttpRefused(
                f"There is no trusted document {operation.document_id}. Send its text as query, or have it registered.",
                code="unknown_document",
            )
        return operation.query

    def _persisted_text(self, document_id: str) -> str:
        """Return the text registered with this hash. Raises HttpRefused as Apollo's protocol requires."""
        if not self._persisted.is_on:
            raise _unsupported("Persisted queries are off (CADRAN_GRAPHQL_PERSISTED_BYTES_MAX).")
        text = self._persisted.text(document_id)
        if text is None:
            raise HttpRefused(
                "The text of this hash is unknown or has expired. Send the text with the hash.",
                code="persisted_query_not_found",
            )
        return text

    async def _executed(self, document: Any, operation: Operation, context: Context) -> ExecutionResult:
        result = execute(
            self._schema,
            document,
            context_value=context,
            variable_values=operation.variables,
            operation_name=operation.name,
            executor_class=CadranExecutor,
            # This check recognises plain types without a slow inspection.
            is_awaitable=cast("Callable[[Any], TypeGuard[Awaitable[Any]]]", optimized_is_awaitable),
        )
        return result if isinstance(result, ExecutionResult) else await result

    def _response(self, request: Request, result: ExecutionResult, context: Context, epoch: int, kind: str) -> Response:
        if not result.errors:
            self._note(request, context, epoch)
        return Response(
            _body(result), headers=_NO_STORE if result.errors or context.uncached else _CACHEABLE, media_type=kind
        )

    def _note(self, request: Request, context: Context, epoch: int) -> None:
        """Record how long the response may be cached: as long as the directory and all its answers are valid."""
        if context.uncached:
            return
        set_note(request.scope, self._keeper.of_directory(epoch))
        for ask, answer in context.answers:
            set_note(request.scope, self._keeper.of_answer(answer, epoch, period=ask.period))
        for show in context.shown:
            set_note(request.scope, self._keeper.of_presentation(show, epoch))


def _unsupported(why: str) -> HttpRefused:
    return HttpRefused(f"{why} Send the text without a hash.", code="persisted_query_not_supported")


def _changes(document: DocumentNode, operation: Operation) -> bool:
    asked = get_operation_ast(document, operation.name)
    return asked is not None and asked.operation is OperationType.MUTATION


def _unexecuted(result: ExecutionResult) -> bool:
    """Return whether nothing was executed, because of the operation or its variables."""
    return result.data is None and not any(error.path for error in result.errors or ())


def _body(result: ExecutionResult) -> bytes:
    payload: dict[str, object] = {"data": result.data}
    if result.errors:
        payload["errors"] = format_errors(result.errors)
    with stage("encode"):
        return orjson.dumps(payload)


def _refused(errors: list[ErrorDocument], status: int, kind: str) -> Response:
    return Response(orjson.dumps({"errors": errors}), status, _NO_STORE, kind)
