"""JSON in the one form that its signature is made over: the JSON Canonicalization Scheme (RFC 8785).

Takes what JSON can say (objects with text keys, lists, texts, numbers, true, false, null); gives its bytes: members in
the order of their UTF-16 code units, no blanks, numbers as ECMAScript writes them. Refuses what would not come back the
same (ValueError): integers that no double holds, NaN and infinities, halves of surrogate pairs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final

_INTEGER_MAX: Final = 2**53
#: ECMAScript writes numbers without an exponent up to so many digits before the point, and so many zeros after it.
_DIGITS_MAX: Final = 21
_ZEROS_MAX: Final = 6


def canonical(value: Any) -> bytes:
    """The canonical bytes. Raises ValueError."""
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > _INTEGER_MAX:
            raise ValueError(f"{value} is no number that every reader of JSON keeps")
        return str(value)
    if isinstance(value, float):
        return number(value)
    if isinstance(value, Mapping):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(each)}" for name, each in members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise ValueError(f"{type(value).__name__} is not of JSON")


def number(value: float) -> str:
    """A double as ECMAScript's Number::toString writes it: the shortest digits that come back as it."""
    if not isfinite(value):
        raise ValueError(f"{value} is no number of JSON")
    if not value:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = len(text) + exponent
    return ("-" if sign else "") + _placed(text, point)


def _placed(digits: str, point: int) -> str:
    """Digits with the point after so many of them."""
    if len(digits) <= point <= _DIGITS_MAX:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _DIGITS_MAX:
        return f"{digits[:point]}.{digits[point:]}"
    if -_ZEROS_MAX < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
