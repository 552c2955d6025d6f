"""Objectives as the edges ask for them: found, measured together, told as far as the asker may see.

However many key results an objective has, it is read by one statement and measured by one more (and one before that
where distinct customers are counted). What nobody may see is told as what does not exist.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import date

from cadran.domain.access.principal import Principal
from cadran.domain.window import zone_info
from cadran.engine.desk import Desk
from cadran.objectives.measurement.measurement import Measures
from cadran.objectives.measurement.questions import Clock
from cadran.objectives.model import permissions as access
from cadran.objectives.model.filter import FIRST_MAX, Wanted
from cadran.objectives.model.objective import KeyResult, Objective, Owner
from cadran.objectives.model.rules import refused
from cadran.objectives.progress import ToldObjective, told_objective
from cadran.objectives.store import Found, ObjectiveStore


@dataclass(frozen=True, slots=True)
class Page:
    """Objectives in the order of their numbers, after the place where it begins, and whether there are more."""

    objectives: tuple[ToldObjective, ...]
    more: bool
    after: int


@dataclass(frozen=True, slots=True)
class Objectives:
    """Reads them. ``values_max`` bounds what a key result may ask; ``key_results_max`` how many an objective has;
    ``measured_max`` how many one request measures, unless a single objective may have more."""

    desk: Desk
    store: ObjectiveStore
    values_max: int
    key_results_max: int
    measured_max: int

    async def get(
        self, number: int, principal: Principal, as_of: str | None = None, *, for_everybody: bool = False
    ) -> ToldObjective:
        """One objective as of a day; today unless told. ``for_everybody`` hides small groups from those who see people
        too. Raises NotFound, QuestionRefused."""
        found = await self.found(number, principal)
        return (await self._told([found], principal, as_of, for_everybody=for_everybody))[0]

    async def found(self, number: int, principal: Principal) -> Found:
        """The objective as it is kept, if this principal is told of it. Raises NotFound."""
        rows = await self._find(Wanted(number=number, limit=1), principal)
        if not rows:
            raise access.no_objective(str(number))
        return rows[0]

    async def seen(self, numbers: Collection[int], principal: Principal) -> set[int]:
        """Return those of these numbers whose objectives this principal is told."""
        named = replace(principal, objectives=frozenset(numbers) & (principal.objectives or frozenset(numbers)))
        return {row.objective.number for row in await self._find(Wanted(limit=len(numbers)), named)}

    async def page(self, wanted: Wanted, principal: Principal, as_of: str | None = None) -> Page:
        """A page of the objectives that are wanted. Raises QuestionRefused."""
        if not 1 <= wanted.limit <= FIRST_MAX:
            raise refused(f"first is a number from 1 to {FIRST_MAX}.", "first")
        rows = await self._find(replace(wanted, limit=wanted.limit + 1), principal)
        told_rows = await self._told(rows[: wanted.limit], principal, as_of)
        return Page(tuple(told_rows), len(rows) > wanted.limit, wanted.after)

    def zone(self, owner: Owner) -> str:
        """The zone of an owner's wall clock: its site's; of the company, the one that is set."""
        directory = self.desk.directory()
        if owner.code is None:
            return self.desk.home_zone
        member = directory.member(owner.kind, directory.codes.get(owner.kind, {}).get(owner.code.lower()))
        site = member.member_id if owner.kind == "site" else member.parent
        return directory.zones.get(site, self.desk.home_zone)

    def today(self, owner: Owner) -> date:
        """The day that it is there."""
        return self.desk.clock().astimezone(zone_info(self.zone(owner))).date()

    def clock(self) -> Clock:
        """What it takes to understand a question now."""
        return Clock(self.desk.clock(), self.desk.home_zone)

    async def _find(self, wanted: Wanted, principal: Principal) -> list[Found]:
        seen = access.owners(principal, self.desk.directory_of(principal))
        return await self.store.find(wanted, seen, self.desk.directory())

    async def _told(
        self, rows: Sequence[Found], principal: Principal, as_of: str | None, *, for_everybody: bool = False
    ) -> list[ToldObjective]:
        directory = self.desk.directory_of(principal)
        seen_owners = access.owners(principal, directory)
        wanted = []
        for row in rows:
            objective = access.shown(row.objective, principal)
            seen = [each for each in objective.key_results if access.sees(each, principal, directory)]
            wanted.append((objective, seen, self._day(objective.owner, as_of)))
        self._check_cost(wanted)
        measures = Measures(self.desk.answers, self.desk.directory(), self.clock(), principal, for_everybody)
        measured = await measures.of(wanted)
        return [
            told_objective(
                objective,
                day,
                self.zone(objective.owner),
                parent=objective.parent if _is_seen(row, seen_owners) else None,
                seen=seen,
                measured=measured,
            )
            for row, (objective, seen, day) in zip(rows, wanted, strict=True)
        ]

    def _check_cost(self, wanted: Sequence[tuple[Objective, Sequence[KeyResult], date]]) -> None:
        """Refuse to measure more at once than one statement should hold."""
        count = sum(each.metric is not None for _, seen, _ in wanted for each in seen)
        limit = max(self.measured_max, self.key_results_max)
        if count > limit:
            raise refused(
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
            raise refused(f"as_of is a day such as {today}.", "as_of") from None
        if day > today:
            raise refused("as_of is a day that has come.", "as_of", code="bad_window")
        return day


def _is_seen(row: Found, seen: access.Owners) -> bool:
    """Whether the objective that this one is aligned to is seen."""
    parent = row.objective.parent
    return parent is not None and row.parent_owner is not None and seen.see(parent, row.parent_owner)
