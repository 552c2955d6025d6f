"""The context that the resolvers of one operation share: the desk, the caller, the language and the cost so far."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeVar, cast

from cadran.compiler.cost import IN_GRAPHQL, Sheet, make_sheet
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.desk import Desk
from cadran.engine.turns import Turns
from cadran.errors import TooCostly

Done = TypeVar("Done")
Service = TypeVar("Service")
#: The services of the features, by type. The features' fields use them; this package knows none of them.
Services = Mapping[type[Any], Any]


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

    ``answers`` collects each answer with its ask; they limit how long the response may be cached. ``uncached`` marks a
    response that must not be cached. ``ledger`` is set only while the cost of the operation is computed. ``is_weighed``
    says that the whole cost is known. ``services`` are the services of the features. ``who`` is the caller's name in
    the audit log. ``changed`` says that a mutation has changed something, even if its answer fails. ``room`` holds the
    memory reserved for the response. ``turns`` are the turns of the root fields at the event loop.
    """

    desk: Desk
    principal: Principal
    language: str
    ledger: Notes | None = None
    values: int = 0
    answers: list[tuple[Ask, Answer]] = field(default_factory=list)
    uncached: bool = False
    services: Services = field(default_factory=dict)
    who: str = ""
    changed: bool = False
    is_weighed: bool = False
    room: AsyncExitStack = field(default_factory=AsyncExitStack)
    turns: Turns = field(default_factory=Turns)

    @property
    def directory(self) -> Directory:
        """Return the present directory, limited to what the caller may see."""
        return self.desk.directory_of(self.principal)

    def service(self, kind: type[Service]) -> Service:
        """Return the service of this type, as the application registered it."""
        return cast("Service", self.services[kind])

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

    def select_metrics(self, metrics: Iterable[str], named: Collection[str]) -> tuple[str, ...]:
        """Return the metrics that the caller may ask for by the ``named`` dimensions. See ``Desk.select_metrics``."""
        return self.desk.select_metrics(metrics, named, principal=self.principal)

    async def ask(self, ask: Ask) -> Answer:
        """Return the answer to an ask. Raises the errors of ``cadran.errors``."""
        return await self.answer(self.understand(ask), ask)

    async def answer(self, question: Question, ask: Ask, *, width: int | None = None) -> Answer:
        """Return the answer to a question that was understood from ``ask``.

        ``width`` is the number of values that each row shows, if it is known.
        """
        sheet = make_sheet(question) if width is None else Sheet(question, width)
        if self.ledger is not None:
            self.ledger.note(sheet)
        elif not self.is_weighed:
            await self.hold([sheet])
        answer = await self.desk.answer(question, ask, self.principal)
        self.answers.append((ask, answer))
        return answer

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
