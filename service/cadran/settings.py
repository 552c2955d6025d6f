"""The settings of a deployment, frozen. Other modules receive them as plain values.

`environment` reads them from `CADRAN_*`. Only `cli`, `serving`, `app` and `environment` import this module.
A default is written here only: a function that uses the value takes it as an argument without a default.
"""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

from cadran.domain.bounds import EMBED_SECONDS_MAX, KEY_RESULTS_MAX

LogLevel = Literal["debug", "info", "warning", "error"]


def _setting(default: Any, about: str, *, unit: str = "", low: float | None = None, high: float | None = None) -> Any:
    """Return a dataclass field with the metadata that the settings table and the checks read."""
    # A URL may contain a password.
    return field(default=default, repr=unit != "URL", metadata={"about": about, "unit": unit, "low": low, "high": high})


@dataclass(frozen=True, kw_only=True)
class Service:
    """The address of `cadran serve`, its processes, its start and its end."""

    host: str = _setting("127.0.0.1", "address to listen on")
    port: int = _setting(8000, "port to listen on; 0: any free port", low=0, high=65535)
    workers: int = _setting(1, "number of serving processes", unit="processes", low=1, high=256)
    start_wait_seconds: float = _setting(
        30.0,
        "longest wait of `serve` and `worker` at their start for the database to answer",
        unit="s",
        low=0,
        high=3600,
    )
    shutdown_seconds: float = _setting(
        10.0, "time that open requests have to finish when the service stops", unit="s", low=0
    )


@dataclass(frozen=True, kw_only=True)
class Database:
    """The database, its connections, and the waits for them."""

    database_url: str | None = _setting(
        None, "PostgreSQL ≥ 15 to connect to; unset: an embedded server is started (extra `embedded`)", unit="URL"
    )
    data_dir: Path = _setting(Path(".cadran"), "folder of the embedded server's data", unit="path")
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


@dataclass(frozen=True, kw_only=True)
class Caches:
    """The memory of the caches, and the time that their entries live."""

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


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The meaning of figures, surveys and objectives, where companies differ."""

    zone: str = _setting(
        "Europe/Paris", "time zone of relative periods (such as today) where the sites' zones differ", unit="IANA zone"
    )
    currency: str = _setting("EUR", "currency of costs, revenue and budgets", unit="ISO 4217")
    group_agents_min: int = _setting(
        5,
        "fewest agents of a group whose ranks and common figures are shown next to those of one agent",
        unit="agents",
        low=1,
    )
    survey_rest_days: int = _setting(
        90,
        "fewest days between two surveys of the same customer, unless the request gives a number",
        unit="days",
        low=1,
        high=3660,
    )
    open_state_hours_max: int = _setting(
        24,
        "longest time that an agent's state without an end lasts; `cadran migrate` stores a new value for all processes"
        ", and the next refresh computes agents' time and live counts again where it matters, also in the past",
        unit="h",
        low=1,
        high=24,
    )
    objective_key_results_max: int = _setting(
        200,
        "most key results of an objective; more than five cause a warning",
        unit="key results",
        low=1,
        high=KEY_RESULTS_MAX,
    )


@dataclass(frozen=True, kw_only=True)
class Answers:
    """Limits of one answer, and of all answers in progress."""

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
    objectives_measured_max: int = _setting(
        500,
        "most key results that one request for objectives measures; never fewer than one objective may have",
        unit="key results",
        low=1,
    )


@dataclass(frozen=True, kw_only=True)
class Requests:
    """Limits of the requests of one caller. Each process counts by itself."""

    requests_per_minute: int = _setting(6_000, "most requests with one API key", unit="a minute", low=1)
    address_requests_per_minute: int = _setting(12_000, "most requests from one IP address", unit="a minute", low=1)
    concurrent_max: int = _setting(32, "most simultaneous requests with one API key", unit="requests", low=1)
    address_concurrent_max: int = _setting(
        256, "most simultaneous requests from one IP address", unit="requests", low=1
    )
    body_bytes_max: int = _setting(1_000_000, "largest request body", unit="bytes", low=1)
    body_timeout_seconds: float = _setting(15.0, "longest wait for a whole request body", unit="s", low=0.001)


@dataclass(frozen=True, kw_only=True)
class Connections:
    """Limits of client connections, before a caller is known. Each process counts by itself."""

    connections_max: int = _setting(
        1_000, "most client connections; further connections are answered 503", unit="connections", low=1
    )
    address_connections_max: int = _setting(
        256, "most connections from one IP address; trusted proxies are exempt", unit="connections", low=1
    )
    trusted_proxies: str = _setting(
        "", "IP addresses or networks of proxies, separated by commas, whose X-Forwarded-For is believed; empty: none"
    )
    head_bytes_max: int = _setting(65_536, "largest request line and headers together", unit="bytes", low=1024)
    head_timeout_seconds: float = _setting(10.0, "longest wait for a request line and its headers", unit="s", low=0.001)
    unsent_bytes_max: int = _setting(
        64_000_000,
        "most response bytes not yet read by clients; beyond it, the oldest responses are cut off",
        unit="bytes",
        low=1_000_000,
    )
    send_timeout_seconds: float = _setting(
        30.0, "longest time in which a client reads nothing of its response", unit="s", low=0.001
    )


@dataclass(frozen=True, kw_only=True)
class Credentials:
    """The identity provider (OIDC), embed tokens, and the keys that sign statements."""

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
    embed_seconds_max: int = _setting(
        EMBED_SECONDS_MAX,
        "longest lifetime of an embed token; a longer requested lifetime is shortened to it",
        unit="s",
        low=1,
        high=EMBED_SECONDS_MAX,
    )
    embed_tokens_per_minute: int = _setting(
        600,
        "most embed tokens minted with one API key, in each process; each is an entry of the audit log",
        unit="a minute",
        low=1,
    )
    statement_keys: str = _setting(
        "",
        "PEM files of P-256 or Ed25519 keys, separated by commas; the first private key signs sealed statements",
        unit="paths",
    )


@dataclass(frozen=True, kw_only=True)
class GraphQL:
    """What GraphQL allows and stores. The limits of its documents are fixed."""

    graphql_introspections_max: int = _setting(
        10, "most `__type` fields in a GraphQL operation, one of which may be `__schema`; 0: none", unit="fields", low=0
    )
    graphql_documents_max: int = _setting(1_000, "most trusted GraphQL documents", unit="documents", low=0)
    graphql_persisted_bytes_max: int = _setting(
        8_000_000, "memory for automatic persisted queries; 0: none are stored", unit="bytes", low=0
    )
    graphql_persisted_seconds: float = _setting(86_400.0, "lifetime of an automatic persisted query", unit="s", low=1)


@dataclass(frozen=True, kw_only=True)
class Worker:
    """The work of `cadran worker` and `cadran load`."""

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


@dataclass(frozen=True, kw_only=True)
class Observability:
    """Logs and traces."""

    log_level: LogLevel = _setting("info", "lowest level of log records that `serve` and `worker` write")
    otlp_endpoint: str | None = _setting(None, "collector of traces (OTLP over HTTP); unset: none are sent", unit="URL")
    trace_sample_ratio: float = _setting(
        0.01, "share of requests that are traced, where `traceparent` does not decide", low=0, high=1
    )


@dataclass(frozen=True, kw_only=True)
class Settings(
    Service, Database, Caches, Figures, Answers, Requests, Connections, Credentials, GraphQL, Worker, Observability
):
    """All values that can differ between deployments. Each base class is a group of settings."""
