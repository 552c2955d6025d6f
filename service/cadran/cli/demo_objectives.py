"""The objectives of the demonstration, as they are kept: made once, after the data that they are measured on."""

from __future__ import annotations

from datetime import datetime

from cadran.demo.steering import Aim, aims
from cadran.domain.directory import Directory
from cadran.objectives import store as kept
from cadran.objectives.model.filter import Wanted
from cadran.objectives.model.permissions import Owners
from cadran.objectives.model.rules import CheckInForm, key_result_form, objective_form
from cadran.objectives.store import ObjectiveStore
from cadran.store.directory import read_directory
from cadran.store.pool import Connection, Pool

_WHO = "terminal:demo"
_AUTHOR = "demonstration"


async def aim(pool: Pool, now: datetime) -> None:
    """Make them, where there are none yet."""
    directory = await read_directory(pool, currency="EUR")
    store = ObjectiveStore(pool)
    anybody = Owners(company=True, sites=tuple(directory.zones), teams=tuple(directory.members.get("team", {})))
    if await store.find(Wanted(limit=1), anybody, directory):
        return
    number: int | None = None
    async with store.transaction() as connection:
        for each in aims():
            number = await _made(connection, each, number if each.below else None, directory, now)


async def _made(connection: Connection, aimed: Aim, parent: int | None, directory: Directory, now: datetime) -> int:
    form = objective_form(aimed.sent, directory)
    owner = kept.owner_id(form.owner, directory)
    number = await kept.create_objective(connection, form, owner, parent, "active", now, author=_AUTHOR, who=_WHO)
    for sent, said in zip(aimed.sent["key_results"], aimed.said, strict=True):
        result = await kept.create_key_result(connection, number, key_result_form(sent, form, directory), _WHO)
        for each in said:
            told = CheckInForm(each.on, each.value, each.confidence, each.comment)
            await kept.create_check_in(connection, number, result, told, author=_AUTHOR, who=_WHO)
    return number
