"""The objectives of the demonstration, created once after the data that they measure."""

from __future__ import annotations

from datetime import datetime, timedelta

from cadran.demo.days import day_date, local_day
from cadran.demo.steering import ObjectiveData, aims, running_aims
from cadran.domain.directory import Directory
from cadran.objectives import store
from cadran.objectives.model.filter import ObjectiveFilter
from cadran.objectives.model.permissions import Owners
from cadran.objectives.model.rules import CheckInForm, parse_key_result, parse_objective
from cadran.objectives.store import ObjectiveStore
from cadran.store.directory import read_directory
from cadran.store.pool import Connection, Pool

_WHO = "terminal:demo"
_AUTHOR = "demonstration"


async def create_objectives(pool: Pool, now: datetime) -> None:
    """Create the objectives of 2015, unless there are any, and those of the present quarter, unless it has any."""
    directory = await read_directory(pool, currency="EUR")
    objectives = ObjectiveStore(pool)
    all_owners = Owners(company=True, sites=tuple(directory.zones), teams=tuple(directory.members.get("team", {})))
    today = day_date(local_day(now))
    tomorrow = today + timedelta(days=1)
    for wanted, made in (
        (ObjectiveFilter(limit=1), aims()),
        (ObjectiveFilter(start=today, end=tomorrow, limit=1), running_aims(today)),
    ):
        if not await objectives.find(wanted, all_owners, directory):
            number: int | None = None
            async with objectives.transaction() as connection:
                for each in made:
                    number = await _made(connection, each, number if each.below else None, directory, now)


async def _made(
    connection: Connection, aimed: ObjectiveData, parent: int | None, directory: Directory, now: datetime
) -> int:
    form = parse_objective(aimed.sent, directory)
    owner = store.find_owner_id(form.owner, directory)
    number = await store.create_objective(connection, form, owner, parent, "active", now, author=_AUTHOR, who=_WHO)
    for sent, said in zip(aimed.sent["key_results"], aimed.said, strict=True):
        result = await store.create_key_result(connection, number, parse_key_result(sent, form, directory), _WHO)
        for each in said:
            check_in = CheckInForm(each.on, each.value, each.confidence, each.comment)
            await store.create_check_in(connection, number, result, check_in, author=_AUTHOR, who=_WHO)
    return number
