"""The reader of objectives: it finds and measures objectives, and limits them to what the caller may see.

One statement reads an objective and one more measures it, however many key results it has. If distinct customers are
counted, a third statement runs first. An objective that the caller may not see gives the same error as one that does
not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cadran.domain.access.principal import Principal
from cadran.domain.window import load_zone
from cadran.engine.desk import Desk
from cadran.objectives.measurement.measurement import Measurer
from cadran.objectives.measurement.questions import Clock
from cadran.objectives.model import permissions as access
from cadran.objectives.model.filter import FIRST_MAX, ObjectiveFilter
from cadran.objectives.model.objective import KeyResult, Objective, Owner
from cadran.objectives.model.rules import make_refusal
from cadran.objectives.progress import ObjectiveProgress, measure_progress
from cadran.objectives.store import ObjectiveStore, StoredObjective


@dataclass(frozen=True, slots=True)
class Page:
    """A page of objectives in the order of their numbers, after the number ``after``. ``more`` is true if others
    follow."""

    objectives: tuple[ObjectiveProgress, ...]
    more: bool
    after: int


@dataclass(frozen=True, slots=True)
class ObjectiveReader:
    """The reader of objectives, with its limits.

    ``values_max`` bounds the values that a key result's question reads. ``key_results_max`` bounds the key results of
    an objective. ``measured_max`` bounds the key results that one request measures, unless ``key_results_max`` is
    greater.
    """

    desk: Desk
    store: ObjectiveStore
    values_max: int
    key_results_max: int
    measured_max: int

    async def get(
        self, number: int, principal: Principal, as_of: str | None = None, *, for_everybody: bool = False
    ) -> ObjectiveProgress:
        """Return one objective as of a day, today by default. ``for_everybody`` hides small groups also from callers
        who see people. Raises NotFound, QuestionRefused."""
        found = await self.found(number, principal)
        return (await self._measure([found], principal, as_of, for_everybody=for_everybody))[0]

    async def found(self, number: int, principal: Principal) -> StoredObjective:
        """Return the objective as stored, if this principal may read it. Raises NotFound."""
        rows = await self._find(ObjectiveFilter(number=number, limit=1), principal)
        if not rows:
            raise access.no_objective(str(number))
        return rows[0]

    async def seen(self, numbers: Collection[int], principal: Principal) -> set[int]:
        """Return those of the numbers whose objectives this principal may read."""
        named = replace(principal, objectives=frozenset(numbers) & (principal.objectives or frozenset(numbers)))
        return {row.objective.number for row in await self._find(ObjectiveFilter(limit=len(numbers)), named)}

    async def page(self, wanted: ObjectiveFilter, principal: Principal, as_of: str | None = None) -> Page:
        """Return a page of the objectives that the filter selects. Raises QuestionRefused."""
        if not 1 <= wanted.limit <= FIRST_MAX:
            raise make_refusal(f"first is a number from 1 to {FIRST_MAX}.", "first")
        rows = await self._find(replace(wanted, limit=wanted.limit + 1), principal)
        measured = await self._measure(rows[: wanted.limit], principal, as_of)
        return Page(tuple(measured), len(rows) > wanted.limit, wanted.after)

    def zone(self, owner: Owner) -> str:
        """Return the zone of an owner's wall clock: its site's zone, or the configured home zone of the company."""
        directory = self.desk.directory()
        if owner.code is None:
            return self.desk.home_zone
        member = directory.member(owner.kind, directory.codes.get(owner.kind, {}).get(owner.code.lower()))
        site = member.member_id if owner.kind == "site" else member.parent
        return directory.zones.get(site, self.desk.home_zone)

    def today(self, owner: Owner) -> date:
        """Return the present day on the owner's wall clock."""
        return self.desk.clock().astimezone(load_zone(self.zone(owner))).date()

    def clock(self) -> Clock:
        """Return the time context of a question that is asked now."""
        return Clock(self.desk.clock(), self.desk.home_zone)

    async def _find(self, wanted: ObjectiveFilter, principal: Principal) -> list[StoredObjective]:
        """Return the selected objectives that the principal may read. A parent that the principal may not read selects
        no objectives, like a parent that does not exist."""
        seen = access.find_visible_owners(principal, self.desk.directory_of(principal))
        rows = await self.store.find(wanted, seen, self.desk.directory())
        return rows if wanted.parent is None else [row for row in rows if _sees_parent(row, seen)]

    async def _measure(
        self, rows: Sequence[StoredObjective], principal: Principal, as_of: str | None, *, for_everybody: bool = False
    ) -> list[ObjectiveProgress]:
        directory = self.desk.directory_of(principal)
        seen_owners = access.find_visible_owners(principal, directory)
        wanted = []
        for row in rows:
            objective = access.redact(row.objective, principal)
            seen = [each for each in objective.key_results if access.may_read(each, principal, directory)]
            wanted.append((objective, seen, self._day(objective.owner, as_of)))
        self._check_cost(wanted)
        measures = Measurer(self.desk.answers, self.desk.directory(), self.clock(), principal, for_everybody)
        measured = await measures.of(wanted)
        return [
            measure_progress(
                objective,
                day,
                self.zone(objective.owner),
                parent=objective.parent if _sees_parent(row, seen_owners) else None,
                seen=seen,
                measured=measured,
            )
            for row, (objective, seen, day) in zip(rows, wanted, strict=True)
        ]

    def _check_cost(self, wanted: Sequence[tuple[Objective, Sequence[KeyResult], date]]) -> None:
        """Check that one statement does not measure too many key results. Raises QuestionRefused (``too_costly``)."""
        count = sum(each.metric is not None for _, seen, _ in wanted for each in seen)
        limit = max(self.measured_max, self.key_results_max)
        if count > limit:
            raise make_refusal(
                f"The page would measure {count} key results; the limit is {limit}. Ask for fewer (first).",
                "first",
                code="too_costly",
            )

    def _day(self, owner: Owner, as_of: str | None) -> date:
        today = self.today(owner)
        if as_of is None:
            return today
        try:
            day = date.fromisoformat(as_of)
        except ValueError:
            raise make_refusal(f"as_of is a day such as {today}.", "as_of") from None
        if day > today:
            raise make_refusal(
                "as_of is a day in the future; give today or an earlier day.", "as_of", code="bad_window"
            )
        return day


def _sees_parent(row: StoredObjective, seen: access.Owners) -> bool:
    """Return whether the principal may read the parent of this objective."""
    parent = row.objective.parent
    return parent is not None and row.parent_owner is not None and seen.see(parent, row.parent_owner)
