"""What the resolvers of one operation share: the desk, who asks, in which language, what it may cost."""

from __future__ import annotations

from collections.abc import Awaitable, Collection, Iterable, Mapping, Sequence
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from typing import Any, NoReturn, Protocol, TypeVar, cast

from cadran.compiler.cost import IN_GRAPHQL, Sheet, sheet_of
from cadran.domain.access.principal import Principal
from cadran.domain.answer import Answer
from cadran.domain.ask import Ask
from cadran.domain.directory import Directory
from cadran.domain.question import Question
from cadran.engine.desk import Desk
from cadran.errors import TooCostly
from cadran.graphql.execution.limits import Limits

Done = TypeVar("Done")
Service = TypeVar("Service")
#: The services of features by their type: their fields use them, and this kit knows none of them.
Services = Mapping[type[Any], Any]


class Notes(Protocol):
    """Where an operation that is only weighed notes what it would show."""

    def page(self, rows: int) -> NoReturn:
        """Note a page; the field ends here."""
        ...

    def note(self, sheet: Sheet) -> None:
        """Note what a question would show."""
        ...


@dataclass(slots=True)
class Context:
    """``answers`` collects each answer with its ask: how long the response may be kept follows from them, unless it
    tells what is kept nowhere (``uncached``). ``ledger`` is there while the operation is only weighed.
    ``services`` are those of the features; ``who`` is what the audit log calls the asker.
    ``changed`` says that a mutation has changed something, whatever becomes of its answer. ``is_weighed``: all that the
    operation asks has been counted; ``room`` holds the room of its response."""

    desk: Desk
    principal: Principal
    language: str
    limits: Limits
    ledger: Notes | None = None
    values: int = 0
    answers: list[tuple[Ask, Answer]] = field(default_factory=list)
    uncached: bool = False
    services: Services = field(default_factory=dict)
    who: str = ""
    changed: bool = False
    is_weighed: bool = False
    room: AsyncExitStack = field(default_factory=AsyncExitStack)

    @property
    def directory(self) -> Directory:
        """The present directory, as far as the asker may know of it."""
        return self.desk.directory_of(self.principal)

    def service(self, kind: type[Service]) -> Service:
        """Return the service of this type, as the application registered it."""
        return cast("Service", self.services[kind])

    async def done(self, change: Awaitable[Done]) -> Done:
        """What a change gives, noted once it is made: its answer is the one that a repeated request gets."""
        made = await change
        self.changed = True
        return made

    async def hold(self, sheets: Sequence[Sheet], *, others: int = 0) -> None:
        """Hold the room of a response that shows these sheets, until it is encoded. Raises TooCostly, Overloaded."""
        self.is_weighed = True
        room = self.desk.showing(sheets, self.principal, others=others, write=IN_GRAPHQL)
        await self.room.enter_async_context(room)

    def understand(self, ask: Ask) -> Question:
        """The canonical question; raises the errors of ``cadran.errors``."""
        return self.desk.understand(ask, self.principal)

    def told_of(self, metrics: Iterable[str], named: Collection[str]) -> tuple[str, ...]:
        """Those of these metrics that the caller is told of these dimensions."""
        return self.desk.told_of(metrics, named, principal=self.principal)

    async def ask(self, ask: Ask) -> Answer:
        """The answer to what is asked; raises the errors of ``cadran.errors``."""
        return await self.answer(self.understand(ask), ask)

    async def answer(self, question: Question, ask: Ask, *, width: int | None = None) -> Answer:
        """The answer to a question that was understood from what is asked. ``width``: how many values of a row are
        shown, where it is known."""
        sheet = sheet_of(question) if width is None else Sheet(question, width)
        if self.ledger is not None:
            self.ledger.note(sheet)
        elif not self.is_weighed:
            await self.hold([sheet])
        answer = await self.desk.answer(question, ask, self.principal)
        self.answers.append((ask, answer))
        return answer

    def page(self, rows: int) -> None:
        """Say that a page of so many rows is about to be read: called before anything is."""
        if self.ledger is not None:
            self.ledger.page(rows)

    def spend(self, values: int) -> None:
        """Count values that the response is going to hold; refused with ``too_costly`` above the limit."""
        self.values += values
        limit = self.desk.values_max
        if self.values > limit:
            raise TooCostly(
                f"The response would hold more than {limit} values: select fewer fields, a coarser grain or a"
                " shorter window, or take `columns`.",
                cost=self.values,
                limit=limit,
                parameter="rows",
            )
