"""Reading the settings from the environment, and listing them.

Takes the variables `CADRAN_*` and returns `Settings`. An error reports all problems at once, including unknown names,
so that one restart is enough to correct a deployment. Only `cli`, `serving` and `app` import this module.
"""

import difflib
from collections.abc import Mapping
from dataclasses import Field, fields
from pathlib import Path
from typing import Any, get_args
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from cadran.errors import SettingsError
from cadran.graphql.execution.fixed_limits import Limit
from cadran.settings import LogLevel, Settings
from cadran.store.address import check_url

PREFIX = "CADRAN_"
# Variables that only the tests read. The service accepts them in its environment.
FOREIGN = frozenset(
    {
        "CADRAN_ORACLE_SEED",
        "CADRAN_TEST_CHROMIUM",
        "CADRAN_TEST_COMPLETE",
        "CADRAN_TEST_LONG",
        "CADRAN_TEST_PG_BINDIR",
        "CADRAN_UPDATE_GOLDEN",
    }
)

#: Variables that set a limit of GraphQL up to version 0.2. The limits are fixed.
_FIXED = {f"{PREFIX}GRAPHQL_{limit.name}_MAX": limit for limit in Limit}


def read(environment: Mapping[str, str]) -> Settings:
    """Read the settings from `environment`. An empty value counts as absent.

    Raises `SettingsError` with all problems.
    """
    problems = [_unknown(name) for name in sorted(environment) if name.startswith(PREFIX) and name not in _known()]
    values: dict[str, Any] = {}
    for setting in list_settings():
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
        raise SettingsError("The settings cannot be used:", lines=problems)
    return settings


def pairs(text: str) -> dict[str, str]:
    """Parse ``word=meaning,…`` into a mapping. Raises ValueError if an entry is no such pair."""
    return dict(_pair(each) for each in text.split(",") if each.strip())


def _pair(text: str) -> tuple[str, str]:
    word, sign, meaning = (each.strip() for each in text.partition("="))
    if not (word and sign and meaning):
        raise ValueError("must be pairs such as word=meaning,other=meaning")
    return word, meaning


def variable(setting: "Field[Any]") -> str:
    """Return the name of a field's environment variable."""
    return PREFIX + setting.name.upper()


def list_settings() -> "list[Field[Any]]":
    """Return all settings, group by group, as they are declared."""
    return [setting for group in Settings.__bases__ for setting in fields(group)]


def write_tables() -> str:
    """Return a Markdown section for each group of settings, with a table: name, default, unit, meaning."""
    return "\n".join(_section(group) for group in Settings.__bases__)


def _section(group: type[Any]) -> str:
    rows = [("Variable", "Default", "Unit", "Meaning"), ("---", "---", "---", "---")]
    for setting in fields(group):
        default = "" if setting.default is None else f"`{setting.default}`"
        meaning = setting.metadata["about"] + _choices(setting)
        rows.append((f"`{variable(setting)}`", default, setting.metadata["unit"], meaning))
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    return f"## {group.__name__}\n\n{group.__doc__}\n\n{table}"


def _known() -> frozenset[str]:
    return FOREIGN | {variable(setting) for setting in list_settings()}


def _unknown(name: str) -> str:
    if name in _FIXED:
        limit = _FIXED[name]
        return f"{name} is no longer a setting: the limit is fixed at {limit.most} {limit.unit}; remove the variable"
    close = difflib.get_close_matches(name, sorted(_known()), n=1)
    return f"{name} is not a setting" + (f"; did you mean {close[0]}?" if close else "")


def _choices(setting: "Field[Any]") -> str:
    options = get_args(setting.type) if setting.type is LogLevel else ()
    return f" ({', '.join(options)})" if options else ""


def _shown(setting: "Field[Any]", text: str) -> str:
    """Return the value as an error may quote it. URLs are hidden: one may contain a password, and errors are logged."""
    return "…" if setting.metadata["unit"] == "URL" else repr(text)


def _value(setting: "Field[Any]", text: str) -> Any:
    """Return the typed value of one variable. Raises ValueError with a text that follows the variable's name."""
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
    "database_url": check_url,
    "otlp_endpoint": _endpoint,
    "oidc_issuer": _endpoint,
    "oidc_jwks_url": _endpoint,
    "oidc_roles": pairs,
    "oidc_scopes": pairs,
    "zone": _zone,
    "currency": _currency,
}
