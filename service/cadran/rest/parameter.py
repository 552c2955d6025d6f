"""Declaration and parsing of parameters of the query string.

Takes the raw query string. Refuses parameters that a resource does not know (``unknown_parameter``), single parameters
given twice, values of the wrong kind or size (``bad_parameter``), and query strings that cannot be parsed
(``bad_request``).
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, Literal
from urllib.parse import parse_qsl

from cadran.domain.bounds import VALUES_MAX, WORD_MAX, check_list
from cadran.domain.filter_name import current_filter_name, split_filter_name
from cadran.domain.metric_ref import split_list
from cadran.errors import QuestionRefused, unknown
from cadran.web.deprecation import NEGATION_SINCE, note_deprecated
from cadran.web.problem import HttpRefused

#: The member of what was read that holds the filters by attributes.
ATTRIBUTE_FILTERS: Final = "attributes"
#: The most parameters of a query string, more than any resource knows.
_FIELDS_MAX = 200
#: The most bytes of a query string, because the cost of parsing grows faster than the length.
QUERY_BYTES_MAX: Final = 8_192
_DECIMAL: Final = re.compile(r"[0-9]{1,12}(\.[0-9]{1,12})?")
_FLAGS: Final = {"true": True, "1": True, "false": False, "0": False}


@dataclass(frozen=True, slots=True)
class Parameter:
    """A parameter of a resource, as it is parsed and as OpenAPI describes it.

    A text, or an item of a list, has at most ``characters_max`` characters. ``low`` and ``high`` are the bounds of a
    number; the resource refuses numbers beyond them by its own rule. ``more_choices`` is the number of further items
    that a list of choices may have: names that only the database knows. The kind ``attributes`` is for the filters by
    the attributes of the database, each under its own name; no request has a parameter of this name itself.
    """

    name: str
    about: str
    kind: Literal["text", "list", "flag", "number", "decimal", "choice", "attributes"] = "text"
    example: Any = None
    choices: tuple[str, ...] = ()
    more_choices: int = 0
    required: bool = False
    longest: int = VALUES_MAX
    characters_max: int = WORD_MAX
    low: float = 1
    high: float = 10_000

    @property
    def items_max(self) -> int:
        """Return the maximum number of items of a list: the number of choices if there are choices."""
        return len(self.choices) + self.more_choices if self.choices else self.longest


def index_by_name(parameters: tuple[Parameter, ...]) -> Mapping[str, Parameter]:
    """Return the parameters by their names."""
    return {each.name: each for each in parameters if each.kind != "attributes"}


def takes_attributes(parameters: tuple[Parameter, ...]) -> bool:
    """Return whether a resource takes filters by attributes."""
    return any(each.kind == "attributes" for each in parameters)


def read_parameters(
    query_string: bytes, known: Mapping[str, Parameter], attributes: Collection[str] = ()
) -> dict[str, Any]:
    """Return the values by name, each converted to its parameter's kind. Those of filters by ``attributes`` are
    together under ``ATTRIBUTE_FILTERS``, by the names of the filters.

    A filter in its deprecated spelling counts as the same filter in the current spelling. A filter given in both
    spellings has the values of both. Raises QuestionRefused and HttpRefused.
    """
    found: dict[str, Any] = {}
    for written, text in _pairs(query_string):
        name = current_filter_name(written)
        parameter = known.get(name)
        place = found
        if parameter is None:
            if split_filter_name(name)[0] not in attributes:
                raise _unknown(written, [*known, *attributes])
            parameter, place = Parameter(name, "", "list"), found.setdefault(ATTRIBUTE_FILTERS, {})
        if name != written:
            note_deprecated(NEGATION_SINCE)
        if parameter.kind == "list":
            place.setdefault(name, []).extend(split_list(text))
            _check_list(parameter, place[name])
        elif name in found:
            raise QuestionRefused(f"{name} is given twice. Give it once.", code="bad_parameter", parameter=name)
        else:
            found[name] = _value(parameter, text)
    return found


def _pairs(query_string: bytes) -> list[tuple[str, str]]:
    if not query_string:
        return []
    if len(query_string) > QUERY_BYTES_MAX:
        raise HttpRefused(
            f"The query string is longer than {QUERY_BYTES_MAX:,} bytes. Ask for less at a time.", code="bad_request"
        )
    try:
        text = query_string.decode("ascii")
        return parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=_FIELDS_MAX)
    except ValueError as error:
        raise HttpRefused(
            "The query string is not percent-encoded UTF-8, or has too many parameters.", code="bad_request"
        ) from error


def _unknown(name: str, known: Sequence[str]) -> QuestionRefused:
    if not known:
        return QuestionRefused("This resource takes no parameters.", code="unknown_parameter", parameter=name[:60])
    return unknown("parameter", name[:60], known, parameter=name[:60])


def _value(parameter: Parameter, text: str) -> Any:
    if parameter.kind == "flag":
        if text not in _FLAGS:
            raise _bad(parameter, "true or false")
        return _FLAGS[text]
    if parameter.kind == "number":
        if not (text.isascii() and text.isdecimal() and len(text) < 10):
            raise _bad(parameter, "a whole number")
        return int(text)
    if parameter.kind == "decimal":
        if not _DECIMAL.fullmatch(text):
            raise _bad(parameter, "a number, such as 320 or 0.8")
        return float(text)
    if len(text) > parameter.characters_max:
        raise _bad(parameter, f"a text of at most {parameter.characters_max:,} characters")
    if parameter.name == "shape" and text not in parameter.choices:
        raise unknown("shape", text[:60], parameter.choices, parameter="shape")
    return text


def _check_list(parameter: Parameter, values: list[str]) -> None:
    """Refuse a list with too many items or with items that are too long."""
    check_list(parameter.name, values, parameter.items_max)
    if any(len(each) > parameter.characters_max for each in values):
        raise _bad(parameter, f"a list of items of at most {parameter.characters_max:,} characters")


def _bad(parameter: Parameter, kind: str) -> QuestionRefused:
    return QuestionRefused(f"{parameter.name} must be {kind}.", code="bad_parameter", parameter=parameter.name)
