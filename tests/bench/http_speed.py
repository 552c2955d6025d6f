"""The service over HTTP: cached bytes against a bare response, uncached answers against a service written by hand."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from math import isclose
from pathlib import Path
from threading import Thread

import orjson

from tests.bench import serving
from tests.bench.result_line import Line, interleaved
from tests.bench.serving import Request, Worker
from tests.engine.otlp_collector import Sink
from tests.keys import give_key

#: A wallboard's question: some 2 kB.
REST = Request("GET", "/v1/indicators?metrics=qos,aht&by=site&period=2015-06")
DOCUMENT = """{ indicators(period: {named: "2015-06"}, by: [SITE]) {
  rows { site { code label } qos { value numerator } aht { value } }
} }"""
GRAPHQL = Request("POST", "/graphql", orjson.dumps({"query": DOCUMENT}))
MONTH = Request("GET", "/v1/indicators?metrics=qos,aht&by=site&grain=day&period=2015-06")


class _Swallow(Sink):
    """Takes spans and keeps none."""

    def receive(self, path: str, body: bytes) -> None:
        """Forget it."""


def _loaded(worker: Worker, request: Request) -> Callable[[], Awaitable[float]]:
    return lambda: serving.requests_per_second(worker, request)


async def cached(url: str, *, rounds: int) -> list[Line]:
    """REST and GraphQL out of the finished bytes with a key, once without tracing and once with 1 % of the requests
    traced to a collector that forgets them."""
    await give_key(url)
    return [
        *await _cached(url, rounds=rounds, traced="0", aim=0.8),
        *await _cached(url, rounds=rounds, traced="0.01", aim=0.65),
    ]


async def _cached(url: str, *, rounds: int, traced: str, aim: float) -> list[Line]:
    lines = []
    with ExitStack() as stack:
        sink = _Swallow()
        Thread(target=sink.serve_forever, daemon=True).start()
        stack.callback(sink.server_close)
        stack.callback(sink.shutdown)
        environment = {
            "CADRAN_DATABASE_URL": url,
            # Its key has a rate of its own; from one address comes the load of all clients.
            "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000000",
            "CADRAN_OTLP_ENDPOINT": sink.url,
            "CADRAN_TRACE_SAMPLE_RATIO": traced,
        }
        service = stack.enter_context(serving.cadran(environment))
        for name, request in (("REST", REST), ("GraphQL", GRAPHQL)):
            body, kind = service.once(request)
            kept = stack.enter_context(tempfile.NamedTemporaryFile())
            Path(kept.name).write_bytes(body)
            bare = stack.enter_context(serving.factory("prepared", {"BENCH_BODY": kept.name, "BENCH_KIND": kind}))
            assert bare.once(request)[0] == body
            ours, whole = await interleaved(_loaded(service, request), _loaded(bare, request), rounds=rounds)
            what = (
                f"cached {name}, {len(body):,} bytes, with a key, {float(traced):.0%} traced: service / bare Starlette"
            )
            lines.append(Line(what, ours / whole, aim, f"{ours:,.0f} / {whole:,.0f} requests/s"))
    return lines


async def uncached(url: str, *, rounds: int) -> list[Line]:
    """A month by site and day, computed for every request."""
    await give_key(url)
    with ExitStack() as stack:
        environment = {
            "CADRAN_DATABASE_URL": url,
            "CADRAN_BYTES_CACHE_BYTES_MAX": "0",
            "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000000",
        }
        ours = stack.enter_context(serving.factory("uncached", environment))
        hand = stack.enter_context(serving.factory("by_hand", environment))
        _same(ours.once(MONTH)[0], hand.once(MONTH)[0])
        rates = await interleaved(_loaded(ours, MONTH), _loaded(hand, MONTH), rounds=rounds)
    medians = f"{rates[0]:,.0f} / {rates[1]:,.0f} requests/s"
    return [Line("uncached, a month by site and day: service / by hand", rates[0] / rates[1], 0.7, medians)]


def _same(ours: bytes, by_hand: bytes) -> None:
    """Both must tell the same figures. Raises AssertionError."""
    found, wanted = orjson.loads(ours), orjson.loads(by_hand)
    for row, other in zip([*found["rows"], found["totals"]], [*wanted["rows"], wanted["totals"]], strict=True):
        assert row.keys() == other.keys(), (row, other)
        for name, value in row.items():
            other_value = other[name]
            same = isclose(value, other_value, rel_tol=1e-9) if isinstance(value, float) else value == other_value
            assert same, (row, other)
