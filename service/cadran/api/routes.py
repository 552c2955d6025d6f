"""All routes of the service except the health probes."""

from __future__ import annotations

from starlette.routing import BaseRoute

from cadran.api.index import list_links
from cadran.api.openapi import build_document
from cadran.api.registry import OPERATIONS
from cadran.api.resources import SelfDescription
from cadran.api.schema import core_schema
from cadran.graphql.execution import view
from cadran.graphql.execution.documents import Documents
from cadran.graphql.execution.persisted import PersistedQueries
from cadran.rest.routing import make_routes as make_rest_routes
from cadran.web.services import Services


def make_routes(
    *services: object, introspections_max: int, persisted: PersistedQueries, version: str
) -> list[BaseRoute]:
    """Return the routes of REST and GraphQL. ``services`` are those that handlers and fields use."""
    schema = core_schema()
    described = SelfDescription(version, list_links(OPERATIONS), lambda: build_document(version))
    registered = Services(*services, described, Documents(schema, introspections_max=introspections_max))
    # The router tries the routes in turn. All operations of GraphQL have one route, so it comes first.
    return [
        *view.make_routes(registered, schema=schema, persisted=persisted),
        *make_rest_routes(OPERATIONS, registered),
    ]
