"""The routes of REST, made from declared operations."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import ModuleType

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from cadran.rest.context import read_request
from cadran.rest.operation import Operation, make_csv_path
from cadran.web.negotiate import CSV
from cadran.web.services import Services


def find_operations(modules: Iterable[ModuleType]) -> tuple[Operation, ...]:
    """Return the operations that these modules declare, in the order of their declaration."""
    return tuple(each for module in modules for each in vars(module).values() if isinstance(each, Operation))


def make_routes(operations: Iterable[Operation], services: Services) -> list[Route]:
    """Return one route for each path, so that a 405 lists all methods, and the CSV-only routes."""
    by_path: dict[str, dict[str, Operation]] = {}
    for each in operations:
        by_path.setdefault(each.path, {})[each.method] = each
    routes = list[Route]()
    for path, by_method in by_path.items():
        routes.append(_make_route(path, by_method, services))
        get = by_method.get("GET")
        if get is not None and CSV in get.success.media_types:
            routes.append(_make_route(make_csv_path(path), {"GET": get}, services))
    return routes


def _make_route(path: str, by_method: Mapping[str, Operation], services: Services) -> Route:
    async def handle(request: Request) -> Response:
        operation = by_method["GET" if request.method == "HEAD" else request.method]
        return await operation.handler(read_request(request, operation, services))

    return Route(path, handle, methods=[*by_method])
