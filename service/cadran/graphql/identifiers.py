"""Ids of GraphQL objects, unique across types, so that a normalised cache never mistakes one object for another.

An id is the type and the number that REST uses: ``objective_5``, ``key_result_5``. An object as of a named day has
another id, such as ``objective_5@2015-10-01``. Clients treat ids as opaque. Arguments also take the numbers of REST.
The field ``objective`` reads an id with a day as of that day. Every other argument refuses an id with a day.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date
from typing import Final

from cadran.domain.bounds import NUMBER_DIGITS_MAX

OBJECTIVE: Final = "objective"
KEY_RESULT: Final = "key_result"
CHECK_IN: Final = "check_in"
CONTRACT: Final = "contract"
_ID: Final = re.compile(rf"(?:([a-z_]+)_)?([0-9]{{1,{NUMBER_DIGITS_MAX}}})(?:@([0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}))?")


@dataclass(frozen=True, slots=True)
class ParsedId:
    """The number in an id, and its day; None without a day."""

    number: int
    as_of: str | None


def encode_id(kind: str, name: object, as_of: str | None = None) -> str:
    """Return the id of an object, with the day if one is given."""
    return f"{kind}_{name}" if as_of is None else f"{kind}_{name}@{as_of}"


def parse_id(kind: str, text: str) -> ParsedId | None:
    """Parse an id of this kind, or a number as REST writes it.

    Return None if the text is neither, or if its day does not exist.
    """
    found = _ID.fullmatch(text)
    if found is None or found[1] not in (None, kind) or (found[1] is None and found[3] is not None):
        return None
    if found[3] is not None:
        try:
            date.fromisoformat(found[3])
        except ValueError:
            return None
    return ParsedId(int(found[2]), found[3])
