"""Tracing of requests: durations for `Server-Timing` always, OpenTelemetry spans for sampled requests.

Takes plain values (`open_tracing`) and a request's `traceparent`. Gives stages (parse, plan, cache, acquire, execute,
shape, encode), `Server-Timing` and `traceresponse`. Attributes are bounded: slugs, grains, outcomes, counts. They never
contain a filter's value, so that no trace shows whom a question was about. Sampling is decided once, at the start of a
request. A stage of an unsampled request costs about a microsecond. Without an endpoint, the SDK is not imported.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable, Mapping, Sequence
from contextvars import ContextVar, Token
from time import perf_counter
from types import TracebackType
from typing import Self, TypeAlias

from opentelemetry import trace
from opentelemetry.context import Context
from opentelemetry.trace import (
    NonRecordingSpan,
    Span,
    SpanContext,
    SpanKind,
    Status,
    StatusCode,
    TraceFlags,
    TraceState,
)

Attribute: TypeAlias = str | bool | int | float | Sequence[str]

EXPORT_SECONDS = 5.0
EXPORT_EVERY_MILLISECONDS = 1_000
SPANS_WAITING_MAX = 4_096
# A traceparent of version 00 ends with its flags. Later versions may have more fields.
_TRACEPARENT = re.compile(r"(?!ff|00.{53}.)[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(?:-.*)?")
_SAMPLED = 0x01


class Request:
    """A context manager that records one request. Everything awaited within it, tasks included, adds to the record."""

    __slots__ = ("_remote", "_token", "_tracer", "durations", "outcomes", "span", "started")

    def __init__(self, tracer: trace.Tracer | None, remote: SpanContext | None, name: str, kind: SpanKind) -> None:
        self._tracer = tracer
        self._remote = remote
        self.durations: dict[str, float] = {}
        self.outcomes: dict[str, str] = {}
        self.span: Span | None = None
        if tracer is not None:
            parent = trace.set_span_in_context(NonRecordingSpan(remote)) if remote else Context()
            self.span = tracer.start_span(name, parent, kind)

    def __enter__(self) -> Self:
        self.started = perf_counter()
        self._token: Token[tuple[Request, Span | None] | None] = _current.set((self, self.span))
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        _current.reset(self._token)
        if self.span is not None:
            _close(self.span, error)

    @property
    def sampled(self) -> bool:
        """Return whether the request has spans."""
        return self.span is not None

    def rename(self, name: str) -> None:
        """Set the span's name once it is known: method and route, never the path itself."""
        if self.span is not None:
            self.span.update_name(name)

    def set(self, attributes: Mapping[str, Attribute]) -> None:
        """Set bounded attributes, named by semantic conventions (``http.route``, ``http.response.status_code`` …)."""
        if self.span is not None:
            self.span.set_attributes(attributes)

    def failed(self, reason: str) -> None:
        """Record a failure of the server (status 500 and above). ``reason`` is the error's stable code."""
        if self.span is not None:
            self.span.set_attribute("error.type", reason)
            self.span.set_status(Status(StatusCode.ERROR))

    def server_timing(self) -> str:
        """Return the header `Server-Timing`: milliseconds in total and of each stage, with the stages within it."""
        stages = [self._timing(name, seconds) for name, seconds in self.durations.items()]
        return ", ".join([*stages, f"total;dur={(perf_counter() - self.started) * 1000:.3f}"])

    def traceresponse(self) -> str:
        """Return the header `traceresponse` (W3C Trace Context, level 2): trace id, own span id, whether recorded."""
        if self.span is not None:
            own = self.span.get_span_context()
            return f"00-{own.trace_id:032x}-{own.span_id:016x}-01"
        if self._remote is None:
            self._remote = SpanContext(random.getrandbits(128) | 1, random.getrandbits(64) | 1, is_remote=False)
        return f"00-{self._remote.trace_id:032x}-{self._remote.span_id:016x}-00"

    def begin(self, name: str, inside: Span, kind: SpanKind, attributes: Mapping[str, Attribute]) -> Span:
        """Start a child span of ``inside``. The request must be sampled."""
        assert self._tracer is not None
        return self._tracer.start_span(name, trace.set_span_in_context(inside), kind, attributes)

    def _timing(self, name: str, seconds: float) -> str:
        outcome = self.outcomes.get(name)
        return f"{name};desc={outcome};dur={seconds * 1000:.3f}" if outcome else f"{name};dur={seconds * 1000:.3f}"


_current: ContextVar[tuple[Request, Span | None] | None] = ContextVar("cadran_request", default=None)


class Stage:
    """A context manager that measures one stage of the current request. See `stage`."""

    __slots__ = ("_attributes", "_kind", "_name", "_request", "_started", "_token", "span")

    def __init__(self, name: str, kind: SpanKind, attributes: Mapping[str, Attribute]) -> None:
        self._name = name
        self._kind = kind
        self._attributes = attributes
        self._request: Request | None = None
        self._token: Token[tuple[Request, Span | None] | None] | None = None
        self.span: Span | None = None

    def __enter__(self) -> Self:
        current = _current.get()
        if current is not None:
            self._request, parent = current
            if parent is not None:
                self.span = self._request.begin(self._name, parent, self._kind, self._attributes)
                self._token = _current.set((self._request, self.span))
            self._started = perf_counter()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        request = self._request
        if request is None:
            return
        durations = request.durations
        durations[self._name] = durations.get(self._name, 0.0) + perf_counter() - self._started
        if self._token is not None and self.span is not None:
            _current.reset(self._token)
            _close(self.span, error)

    def set(self, attributes: Mapping[str, Attribute]) -> None:
        """Set bounded attributes that are known only at the end, such as a number of rows."""
        if self.span is not None:
            self.span.set_attributes(attributes)

    def outcome(self, word: str) -> None:
        """Record how the stage ended, as a word of a small set: in `Server-Timing` and ``cadran.<stage>.outcome``."""
        if self._request is not None:
            self._request.outcomes[self._name] = word
        if self.span is not None:
            self.span.set_attribute(f"cadran.{self._name}.outcome", word)


