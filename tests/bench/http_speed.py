"""The service over HTTP: cached responses against a bare response."""

from __future__ import annotations

import tempfile
from collections.abc import Awaitable, Callable
from contextlib import ExitStack
from pathlib import Path
from threading import Thread

import orjson

from tests.bench import serving
from tests.bench.result_line import Line, interleaved
from tests.bench.serving import Request, Worker
from tests.engine.otlp_collector import Sink
from tests.keys import give_key

#: The question of a wallboard; its response has some 2 kB.
REST = Request("GET", "/v1/indicators?metrics=qos,aht&by=site&period=2015-06")
DOCUMENT = """{ indicators(period: {named: "2015-06"}, by: [SITE]) {
  rows { site { code label } qos { value numerator } aht { value } }
} }"""
GRAPHQL = Request("POST", "/graphql", orjson.dumps({"query": DOCUMENT}))


class _Swallow(Sink):
    """A collector that discards all spans."""

    def receive(self, path: str, body: bytes) -> None:
        """Discard the export."""


def _loaded(worker: Worker, request: Request) -> Callable[[], Awaitable[float]]:
    return lambda: serving.requests_per_second(worker, request)


async def cached(url: str, *, rounds: int) -> list[Line]:
    """Measure REST and GraphQL responses from the response cache, with a key: once without tracing, and once with 1 %
    of the requests traced.
    """
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
            # The key has its own rate limit; the load of all clients comes from one address.
            "CADRAN_ADDRESS_REQUESTS_PER_MINUTE": "1000000000",
            "CADRAN_OTLP_ENDPOINT": sink.url,
            "CADRAN_TRACE_SAMPLE_RATIO": traced,
        }
        service = stack.enter_context(serving.cadran(environment))
        for name, request in (("REST", REST), ("GraphQL", GRAPHQL)):
            body, kind = service.once(request)
            kept = stack.enter_context(tempfile.NamedTemporaryFile())
            Path(kept.name).write_bytes(body)
            bare = stack.enter_context(serving.factory("apps:prepared", {"BENCH_BODY": kept.name, "BENCH_KIND": kind}))
            assert bare.once(request)[0] == body
            ours, whole = await interleaved(_loaded(service, request), _loaded(bare, request), rounds=rounds)
            what = (
                f"cached {name}, {len(body):,} bytes, with a key, {float(traced):.0%} traced: service / bare Starlette"
            )
            lines.append(Line(what, ours / whole, aim, f"{ours:,.0f} / {whole:,.0f} requests/s"))
    return lines
