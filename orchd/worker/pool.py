"""Who works on a text: this process when it is short, one of a few others when it is not.

That rule stands here and nowhere else, so that a feature says what is to be done and never where. Workers are started
when they are needed and end after a while without work, or with the block of `open_workers`. Whoever is cancelled
takes the worker along, and the next one gets a new one.
"""

from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from typing import Protocol, TypeVar, TypeVarTuple

import msgspec
import trio

from orchd.errors import Busy, Timeout, Unavailable
from orchd.guard import Supervisor, Troubles
from orchd.worker import frames
from orchd.worker.process import Worker, WorkerDiedError

T = TypeVar("T")
Ts = TypeVarTuple("Ts")

SHORT_CHARACTERS = 3_000
"""Of all texts together that one call is about. What works on texts here takes some microseconds a character."""

SECONDS = 120.0
"""How long a worker may work on one call, if nothing else is said."""

MAX_WAITING = 64
"""Calls that wait for a worker; further ones are `busy`."""

IDLE_SECONDS = 60.0


class TextWorkers(Protocol):
    """Runs functions on texts. They must stand in a module under their own name, and their annotations say what is
    sent: values that msgspec knows.
    """

    async def run(
        self,
        function: Callable[[*Ts], T],
        *args: *Ts,
        raises: tuple[type[Exception], ...] = (),
        seconds: float = SECONDS,
        slow: bool = False,
        apart: bool = False,
    ) -> T:
        """Return what a function returns. Raises what it raises: OrchdErrors, and those of `raises`, made of one text.

        Waits for its turn, then `seconds` at most; `slow` is what may take more than a second or two, and leaves a
        worker to the others where there are several. `apart`: not here, however short its texts are. Raises Busy,
        Timeout, TooLarge, Unavailable when the worker dies.
        """


class InPlace:
    """Workers for callers that hold up nobody else: everything is done here and at once."""

    async def run(
        self,
        function: Callable[[*Ts], T],
        *args: *Ts,
        raises: tuple[type[Exception], ...] = (),
        seconds: float = SECONDS,
        slow: bool = False,
        apart: bool = False,
    ) -> T:
        return function(*args)


class WorkerPool:
    """Up to `processes` workers; idle ones end after `idle_seconds`. `supervisor` owns those that rest."""

    def __init__(self, supervisor: Supervisor, processes: int, idle_seconds: float = IDLE_SECONDS) -> None:
        self._supervisor = supervisor
        self._turns = trio.CapacityLimiter(processes)
        self._slow_turns = trio.CapacityLimiter(max(1, processes - 1))
        self._idle_seconds = idle_seconds
        self._idle: dict[Worker, trio.CancelScope] = {}
        self._busy: set[Worker] = set()
        self._waiting = 0

    async def run(
        self,
        function: Callable[[*Ts], T],
        *args: *Ts,
        raises: tuple[type[Exception], ...] = (),
        seconds: float = SECONDS,
        slow: bool = False,
        apart: bool = False,
    ) -> T:
        """Call the function, here when it is about short texts, else in a worker."""
        if not apart and characters(args) <= SHORT_CHARACTERS:
            return function(*args)
        request = frames.call(function, args, raises)
        async with self._turn(slow=slow):
            reply = await self._ask(request, seconds)
        value: T = frames.value_of(reply, function)
        return value

    @property
    def pids(self) -> list[int]:
        """The ids of the processes that there are."""
        return [worker.pid for worker in (*self._busy, *self._idle)]

    @asynccontextmanager
    async def _turn(self, *, slow: bool) -> AsyncIterator[None]:
        """Wait until a worker is free. Raises Busy."""
        with self._in_line():
            if slow:
                await self._slow_turns.acquire()
            try:
                await self._turns.acquire()
            except BaseException:
                if slow:
                    self._slow_turns.release()
                raise
        try:
            yield
        finally:
            self._turns.release()
            if slow:
                self._slow_turns.release()

    @contextmanager
    def _in_line(self) -> Iterator[None]:
        if self._waiting >= MAX_WAITING:
            raise Busy("too many long texts wait to be worked on; try again", reason="texts", waiting=self._waiting)
        self._waiting += 1
        try:
            yield
        finally:
            self._waiting -= 1

    async def _ask(self, request: bytes, seconds: float) -> bytes:
        """Have a worker answer a request."""
        worker, reply = await self._worker(), None
        self._busy.add(worker)
        try:
            with trio.move_on_after(seconds):
                reply = await worker.ask(request)
        except WorkerDiedError:
            raise Unavailable("the work on this text broke off; try again", reason="worker") from None
        finally:
            self._busy.remove(worker)
            if reply is None:
                await worker.end()
            else:
                self._rest(worker)
        if reply is None:
            raise Timeout(f"this text took longer than {seconds:.0f} s", reason="worker")
        return reply

    async def _worker(self) -> Worker:
        """Return an idle worker, the one that rested last, or a new one. Raises Unavailable."""
        if self._idle:
            worker, resting = self._idle.popitem()
            resting.cancel()
            return worker
        try:
            return await Worker.open()
        except OSError as error:
            raise Unavailable("no process could be started for this text; try again", reason="worker") from error

    def _rest(self, worker: Worker) -> None:
        scope = self._idle[worker] = trio.CancelScope(deadline=trio.current_time() + self._idle_seconds)
        self._supervisor.run("worker for texts", self._until_taken, worker, scope)

    async def _until_taken(self, worker: Worker, scope: trio.CancelScope) -> None:
        """Keep an idle worker, and end it unless somebody takes it."""
        try:
            with scope:
                await worker.wait()
        finally:
            if self._idle.get(worker) is scope:
                del self._idle[worker]
                await worker.end()


@asynccontextmanager
async def open_workers(
    processes: int, troubles: Troubles | None = None, idle_seconds: float = IDLE_SECONDS
) -> AsyncIterator[WorkerPool]:
    """Offer workers within the block, which may not be left while one of them is asked; all end with it."""
    async with trio.open_nursery() as nursery:
        yield WorkerPool(Supervisor(nursery, troubles), processes, idle_seconds)
        nursery.cancel_scope.cancel()


def characters(value: object) -> int:
    """Return how many characters all texts in a value have together; anything else in it counts as one, or none."""
    count, left = 0, [value]
    while left:
        found = left.pop()
        if isinstance(found, str | bytes):
            count += len(found)
        elif isinstance(found, list | tuple | set | frozenset):
            count += len(found)
            left += found
        elif isinstance(found, dict):
            left += found.keys()
            left += found.values()
        elif isinstance(found, msgspec.Struct):
            left += msgspec.structs.astuple(found)
    return count
