"""The desk: the object to which every edge (REST, GraphQL, terminal) hands its asks, and which returns answers."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Sequence
from contextlib import AbstractAsyncContextManager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, time, timedelta
from types import MappingProxyType
from typing import Final

from cachetools import LRUCache

from cadran.compiler.cost import IN_URL, GrainNotation, Sheet, check_page, check_values, find_limit
from cadran.compiler.supported_dimensions import has_dimensions, list_dimensions
from cadran.domain.access.permit import (
    check_names,
    check_right,
    find_permitted_metrics,
    permit,
    resolve_principal,
    restrict_directory,
)
from cadran.domain.access.principal import Principal
from cadran.domain.access.role import Right
from cadran.domain.access.wall import make_wall
from cadran.domain.answer import Answer, Answers
from cadran.domain.ask import NOW, Ask, find_end_of_step, understand
from cadran.domain.catalogue import FAMILIES, METRICS, SCORECARD
from cadran.domain.directory import Directory
from cadran.domain.presentation import PLAIN, Presentation
from cadran.domain.question import MetricRef, Question
from cadran.domain.window import is_moving, load_zone
from cadran.engine.presented import PresentationRing, Presenter
from cadran.engine.values_under_way import ValueLimit
from cadran.errors import Forbidden, QuestionRefused

#: A function that selects the metrics that a caller may see by these dimensions (see ``Desk.select_metrics``).
MetricSelector = Callable[[Sequence[MetricRef], Collection[str]], tuple[MetricRef, ...]]
#: Size in bytes of the cache of directories, each as one principal sees it.
_SEEN_BYTES_MAX: Final = 64_000_000
#: Bytes of a directory without members, and of each member: an entry by id and an entry by code.
_DIRECTORY_BYTES: Final = 5_000
_MEMBER_BYTES: Final = 250


@dataclass(frozen=True, slots=True)
class Desk:
    """The core as the edges see it.

    ``directory`` returns the current snapshot, ``clock`` an aware time. Common figures of fewer than
    ``group_agents_min`` agents are hidden. Live figures are fresh for ``live_seconds``. ``values_max`` limits the
    values of a response. ``room`` limits the values of all large responses in progress.
    """

    answers: Answers
    directory: Callable[[], Directory]
    clock: Callable[[], datetime]
    home_zone: str
    group_agents_min: int
    live_seconds: float
    values_max: int
    room: ValueLimit = field(compare=False)
    #: The directory as each principal may see it, in its last version.
    visible_directories: LRUCache[Principal, Directory] = field(
        default_factory=lambda: LRUCache(_SEEN_BYTES_MAX, getsizeof=_weight), compare=False
    )

    def directory_of(self, principal: Principal) -> Directory:
        """Return the current directory as this principal may see it."""
        directory = self.directory()
        if principal.sees_people and not principal.scope:
            return directory
        found = self.visible_directories.get(principal)
        if found is None or found.version != directory.version:
            found = restrict_directory(directory, principal)
            if principal.is_embedded:
                found = _without_unlisted(found, principal)
            if _weight(found) <= _SEEN_BYTES_MAX:
                self.visible_directories[principal] = found
        return found

    def understand(self, ask: Ask, principal: Principal) -> Question:
        """Return the canonical question. Raises QuestionRefused, and Forbidden for names the principal may not use."""
        check_names((each.slug for each in ask.metrics), {*ask.by, *(each.dimension for each in ask.where)}, principal)
        directory, now = self.directory_of(principal), self.clock()
        if ask.period == NOW:
            now = find_end_of_step(now, self.live_seconds)
        return understand(ask, directory, now=now, home_zone=self.home_zone)

    async def ask(self, ask: Ask, principal: Principal, show: Presentation = PLAIN) -> Answer:
        """Answer an ask, as this principal may see it, with the presentation ``show``."""
        return await self.answer(self.understand(ask, principal), ask, principal, show)

    async def answer(self, question: Question, ask: Ask, principal: Principal, show: Presentation = PLAIN) -> Answer:
        """Answer a question that was understood from an ask.

        The answer becomes stale, at the latest, when the ask's period begins to mean another window.
        """
        asked_at = self.clock()
        answer = await self._presented.answer(question, principal, show)
        if ask.period is None or not is_moving(ask.period):
            return answer
        freshness = answer.freshness
        if ask.period == NOW:
            end = answer.question.window.end
            return replace(answer, freshness=replace(freshness, stale_after=min(freshness.stale_after, end)))
        end = self._midnight(answer, asked_at)
        stale_after = min(freshness.stale_after, end)
        return replace(answer, freshness=replace(freshness, stale_after=stale_after, moves_at=end))

    def make_presenter(self, principal: Principal, show: Presentation) -> Presenter:
        """Return the function that presents figures derived from answers to this principal."""
        return self._presented.make_presenter(principal, show)

    @property
    def _presented(self) -> PresentationRing:
        return PresentationRing(self.answers, self.directory_of)

    def _midnight(self, answer: Answer, asked_at: datetime) -> datetime:
        """Return the end of the day of the ask, in the time zone of the period."""
        zone = load_zone(answer.zone or self.home_zone)
        today = asked_at.astimezone(zone).date()
        return datetime.combine(today + timedelta(days=1), time.min, zone).astimezone(UTC)

    def reserve_response(
        self, sheets: Sequence[Sheet], principal: Principal, *, others: int = 0, write: GrainNotation = IN_URL
    ) -> AbstractAsyncContextManager[None]:
        """Return a context manager that reserves room for a response with these sheets and ``others`` values.

        Ask the questions and encode the response within its block. Raises TooCostly before anything is read. Entering
        raises Overloaded.
        """
        return self.room.take(self.check(sheets, principal, others=others, write=write))

    def check(
        self, sheets: Sequence[Sheet], principal: Principal, *, others: int = 0, write: GrainNotation = IN_URL
    ) -> int:
        """Return how many values a response of these sheets may show within the caller's scope. Raises TooCostly."""
        directory = self.directory()
        narrow = [replace(each, question=self._narrowed(each.question, principal)) for each in sheets]
        return check_values(
            narrow, directory, find_limit(self.values_max, principal.cells_max), others=others, write=write
        )

    def _narrowed(self, question: Question, principal: Principal) -> Question:
        return permit(question, resolve_principal(question, principal, self.directory()))

    def check_page(self, rows: int, columns: int, principal: Principal) -> None:
        """Refuse a page of more values than a response may show."""
        check_page(rows, columns, find_limit(self.values_max, principal.cells_max))

    def scorecard(self, principal: Principal, named: Collection[str]) -> tuple[MetricRef, ...]:
        """Return the headline metrics that this principal may see by these dimensions.

        If none has these dimensions, return all that the principal may see. Raises Forbidden if the principal may see
        none.
        """
        return self._board(SCORECARD, principal, named, "the headline figures")

    def live(self, principal: Principal, named: Collection[str]) -> tuple[MetricRef, ...]:
        """Return the live metrics that this principal may see by these dimensions, as ``scorecard`` does. Raises
        Forbidden."""
        return self._board([metric.slug for metric in FAMILIES["live"]], principal, named, "the live figures")

    def select_metrics(
        self, metrics: Iterable[MetricRef], named: Collection[str], *, principal: Principal
    ) -> tuple[MetricRef, ...]:
        """Return the metrics that this principal may ask for by the ``named`` dimensions.

        A metric must support the ``named`` dimensions and those of the principal's scope. Edges call this method for
        requests that name no metrics.
        """
        asked = tuple(metrics)
        permitted = set(find_permitted_metrics((each.slug for each in asked), principal))
        dimensions = {*named, *(each.dimension for each in principal.scope)}
        # An agent sees figures of the team unless the question names an agent.
        if principal.role == "agent" and "agent" not in named:
            dimensions.add("team")
        return tuple(each for each in asked if each.slug in permitted and has_dimensions(each.metric, dimensions))

    def _board(
        self, slugs: Collection[str], principal: Principal, named: Collection[str], what: str
    ) -> tuple[MetricRef, ...]:
        permitted = tuple(map(MetricRef, find_permitted_metrics(slugs, principal)))
        if not permitted:
            raise _none_of(what, principal)
        # If no metric has these dimensions, the refusal of the whole question says why.
        return self.select_metrics(permitted, named, principal=principal) or permitted

    def check_customers(self, principal: Principal, right: Right) -> None:
        """Refuse lists of contacts and customers to callers without the right, and to callers who see only teams.

        A contact or a customer belongs to no team. Raises Forbidden, QuestionRefused.
        """
        check_right(principal, right)
        wall = make_wall(principal, self.directory())
        if wall is not None and wall.is_of_teams:
            raise QuestionRefused(
                "This key is bound to teams, and contacts and customers belong to sites, not to teams: ask with a key"
                " that is bound to sites or partners.",
                code="impossible_filter",
                parameter="team",
            )


def _without_unlisted(directory: Directory, principal: Principal) -> Directory:
    """Return the directory with only the members of dimensions that an embed token's metrics have.

    Otherwise refusals could suggest other members' names. Sites and partners remain, and so do teams if the token names
    objectives.
    """
    shown = {
        *list_dimensions(principal, directory.attributes),
        "site",
        "partner",
        *(["team"] if principal.objectives else []),
    }
    members = {name: each if name in shown else {} for name, each in directory.members.items()}
    return replace(directory, members=MappingProxyType(members))


def _none_of(what: str, principal: Principal) -> Forbidden:
    allowed = find_permitted_metrics(METRICS, principal)
    return Forbidden(
        f"This key may ask for none of {what}. It may for {', '.join(allowed[:20])}.",
        code="forbidden_metric",
        suggestions=allowed[:20],
    )


def _weight(directory: Directory) -> int:
    return _DIRECTORY_BYTES + _MEMBER_BYTES * sum(len(members) for members in directory.members.values())
