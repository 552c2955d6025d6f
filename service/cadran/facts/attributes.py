"""The contacts' own attributes: names that a database gives to numbered columns of the facts.

Takes a connection inside an open transaction. An attribute is a dimension from the moment at which it is added: the
facts have its column already. Its removal empties the column, so that another attribute can have it.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from typing import Final, NamedTuple

from cadran import sqlfiles
from cadran.compiler.lattice.lattice import ROLLUPS
from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import ATTRIBUTE, ATTRIBUTE_COLUMNS, ATTRIBUTES_MAX, DIMENSIONS
from cadran.errors import NotFound, QuestionRefused, unknown
from cadran.facts.load.session import Connection, Lender
from cadran.facts.schema.schema import KINDS, list_columns

#: The tables with the columns of attributes.
TABLES: Final = ("contact", "leg", "survey")
LABEL_CHARACTERS_MAX: Final = 1_000
_NAME: Final = re.compile(r"[a-z][a-z0-9_]{0,39}")
#: Words that are neither names of columns nor of parameters, and that an attribute would make ambiguous.
_WORDS: Final = frozenset({"none", "start", "end", "partial", "days", "annotations", ATTRIBUTE, "attributes", "totals"})


class Losses(NamedTuple):
    """What the removal of an attribute loses: the contacts with a value, and the names of the keys bound to it."""

    contacts: int
    keys: list[str]


async def read_attribute_columns(pool: Lender) -> Mapping[str, str]:
    """Return the column of each attribute by its name, for the files that name it."""
    async with pool.acquire() as connection:
        rows = await connection.fetch(sqlfiles.read("facts/attributes.sql:listed"))
    return {row["name"]: ATTRIBUTE_COLUMNS[row["number"] - 1] for row in rows}


def check_name(name: str, parameters: Collection[str]) -> None:
    """Refuse a name that is no word, or that something else has. ``parameters`` are those of requests."""
    if not _NAME.fullmatch(name):
        raise _refused(
            f"'{name[:60]}' is no name of an attribute: use a lower-case letter, then letters, digits or _, 40 at most."
        )
    taken = {
        "a dimension": DIMENSIONS,
        "a column of the files of contacts": list_columns("contacts"),
        "a column of other files": {column for kind in KINDS for column in list_columns(kind)},
        "a metric": METRICS,
        "a parameter of requests": parameters,
        "a reserved word": {*_WORDS, *ATTRIBUTE_COLUMNS},
    }
    for what, names in taken.items():
        if name in names:
            raise _refused(f"'{name}' is {what} already: choose another name, such as contact_{name}.")


async def add_attribute(
    connection: Connection, name: str, *, label_en: str | None, label_fr: str | None, has_rollup: bool
) -> bool:
    """Add an attribute whose name was checked. Of one that exists, change the given labels, and let the rollups hold
    it. Return whether it is new. Raises QuestionRefused if there is no room."""
    for label in (label_en, label_fr):
        if label is not None and not 0 < len(label) <= LABEL_CHARACTERS_MAX:
            raise _refused(f"A label has 1 to {LABEL_CHARACTERS_MAX:,} characters.")
    await connection.execute(sqlfiles.read("facts/attributes.sql:lock"))
    rows = {row["name"]: row for row in await connection.fetch(sqlfiles.read("facts/attributes.sql:listed"))}
    if name in rows:
        await connection.execute(sqlfiles.read("facts/attributes.sql:change"), name, label_en, label_fr, has_rollup)
    else:
        free = sorted(set(range(1, ATTRIBUTES_MAX + 1)) - {row["number"] for row in rows.values()})
        if not free:
            raise _refused(
                f"{ATTRIBUTES_MAX} attributes exist, as many as there may be. Remove one first: {', '.join(rows)}."
            )
        values = (free[0], name, label_en, label_fr, has_rollup)
        await connection.execute(sqlfiles.read("facts/attributes.sql:add"), *values)
    await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), None)
    return name not in rows


async def find_losses(connection: Connection, name: str) -> Losses:
    """Return what the removal of an attribute loses. Raises NotFound."""
    column = await _find_column(connection, name)
    statement = sqlfiles.read("facts/attributes.sql:uses").format(column=column)
    row = await connection.fetchrow(statement, name)
    assert row is not None
    return Losses(row["contacts"], list(row["keys"]))


async def remove_attribute(connection: Connection, name: str) -> None:
    """Remove an attribute with its values, from the facts and from the rollups. Raises NotFound.

    It waits for loads and for transactions that write rollups, and lets none begin until the caller commits."""
    await connection.execute(sqlfiles.read("facts/attributes.sql:lock"))
    column = await _find_column(connection, name)
    await connection.execute(sqlfiles.read("facts/session.sql:lock_sites"))
    await connection.execute(sqlfiles.read("facts/thresholds.sql:lock"))
    for table in TABLES:
        await connection.execute(sqlfiles.read("facts/attributes.sql:clear").format(table=table, column=column))
    for rollup in ROLLUPS.values():
        if rollup.has_attributes:
            statement = sqlfiles.read("facts/attributes.sql:forget").format(table=rollup.sql)
            await connection.execute(statement, ATTRIBUTE_COLUMNS.index(column) + 1)
    await connection.execute(sqlfiles.read("facts/attributes.sql:remove_values"), column)
    await connection.execute(sqlfiles.read("facts/attributes.sql:remove"), name)
    await connection.execute(sqlfiles.read("facts/thresholds.sql:raise_version"))
    await connection.execute(sqlfiles.read("store/directory.sql:directory_changed"), None)


async def _find_column(connection: Connection, name: str) -> str:
    rows = await connection.fetch(sqlfiles.read("facts/attributes.sql:listed"))
    numbers: dict[str, int] = {row["name"]: row["number"] for row in rows}
    if not numbers:
        raise NotFound(f"There is no attribute '{name[:60]}'. Add it first: cadran attribute add.")
    if name not in numbers:
        raise unknown("attribute", name[:60], list(numbers), parameter="name")
    return ATTRIBUTE_COLUMNS[numbers[name] - 1]


def _refused(detail: str) -> QuestionRefused:
    return QuestionRefused(detail, code="bad_parameter", parameter="name")
