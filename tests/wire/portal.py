"""A daemon, a simulator and clients in a Trio of their own thread: Hypothesis drives its tests from plain functions."""

from collections.abc import Awaitable, Callable
from concurrent.futures import CancelledError, Future, ThreadPoolExecutor
from pathlib import Path
from types import TracebackType
from typing import Any, Self, TypeVar

import trio

from orchd.simulator import Simulator, SimulatorConfig
from tests.fix_daemon import App, make_settings
from tests.wire.client import Client

T = TypeVar("T")


class Portal:
    """The daemon while the `with` block lasts. Whatever fails over there is raised here, by `call` or at the end."""

    def __init__(self, directory: Path, **limits: Any) -> None:
        self._directory = directory
        self._limits = limits
        self._threads = ThreadPoolExecutor(1)
        self._opened: Future[trio.lowlevel.TrioToken] = Future()
        self._over = trio.Event()
        self.app: App
        self.simulator: Simulator

    def __enter__(self) -> Self:
        self._run = self._threads.submit(trio.run, self._main)
        self._run.add_done_callback(lambda run: self._opened.cancel())
        try:
            self._token = self._opened.result()
        except CancelledError:  # it ended before it began: say why
            self._threads.shutdown()
            self._run.result()
            raise
        return self

    def __exit__(
        self, kind: type[BaseException] | None, failure: BaseException | None, trace: TracebackType | None
    ) -> None:
        if not self._run.done():
            self._token.run_sync_soon(self._over.set)
        try:
            self._run.result()
        finally:
            self._threads.shutdown()

    def call(self, function: Callable[..., Awaitable[T]], *arguments: object) -> T:
        """Run an async function over there and return what it returns."""
        try:
            return trio.from_thread.run(function, *arguments, trio_token=self._token)
        except (trio.RunFinishedError, trio.Cancelled):
            self._run.result()
            raise

    async def _main(self) -> None:
        async with trio.open_nursery() as nursery:
            self.simulator = Simulator(SimulatorConfig(port=0, parallel=1_000))
            url = await nursery.start(self.simulator.serve)
            self.app = App(nursery, make_settings(self._directory, url, **self._limits))
            await self.app.start()
            self._opened.set_result(trio.lowlevel.current_trio_token())
            await self._over.wait()
            await self.app.stop()
            nursery.cancel_scope.cancel()

    def connect(self) -> Client:
        """A new connection."""
        return self.call(self.app.connect)
