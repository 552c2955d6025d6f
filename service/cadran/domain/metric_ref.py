"""The parser of metric references such as ``service_level(within=20,formula=offered)``. It checks their arguments."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from types import MappingProxyType
from typing import Final, Self

from cadran.domain.catalogue import METRICS
from cadran.domain.dimension import DIMENSIONS, PEOPLE_DIMENSIONS
from cadran.domain.metric import VERSION, WAIT_FROM, Metric, Parameter
from cadran.domain.question import MetricRef
from cadran.errors import QuestionRefused, VersionGone, unknown

_CALL = re.compile(r"\s*([a-z_0-9]+)\s*(?:\((.*)\))?\s*", re.IGNORECASE | re.DOTALL)
_WORD = re.compile(r"(?:[^,(]|\([^)]*\)?)+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+\.?[0-9]*|\.[0-9]+)(?:[eE][+-]?[0-9]{1,3})?")
_LENGTH_MAX = 200
#: The argument that names a metric's column in an answer.
ALIAS: Final = "as"
_ALIAS = re.compile(r"[a-z][a-z0-9_]{0,59}", re.IGNORECASE)
_BARE = re.compile(r"[a-z_0-9]+", re.IGNORECASE)
#: The columns of an answer that are no metrics.
_KEYS: Final = frozenset({"start", "end", "partial", "days", "annotations", *DIMENSIONS})


def split_list(text: str) -> list[str]:
    """Split at commas, except within parentheses: ``qos,service_level(within=20,formula=offered)``."""
    return [word.strip() for word in _WORD.findall(text) if word.strip()]


@lru_cache(maxsize=4096)
def parse_metric_ref(text: str) -> MetricRef:
    """Parse a metric with its arguments. Refusals: ``unknown_metric``, ``unknown_parameter``, ``bad_parameter``."""
    metric, given = _parse(text)
    if ALIAS in given:
        raise QuestionRefused(
            f"{ALIAS} names a column of figures and has no effect here: write {metric.slug} without it. order takes the"
            " name alone.",
            code="unknown_parameter",
            parameter="metrics",
        )
    return make_metric_ref(metric, given)


def _parse(text: str) -> tuple[Metric, dict[str, str]]:
    """Return the metric and its arguments as written."""
    found = _CALL.fullmatch(text) if len(text) <= _LENGTH_MAX else None
    if found is None:
        raise QuestionRefused(
            f"'{text[:60]}' is not a metric: write qos or service_level(within=20).",
            code="unknown_metric",
            parameter="metrics",
        )
    if found[1].lower() not in METRICS:
        raise unknown("metric", found[1], list(METRICS), parameter="metrics")
    metric = METRICS[found[1].lower()]
    given: dict[str, str] = {}
    for word in split_list(found[2] or ""):
        name, _, value = word.partition("=")
        if name.strip() in given:
            raise QuestionRefused(
                f"{metric.slug} names {name.strip()} twice: name it once, and write the metric once for each value.",
                code="bad_parameter",
                parameter="metrics",
            )
        given[name.strip()] = value.strip()
    return metric, given


def parse_metric_refs(texts: Iterable[str]) -> tuple[MetricRef, ...]:
    """Parse metrics with their arguments, in their order."""
    return tuple(map(parse_metric_ref, texts))


def parse_columns(texts: Iterable[str], by: Collection[str] = ()) -> dict[MetricRef, str]:
    """Parse metrics in their order, each with the name of its column: the one that the argument ``as`` gives, or the
    text as written. ``by`` are the other columns. Refuses a metric with two names, and names that two columns would
    have (``bad_parameter``)."""
    found: dict[MetricRef, str] = {}
    named: dict[str, MetricRef] = {}
    for text in texts:
        call, alias = _parse_column(text)
        name = alias or text.strip()
        if found.setdefault(call, name) != name:
            raise QuestionRefused(
                f"{call.name} has two names, {found[call]} and {name}: ask for it once.",
                code="bad_parameter",
                parameter="metrics",
            )
        if named.setdefault(name, call) != call or name in _KEYS or name in by:
            raise _bad_alias(f"another column is named {name}: choose another name.")
    return found


@lru_cache(maxsize=4096)
def _parse_column(text: str) -> tuple[MetricRef, str]:
    """Return a metric and the name that ``as`` gives its column; "" without ``as``."""
    metric, given = _parse(text)
    alias = given.pop(ALIAS, None)
    if alias is not None and not _ALIAS.fullmatch(alias):
        raise _bad_alias("a name begins with a letter and has at most 60 letters, digits and _, such as sl20.")
    return make_metric_ref(metric, given), alias or ""


def _bad_alias(why: str) -> QuestionRefused:
    return QuestionRefused(f"{ALIAS}=…: {why}", code="bad_parameter", parameter="metrics")


@dataclass(frozen=True, slots=True)
class Order:
    """The metric that orders the groups, and its direction."""

    metric: MetricRef
    ascending: bool

    @classmethod
    def parse(cls, text: str | None, columns: Mapping[MetricRef, str] = MappingProxyType({})) -> Self | None:
        """Parse an order: ``qos`` ascends, ``-qos`` descends. ``columns`` are the names of columns that it may use.
        Raises QuestionRefused."""
        if text is None:
            return None
        name = text.removeprefix("-")
        call = next((call for call, column in columns.items() if column == name), None)
        if call is None and _BARE.fullmatch(name) and name.lower() not in METRICS:
            raise unknown("metric", name, [*columns.values(), *METRICS], parameter="order")
        return cls(call or parse_metric_ref(name), not text.startswith("-"))


def make_metric_ref(metric: Metric, given: Mapping[str, str | float]) -> MetricRef:
    """Return a metric reference with checked arguments. Defaults are dropped, so that equal questions are equal."""
    arguments: list[tuple[str, float | str]] = []
    for name, value in given.items():
        parameter = metric.parameter(name)
        if parameter is None:
            known = [each.slug for each in metric.parameters]
            if not known:
                raise QuestionRefused(
                    f"{metric.slug} takes no parameters: write {metric.slug} alone.",
                    code="unknown_parameter",
                    parameter="metrics",
                )
            raise unknown("parameter", name, known, parameter="metrics")
        checked = _argument(metric, parameter, value)
        if checked != parameter.default:
            arguments.append((name, checked))
    names = {name for name, _ in arguments}
    if {VERSION, WAIT_FROM} <= names:
        raise QuestionRefused(
            f"{metric.slug}: earlier versions measure waits from the offer only. Leave out {VERSION} or {WAIT_FROM}.",
            code="bad_parameter",
            parameter="metrics",
        )
    return MetricRef(metric.slug, tuple(sorted(arguments)))


def check_version(metric: Metric, version: str, dimensions: Collection[str] = ()) -> None:
    """Refuse a version of a metric's definition that cannot be computed any more by these dimensions. By team and
    agent, only the present version can be. Raises VersionGone."""
    by_people = bool(metric.by_people) and not set(PEOPLE_DIMENSIONS).isdisjoint(dimensions)
    if version not in metric.computable or (by_people and version != metric.version):
        raise VersionGone(metric.slug, version, metric.version)


def pin_version(call: MetricRef, version: str, dimensions: Collection[str] = ()) -> MetricRef:
    """Return a metric reference that computes by a version of the metric's definition. Raises VersionGone
    where this version cannot be computed any more by these dimensions."""
    metric = call.metric
    check_version(metric, version, dimensions)
    arguments = {name: value for name, value in call.arguments if name != VERSION}
    return make_metric_ref(metric, arguments if version == metric.version else {**arguments, VERSION: version})


def _argument(metric: Metric, parameter: Parameter, value: str | float) -> float | str:
    where = f"{metric.slug}({parameter.slug}=…)"
    if parameter.kind == "code":
        word = str(value).strip().lower()
        if not word:
            raise QuestionRefused(f"{where} must be a code.", code="bad_parameter", parameter="metrics")
        if len(word) > _LENGTH_MAX:
            raise QuestionRefused(
                f"{where} must be a code of at most {_LENGTH_MAX} characters.",
                code="bad_parameter",
                parameter="metrics",
            )
        return word
    if parameter.kind == "choice":
        word = str(value).lower()
        if word not in parameter.choices:
            raise QuestionRefused(
                f"{where} must be one of {', '.join(parameter.choices)}.",
                code="bad_parameter",
                parameter="metrics",
                suggestions=parameter.choices,
            )
        return word
    number = float(value) if not isinstance(value, str) or _NUMBER.fullmatch(value.strip()) else float("nan")
    if not parameter.low <= number <= parameter.high or (parameter.whole and not number.is_integer()):
        raise QuestionRefused(
            f"{where} must be a {'whole ' * parameter.whole}number from {parameter.low:.15g} to {parameter.high:.15g}:"
            f" {parameter.description}.",
            code="bad_parameter",
            parameter="metrics",
        )
    return number
