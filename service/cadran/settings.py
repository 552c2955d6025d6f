"""The settings of a deployment, frozen. Other modules receive them as plain values.

`environment` reads them from `CADRAN_*`. Only `cli`, `serving`, `app` and `environment` import this module.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

LogLevel = Literal["debug", "info", "warning", "error"]


def _setting(default: Any, about: str, *, unit: str = "", low: float | None = None, high: float | None = None) -> Any:
    """Return a dataclass field with the metadata that the settings table and the checks read."""
    # A URL may contain a password.
    return field(default=default, repr=unit != "URL", metadata={"about": about, "unit": unit, "low": low, "high": high})


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """All values that can differ between deployments."""

    database_url: str | None = _setting(
        None, "PostgreSQL ≥ 15 to connect to; unset: an embedded server is started (extra `embedded`)", unit="URL"
    )
    data_dir: Path = _setting(Path(".cadran"), "folder of the embedded server's data", unit="path")
    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0: any free port", low=0, high=65535)
    workers: int = _setting(1, "number of serving processes", unit="processes", low=1, high=256)
    pool_min: int = _setting(
        2, "fewest database connections that each process holds open", unit="connections", low=0, high=1000
    )
    pool_max: int = _setting(8, "most database connections of each process", unit="connections", low=1, high=1000)
    acquire_timeout_seconds: float = _setting(2.0, "longest wait for a free database connection", unit="s", low=0.001)
    waiting_max: int = _setting(
        256,
        "most statements waiting for a connection (a question can need several); beyond it, the newest statement of the"
        " API key with most waiting is refused",
        unit="statements",
        low=1,
    )
    heavy_max: int = _setting(
        2,
        "most heavy statements (reading over a million rows) at once; other connections are reserved for light ones",
        unit="statements",
        low=1,
        high=1000,
    )
    statement_timeout_seconds: float = _setting(15.0, "longest execution of one statement", unit="s", low=0.001)
    lock_timeout_seconds: float = _setting(
        600.0,
        "longest wait of `migrate`, `load` and `worker` for locks of one another or of any transaction",
        unit="s",
        low=0.001,
        high=2_000_000,
    )
    cache_bytes_max: int = _setting(64_000_000, "size of the answer cache of each process", unit="bytes", low=0)
    bytes_cache_bytes_max: int = _setting(32_000_000, "size of the response cache of each process", unit="bytes", low=0)
    fresh_seconds: float = _setting(
        10.0,
        "how long an answer whose period includes today is cached, and may be shown after it was sent",
        unit="s",
        low=0,
    )
    live_seconds: float = _setting(
        5.0,
        "how long live figures (period=now) are cached, and may be shown after they were sent",
        unit="s",
        low=0.1,
        high=3600,
    )
    closed_seconds: float = _setting(86_400.0, "how long an answer about a past period is cached", unit="s", low=0)
    values_max: int = _setting(
        500_000,
        "largest response (REST, CSV and GraphQL): rows × values per row, where a row counts as ten values at least",
        unit="values",
        low=1,
    )
    values_under_way_max: int = _setting(
        1_000_000,
        "most values of all large responses in progress; further ones wait in turn, and no API key gets more than half",
        unit="values",
        low=2,
    )
    exact_contacts_max: int = _setting(
        1_000_000,
        "most contacts over which distinct customers are counted exactly; beyond it they are estimated",
        unit="contacts",
        low=0,
    )
    survey_rest_days: int = _setting(
        90,
        "fewest days between two surveys of the same customer, unless the request gives a number",
        unit="days",
        low=1,
        high=3660,
    )
    group_agents_min: int = _setting(
        5,
        "fewest agents of a group whose ranks and common figures are shown next to those of one agent",
        unit="agents",
        low=1,
    )
    objective_key_results_max: int = _setting(
        200, "most key results of an objective; more than five cause a warning", unit="key results", low=1, high=1_000
    )
    objectives_measured_max: int = _setting(
        500,
        "most key results that one request for objectives measures; never fewer than one objective may have",
        unit="key results",
        low=1,
    )
    embed_seconds_max: int = _setting(
        86_400,
        "longest lifetime of an embed token; a longer requested lifetime is shortened to it",
        unit="s",
        low=1,
        high=86_400,
    )
    embed_tokens_per_minute: int = _setting(
        600,
        "most embed tokens minted with one API key, in each process; each is an entry of the audit log",
        unit="a minute",
        low=1,
    )
    requests_per_minute: int = _setting(
        6_000, "most requests with one API key, in each process", unit="a minute", low=1
    )
    address_requests_per_minute: int = _setting(
        12_000, "most requests from one IP address, in each process", unit="a minute", low=1
    )
    concurrent_max: int = _setting(
        32, "most simultaneous requests with one API key, in each process", unit="requests", low=1
    )
    address_concurrent_max: int = _setting(
        256, "most simultaneous requests from one IP address, in each process", unit="requests", low=1
    )
    oidc_issuer: str | None = _setting(None, "OIDC issuer whose tokens are accepted; unset: none are", unit="URL")
    oidc_audience: str = _setting("cadran", "audience that OIDC tokens must name")
    oidc_jwks_url: str | None = _setting(
        None, "location of the OIDC issuer's keys; unset: its /.well-known/jwks.json", unit="URL"
    )
    oidc_role_claim: str = _setting("roles", "claim of OIDC tokens that holds the roles; `a.b` is b within a")
    oidc_roles: str = _setting(
        "", "the issuer's names for cadran's roles: name=role,…; cadran's own role names work without"
    )
    oidc_scopes: str = _setting(
        "", "claims of OIDC tokens that hold a scope: sites=claim,…; also partners, segments, teams, agent …"
    )
    statement_keys: str = _setting(
        "",
        "PEM files of P-256 or Ed25519 keys, separated by commas; the first private key signs sealed statements",
        unit="paths",
    )
    body_bytes_max: int = _setting(1_000_000, "largest request body", unit="bytes", low=1)
    body_timeout_seconds: float = _setting(15.0, "longest wait for a whole request body", unit="s", low=0.001)
    head_bytes_max: int = _setting(65_536, "largest request line and headers together", unit="bytes", low=1024)
    head_timeout_seconds: float = _setting(10.0, "longest wait for a request line and its headers", unit="s", low=0.001)
    connections_max: int = _setting(
        1_000,
        "most client connections, in each process; further connections are answered 503",
        unit="connections",
        low=1,
    )
    address_connections_max: int = _setting(
        256,
        "most connections from one IP address, in each process; trusted proxies are exempt",
        unit="connections",
        low=1,
    )
    unsent_bytes_max: int = _setting(
        64_000_000,
        "most response bytes not yet read by clients, in each process; beyond it, the oldest responses are cut off",
        unit="bytes",
        low=1_000_000,
    )
    send_timeout_seconds: float = _setting(
        30.0, "longest time in which a client reads nothing of its response", unit="s", low=0.001
    )
    trusted_proxies: str = _setting(
        "",
        "IP addresses or networks of proxies, separated by commas, whose X-Forwarded-For is believed; empty: none",
    )
    zone: str = _setting(
        "Europe/Paris", "time zone of relative periods (such as today) where the sites' zones differ", unit="IANA zone"
    )
    currency: str = _setting("EUR", "currency of costs, revenue and budgets", unit="ISO 4217")
    otlp_endpoint: str | None = _setting(None, "collector of traces (OTLP over HTTP); unset: none are sent", unit="URL")
    trace_sample_ratio: float = _setting(
        0.01, "share of requests that are traced, where `traceparent` does not decide", low=0, high=1
    )
    graphql_depth_max: int = _setting(20, "deepest nesting of a GraphQL document", unit="levels", low=1)
    graphql_aliases_max: int = _setting(200, "most aliases in a GraphQL document", unit="aliases", low=0)
    graphql_root_fields_max: int = _setting(20, "most fields at the root of a GraphQL operation", unit="fields", low=1)
    graphql_fields_max: int = _setting(3_000, "most fields in a GraphQL document", unit="fields", low=1)
    graphql_repeats_max: int = _setting(
        5_000, "most pairs of GraphQL fields with the same response name", unit="pairs of fields", low=0
    )
    graphql_operations_max: int = _setting(10, "most operations in a GraphQL document", unit="operations", low=1)
    graphql_fragments_max: int = _setting(
        100, "most fragments in a GraphQL document, and most spreads of them", unit="fragments", low=0
    )
    graphql_directives_max: int = _setting(100, "most directives in a GraphQL document", unit="directives", low=0)
    graphql_field_directives_max: int = _setting(
        4, "most directives at one location of a GraphQL document", unit="directives", low=0
    )
    graphql_tokens_max: int = _setting(3_000, "most tokens in a GraphQL document", unit="tokens", low=1)
    graphql_characters_max: int = _setting(50_000, "longest GraphQL document", unit="characters", low=1)
    graphql_variables_max: int = _setting(100, "most variables of a GraphQL operation", unit="variables", low=0)
    graphql_variables_bytes_max: int = _setting(
        50_000, "largest JSON of a GraphQL request's variables", unit="bytes", low=2
    )
    graphql_variables_depth_max: int = _setting(20, "deepest nesting of GraphQL variables", unit="levels", low=1)
    graphql_introspections_max: int = _setting(
        10, "most `__type` fields in a GraphQL operation, one of which may be `__schema`; 0: none", unit="fields", low=0
    )
    graphql_persisted_bytes_max: int = _setting(
        8_000_000, "memory for automatic persisted queries; 0: none are stored", unit="bytes", low=0
    )
    graphql_persisted_seconds: float = _setting(86_400.0, "lifetime of an automatic persisted query", unit="s", low=1)
    graphql_documents_max: int = _setting(1_000, "most trusted GraphQL documents", unit="documents", low=0)
    log_level: LogLevel = _setting("info", "lowest level of log records that `serve` and `worker` write")
    shutdown_seconds: float = _setting(
        10.0, "time that open requests have to finish when the service stops", unit="s", low=0
    )
    start_wait_seconds: float = _setting(
        30.0,
        "longest wait of `serve` and `worker` at their start for the database to answer",
        unit="s",
        low=0,
        high=3600,
    )
    worker_poll_seconds: float = _setting(
        5.0, "time after which `worker` looks for work without a notification", unit="s", low=0.01
    )
    refresh_workers: int = _setting(
        2,
        "connections that recompute rollups in parallel; each occupies a core of the database server",
        unit="connections",
        low=1,
        high=64,
    )
    load_batch_rows: int = _setting(50_000, "rows that `cadran load` stages and commits at a time", unit="rows", low=1)
