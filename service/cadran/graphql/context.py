"""The context that the resolvers of one operation share: the desk, the caller, the language and the cost so far."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import NoReturn, Protocol, TypeVar

from cadran.access.callers import Caller
from cadran.compiler.cost import IN_GRAPHQL, Sheet, make_sheet
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.directory import Directory
from cadran.domain.presentation import PLAIN, Presentation
from cadran.domain.question import MetricRef, Question
from cadran.engine.desk import Desk
from cadran.engine.presented import Presenter
from cadran.engine.turns import Turns
from cadran.errors import TooCostly
from cadran.graphql.localized import LocalizedAnswer
from cadran.web.services import Services

Done = TypeVar("Done")
Service = TypeVar("Service")


class Notes(Protocol):
    """A ledger that records what an operation would show, while its cost is computed."""

    def page(self, rows: int) -> NoReturn:
        """Record a page of rows. The method ends the field by raising an exception."""
        ...

    def note(self, sheet: Sheet) -> None:
        """Record what a question would show."""
        ...


@dataclass(slots=True)
class Context:
    """The state of one operation.

    ``answers`` collects each answer with its ask, and ``shown`` what is shown next to the figures; they limit how long
    the response may be cached. ``uncached`` marks a
    response that must not be cached. ``ledger`` is set only while the cost of the operation is computed. ``is_weighed``
    says that the whole cost is known. ``services`` are the services of the features. ``caller`` is the
    caller over HTTP. ``changed`` says that a mutation has changed something, even if its answer fails. ``room`` holds
    the memory reserved for the response. ``turns`` are the turns of the root fields at the event loop.
    """

    desk: Desk
    principal: Principal
    language: str
    ledger: Notes | None = None
    values: int = 0
    answers: list[tuple[Ask, Answer]] = field(default_factory=list)
    uncached: bool = False
    shown: list[Presentation] = field(default_factory=list)
    services: Services = field(default_factory=Services)
    caller: Caller | None = None
    changed: bool = False
    is_weighed: bool = False
    room: AsyncExitStack = field(default_factory=AsyncExitStack)
    turns: Turns = field(default_factory=Turns)

    @property
    def who(self) -> str:
        """Return the caller's name in the audit log."""
        return "" if self.caller is None else self.caller.who

    @property
    def directory(self) -> Directory:
        """Return the present directory, limited to what the caller may see."""
        return self.desk.directory_of(self.principal)

    def service(self, kind: type[Service]) -> Service:
        """Return the service of this type, as the application registered it."""
        return self.services.get(kind)

    async def done(self, change: Awaitable[Done]) -> Done:
        """Return the result of a change, and record that something has changed.

        A request repeated under its Idempotency-Key then gets the same answer.
        """
        made = await change
        self.changed = True
        return made

    async def hold(self, sheets: Sequence[Sheet], *, others: int = 0) -> None:
        """Reserve memory for a response that shows these sheets, until it is encoded.

        Raises TooCostly and Overloaded.
        """
        self.is_weighed = True
        room = self.desk.reserve_response(sheets, self.principal, others=others, write=IN_GRAPHQL)
        await self.room.enter_async_context(room)

    def understand(self, ask: Ask) -> Question:
        """Return the canonical question of an ask. Raises the errors of ``cadran.errors``."""
        return self.desk.understand(ask, self.principal)

    def select_metrics(self, metrics: Iterable[MetricRef], named: Collection[str]) -> tuple[MetricRef, ...]:
        """Return the metrics that the caller may ask for by the ``named`` dimensions. See ``Desk.select_metrics``."""
        return self.desk.select_metrics(metrics, named, principal=self.principal)

    async def ask(self, ask: Ask, show: Presentation = PLAIN) -> Answer:
        """Return the answer to an ask. Raises the errors of ``cadran.errors``."""
        return await self.answer(self.understand(ask), ask, show)

    async def answer(
        self, question: Question, ask: Ask, show: Presentation = PLAIN, *, width: int | None = None
    ) -> Answer:
        """Return the answer to a question that was understood from ``ask``, with its presentation.

        ``width`` is the number of values that each row shows, if it is known.
        """
        sheet = make_sheet(question) if width is None else Sheet(question, width)
        if self.ledger is not None:
            self.ledger.note(sheet)
        elif not self.is_weighed:
            await self.hold([sheet])
        answer = await self.desk.answer(question, ask, self.principal, show)
        self.answers.append((ask, answer))
        self.shown.append(show)
        return answer

    def localize(self, answer: Answer) -> LocalizedAnswer:
        """Return an answer in the caller's language. Its presentation is made when it is selected."""
        return LocalizedAnswer(answer, self.language, self.directory.currency, self.make_presenter)

    def make_presenter(self, show: Presentation) -> Presenter:
        """Return the function that presents answers. The response then depends on what the presentation shows."""
        self.shown.append(show)
        return self.desk.make_presenter(self.principal, show)

    def page(self, rows: int) -> None:
        """Announce a page of this many rows. Callers announce the page before they read anything."""
        if self.ledger is not None:
            self.ledger.page(rows)

    def spend(self, values: int) -> None:
        """Count values of the response. Refuses with ``too_costly`` above the limit."""
        self.values += values
        limit = self.desk.values_max
        if self.values > limit:
            raise TooCostly(
                f"The response would hold more than {limit} values. Select fewer fields, a coarser grain or a"
                " shorter window, or select `columns`.",
                cost=self.values,
                limit=limit,
                parameter="rows",
            )
