"""Values of JSON: decoded exactly, and as the texts that a load or a mapping reads.

``DECODER`` decodes one value. Strings, true, false and null are as in Python; a number is a `Number`, the text that the
file has. It raises ValueError for what JSON does not have: NaN, and an object with two members of one name.
"""

import json
from collections.abc import Iterator
from typing import Any, Final

#: The depth to which a record may be nested.
NESTING_MAX: Final = 100
#: A longer number within an array or object becomes a text, because not all readers of JSON show its last digits.
_NUMBER_CHARACTERS_MAX: Final = 15


class Number(str):
    """A JSON number, as the text that the file has."""

    __slots__ = ()


def format_value(value: object) -> str | None:
    """Return a JSON value as the text that a CSV file would have. Arrays and objects become JSON."""
    if value is None:
        return None
    if isinstance(value, str):
        return value.strip() or None
    if isinstance(value, bool):
        return "true" if value else "false"
    return json.dumps(_exact(value), ensure_ascii=False)


def _read_members(pairs: list[tuple[str, object]]) -> dict[str, object]:
    found: dict[str, object] = {}
    for name, value in pairs:
        if name in found:
            raise ValueError(f"an object has two members '{name[:60]}'")
        found[name] = value
    return found


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is a number that JSON does not have")


DECODER: Final[Any] = json.JSONDecoder(
    parse_int=Number, parse_float=Number, parse_constant=_refuse_constant, object_pairs_hook=_read_members
)


def _exact(value: object) -> object:
    """Return a value whose numbers are numbers if DuckDB shows them exactly as the file does, and else texts."""
    if isinstance(value, Number):
        if len(value) > _NUMBER_CHARACTERS_MAX:
            return str(value)
        number = int(value) if value.lstrip("-").isdigit() else float(value)
        return number if repr(number) == value else str(value)
    if isinstance(value, dict):
        return {name: _exact(each) for name, each in value.items()}
    if isinstance(value, list):
        return [_exact(each) for each in value]
    return value


def is_deep(value: object) -> bool:
    """Return whether a value is nested more than ``NESTING_MAX`` deep."""
    level = [value]
    for _ in range(NESTING_MAX + 1):
        inner: list[object] = []
        for each in level:
            if isinstance(each, dict):
                inner += each.values()
            elif isinstance(each, list):
                inner += each
        if not inner:
            return False
        level = inner
    return True


def list_texts(value: object) -> Iterator[str]:
    """Yield all texts within a JSON value, with their escapes decoded."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for pair in value.items():
            yield from list_texts([*pair])
    elif isinstance(value, list):
        for each in value:
            yield from list_texts(each)
