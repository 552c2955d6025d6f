"""An OTLP collector for tests: it receives protobuf over HTTP and stores the spans."""

import gzip
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest
from opentelemetry.proto.common.v1.common_pb2 import AnyValue
from opentelemetry.proto.trace.v1.trace_pb2 import Span


class Sink(ThreadingHTTPServer):
    """A collector server. It stores spans by name, and the resource attributes of the sender."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.spans: dict[str, Span] = {}
        self.resource: dict[str, object] = {}
        self.paths: set[str] = set()

    @property
    def url(self) -> str:
        """Return the base URL of the collector."""
        return f"http://127.0.0.1:{self.server_port}"

    def attributes(self, name: str) -> dict[str, object]:
        """Return the attributes of a span as plain values."""
        return {each.key: plain(each.value) for each in self.spans[name].attributes}

    def receive(self, path: str, body: bytes) -> None:
        """Read one export and store its spans."""
        self.paths.add(path)
        for resource in ExportTraceServiceRequest.FromString(body).resource_spans:
            self.resource.update({each.key: plain(each.value) for each in resource.resource.attributes})
            for scope in resource.scope_spans:
                self.spans.update({span.name: span for span in scope.spans})


class _Handler(BaseHTTPRequestHandler):
    server: Sink

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        if self.headers.get("content-encoding") == "gzip":
            body = gzip.decompress(body)
        self.server.receive(self.path, body)
        self.send_response(200)
        self.send_header("content-type", "application/x-protobuf")
        self.send_header("content-length", "0")
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Log nothing."""


@contextmanager
def sinking() -> Iterator[Sink]:
    """Run a collector for the duration of the block."""
    with Sink() as sink:
        thread = Thread(target=sink.serve_forever, args=(0.01,))
        thread.start()
        yield sink
        sink.shutdown()
        thread.join()


def plain(value: AnyValue) -> object:
    """Convert a protobuf value to a Python value."""
    kind = value.WhichOneof("value")
    if kind == "array_value":
        return [plain(each) for each in value.array_value.values]
    return getattr(value, kind) if kind else None