def stage(name: str, /, **attributes: Attribute) -> Stage:
    """Return a stage: ``with stage("shape", rows=31): …``. Attributes become ``cadran.rows`` and must be bounded."""
    # Attributes are named only for sampled requests, to save time.
    return Stage(name, SpanKind.INTERNAL, _named(attributes) if attributes and _is_sampled() else attributes)


def statement(text: str, *, operation: str = "SELECT") -> Stage:
    """Return the stage ``execute``, a client span. ``text`` is SQL with placeholders ``$n``, never with values."""
    if not _is_sampled():
        return Stage("execute", SpanKind.CLIENT, {})
    attributes = {"db.system.name": "postgresql", "db.operation.name": operation, "db.query.text": text}
    return Stage("execute", SpanKind.CLIENT, attributes)


def current_request() -> Request | None:
    """Return the request that is being answered; None outside of a request."""
    current = _current.get()
    return None if current is None else current[0]


def server_timing() -> str:
    """Return the current request's `Server-Timing`; empty outside of a request."""
    request = current_request()
    return "" if request is None else request.server_timing()


def traceresponse() -> str:
    """Return the current request's `traceresponse`; empty outside of a request."""
    request = current_request()
    return "" if request is None else request.traceresponse()


class Tracing:
    """A sampler of requests that also exports their spans. Without a tracer, no request is sampled."""

    def __init__(
        self,
        tracer: trace.Tracer | None = None,
        *,
        sample_ratio: float = 0.0,
        finish: Callable[[], None] | None = None,
    ) -> None:
        self._tracer = tracer
        self._sample_ratio = sample_ratio
        self._finish = finish

    def request(
        self,
        traceparent: str | None = None,
        tracestate: str | None = None,
        *,
        name: str = "request",
        kind: SpanKind = SpanKind.SERVER,
        chosen: bool = False,
    ) -> Request:
        """Return the record of a request that begins now.

        A valid `traceparent` decides on sampling. Without one, chance decides, unless ``chosen`` asks for sampling.
        """
        remote = _remote(traceparent, tracestate) if traceparent else None
        tracer = self._tracer
        if tracer is not None:
            chance = random.random()  # noqa: S311 - chance, not a secret
            if not (remote.trace_flags.sampled if remote else chosen or chance < self._sample_ratio):
                tracer = None
        return Request(tracer, remote, name, kind)

    def passes_over(self, traceparent: object) -> bool:
        """Return whether a finished request needs no record: it has no traceparent, and chance does not sample it."""
        if traceparent is not None:
            return False
        return self._tracer is None or random.random() >= self._sample_ratio  # noqa: S311 - chance, not a secret

    def close(self) -> None:
        """Export the waiting spans, for at most `EXPORT_SECONDS`. Blocks: call it in a thread, or after the loop."""
        if self._finish is not None:
            self._finish()


#: Tracing for the terminal and for tests: durations, no spans.
UNTRACED = Tracing()


def open_tracing(*, endpoint: str | None, sample_ratio: float, service_name: str, service_version: str) -> Tracing:
    """Return tracing that exports to ``endpoint``: an OTLP base URL, or one ending in /v1/traces. None: no export."""
    if endpoint is None:
        return Tracing()
    # Imported here, because importing the SDK and its HTTP client takes a third of a second.
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ALWAYS_ON

    base = endpoint.rstrip("/")
    exporter = OTLPSpanExporter(base if base.endswith("/v1/traces") else f"{base}/v1/traces", timeout=EXPORT_SECONDS)
    processor = BatchSpanProcessor(
        exporter,
        max_queue_size=SPANS_WAITING_MAX,
        schedule_delay_millis=EXPORT_EVERY_MILLISECONDS,
        export_timeout_millis=EXPORT_SECONDS * 1000,
    )
    resource = Resource.create({"service.name": service_name, "service.version": service_version})
    provider = TracerProvider(sampler=ALWAYS_ON, resource=resource, shutdown_on_exit=False)
    provider.add_span_processor(processor)
    return Tracing(provider.get_tracer("cadran", service_version), sample_ratio=sample_ratio, finish=provider.shutdown)


def _remote(traceparent: str, tracestate: str | None) -> SpanContext | None:
    """Return the caller's span. An invalid header counts as absent, as W3C Trace Context requires."""
    found = _TRACEPARENT.fullmatch(traceparent.strip())
    if found is None:
        return None
    state = TraceState.from_header([tracestate]) if tracestate else None
    flags = TraceFlags(int(found[3], 16) & _SAMPLED)
    context = SpanContext(int(found[1], 16), int(found[2], 16), is_remote=True, trace_flags=flags, trace_state=state)
    return context if context.is_valid else None


def _is_sampled() -> bool:
    current = _current.get()
    return current is not None and current[1] is not None


def _named(attributes: Mapping[str, Attribute]) -> dict[str, Attribute]:
    return {f"cadran.{name}": value for name, value in attributes.items()}


def _close(span: Span, error: BaseException | None) -> None:
    """End the span. It shows an error's code but not its text, because the text may quote the request."""
    if error is not None:
        code = getattr(error, "code", None)
        span.set_attribute("error.type", code if isinstance(code, str) else type(error).__name__)
        span.set_status(Status(StatusCode.ERROR))
    span.end()
