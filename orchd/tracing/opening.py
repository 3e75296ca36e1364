"""Loading OpenTelemetry and letting it go.

Its exporter runs in a thread of its own: a span that ends is put into a queue of bounded length, and dropped where that
is full, so that nothing here ever waits for a collector. At the end it sends what is left, for `CLOSE_SECONDS` at most:
the SDK has no bound of its own that holds while a collector takes a connection and says nothing, so its thread, which
is a daemon thread, is left to itself then, and what it had is lost.
"""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import TYPE_CHECKING

import structlog
import trio

from orchd.errors import ConfigurationError
from orchd.settings.tracing import TracingSettings
from orchd.telemetry.spans import UNTRACED, Tracing
from orchd.tracing.tracer import Tracer

if TYPE_CHECKING:
    from opentelemetry.sdk.trace import TracerProvider

EXPORT_SECONDS = 5.0
"""How long one batch may take on its way, tries again included."""
CLOSE_SECONDS = 3.0
QUEUE_SPANS = 4_096
"""Spans that may wait for the exporter; further ones are dropped."""
MISSING = "traces need a package that isn't there: `pip install 'orchd[otel]'`, or unset tracing.endpoint"


@asynccontextmanager
async def open_tracing(settings: TracingSettings, version: str) -> AsyncIterator[Tracing]:
    """Send traces where the settings say while the block lasts; none where they say nothing, and then nothing is
    loaded. Raises `ConfigurationError` where the extra is missing."""
    if settings.endpoint is None:
        yield UNTRACED
        return
    try:
        provider = await trio.to_thread.run_sync(_load, settings, version)
    except ImportError as error:
        raise ConfigurationError(MISSING) from error
    try:
        yield Tracer(provider.get_tracer("orchd", version))
    finally:
        with trio.move_on_after(CLOSE_SECONDS, shield=True) as closing:
            await trio.to_thread.run_sync(provider.shutdown, abandon_on_cancel=True)
        if closing.cancelled_caught:
            structlog.get_logger().warning("the collector of traces doesn't answer: the last ones are lost")


def _load(settings: TracingSettings, version: str) -> "TracerProvider":
    from opentelemetry.exporter.otlp.proto.http.trace_exporter import OTLPSpanExporter
    from opentelemetry.sdk.resources import Resource
    from opentelemetry.sdk.trace import TracerProvider
    from opentelemetry.sdk.trace.export import BatchSpanProcessor
    from opentelemetry.sdk.trace.sampling import ParentBased, TraceIdRatioBased

    provider = TracerProvider(
        sampler=ParentBased(TraceIdRatioBased(settings.sample)),
        resource=Resource.create({"service.name": "orchd", "service.version": version}),
        shutdown_on_exit=False,  # it would hold up the end of the process for as long as a collector is silent
    )
    exporter = OTLPSpanExporter(endpoint=settings.endpoint, timeout=EXPORT_SECONDS)
    provider.add_span_processor(
        BatchSpanProcessor(exporter, max_queue_size=QUEUE_SPANS, schedule_delay_millis=settings.batch_seconds * 1000)
    )
    return provider
