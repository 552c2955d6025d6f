"""Ids of GraphQL objects, unique across types, so that a normalised cache never mistakes one object for another.

An id is the type and the number that REST uses: ``objective_5``, ``key_result_5``. An object as of a named day has
another id, such as ``objective_5@2015-10-01``. Clients treat ids as opaque. Arguments also take the numbers of REST.
"""

from __future__ import annotations

import re
from typing import Final

from cadran.domain.bounds import NUMBER_DIGITS_MAX

OBJECTIVE: Final = "objective"
KEY_RESULT: Final = "key_result"
CHECK_IN: Final = "check_in"
CONTRACT: Final = "contract"
_ID: Final = re.compile(rf"(?:([a-z_]+)_)?([0-9]{{1,{NUMBER_DIGITS_MAX}}})(?:@[0-9-]{{10}})?")


def identity(kind: str, name: object, as_of: str | None = None) -> str:
    """Return the id of an object, with the day if one is given."""
    return f"{kind}_{name}" if as_of is None else f"{kind}_{name}@{as_of}"


def number_in(kind: str, text: str) -> int | None:
    """Return the number in an id of this kind, or in a number as REST writes it. Return None if the text is neither."""
    found = _ID.fullmatch(text)
    if found is None or found[1] not in (None, kind) or (found[1] is None and "@" in text):
        return None
    return int(found[2])
