"""Canonical JSON by the JSON Canonicalization Scheme (RFC 8785): the bytes that statements are signed over.

``encode_canonical`` takes JSON values (objects with string keys, lists, strings, numbers, true, false, null) and
returns bytes: members in the order of their UTF-16 code units, no white space, numbers as ECMAScript writes them.
Raises ValueError for values that would not survive a round trip: integers beyond 2**53, NaN, infinities, and halves of
surrogate pairs.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from decimal import Decimal
from math import isfinite
from typing import Any, Final

_INTEGER_MAX: Final = 2**53
#: The most digits before the point, and zeros after the point, that ECMAScript writes without an exponent.
_DIGITS_MAX: Final = 21
_ZEROS_MAX: Final = 6


def encode_canonical(value: Any) -> bytes:
    """Return the canonical bytes of a value. Raises ValueError."""
    return _text(value).encode("utf-8")


def _text(value: Any) -> str:
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if isinstance(value, str):
        return json.dumps(value, ensure_ascii=False)
    if isinstance(value, int):
        if abs(value) > _INTEGER_MAX:
            raise ValueError(f"{value} is too large: JSON readers may lose its digits")
        return str(value)
    if isinstance(value, float):
        return encode_number(value)
    if isinstance(value, Mapping):
        members = sorted(value.items(), key=lambda member: member[0].encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_text(each)}" for name, each in members) + "}"
    if isinstance(value, list | tuple):
        return "[" + ",".join(map(_text, value)) + "]"
    raise ValueError(f"{type(value).__name__} is not a JSON type")


def encode_number(value: float) -> str:
    """Format a double as ECMAScript's Number::toString does: with the shortest digits that read back as this double."""
    if not isfinite(value):
        raise ValueError(f"{value} is not a JSON number")
    if not value:
        return "0"
    sign, digits, exponent = Decimal(repr(value)).normalize().as_tuple()
    assert isinstance(exponent, int)
    text = "".join(map(str, digits))
    point = len(text) + exponent
    return ("-" if sign else "") + _place_point(text, point)


def _place_point(digits: str, point: int) -> str:
    """Write digits with the decimal point after the first ``point`` digits."""
    if len(digits) <= point <= _DIGITS_MAX:
        return digits + "0" * (point - len(digits))
    if 0 < point <= _DIGITS_MAX:
        return f"{digits[:point]}.{digits[point:]}"
    if -_ZEROS_MAX < point <= 0:
        return "0." + "0" * -point + digits
    rest = f".{digits[1:]}" if len(digits) > 1 else ""
    return f"{digits[0]}{rest}e{'+' if point > 0 else '-'}{abs(point - 1)}"
