"""Codes that differ in case only: they name one member, because requests find members in any spelling.

A load finds the codes of a batch whose members are stored, or named in the same batch, in another spelling. It then
reads the stored spelling instead. Codes of customers are never searched by requests, and remain as they are.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from cadran.facts import sql
from cadran.facts.load.session import Connection

#: The columns of files that name members in any spelling. Each is the name of the dimension, too.
SPELLED: Final = ("partner", "site", "team", "agent", "segment", "channel", "moment", "reason", "queue", "gesture")
#: The dimension of the parent of a member.
PARENTS: Final[Mapping[str, str]] = {"team": "site", "agent": "team", "reason": "moment", "customer": "segment"}
Spellings = Mapping[tuple[str, str], str]


async def find_spellings(connection: Connection, named: Iterable[tuple[str, str]]) -> Spellings:
    """Return the spelling to use for each pair of a dimension and a code, where it differs from the code.

    A stored member's spelling comes first. Of new codes, the first in the order of characters is used."""
    wanted = sorted({each for each in named if each[0] in SPELLED})
    if not wanted:
        return {}
    dimensions, codes = zip(*wanted, strict=True)
    rows = await sql.fetch_rows(connection, "facts/new_members.sql:spellings", list(dimensions), list(codes))
    found = {(row["dimension"], row["code"]): row["stored"] for row in rows}
    new: dict[tuple[str, str], str] = {}
    for dimension, code in wanted:
        if (dimension, code) not in found:
            found[dimension, code] = new.setdefault((dimension, code.lower()), code)
    return {key: stored for key, stored in found.items() if stored != key[1]}


def respell_members(
    named: Iterable[tuple[str, str, str | None]], spelled: Spellings
) -> list[tuple[str, str, str | None]]:
    """Return the named members, with the codes of their parents, without those that have another spelling."""
    return [
        (dimension, code, parent and spelled.get((PARENTS.get(dimension, ""), parent), parent))
        for dimension, code, parent in named
        if (dimension, code) not in spelled
    ]


def respell_record(record: Sequence[Any], columns: Sequence[str], spelled: Spellings) -> tuple[Any, ...]:
    """Return a record of these columns with the spellings to use."""
    return tuple(spelled.get((name, value), value) for name, value in zip(columns, record, strict=True))
