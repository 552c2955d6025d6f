"""The names of filters: ``channel`` selects only the given values, ``channel.not`` all other values.

``channel!`` is the deprecated spelling of ``channel.not``: client generators cannot distinguish ``channel`` from
``channel!``. It is read and never written.
"""

from __future__ import annotations

from typing import Final

NEGATION: Final = ".not"
DEPRECATED_NEGATION: Final = "!"


def filter_name(dimension: str, *, negated: bool) -> str:
    """Return the name of a dimension's filter."""
    return f"{dimension}{NEGATION}" if negated else dimension


def split_filter_name(name: str) -> tuple[str, bool]:
    """Return the dimension that a name filters on, and whether the filter is negated; reads both spellings."""
    for suffix in (NEGATION, DEPRECATED_NEGATION):
        if name.endswith(suffix):
            return name.removesuffix(suffix), True
    return name, False


def current_filter_name(name: str) -> str:
    """Return the name with its deprecated negation replaced. Every other name is returned unchanged."""
    dimension, negated = split_filter_name(name)
    return filter_name(dimension, negated=negated)
