"""Telemetry: OTLP spans with the right parents and bounded attributes; Server-Timing without a collector; W3C
headers.
"""

import asyncio
import re
from dataclasses import replace
from time import monotonic

import pytest
from opentelemetry.proto.trace.v1.trace_pb2 import Span, Status

from cadran import telemetry
from cadran.domain.access.principal import OPERATOR
from cadran.engine.traced import TracingRing
from cadran.errors import DatabaseUnavailable
from cadran.store.pool import Pool
from cadran.telemetry import UNTRACED, Tracing, open_tracing, stage, statement
from tests.engine.otlp_collector import Sink, sinking
from tests.engine.version_ring import Ledger, ask, listening, ring

TRACE, CALLER = "4bf92f3577b34da6a3ce929d0e0e4736", "00f067aa0ba902b7"
SAMPLED = f"00-{TRACE}-{CALLER}-01"
UNSAMPLED = f"00-{TRACE}-{CALLER}-00"


def tracing_to(sink: Sink, ratio: float = 0.0) -> Tracing:
    return open_tracing(endpoint=sink.url, sample_ratio=ratio, service_name="cadran", service_version="1.2.3")


async def test_spans_arrive_by_otlp(pool: Pool):
    with sinking() as sink:
        tracing = tracing_to(sink)
        core = TracingRing(ring(Ledger(pool), listening()))
        with tracing.request(SAMPLED, "vendor=1", name="GET") as request:
            with stage("parse"):
                question = replace(ask("PAU"), by=("site",))
            await core.answer(question, OPERATOR)
            with statement("SELECT $1") as run:
                run.set({"db.response.returned_rows": 3})
            request.rename("GET /v1/indicators")
            request.set({"http.route": "/v1/indicators", "http.response.status_code": 200})
            answered = telemetry.traceresponse()
        await asyncio.to_thread(tracing.close)
    spans = sink.spans
    assert (sink.paths, sink.resource["service.name"], sink.resource["service.version"]) == (
        {"/v1/traces"},
        "cadran",
        "1.2.3",
    )
    assert set(spans) == {"GET /v1/indicators", "parse", "answer", "cache", "acquire", "execute"}
    assert {span.trace_id.hex() for span in spans.values()} == {TRACE}
    root = spans["GET /v1/indicators"]
    assert (root.parent_span_id.hex(), root.kind, root.trace_state) == (CALLER, Span.SPAN_KIND_SERVER, "vendor=1")
    assert answered == f"00-{TRACE}-{root.span_id.hex()}-01"
    parents = {name: spans[name].parent_span_id for name in ("parse", "answer", "execute", "cache")}
    assert parents == dict.fromkeys(("parse", "answer", "execute"), root.span_id) | {"cache": spans["answer"].span_id}
    assert sink.attributes("answer") == {
        "cadran.metrics": ["qos"],
        "cadran.grain": "total",
        "cadran.by": ["site"],
        "cadran.rows": 1,
        "cadran.stale": False,
    }
    assert sink.attributes("cache") == {"cadran.cache.outcome": "miss"}
    assert spans["execute"].kind == Span.SPAN_KIND_CLIENT
    assert sink.attributes("execute")["db.query.text"] == "SELECT $1"
    assert all(b"PAU" not in span.SerializeToString() for span in spans.values())


async def test_a_computation_for_many_hangs_below_the_first(pool: Pool):
    with sinking() as sink:
        tracing = tracing_to(sink)
        ledger = Ledger(pool)

        async def plan() -> None:
            with stage("plan"):
                await asyncio.sleep(0)

        ledger.before = plan
        cache = ring(ledger, listening())

        async def one() -> str:
            with tracing.request(SAMPLED):
                await cache.answer(ask(), OPERATOR)
                return telemetry.server_timing()

        first, second = await asyncio.gather(one(), one())
        await asyncio.to_thread(tracing.close)
    assert re.fullmatch(r"plan;dur=[\d.]+, acquire;dur=[\d.]+, cache;desc=miss;dur=[\d.]+, total;dur=[\d.]+", first)
    assert re.fullmatch(r"cache;desc=wait;dur=[\d.]+, total;dur=[\d.]+", second)
    assert "plan" in sink.spans


def test_a_failed_stage_tells_the_kind_of_error_and_no_more():
    with sinking() as sink:
        tracing = tracing_to(sink, ratio=1.0)
        with pytest.raises(DatabaseUnavailable), tracing.request(name="GET"), stage("acquire", size=3):
            raise DatabaseUnavailable("the customer 4711 …")
        tracing.close()
    assert sink.attributes("acquire") == {"cadran.size": 3, "error.type": "database_unavailable"}
    assert sink.spans["acquire"].status.code == Status.STATUS_CODE_ERROR
    assert not sink.spans["acquire"].events


@pytest.mark.parametrize(
    ("traceparent", "ratio", "sampled"),
    [
        (SAMPLED, 0.0, True),
        (UNSAMPLED, 1.0, False),
        (None, 1.0, True),
        (None, 0.0, False),
        (f"cc-{TRACE}-{CALLER}-01-from-the-future", 0.0, True),
        (f"00-{TRACE}-{CALLER}-ff", 0.0, True),
        (f"00-{'0' * 32}-{CALLER}-01", 0.0, False),
        (f"00-{TRACE}-{'0' * 16}-01", 0.0, False),
        (f"ff-{TRACE}-{CALLER}-01", 0.0, False),
        (f"00-{TRACE}-{CALLER}-01-more", 0.0, False),
        (SAMPLED.upper(), 0.0, False),
        ("nonsense", 0.0, False),
        ("", 0.0, False),
    ],
)
def test_who_is_sampled(traceparent: str | None, ratio: float, sampled: bool):
    with sinking() as sink:
        tracing = tracing_to(sink, ratio)
        with tracing.request(traceparent) as request:
            assert request.sampled is sampled
        tracing.close()
    assert bool(sink.spans) is sampled


def test_what_is_not_traced_is_timed():
    with UNTRACED.request(SAMPLED) as request:
        for _ in range(2):
            with stage("plan"), stage("cache") as cache:
                cache.outcome("hit")
        said = telemetry.server_timing()
        assert re.fullmatch(r"cache;desc=hit;dur=[\d.]+, plan;dur=[\d.]+, total;dur=[\d.]+", said)
        assert request.durations["plan"] >= request.durations["cache"] > 0
        # The caller's trace id is continued, and the response says that this service recorded no spans.
        assert telemetry.traceresponse() == UNSAMPLED
    with UNTRACED.request():
        own = telemetry.traceresponse()
        assert re.fullmatch(r"00-[0-9a-f]{32}-[0-9a-f]{16}-00", own)
        assert telemetry.traceresponse() == own


def test_outside_of_a_request_nothing_is_kept():
    with stage("plan") as plan:
        plan.outcome("ignored")
        plan.set({"cadran.rows": 1})
    assert (telemetry.server_timing(), telemetry.traceresponse(), telemetry.current_request()) == ("", "", None)


def test_a_deaf_collector_does_not_hold_up_the_end(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(telemetry, "EXPORT_SECONDS", 0.3)
    with sinking() as sink:
        url = sink.url
    tracing = open_tracing(endpoint=url, sample_ratio=1.0, service_name="cadran", service_version="0")
    with tracing.request(name="GET"):
        pass
    began = monotonic()
    tracing.close()
    assert monotonic() - began < 3
