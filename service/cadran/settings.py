"""The settings: everything that can differ from one deployment to the next, frozen, handed on as plain values.

`environment` reads them from `CADRAN_*`. Only `cli`, `serving`, `app` and `environment` import this module.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

LogLevel = Literal["debug", "info", "warning", "error"]


def _setting(default: Any, about: str, *, unit: str = "", low: float | None = None, high: float | None = None) -> Any:
    """A field with what the table and the checks need to know of it."""
    # A URL may carry a password.
    return field(default=default, repr=unit != "URL", metadata={"about": about, "unit": unit, "low": low, "high": high})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that can differ from one deployment to the next."""

    database_url: str | None = _setting(
        None, "PostgreSQL ≥ 15 to use; without it an embedded server is started (extra `embedded`)", unit="URL"
    )
    data_dir: Path = _setting(Path(".cadran"), "where the embedded server keeps its data", unit="path")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0 takes a free one", low=0, high=65535)
    workers: int = _setting(1, "serving processes", unit="processes", low=1, high=256)
    pool_min: int = _setting(2, "connections kept open by each process", unit="connections", low=0, high=1000)
    pool_max: int = _setting(8, "connections a process opens at most", unit="connections", low=1, high=1000)
    acquire_timeout_seconds: float = _setting(2.0, "longest wait for a free connection", unit="s", low=0.001)
    waiting_max: int = _setting(
        256,
        "how many statements may wait for a connection (a question can bring several); then the last one of the key"
        " with most waiting is refused",
        unit="statements",
        low=1,
    )
    heavy_max: int = _setting(
        2,
        "heavy statements (of over a million rows read) that run at once; the other connections are for light ones",
        unit="statements",
        low=1,
        high=1000,
    )
    statement_timeout_seconds: float = _setting(15.0, "longest run of one statement", unit="s", low=0.001)
    lock_timeout_seconds: float = _setting(
        600.0,
        "longest wait of `migrate`, `load` and `worker` for what another of them, or any transaction, holds",
        unit="s",
        low=0.001,
        high=2_000_000,
    )
    cache_bytes_max: int = _setting(64_000_000, "size of the cache of answers in a process", unit="bytes", low=0)
    bytes_cache_bytes_max: int = _setting(
        32_000_000, "size of the cache of finished responses in a process", unit="bytes", low=0
    )
    fresh_seconds: float = _setting(
        10.0,
        "how long an answer that reaches into today is cached, and may be shown after it was sent",
        unit="s",
        low=0,
    )
    live_seconds: float = _setting(
        5.0,
        "how long the figures of now (period=now) are cached, and may be shown after they were sent",
        unit="s",
        low=0.1,
        high=3600,
    )
    closed_seconds: float = _setting(86_400.0, "how long an answer about a closed past may be shown", unit="s", low=0)
    values_max: int = _setting(
        500_000,
        "largest response, over REST, CSV and GraphQL alike: rows × values of a row, ten at least",
        unit="values",
        low=1,
    )
    values_under_way_max: int = _setting(
        1_000_000,
        "values of the large responses made at the same time; others wait in turn, and no key has more than half",
        unit="values",
        low=2,
    )
    exact_contacts_max: int = _setting(
        1_000_000, "up to so many, distinct customers are counted; above, estimated", unit="contacts", low=0
    )
    survey_rest_days: int = _setting(
        90, "how long a customer who was asked is left alone, unless the request says", unit="days", low=1, high=3660
    )
    group_agents_min: int = _setting(
        5, "fewest agents whose ranks and common figures are shown beside one of them", unit="agents", low=1
    )
    objective_key_results_max: int = _setting(
        200, "most key results of an objective; more than five get a warning", unit="key results", low=1, high=1_000
    )
    objectives_measured_max: int = _setting(
        500,
        "most key results that a request for objectives measures; as many as one objective may have in any case",
        unit="key results",
        low=1,
    )
    embed_seconds_max: int = _setting(
        86_400, "longest life of an embed token; one that is asked for longer ends then", unit="s", low=1, high=86_400
    )
    embed_tokens_per_minute: int = _setting(
        600,
        "embed tokens minted with one key, in each process; each is an entry of the audit log",
        unit="a minute",
        low=1,
    )
    requests_per_minute: int = _setting(6_000, "requests of one key, in each process", unit="a minute", low=1)
    address_requests_per_minute: int = _setting(
        12_000, "requests from one address, in each process", unit="a minute", low=1
    )
    concurrent_max: int = _setting(32, "requests of one key under way, in each process", unit="requests", low=1)
    address_concurrent_max: int = _setting(
        256, "requests from one address under way, in each process", unit="requests", low=1
    )
    oidc_issuer: str | None = _setting(None, "identity provider whose tokens are believed; none without it", unit="URL")
    oidc_audience: str = _setting("cadran", "audience that its tokens must name")
    oidc_jwks_url: str | None = _setting(
        None, "where its keys are; the issuer's .well-known/jwks.json without it", unit="URL"
    )
    oidc_role_claim: str = _setting("roles", "claim of its tokens that holds roles; `a.b` is b within a")
    oidc_roles: str = _setting("", "its words for our roles: word=role,…; our own words need none")
    oidc_scopes: str = _setting("", "claims that hold a scope: sites=claim,…; also partners, segments, teams, agent …")
    statement_keys: str = _setting(
        "",
        "PEM files of P-256 or Ed25519 keys, comma-separated; the first private one signs sealed statements",
        unit="paths",
    )
    body_bytes_max: int = _setting(1_000_000, "largest request body", unit="bytes", low=1)
    body_timeout_seconds: float = _setting(15.0, "longest wait for a request's whole body", unit="s", low=0.001)
    head_bytes_max: int = _setting(65_536, "largest request line and headers", unit="bytes", low=1024)
    head_timeout_seconds: float = _setting(10.0, "longest wait for a request's line and headers", unit="s", low=0.001)
    connections_max: int = _setting(
        1_000, "most connections of all clients, in each process; the next are answered 503", unit="connections", low=1
    )
    address_connections_max: int = _setting(
        256,
        "most connections of one address, in each process; trusted proxies are exempt",
        unit="connections",
        low=1,
    )
    unsent_bytes_max: int = _setting(
        64_000_000,
        "most bytes of responses that clients have not read yet, in each process; the oldest are cut off beyond it",
        unit="bytes",
        low=1_000_000,
    )
    send_timeout_seconds: float = _setting(
        30.0, "how long a client may read nothing of its response", unit="s", low=0.001
    )
    trusted_proxies: str = _setting(
        "",
        "addresses or networks, separated by commas, whose X-Forwarded-For tells the caller's address; none: nobody's",
    )
    zone: str = _setting("Europe/Paris", "zone of relative periods where the sites' own differ", unit="IANA zone")
    currency: str = _setting("EUR", "currency of costs, revenue and budgets", unit="ISO 4217")
    otlp_endpoint: str | None = _setting(None, "where traces go (OTLP over HTTP); none are sent without it", unit="URL")
    trace_sample_ratio: float = _setting(
        0.01, "share of requests traced when the caller has not decided", low=0, high=1
    )
    graphql_depth_max: int = _setting(20, "deepest nesting of a GraphQL document", unit="levels", low=1)
    graphql_aliases_max: int = _setting(200, "most aliases in a GraphQL document", unit="aliases", low=0)
    graphql_root_fields_max: int = _setting(20, "most fields at the root of a GraphQL operation", unit="fields", low=1)
    graphql_fields_max: int = _setting(3_000, "most fields in a GraphQL document", unit="fields", low=1)
    graphql_repeats_max: int = _setting(5_000, "most repetitions of GraphQL fields", unit="pairs of fields", low=0)
    graphql_operations_max: int = _setting(10, "most operations in a GraphQL document", unit="operations", low=1)
    graphql_fragments_max: int = _setting(
        100, "most fragments in a GraphQL document, and spreads of them", unit="fragments", low=0
    )
    graphql_directives_max: int = _setting(100, "most directives in a GraphQL document", unit="directives", low=0)
    graphql_field_directives_max: int = _setting(
        4, "most directives at one place of a GraphQL document", unit="directives", low=0
    )
    graphql_tokens_max: int = _setting(3_000, "most tokens in a GraphQL document", unit="tokens", low=1)
    graphql_characters_max: int = _setting(50_000, "longest GraphQL document", unit="characters", low=1)
    graphql_variables_max: int = _setting(100, "most variables of a GraphQL operation", unit="variables", low=0)
    graphql_variables_bytes_max: int = _setting(50_000, "largest variables of a GraphQL request", unit="bytes", low=2)
    graphql_variables_depth_max: int = _setting(20, "deepest nesting of GraphQL variables", unit="levels", low=1)
    graphql_introspections_max: int = _setting(
        10, "most `__type` in a GraphQL operation, of which one may be `__schema`; 0: none", unit="fields", low=0
    )
    graphql_persisted_bytes_max: int = _setting(
        8_000_000, "memory for automatic persisted queries; 0: none are kept", unit="bytes", low=0
    )
    graphql_persisted_seconds: float = _setting(86_400.0, "how long a persisted query lives", unit="s", low=1)
    graphql_documents_max: int = _setting(1_000, "most trusted GraphQL documents", unit="documents", low=0)
    log_level: LogLevel = _setting("info", "least severe log record that `serve` and `worker` write")
    shutdown_seconds: float = _setting(10.0, "how long open requests may finish after a stop", unit="s", low=0)
    start_wait_seconds: float = _setting(
        30.0,
        "how long `serve` and `worker` wait at their start for a database that does not answer yet",
        unit="s",
        low=0,
        high=3600,
    )
    worker_poll_seconds: float = _setting(5.0, "how often a worker looks for work unasked", unit="s", low=0.01)
    refresh_workers: int = _setting(
        2,
        "how many recompute rollups side by side, each on a core of the database's; small servers have two",
        unit="connections",
        low=1,
        high=64,
    )
    load_batch_rows: int = _setting(50_000, "rows `cadran load` stages and commits at a time", unit="rows", low=1)
