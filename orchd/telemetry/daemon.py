"""The figures of each room: what it notes, in seconds where nothing else is said."""

from collections.abc import Iterator
from contextlib import contextmanager

from orchd.errors import OrchdError
from orchd.telemetry.figures import Histogram, Histograms, Tallies
from orchd.telemetry.spans import UNTRACED, Tracing

SHORT = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)
"""Bounds for what should take milliseconds: transactions, requests, the event loop."""
GAPS = (0.001, 0.0025, 0.005, 0.01, 0.02, 0.04, 0.08, 0.16, 0.32, 0.64, 1.28, 5.0, 20.0)
"""Bounds for what lies between two pieces of an answer."""
LONG = (0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0, 900.0)
"""Bounds for what may take minutes: a turn, a load, a long prompt."""

UNKNOWN = "unknown"
"""The type of frames whose type is none, or can't be read."""


class SocketFigures:
    """What goes over connections."""

    __slots__ = ("bytes_out", "closed", "errors", "frames_in", "frames_out", "opened", "pages", "requests", "tracing")

    def __init__(self, tracing: Tracing = UNTRACED) -> None:
        self.tracing = tracing
        self.opened = 0
        """WebSockets so far."""
        self.closed = Tallies()
        """The same that have ended, by close code; without one where the connection broke."""
        self.frames_in = Tallies(1_000)
        """By type, of which there are fewer; `unknown` for any other."""
        self.frames_out = 0
        """Control frames and handshakes included."""
        self.bytes_out = 0
        self.errors = Tallies()
        """`error` frames by code."""
        self.requests = Histogram(SHORT)
        """From a request's frame to its final one."""
        self.pages = Tallies()
        """HTTP answers by status."""


class ModelFigures:
    """What is asked of model servers, by their names."""

    __slots__ = ("attempts", "first", "gaps", "loads", "tokens_in", "tokens_out", "tracing", "waits")

    def __init__(self, tracing: Tracing = UNTRACED) -> None:
        self.tracing = tracing
        self.waits = Histograms(LONG)
        """Until a request had its turn, by server and priority."""
        self.loads = Histograms(LONG)
        """Of models, as far as requests had to wait for them."""
        self.first = Histograms(LONG)
        """From a request's turn to its first piece of output: a load is in it."""
        self.gaps = Histograms(GAPS)
        """Between two pieces of output of one answer, a token or so each, as they are read."""
        self.attempts = Tallies()
        """By server and what they ended as: `ok`, the code of an error, or `cancelled`."""
        self.tokens_in = Tallies()
        """Tokens of prompts by server and model, guessed where a server doesn't tell them."""
        self.tokens_out = Tallies()
        """Tokens of answers; the same."""

    @contextmanager
    def attempt(self, server: str) -> Iterator[None]:
        """Count what the block, one attempt, ends as."""
        outcome = "cancelled"
        try:
            yield
            outcome = "ok"
        except OrchdError as error:
            outcome = error.code
            raise
        finally:
            self.attempts.add((server, outcome))


class StorageFigures:
    """What is asked of the database; kinds are `read`, `write` and `write_relaxed`."""

    __slots__ = ("failures", "seconds")

    def __init__(self) -> None:
        self.seconds = Histograms(SHORT)
        """Of transactions by kind, with their waits; those that failed included, and those that were cancelled not."""
        self.failures = Tallies()
        """By kind and code."""


class Figures:
    """Those of the whole daemon."""

    def __init__(self, tracing: Tracing = UNTRACED) -> None:
        self.sockets = SocketFigures(tracing)
        self.models = ModelFigures(tracing)
        self.storage = StorageFigures()
        self.loop = Histogram(SHORT)
        """How late the event loop was with a task whose time had come."""
