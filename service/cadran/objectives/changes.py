"""The creation and change of objectives, with the same checks at every edge. Each change is one transaction, which also
writes an entry of the audit log.

A change of an objective or of its key results names the version that the caller read (``If-Match``). Raises Conflict
with ``precondition_required`` if there is no version, and with ``precondition_failed`` if the objective has changed
since. New key results and check-ins need no version, because they only add.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from typing import Any

from cadran.domain.access.permit import check_right
from cadran.domain.access.principal import Principal
from cadran.errors import Forbidden, NotFound
from cadran.objectives import store
from cadran.objectives.measurement.questions import check
from cadran.objectives.model import pace, rules
from cadran.objectives.model import patch as sent_forms
from cadran.objectives.model import permissions as access
from cadran.objectives.model.etag import ANY, Conflict, check_tag, make_conflict
from cadran.objectives.model.objective import NEXT, CheckIn, KeyResult, Objective
from cadran.objectives.model.rules import KeyResultForm, ObjectiveForm
from cadran.objectives.progress import KeyResultProgress, get_scored_figures
from cadran.objectives.reader import ObjectiveReader
from cadran.store.pool import Connection


@dataclass(frozen=True, slots=True)
class Author:
    """The author of a change: the principal, and ``who``, its name in the audit log."""

    principal: Principal
    who: str


@dataclass(frozen=True, slots=True)
class Changes:
    """The operations that change objectives. They take plain values: texts, dates, numbers, and lists and mappings of
    these."""

    objectives: ObjectiveReader

    async def create(self, sent: Mapping[str, Any], author: Author) -> int:
        """Create an objective with its key results and return its number."""
        check_right(author.principal, "steer")
        directory = self.objectives.desk.directory_of(author.principal)
        access.check_write(author.principal, rules.parse_owner(sent["owner"], directory), directory)
        form = rules.parse_objective(sent, directory)
        state = sent_forms.find_state(sent.get("state") or "draft")
        if state not in ("draft", "active"):
            raise rules.make_refusal("A new objective is a draft, or active.", "state")
        key_results = [self._form(each, form, author) for each in sent.get("key_results") or ()]
        self._check_count(len(key_results))
        parent = await self._parent(sent.get("parent"), author)
        async with self.objectives.store.transaction() as connection:
            if parent is not None:
                await self._align(connection, None, parent)
            owner = store.find_owner_id(form.owner, self.objectives.desk.directory())
            at = self.objectives.desk.clock()
            number = await store.create_objective(
                connection, form, owner, parent, state, at, author=author.principal.name, who=author.who
            )
            for each in key_results:
                await store.create_key_result(connection, number, each, author.who)
        return number

    async def change(self, number: int, tag: str | None, sent: Mapping[str, Any], author: Author) -> None:
        """Replace the sent members of an objective. A change to the state closed requires a retrospective, and accepts
        ``scores`` of key results by number. The score of any other key result is its progress."""
        before = await self._get_writable(number, author)
        form = sent_forms.merge(before, sent, author.principal, self.objectives.desk.directory_of(author.principal))
        parent = await self._parent(sent["parent"], author) if "parent" in sent else before.parent
        state = sent_forms.find_state(sent.get("state") or before.state)
        closing = (before.state, state) == ("active", "closed")
        sent_forms.check_scoring(sent, closing=closing)
        scores = await self._scores(number, sent, author) if closing else []
        now = self.objectives.desk.clock()
        after = replace(
            before, title=form.title, description=form.description, owner=form.owner, start=form.start, end=form.end,
            parent=parent, state=state, changed_at=now,
            retrospective=rules.parse_retrospective(sent.get("retrospective")) if scores else before.retrospective,
            closed_at=now if scores else before.closed_at,
        )  # fmt: skip
        for each in before.key_results:
            sent_forms.check_deadline(each, form)
        async with self._lock(number, tag, before, aligned=parent != before.parent) as connection:
            if state != before.state and state not in NEXT[before.state]:
                ways = " or ".join(NEXT[before.state])
                raise Conflict(f"A {before.state} objective cannot become {state}; it can become {ways}.")
            if parent is not None and parent != before.parent:
                await self._align(connection, number, parent)
            for scored, score in scores:
                await store.score_key_result(connection, scored.key_result.number, score, get_scored_figures(scored))
            owner = store.find_owner_id(form.owner, self.objectives.desk.directory())
            details = {"state": state, "title": form.title, "parent": parent}
            await store.change_objective(connection, after, owner, author.who, details)

    async def delete(self, number: int, tag: str | None, author: Author) -> None:
        """Delete a draft that no objective is aligned to. Raises Conflict for any other objective: abandon or close it
        instead."""
        before = await self._get_writable(number, author)
        async with self._lock(number, tag, before, aligned=True) as connection:
            if before.state != "draft":
                raise Conflict("Only a draft can be deleted; abandon this objective (state=abandoned), or close it.")
            if await store.exists(connection, "objectives/objectives.sql:has_children", number):
                raise Conflict("Other objectives are aligned to this one; align them to another first.")
            await store.delete_objective(connection, number, author.who)

    async def add_key_result(self, number: int, sent: Mapping[str, Any], author: Author) -> int:
        """Add a key result to an objective and return the key result's number."""
        before = await self._get_writable(number, author)
        form = self._form(sent, sent_forms.make_form(before), author)
        async with self._lock(number, ANY, before, adding=True) as connection:
            self._check_count(await store.count_key_results(connection, number) + 1)
            made = await store.create_key_result(connection, number, form, author.who)
            await store.raise_version(connection, number, self.objectives.desk.clock())
        return made

    async def change_key_result(
        self, number: int, key_result: int, tag: str | None, sent: Mapping[str, Any], author: Author
    ) -> None:
        """Replace the sent members of a key result."""
        before = await self._get_writable(number, author)
        present = self._key_result(before, key_result, author)
        form = self._form({**sent_forms.encode_form(present), **sent}, sent_forms.make_form(before), author)
        if present.check_ins and (form.metric is None) != (present.metric is None):
            raise Conflict(
                "The key result has check-ins, so its way of measurement stays; add another key result instead."
            )
        async with self._lock(number, tag, before) as connection:
            await store.change_key_result(connection, number, key_result, form, author.who)
            await store.raise_version(connection, number, self.objectives.desk.clock())

    async def delete_key_result(self, number: int, key_result: int, tag: str | None, author: Author) -> None:
        """Delete a key result that has no check-ins."""
        before = await self._get_writable(number, author)
        self._key_result(before, key_result, author)
        # A check-in takes a shared lock on the objective, so none can be added while the objective is locked here.
        async with self._lock(number, tag, before) as connection:
            if await store.exists(connection, "objectives/key_results.sql:has_check_ins", key_result):
                raise Conflict("The key result has check-ins, which stay for good: leave it, or abandon the objective.")
            await store.delete_key_result(connection, number, key_result, author.who)
            await store.raise_version(connection, number, self.objectives.desk.clock())

    async def check_in(self, number: int, key_result: int, sent: Mapping[str, Any], author: Author) -> CheckIn:
        """Add a check-in to a key result of an active objective. Earlier check-ins are never altered."""
        of = await self._get_writable(number, author)
        present = self._key_result(of, key_result, author)
        today = self.objectives.today(of.owner)
        form = rules.parse_check_in(sent, measured=present.metric is not None, start=of.start, today=today)
        async with self.objectives.store.adding(number) as (connection, state):
            if state != "active":
                raise Conflict(f"Check-ins are made on active objectives; this one is {state or 'gone'}.")
            return await store.create_check_in(
                connection, number, key_result, form, author=author.principal.name, who=author.who
            )

    async def _get_writable(self, number: int, author: Author) -> Objective:
        """Return the objective if the author may change it. Raises NotFound, Forbidden."""
        check_right(author.principal, "steer")
        found = (await self.objectives.found(number, author.principal)).objective
        directory = self.objectives.desk.directory_of(author.principal)
        access.check_write(author.principal, found.owner, directory)
        return found

    @asynccontextmanager
    async def _lock(
        self, number: int, tag: str | None, before: Objective, *, aligned: bool = False, adding: bool = False
    ) -> AsyncIterator[Connection]:
        """Open a transaction that locks the objective. Raises Conflict if the tag does not match the version in
        ``before``, or if the objective has changed since. ``adding`` accepts a newer version, because additions do not
        conflict."""
        check_tag(tag, before)
        async with self.objectives.store.transaction() as connection:
            if aligned:
                await store.lock_alignment(connection)
            version, state = await store.lock_objective(connection, number)
            if version is None:
                raise access.no_objective(str(number))
            if (version != before.version and not adding) or state != before.state:
                raise make_conflict()
            if state in ("closed", "abandoned"):
                raise Conflict(f"A {state} objective cannot change; create another objective.")
            yield connection

    async def _parent(self, number: int | None, author: Author) -> int | None:
        """Return the number of the objective to align to, or None. Raises QuestionRefused if the author may not read
        it."""
        if number is None:
            return None
        try:
            return (await self.objectives.found(number, author.principal)).objective.number
        except NotFound:
            raise rules.make_no_parent_refusal(number) from None

    async def _align(self, connection: Connection, number: int | None, parent: int) -> None:
        """Check that an alignment makes no cycle, and lock out other alignments meanwhile. Raises QuestionRefused."""
        await store.lock_alignment(connection)
        if number is not None and await store.is_above(connection, parent, number):
            raise rules.make_refusal("An objective cannot be above itself.", "parent", code="alignment_cycle")

    def _form(self, sent: Mapping[str, Any], of: ObjectiveForm, author: Author) -> KeyResultForm:
        """Return the form of a key result. Raises QuestionRefused if it cannot be measured, Forbidden if its author may
        not read it."""
        desk = self.objectives.desk
        directory = desk.directory_of(author.principal)
        form = rules.parse_key_result(sent, of, directory)
        if form.metric is not None:
            check(
                form.metric, form.where, (of.start, form.deadline),
                directory=directory, principal=author.principal, clock=self.objectives.clock(),
                values_max=self.objectives.values_max,
            )  # fmt: skip
        if not access.may_read(sent_forms.to_key_result(form), author.principal, directory):
            raise Forbidden("The key result covers more than you may see; narrow its where to your scope.")
        return form

    def _key_result(self, of: Objective, number: int, author: Author) -> KeyResult:
        found = of.key_result(number)
        directory = self.objectives.desk.directory_of(author.principal)
        if found is None or not access.may_read(found, author.principal, directory):
            seen = [each for each in of.key_results if access.may_read(each, author.principal, directory)]
            raise access.no_key_result(of.number, str(number), seen)
        return found

    def _check_count(self, count: int) -> None:
        if count > self.objectives.key_results_max:
            raise rules.make_refusal(
                f"An objective has {self.objectives.key_results_max} key results at most.",
                "key_results",
                code="too_costly",
            )

    async def _scores(
        self, number: int, sent: Mapping[str, Any], author: Author
    ) -> list[tuple[KeyResultProgress, float]]:
        """Return the score of each key result: the sent score, else its progress. Progress that is hidden from some
        readers gives no score, because every reader sees the scores."""
        found = await self.objectives.get(number, author.principal, for_everybody=True)
        sent_scores = {each["key_result"]: each["score"] for each in sent.get("scores") or ()}
        if unknown := sorted(set(sent_scores) - {each.key_result.number for each in found.key_results}):
            seen = [each.key_result for each in found.key_results]
            raise rules.make_refusal(access.no_key_result(number, str(unknown[0]), seen).detail, "scores")
        if found.withheld:
            raise Forbidden("The objective has key results that you may not see; an administrator closes it.")
        scores: list[tuple[KeyResultProgress, float]] = []
        for each in found.key_results:
            score = sent_scores.get(each.key_result.number, pace.compute_score(each.progress))
            if score is None:
                raise rules.make_refusal(
                    f"Key result {each.key_result.number} has no progress that every reader may see: give its score.",
                    "scores",
                    code="missing_score",
                )
            if not 0 <= score <= 1:
                raise rules.make_refusal("A score runs from 0.0 to 1.0.", "scores")
            scores.append((each, score))
        if not scores:
            raise Conflict("An objective without key results cannot be closed; abandon it (state=abandoned).")
        return scores
