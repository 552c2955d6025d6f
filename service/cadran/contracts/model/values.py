"""The types of the values in a contract's document (codes, texts, amounts, times), each with its bounds.

A number may be written as a string, because JSON numbers may lose digits. A string is read as exactly that decimal.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Annotated, Any, Final

from pydantic import BeforeValidator, Field

from cadran.domain.bounds import CODES_MAX, WORD_MAX

CODE_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$"
EARLIEST, LATEST = date(1990, 1, 1), date(2900, 1, 1)
#: The most entries of a contract: terms, rules of a term, shifts, times of force majeure, windows with a forecast.
TERMS_MAX: Final = 50
RULES_MAX: Final = 50
SHIFTS_MAX: Final = 50
TIMES_MAX: Final = 1_000
WINDOWS_MAX: Final = 40_000
#: The most characters of a number that is written as a string.
_DIGITS_MAX: Final = 40
_PRINTED: Final = r"^[^\x00-\x1f]*$"
_TIME: Final = "([01][0-9]|2[0-3]):(00|15|30|45)"


def _number(value: object) -> object:
    """Return a number or a string as a decimal. A float becomes the decimal of its shortest digits. Raises
    ValueError."""
    if isinstance(value, str) and len(value) > _DIGITS_MAX:
        raise ValueError(f"has more than {_DIGITS_MAX} characters")
    if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
        raise ValueError("is not a number")
    try:
        return Decimal(repr(value) if isinstance(value, float) else value)
    except InvalidOperation:
        raise ValueError("is not a number") from None


def _bounded(schema: dict[str, Any]) -> None:
    """Add the maximum length of a number that is written as a string to a JSON Schema."""
    for each in schema["anyOf"]:
        if each["type"] == "string":
            each["maxLength"] = _DIGITS_MAX


Code = Annotated[str, Field(pattern=CODE_PATTERN, max_length=80)]
Word = Annotated[str, Field(min_length=1, max_length=WORD_MAX, pattern=_PRINTED)]
Codes = Annotated[list[Word], Field(min_length=1, max_length=CODES_MAX)]
Text = Annotated[str, Field(max_length=WORD_MAX, pattern=_PRINTED)]
Amount = Annotated[
    Decimal,
    Field(gt=0, le=100_000_000, max_digits=11, decimal_places=2, allow_inf_nan=False, json_schema_extra=_bounded),
    BeforeValidator(_number),
]
Seconds = Annotated[
    Decimal,
    Field(ge=0, le=31 * 86_400, decimal_places=6, allow_inf_nan=False, json_schema_extra=_bounded),
    BeforeValidator(_number),
]
Percent = Annotated[
    Decimal,
    Field(ge=0, le=1000, decimal_places=4, allow_inf_nan=False, json_schema_extra=_bounded),
    BeforeValidator(_number),
]
Clock = Annotated[str, Field(pattern=f"^{_TIME}$", max_length=5)]
Wall = Annotated[str, Field(pattern=f"^[0-9]{{4}}-[0-9]{{2}}-[0-9]{{2}}T{_TIME}$", max_length=16)]
Day = Annotated[date, Field(ge=EARLIEST, le=LATEST)]
