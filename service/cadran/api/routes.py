"""All routes of the service. This is the one place where features are registered with REST and GraphQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from starlette.routing import BaseRoute

from cadran.access.documents import TrustedDocuments
from cadran.access.idempotency import Idempotency
from cadran.access.key_store import KeyStore
from cadran.administration.rest.documents import DocumentRoutes
from cadran.administration.rest.embed_tokens import EmbedTokens
from cadran.administration.rest.keys import Administration
from cadran.api.resources import Resources
from cadran.api.schema import core_schema
from cadran.contracts.reader import ContractReader
from cadran.contracts.rest.contracts import ContractResources
from cadran.contracts.rest.sla import SlaResources
from cadran.engine.desk import Desk
from cadran.graphql.execution import view
from cadran.graphql.execution.documents import Documents
from cadran.graphql.execution.persisted import PersistedQueries
from cadran.insights.rest.agents import Agents
from cadran.insights.rest.insights import Insights
from cadran.insights.rest.reports import Reports
from cadran.lists.reader import Lists
from cadran.lists.rest.contacts import ContactResource
from cadran.lists.rest.recovery import Recovery
from cadran.lists.rest.surveys import Surveys
from cadran.objectives.reader import ObjectiveReader
from cadran.objectives.rest.objectives import ObjectiveResources
from cadran.rest.indicators import Figures
from cadran.web.cache_policy import NoteMaker


@dataclass(frozen=True, slots=True)
class Features:
    """The services behind the routes: the desk for figures, and the readers of the features."""

    desk: Desk
    lists: Lists
    contracts: ContractReader
    objectives: ObjectiveReader


@dataclass(frozen=True, slots=True)
class Credentials:
    """The services and settings behind the administration routes.

    ``follow`` reloads this process's mirror after a change. ``secret`` signs embed tokens, which live at most
    ``embed_seconds_max`` seconds. One caller may mint at most ``embed_tokens_per_minute`` tokens in a minute.
    """

    keys: KeyStore
    documents: TrustedDocuments
    follow: Callable[[], Awaitable[None]]
    secret: bytes
    embed_seconds_max: int
    embed_tokens_per_minute: int


def make_routes(
    features: Features,
    credentials: Credentials,
    *,
    keeper: NoteMaker,
    idempotency: Idempotency,
    introspections_max: int,
    persisted: PersistedQueries,
    version: str,
) -> list[BaseRoute]:
    """Return every route except the health probes."""
    desk, lists, schema = features.desk, features.lists, core_schema()
    check = Documents(schema, introspections_max=introspections_max).check
    keys, follow = credentials.keys, credentials.follow
    return [
        *Resources(keeper, version).routes(),
        *Figures(desk, keeper).routes(),
        *Insights(desk, keeper).routes(),
        *ContactResource(lists).routes(),
        *Surveys(lists).routes(),
        *Recovery(desk, lists).routes(),
        *Reports(desk, keeper).routes(),
        *Agents(desk, keeper).routes(),
        *Administration(desk, keys, follow, idempotency).routes(),
        *EmbedTokens(
            desk,
            keys,
            features.objectives.seen,
            features.contracts.codes,
            idempotency,
            credentials.secret,
            credentials.embed_seconds_max,
            credentials.embed_tokens_per_minute,
        ).routes(),
        *ContractResources(features.contracts, idempotency).routes(),
        *SlaResources(features.contracts, keeper).routes(),
        *ObjectiveResources(features.objectives, idempotency).routes(),
        *DocumentRoutes(idempotency, credentials.documents, follow, check).routes(),
        *view.make_routes(
            desk,
            keeper,
            schema=schema,
            introspections_max=introspections_max,
            trusted=credentials.documents.text,
            persisted=persisted,
            services={Lists: lists, ContractReader: features.contracts, ObjectiveReader: features.objectives},
            idempotency=idempotency,
        ),
    ]
