"""The services that the handlers of REST and the fields of GraphQL use, found by their type.

The application registers them. The kits know none of the features, and the features know nothing of each other.
"""

from __future__ import annotations

from typing import Any, TypeVar, cast

Service = TypeVar("Service")


class Services:
    """A registry of services. Each type has one service."""

    def __init__(self, *services: object) -> None:
        self._by_type: dict[type[Any], object] = {type(each): each for each in services}

    def get(self, kind: type[Service]) -> Service:
        """Return the service of this type."""
        return cast("Service", self._by_type[kind])
