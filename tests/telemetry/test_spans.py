"""Spans of nobody, and what is said to others of a trace."""

from orchd.telemetry.spans import UNTRACED, leave_trace, trace_parent, tracing_as


def test_nobody_is_told() -> None:
    with UNTRACED.span("a", type="b") as span, UNTRACED.span("c") as inner:
        span.note("x", 1)
        inner.note("y", 2)
        UNTRACED.mark("z")
        assert trace_parent() is None


def test_the_innermost_span_is_told() -> None:
    with tracing_as("a"):
        with tracing_as("b"):
            assert trace_parent() == "b"
        assert trace_parent() == "a"
        with tracing_as(None):
            leave_trace()
            assert trace_parent() is None
        assert trace_parent() == "a"
    assert trace_parent() is None
