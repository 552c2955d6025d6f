"""The context of one REST request: what its handler needs to know and may call.

It is made before the handler runs (``read_request``): the caller's right is checked, the media type is negotiated and
the query string is parsed. Answers that are asked through the context record the cache metadata of the response.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any, TypeVar

from starlette.requests import Request
from starlette.responses import Response

from cadran.access.callers import Caller
from cadran.compiler.cost import Sheet
from cadran.domain.access.permit import check_right
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.directory import Directory
from cadran.domain.presentation import PLAIN, Presentation
from cadran.domain.question import MetricRef, Question
from cadran.engine.desk import Desk
from cadran.engine.presented import Presenter
from cadran.errors import Forbidden, Unauthenticated
from cadran.rest.encode import EncodedBody, add_state
from cadran.rest.operation import CSV_BELOW, Operation
from cadran.rest.parameter import read_parameters
from cadran.rest.table import View
from cadran.telemetry import stage
from cadran.web.authentication import get_caller, get_principal
from cadran.web.cache_policy import NoteMaker, get_note, set_note
from cadran.web.negotiate import CSV, choose_language, choose_media_type
from cadran.web.services import Services

Service = TypeVar("Service")
NO_STORE: Mapping[str, str] = {"cache-control": "no-store"}


@dataclass(frozen=True, slots=True)
class RequestContext:
    """A request and what was read of it.

    ``kind`` is the media type of the response, ``given`` holds the parameters of the query string by name, and
    ``epoch`` counts the changes of the data before the request.
    """

    request: Request
    services: Services
    kind: str
    given: Mapping[str, Any]
    epoch: int

    def service(self, kind: type[Service]) -> Service:
        """Return the service of this type, as the application registered it."""
        return self.services.get(kind)

    @property
    def desk(self) -> Desk:
        """Return the desk, which answers questions."""
        return self.services.get(Desk)

    @property
    def caller(self) -> Caller:
        """Return the caller. Raises Unauthenticated if the resource needs none and there is none."""
        caller = get_caller(self.request.scope)
        if caller is None:
            raise Unauthenticated("This resource needs a key. Send Authorization: Bearer cad_….")
        return caller

    @property
    def principal(self) -> Principal:
        """Return the principal of the caller."""
        return get_principal(self.request.scope)

    @property
    def directory(self) -> Directory:
        """Return the directory as the caller may see it."""
        return self.desk.directory_of(self.principal)

    @property
    def language(self) -> str:
        """Return the language of the response: "en" or "fr"."""
        return choose_language(self.request.headers.get("accept-language"))

    @property
    def is_csv(self) -> bool:
        """Return whether the response is CSV."""
        return self.kind == CSV

    @property
    def path(self) -> Mapping[str, str]:
        """Return the parameters of the path by name."""
        return self.request.path_params

    def make_view(
        self, *, parts: bool = False, display: bool = False, names: Mapping[MetricRef, str] = MappingProxyType({})
    ) -> View:
        """Return the display options of the response, in the caller's language."""
        return View(self.language, self.desk.directory().currency, parts, display, names)

    def check_explain(self, *, explain: bool) -> None:
        """Refuse to show the SQL to an embed token. Raises Forbidden."""
        if explain and self.principal.is_embedded:
            raise Forbidden("An embed token may not see how a figure is computed. Leave explain out.")

    def understand(self, ask: Ask) -> Question:
        """Return the canonical question of an ask. Raises the errors of ``cadran.errors``."""
        return self.desk.understand(ask, self.principal)

    def reserve_response(self, sheets: Sequence[Sheet]) -> AbstractAsyncContextManager[None]:
        """Return a context manager that reserves room for a response. See ``Desk.reserve_response``."""
        return self.desk.reserve_response(sheets, self.principal)

    async def ask(self, ask: Ask, show: Presentation = PLAIN) -> Answer:
        """Return the answer to an ask. Raises the errors of ``cadran.errors``."""
        return await self.answer(self.understand(ask), ask, show)

    async def answer(self, question: Question, ask: Ask, show: Presentation = PLAIN) -> Answer:
        """Return the answer to a question that was understood from ``ask``, with its presentation."""
        answer = await self.desk.answer(question, ask, self.principal, show)
        note = self.service(NoteMaker).of_answer(answer, self.epoch, period=ask.period, show=show)
        set_note(self.request.scope, note)
        return answer

    def make_presenter(self, show: Presentation) -> Presenter:
        """Return the function that presents figures derived from answers. Call it after the questions are asked."""
        self.depend_on(show)
        return self.desk.make_presenter(self.principal, show)

    def depend_on(self, show: Presentation) -> None:
        """Let the response be cached no longer than what a presentation shows is unchanged."""
        if get_note(self.request.scope) is not None:
            set_note(self.request.scope, self.service(NoteMaker).of_presentation(show, self.epoch))

    def depend_on_answer(self, answer: Answer, *, period: str | None) -> None:
        """Let the response be cached while an answer that was asked for a named period is valid."""
        set_note(self.request.scope, self.service(NoteMaker).of_answer(answer, self.epoch, period=period))

    def depend_on_directory(self) -> None:
        """Let the response be cached until the directory changes."""
        set_note(self.request.scope, self.service(NoteMaker).of_directory(self.epoch))

    def respond(self, encoded: EncodedBody, headers: Mapping[str, str] | None = None) -> Response:
        """Return the response with the body and its ETag."""
        return Response(encoded.body, headers={"etag": encoded.etag, **(headers or {})}, media_type=self.kind)

    def respond_figures(self, encoded: EncodedBody, answer: Answer) -> Response:
        """Return the response for an answer, in the language of the request."""
        return make_figures_response(encoded, self.kind, self.language, answer)

    def respond_page(
        self, encoded: EncodedBody, after: str | None, headers: Mapping[str, str] | None = None
    ) -> Response:
        """Return the response for a page of facts about single people, which no cache stores."""
        following = {} if after is None else {"cadran-next": after}
        return self.respond(encoded, {**NO_STORE, **(headers or {}), **following})


def make_figures_response(encoded: EncodedBody, kind: str, language: str, answer: Answer) -> Response:
    """Return the response for an answer. CSV carries data version and warnings in headers.

    ``web/freshness`` adds the headers about how long the body may be shown, whenever the body is sent again.
    """
    headers = {"content-language": language}
    if kind == CSV:
        headers["cadran-data-version"] = str(answer.freshness.version)
        if answer.warnings:
            headers["cadran-warnings"] = ", ".join(dict.fromkeys(notice.code for notice in answer.warnings))
        encoded = add_state(encoded, answer)
    return Response(encoded.body, headers={"etag": encoded.etag, **headers}, media_type=kind)


def read_request(request: Request, operation: Operation, services: Services) -> RequestContext:
    """Return the context of a request. Raises Forbidden, QuestionRefused and HttpRefused."""
    if operation.right is not None:
        check_right(get_principal(request.scope), operation.right)
    kind, given = "", dict[str, Any]()
    if operation.method == "GET":
        with stage("parse"):
            kind = choose_media_type(_read_accept(request), operation.success.media_types)
            attributes = services.get(Desk).directory().attributes if operation.takes_attributes else ()
            given = read_parameters(request.scope["query_string"], operation.parameters_by_name, attributes)
    return RequestContext(request, services, kind, given, services.get(NoteMaker).epoch())


def _read_accept(request: Request) -> str:
    """Return the Accept headers as one text, or CSV where the address answers CSV only."""
    if request.scope["path"].startswith(CSV_BELOW):
        return CSV
    return ", ".join(request.headers.getlist("accept"))
