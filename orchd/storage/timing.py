"""A database whose transactions are timed: how long each took, its waits for a place and for locks included."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import ParamSpec, TypeVar

import trio

from orchd.errors import OrchdError
from orchd.storage.database import CommitMark, Database, Health, PlaceUse, Steps
from orchd.telemetry.daemon import StorageFigures

T = TypeVar("T")
P = ParamSpec("P")


class TimedDatabase(Database):
    """Another database, which notes in `figures` what it is asked for."""

    def __init__(self, inner: Database, figures: StorageFigures) -> None:
        self._inner = inner
        self._figures = figures

    async def write(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._timed("write"):
            return await self._inner.write(steps, *args, **kwargs)

    async def write_relaxed(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._timed("write_relaxed"):
            return await self._inner.write_relaxed(steps, *args, **kwargs)

    async def read(self, steps: Callable[P, Steps[T]], *args: P.args, **kwargs: P.kwargs) -> T:
        with self._timed("read"):
            return await self._inner.read(steps, *args, **kwargs)

    async def probe(self) -> None:
        await self._inner.probe()

    async def commit_mark(self) -> CommitMark | None:
        return await self._inner.commit_mark()

    async def require_space(self) -> None:
        await self._inner.require_space()

    def health(self) -> Health:
        return self._inner.health()

    def places(self) -> PlaceUse:
        return self._inner.places()

    async def wait_ready(self) -> None:
        await self._inner.wait_ready()

    @contextmanager
    def _timed(self, kind: str) -> Iterator[None]:
        """Note how long the block takes unless it is cancelled: that says nothing of the database."""
        started = trio.current_time()
        try:
            yield
        except OrchdError as error:
            self._figures.failures.add((kind, error.code))
            self._figures.seconds.of((kind,)).note(trio.current_time() - started)
            raise
        else:
            self._figures.seconds.of((kind,)).note(trio.current_time() - started)
