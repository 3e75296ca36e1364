"""A small collector of traces: takes OTLP over HTTP, and keeps the spans."""

from typing import Any, NamedTuple

import trio
from opentelemetry.proto.collector.trace.v1.trace_service_pb2 import ExportTraceServiceRequest

OK = b"HTTP/1.1 200 OK\r\nContent-Type: application/x-protobuf\r\nContent-Length: 0\r\n\r\n"


class ReceivedSpan(NamedTuple):
    """A span as it came."""

    name: str
    trace: str
    id: str
    parent: str
    attributes: dict[str, Any]
    events: list[str]
    failed: bool
    service: str


class Collector:
    """Listens on a port of its own; `silent`: takes connections and says nothing."""

    def __init__(self, *, silent: bool = False) -> None:
        self.url = ""
        self.spans: list[ReceivedSpan] = []
        self._silent = silent

    async def start(self, nursery: trio.Nursery) -> None:
        """Begin to listen."""
        (listener,) = await trio.open_tcp_listeners(0, host="127.0.0.1")
        nursery.start_soon(trio.serve_listeners, self._serve, [listener])
        self.url = f"http://127.0.0.1:{listener.socket.getsockname()[1]}/v1/traces"

    def named(self, name: str) -> list[ReceivedSpan]:
        """Return the spans of a name."""
        return [span for span in self.spans if span.name == name]

    async def _serve(self, stream: trio.SocketStream) -> None:
        if self._silent:
            await trio.sleep_forever()
        received = b""
        while True:
            data = await stream.receive_some()
            if not data:
                return
            received += data
            head, found, body = received.partition(b"\r\n\r\n")
            if not found:
                continue
            length = next(
                int(line[16:]) for line in head.lower().split(b"\r\n") if line.startswith(b"content-length: ")
            )
            if len(body) >= length:
                self._take(body[:length])
                received = body[length:]
                await stream.send_all(OK)

    def _take(self, body: bytes) -> None:
        request = ExportTraceServiceRequest()
        request.ParseFromString(body)
        for of_resource in request.resource_spans:
            service = {each.key: each.value.string_value for each in of_resource.resource.attributes}["service.name"]
            for scope in of_resource.scope_spans:
                self.spans += [_read(span, service) for span in scope.spans]


def _read(span: Any, service: str) -> ReceivedSpan:
    attributes = {each.key: getattr(each.value, str(each.value.WhichOneof("value"))) for each in span.attributes}
    return ReceivedSpan(
        span.name,
        span.trace_id.hex(),
        span.span_id.hex(),
        span.parent_span_id.hex(),
        attributes,
        [event.name for event in span.events],
        span.status.code == 2,
        service,
    )
