"""What has happened so far, for tests that must know: above all, whether an upstream was really let go, and when."""

import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

import msgspec
import trio

MAX_PATHS = 100

GenerationOutcome = Literal["completed", "faulted", "aborted", "stopped"]


class ModelStats(msgspec.Struct, frozen=True):
    """One model's life: loads and unloads (evictions included), and generations asked of it."""

    loads: int
    unloads: int
    requests: int


class Stats(msgspec.Struct, frozen=True, rename="camel"):
    """A snapshot; counts are since the start or the last reset, `running`, `waiting` and `connections` are present.

    `running`: generations not ended yet, those that wait for a model or a slot (`waiting`) included. Of the ended
    ones, `completed` were sent whole, `faulted` ended as a fault asked or by an error, `aborted` were left by the
    client. `last_abort_ms` is the monotonic clock's time of the last abort in milliseconds (the same clock as Python's
    `time.monotonic()` on this machine), `last_abort_age_ms` how long ago that was.
    """

    requests: int
    paths: dict[str, int]
    tokens: int
    running: int
    peak: int
    waiting: int
    completed: int
    faulted: int
    aborted: int
    last_abort_ms: float | None
    last_abort_age_ms: float | None
    connections: int
    models: dict[str, ModelStats]


class GenerationTally:
    """One generation while it runs. `outcome` is how it will be counted unless the client leaves before it is set."""

    def __init__(self) -> None:
        self.outcome: GenerationOutcome | None = None


class StatCounters:
    """The counts behind `Stats`."""

    def __init__(self) -> None:
        self.running = 0
        self.waiting = 0
        self.connections = 0
        self._changed = trio.lowlevel.ParkingLot()
        self._zero()

    def _zero(self) -> None:
        self.tokens = 0
        self._peak = self.running
        self._paths: Counter[str] = Counter()
        self._ended: Counter[GenerationOutcome] = Counter()
        self._loads: Counter[str] = Counter()
        self._unloads: Counter[str] = Counter()
        self._asked: Counter[str] = Counter()
        self._last_abort: float | None = None

    def reset(self) -> None:
        """Set all counts to zero; what is running goes on and is counted when it ends."""
        self._zero()
        self.touch()

    def request(self, path: str) -> None:
        """Count a request; paths beyond a hundred different ones count as `other`."""
        self._paths[path if path in self._paths or len(self._paths) < MAX_PATHS else "other"] += 1
        self.touch()

    def count_load(self, model: str) -> None:
        self._loads[model] += 1
        self.touch()

    def count_unload(self, model: str) -> None:
        self._unloads[model] += 1
        self.touch()

    def count_tokens(self, count: int) -> None:
        self.tokens += count
        self.touch()

    @contextmanager
    def generation(self, model: str, gone: Callable[[], bool]) -> Iterator[GenerationTally]:
        """Count a generation; `gone` tells at its end whether the client has left."""
        tally = GenerationTally()
        self._asked[model] += 1
        self.running += 1
        self._peak = max(self._peak, self.running)
        self.touch()
        try:
            yield tally
        except trio.BrokenResourceError:
            tally.outcome = "aborted"
            raise
        finally:
            self.running -= 1
            self._end(tally.outcome or ("aborted" if gone() else "stopped"))

    @contextmanager
    def wait(self) -> Iterator[None]:
        """Count a generation as waiting."""
        self.waiting += 1
        self.touch()
        try:
            yield
        finally:
            self.waiting -= 1
            self.touch()

    def _end(self, outcome: GenerationOutcome) -> None:
        self._ended[outcome] += 1
        if outcome == "aborted":
            self._last_abort = time.monotonic()
        self.touch()

    def touch(self) -> None:
        """Wake whoever waits for a change."""
        self._changed.unpark_all()

    async def wait_change(self) -> None:
        """Wait for the next change of a count."""
        await self._changed.park()

    def snapshot(self) -> Stats:
        last = self._last_abort
        models = self._asked.keys() | self._loads.keys() | self._unloads.keys()
        return Stats(
            requests=self._paths.total(),
            paths=dict(sorted(self._paths.items())),
            tokens=self.tokens,
            running=self.running,
            peak=self._peak,
            waiting=self.waiting,
            completed=self._ended["completed"],
            faulted=self._ended["faulted"],
            aborted=self._ended["aborted"],
            last_abort_ms=None if last is None else last * 1000,
            last_abort_age_ms=None if last is None else (time.monotonic() - last) * 1000,
            connections=self.connections,
            models={name: self._model(name) for name in sorted(models)},
        )

    def _model(self, name: str) -> ModelStats:
        return ModelStats(self._loads[name], self._unloads[name], self._asked[name])
