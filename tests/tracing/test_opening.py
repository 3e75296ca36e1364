"""Traces: what a collector gets, and that one which is silent or missing holds up nothing."""

import subprocess
import sys

import pytest
import trio

from orchd.errors import Busy
from orchd.settings.tracing import TracingSettings
from orchd.telemetry.spans import UNTRACED, Tracing, trace_parent
from orchd.tracing.opening import CLOSE_SECONDS, open_tracing
from tests.tracing.collector import Collector

GUARD_SECONDS = 10 * CLOSE_SECONDS


def fail(tracing: Tracing, parents: list[str | None]) -> None:
    """Fail within a span."""
    with tracing.span("inner"):
        parents.append(trace_parent())
        tracing.mark("now")
        raise Busy("what Ana said")


async def test_spans_lie_in_one_another_and_tell_no_text(nursery: trio.Nursery) -> None:
    collector = Collector()
    await collector.start(nursery)
    parents: list[str | None] = []
    async with open_tracing(TracingSettings(endpoint=collector.url), "1.2") as tracing:
        with tracing.span("outer", type="a:b", model="m") as outer:
            outer.note("tokens_in", 7)
            parents.append(trace_parent())
            with pytest.raises(Busy):
                fail(tracing, parents)
            parents.append(trace_parent())
        assert trace_parent() is None
    (outer_span,), (inner,) = collector.named("outer"), collector.named("inner")
    assert (inner.parent, inner.trace, outer_span.parent) == (outer_span.id, outer_span.trace, "")
    assert parents == [f"00-{span.trace}-{span.id}-01" for span in (outer_span, inner, outer_span)]
    assert outer_span.attributes == {"orchd.type": "a:b", "gen_ai.request.model": "m", "gen_ai.usage.input_tokens": 7}
    assert (inner.failed, inner.attributes, inner.events) == (True, {"error.type": "busy"}, ["now"])
    assert not outer_span.failed
    assert outer_span.service == "orchd"
    assert "Ana" not in repr(collector.spans)


async def test_a_part_of_them_is_sent(nursery: trio.Nursery) -> None:
    collector = Collector()
    await collector.start(nursery)
    async with open_tracing(TracingSettings(endpoint=collector.url, sample=0.0), "1.2") as tracing:
        with tracing.span("outer"):
            parent = trace_parent()
            assert parent is not None
            assert parent.endswith("-00"), "others are told that it isn't sampled"
    assert collector.spans == []


async def test_a_collector_that_is_silent_does_not_hold_up_the_end(nursery: trio.Nursery) -> None:
    collector = Collector(silent=True)
    await collector.start(nursery)
    with trio.fail_after(GUARD_SECONDS):
        async with open_tracing(TracingSettings(endpoint=collector.url), "1.2") as tracing:
            with tracing.span("outer"):
                pass
    nursery.cancel_scope.cancel()


async def test_without_an_endpoint_there_is_nothing() -> None:
    async with open_tracing(TracingSettings(), "1.2") as tracing:
        assert tracing is UNTRACED
        with tracing.span("outer", model="m") as span:
            span.note("tokens_in", 7)
            tracing.mark("now")
            assert trace_parent() is None


def test_nothing_is_loaded_for_nobody() -> None:
    code = (
        "import sys, orchd.app, orchd.tracing.opening, orchd.tracing.tracer, orchd.metrics.exposition;"
        "print([name for name in sys.modules if name.startswith(('opentelemetry', 'prometheus_client', 'requests'))])"
    )
    assert subprocess.run([sys.executable, "-c", code], capture_output=True, check=True).stdout == b"[]\n"
