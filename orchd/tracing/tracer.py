"""Spans as OpenTelemetry has them."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from orchd.errors import OrchdError
from orchd.telemetry.spans import OpenSpan, SpanValue, tracing_as

if TYPE_CHECKING:
    from opentelemetry import trace


SAMPLED = 1
"""The flag that everybody knows; newer ones are of no use to model servers."""


class Tracer:
    """Satisfies `orchd.telemetry.spans.Tracing`. What an exception says is never told: it may be somebody's text."""

    def __init__(self, tracer: "trace.Tracer") -> None:
        self._tracer = tracer

    @contextmanager
    def span(self, name: str, **attributes: SpanValue) -> Iterator[OpenSpan]:
        """Open a span for the block."""
        with self._tracer.start_as_current_span(
            name,
            attributes={_full(key): value for key, value in attributes.items()},
            record_exception=False,
            set_status_on_exception=False,
        ) as opened:
            context = opened.get_span_context()
            parent = f"00-{context.trace_id:032x}-{context.span_id:016x}-{context.trace_flags & SAMPLED:02x}"
            with tracing_as(parent):
                try:
                    yield _SentSpan(opened)
                except OrchdError as error:
                    _fail(opened, error.code)
                    raise

    def mark(self, name: str) -> None:
        from opentelemetry.trace import get_current_span

        get_current_span().add_event(name)


class _SentSpan:
    def __init__(self, opened: "trace.Span") -> None:
        self._opened = opened

    def note(self, name: str, value: SpanValue) -> None:
        self._opened.set_attribute(_full(name), value)


def _fail(opened: "trace.Span", code: str) -> None:
    from opentelemetry.trace import StatusCode

    opened.set_attribute("error.type", code)
    opened.set_status(StatusCode.ERROR, code)


def _full(name: str) -> str:
    """Return what an attribute is called: as the conventions for models say where they have a word, else under our
    name. Underscores stand for dots that a keyword can't have."""
    return CONVENTIONS.get(name, f"orchd.{name}")


CONVENTIONS = {
    "model": "gen_ai.request.model",
    "tokens_in": "gen_ai.usage.input_tokens",
    "tokens_out": "gen_ai.usage.output_tokens",
    "operation": "gen_ai.operation.name",
}
