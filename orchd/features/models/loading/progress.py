"""Telling a client how far a load or a generation is: on change, and every few seconds so that it knows we live."""

import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import trio
from msgspec import UNSET, UnsetType

from orchd.errors import OrchdError
from orchd.features.models.messages import ModelProgress
from orchd.guard import Supervisor
from orchd.llm import LoadNews
from orchd.llm.types import Phase, Target

REPEAT_SECONDS = 5.0
LEAST_CHANGE = 0.01
"""Of a phase's progress; servers tell of smaller steps, and nobody sees them."""


class Progress:
    """What one request waits for. `emit` sends a frame; `run` and `runs` number the runs of a benchmark."""

    def __init__(self, emit: Callable[[ModelProgress], None], model: str | None) -> None:
        self.run: int | UnsetType = UNSET
        self.runs: int | UnsetType = UNSET
        self._emit = emit
        self._model = model
        self._backend: str | None = None
        self._begun = time.monotonic()
        self._phase: Phase | None = None
        self._progress: float | None = None
        self._position: int | UnsetType = UNSET
        self._due: float | None = None

    def of(self, target: Target) -> None:
        """It is about this model from now on."""
        self._model, self._backend = target.model.id, target.backend
        self._phase = None

    def on_phase(self, phase: Phase, progress: float | None) -> None:
        """The phase changed, or how far it is."""
        small = abs((progress or 0.0) - (self._progress or 0.0)) < LEAST_CHANGE
        if phase == self._phase and small:
            return
        self._phase, self._progress = phase, progress
        if phase not in ("queued", "loading"):
            self._position, self._due = UNSET, None
        self._tell()

    def on_queue(self, position: int | None, eta_ms: int | None) -> None:
        """Its place among those that wait changed; None: its turn has come, and its model is loaded for it."""
        if self._phase != "loading":
            self._phase, self._progress = "queued", None
        self._position = UNSET if position is None else position
        now = time.monotonic()
        self._due = None if eta_ms is None else now + eta_ms / 1000
        self._tell(now)

    def loading(self, news: LoadNews) -> None:
        """The model is being loaded, or waits for that."""
        self.on_phase(news.phase, news.share)
        if news.position is not None or news.eta_ms is not None:
            self.on_queue(news.position, news.eta_ms)

    async def repeat(self) -> None:
        """Say the same again every few seconds, for ever; not while text comes, which says it better."""
        while True:
            await trio.sleep(REPEAT_SECONDS)
            if self._phase not in (None, "generating"):
                self._tell()

    def _tell(self, now: float | None = None) -> None:
        assert self._phase is not None
        now = time.monotonic() if now is None else now
        self._emit(
            ModelProgress(
                model=self._model,
                backend=self._backend,
                phase=self._phase,
                elapsed_ms=round((now - self._begun) * 1000),
                progress=UNSET if self._progress is None else min(1.0, max(0.0, self._progress)),
                position=self._position,
                eta_ms=UNSET if self._due is None else max(0, round((self._due - now) * 1000)),
                run=self.run,
                runs=self.runs,
            )
        )


@asynccontextmanager
async def telling(emit: Callable[[ModelProgress], None], model: str | None) -> AsyncIterator[Progress]:
    """Tell of the progress of what the block does with `model`, as the request names it."""
    progress = Progress(emit, model)
    failed: OrchdError | None = None
    async with trio.open_nursery() as nursery:
        Supervisor(nursery).run("progress", progress.repeat)
        try:
            yield progress
        except OrchdError as error:  # leaves the nursery as itself, not as a group of one
            failed = error
        nursery.cancel_scope.cancel()
    if failed is not None:
        raise failed
