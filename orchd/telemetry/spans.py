"""Spans: how long the parts of a request took, one within the other, for whoever collects traces of many programs.

Rooms open them by the `Tracing` that their figures have. While nobody collects any, that costs a method call.
"""

from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, nullcontext
from contextvars import ContextVar
from typing import Protocol, TypeAlias

TRACE_HEADER = "traceparent"
"""Where HTTP says to which trace a request belongs (W3C Trace Context)."""

SpanValue: TypeAlias = str | int | float | bool

_PARENT: ContextVar[str | None] = ContextVar("traceparent", default=None)


class OpenSpan(Protocol):
    """A span that is open."""

    def note(self, name: str, value: SpanValue) -> None:
        """Set an attribute: a number, or a word that is nobody's text."""


class Tracing(Protocol):
    """Opens spans."""

    def span(self, name: str, **attributes: SpanValue) -> AbstractContextManager[OpenSpan]:
        """Return a block that is a span: its parent is the one that this task, or the one that began it, is in. An
        `OrchdError` that ends it is told by its code alone."""

    def mark(self, name: str) -> None:
        """Something happens now, in the span that this task is in."""


class _Nothing:
    """A span of nobody."""

    def note(self, name: str, value: SpanValue) -> None:
        """Nobody is told."""


class NoTracing:
    """Tracing of nobody."""

    def span(self, name: str, **attributes: SpanValue) -> AbstractContextManager[OpenSpan]:
        del name, attributes
        return _NOTHING

    def mark(self, name: str) -> None:
        """Nobody is told."""


_NOTHING: AbstractContextManager[OpenSpan] = nullcontext(_Nothing())
UNTRACED = NoTracing()


@contextmanager
def tracing_as(parent: str | None) -> Iterator[None]:
    """Say in which span the block's requests to others are."""
    token = _PARENT.set(parent)
    try:
        yield
    finally:
        _PARENT.reset(token)


def trace_parent() -> str | None:
    """Return what a request to another program says of its trace; None while none is collected."""
    return _PARENT.get()


def leave_trace() -> None:
    """This task belongs to no trace any more: it outlives the request that has begun it."""
    _PARENT.set(None)
