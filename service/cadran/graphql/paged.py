"""Pages of rows that are held in columns and shown one by one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from inspect import get_annotations
from typing import Any, TypeVar

from cadran.graphql.fields import resolve_field

Carrier = TypeVar("Carrier", bound=type)


def add_columns(fields: Mapping[str, tuple[Any, str]]) -> Callable[[Carrier], Carrier]:
    """Return a decorator that adds a field for each column to a row type.

    ``fields`` gives the type and the description of each column. The row type must have ``columns`` and ``index``.
    """

    def carry(carrier: Carrier) -> Carrier:
        annotations = dict(get_annotations(carrier))
        for name, (kind, description) in fields.items():
            setattr(carrier, name, resolve_field(_cell_of(name), name, kind, description))
            annotations[name] = kind
        carrier.__annotations__ = annotations
        return carrier

    return carry


def _cell_of(name: str) -> Callable[[Any], Any]:
    def resolve(root: Any) -> Any:
        return root.columns[name][root.index]

    return resolve
