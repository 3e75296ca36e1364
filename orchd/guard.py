"""The one place where an unexpected exception stops: in requests, generations and services.

Everything else catches only what it can name. A defect in one request must not end the daemon, and no traceback may
reach a client; so here, and nowhere else, `except Exception` stands. A task that outlives the call that begins it
belongs to a `Supervisor`: started in a nursery as it is, its failure would go up through the nursery, the feature and
the daemon. `tests/house/test_tasks.py` finds such starts.
"""

import errno
import sys
import time
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any, Generic, NamedTuple, TypeVar

import structlog
import trio

from orchd.errors import ConfigurationError, Internal, OrchdError, StartError, Unavailable, let_go_of_frames
from orchd.reasons import Reason
from orchd.telemetry.request_id import identify
from orchd.telemetry.spans import leave_trace

T_contra = TypeVar("T_contra", contravariant=True)

_UNEXPECTED = "something went wrong inside the daemon"

_NO_DESCRIPTOR = (errno.EMFILE, errno.ENFILE)
_SHORT: Reason = "file_descriptors"

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
"""Before a failed service is begun again: doubled each time, until it has run for longer than the longest pause."""


class Guard:
    """What became of a guarded block: `error` is None when it went well, `failure` is the exception as it was."""

    def __init__(self) -> None:
        self.error: OrchdError | None = None
        self.failure: Exception | None = None


@contextmanager
def guarded(what: str, **about: object) -> Iterator[Guard]:
    """Run a block whose failure concerns only itself.

    An `OrchdError` becomes `guard.error` as it is; any other exception is logged with its traceback and `about`, and
    becomes `internal` (a `StartError` without the traceback: it is no defect), a want of file descriptors
    `unavailable`. Cancellation and exits pass through,
    also out of a group that holds failures besides: those must not ride on a cancellation past every guard.
    """
    guard = Guard()
    try:
        yield guard
    except BaseExceptionGroup as group:
        failures, passing = group.split(Exception)
        if failures is not None:
            guard.failure, guard.error = failures, _judge(failures, what, about)
        if passing is not None:
            raise passing from None
    except Exception as failure:
        guard.failure, guard.error = failure, _judge(failure, what, about)


def _judge(failure: Exception, what: str, about: dict[str, object]) -> OrchdError:
    """Log what must be, and return what is kept of a failure: nothing that its calls were holding."""
    error = _log(failure, what, about)
    let_go_of_frames(failure)
    return error


def _log(failure: Exception, what: str, about: dict[str, object]) -> OrchdError:
    error = _only(failure)
    if isinstance(error, StartError):
        structlog.get_logger().error("the operator must act", what=what, reason=str(error), **about)
        return Internal(_UNEXPECTED)
    if isinstance(error, Unavailable) and error.reason == _SHORT:
        structlog.get_logger().error(error.message, what=what, **about)
    if isinstance(error, Internal):
        structlog.get_logger().error("unexpected", what=what, exc_info=failure, **about)
    return error


def _only(failure: BaseException) -> OrchdError | StartError:
    """Unwrap the groups that nurseries make around a single failure."""
    while isinstance(failure, BaseExceptionGroup) and len(failure.exceptions) == 1:
        failure = failure.exceptions[0]
    if isinstance(failure, OSError) and failure.errno in _NO_DESCRIPTOR:
        return Unavailable("out of file descriptors", reason=_SHORT)
    return failure if isinstance(failure, OrchdError | StartError) else Internal(_UNEXPECTED)


@contextmanager
def crash_logged() -> Iterator[None]:
    """Log what ends the daemon with its traceback, and raise it as a `StartError` that says so.

    What the operator must mend (`StartError`, `ConfigurationError`, also in a group) passes as it is.
    """
    try:
        yield
    finally:
        failure = sys.exception()
        if failure is not None and (crash := _crash(failure)) is not None:
            structlog.get_logger().critical("the daemon is stopping because of an internal error", exc_info=crash)
            raise StartError("the daemon ended for a defect of its own; its log has the traceback") from failure


def _crash(failure: BaseException) -> BaseException | None:
    """The part of what ends the daemon that nobody expects; None when the rest says all that is to be said."""
    if isinstance(failure, BaseExceptionGroup):
        expected, others = failure.split((StartError, ConfigurationError))
        return None if expected is not None or others is None else others.subgroup(Exception)
    expected_alone = isinstance(failure, StartError | ConfigurationError) or not isinstance(failure, Exception)
    return None if expected_alone else failure


class Trouble(NamedTuple):
    """A task of the daemon's own that has failed: how often, the last reason and time (Unix seconds), and whether it
    runs again."""

    what: str
    times: int
    reason: str
    at: float
    running: bool


class Troubles:
    """The tasks that have failed since the start, by name: what the health pages tell of them."""

    def __init__(self) -> None:
        self._troubles: dict[str, Trouble] = {}

    def note_failure(self, what: str, reason: str) -> None:
        """Note a failure; `what` is one of few names, `reason` is fit for a client."""
        earlier = self._troubles.get(what)
        self._troubles[what] = Trouble(what, 1 + (earlier.times if earlier else 0), reason, time.time(), running=False)

    def begun_again(self, what: str) -> None:
        """Note that a task which had failed runs again."""
        if (trouble := self._troubles.get(what)) is not None:
            self._troubles[what] = trouble._replace(running=True)

    def report(self) -> list[Trouble]:
        """All of them, in the order in which they first failed."""
        return list(self._troubles.values())


class Supervisor:
    """Runs in a nursery what outlives the call that begins it. A failure is logged and noted, and ends only itself."""

    def __init__(self, nursery: trio.Nursery, troubles: Troubles | None = None) -> None:
        self._nursery = nursery
        self._troubles = troubles or Troubles()

    def run(self, what: str, task: Callable[..., Awaitable[object]], *args: Any, **about: object) -> None:
        """Begin a task that ends by itself. Returns at once; `about` goes to the log with a failure."""
        self._nursery.start_soon(partial(self._once, what, task, args, about), name=f"orchd.{what}")

    def keep(self, what: str, service: Callable[[], Awaitable[object]]) -> None:
        """Begin a service that is meant to run for ever; after a failure it is begun again, after a pause."""
        self._nursery.start_soon(supervise, what, service, self._troubles, name=f"orchd.{what}")

    async def start(self, what: str, task: Callable[..., Awaitable[object]], *args: Any, **about: object) -> Any:
        """Begin a task and return what it says once it has started. Raises what it raises before that."""
        return await self._nursery.start(partial(self._started, what, task, args, about), name=f"orchd.{what}")

    async def _once(
        self, what: str, task: Callable[..., Awaitable[object]], args: tuple[Any, ...], about: dict[str, object]
    ) -> None:
        with guarded(what, **about) as guard:
            await task(*args)
        if guard.error is not None:
            self.note(what, guard.error, **about)

    async def _started(
        self,
        what: str,
        task: Callable[..., Awaitable[object]],
        args: tuple[Any, ...],
        about: dict[str, object],
        *,
        task_status: trio.TaskStatus[Any],
    ) -> None:
        noting = _NotingStatus(task_status)
        with guarded(what, **about) as guard:
            await task(*args, task_status=noting)
        if guard.error is None:
            return
        if not noting.begun:
            raise guard.failure or guard.error
        self.note(what, guard.error, **about)

    def note(self, what: str, error: OrchdError, **about: object) -> None:
        """Log a failure of a task that goes on by itself, and have the health pages tell it."""
        self._troubles.note_failure(what, error.message)
        structlog.get_logger().warning("a task failed", what=what, code=error.code, reason=error.message, **about)


class _NotingStatus(Generic[T_contra]):
    """Remembers whether a task has said that it has started."""

    def __init__(self, status: trio.TaskStatus[T_contra]) -> None:
        self._status = status
        self.begun = False

    def started(self, value: Any = None) -> None:
        self.begun = True
        self._status.started(value)


async def supervise(what: str, service: Callable[[], Awaitable[object]], troubles: Troubles | None = None) -> None:
    """Run a service that is meant to run for ever; begin it again after a failure, so that it takes nothing with it.

    Each failure is a line in the log, with the pause before the next attempt. Ends when the service returns or is
    cancelled.
    """
    identify(None)  # whichever request has begun it, it does not serve that
    leave_trace()
    pause = FIRST_PAUSE_SECONDS
    troubles = troubles or Troubles()
    while True:
        started = trio.current_time()
        with guarded(what) as guard:
            await service()
        if guard.error is None:
            return
        pause = FIRST_PAUSE_SECONDS if trio.current_time() - started > LONGEST_PAUSE_SECONDS else pause
        troubles.note_failure(what, guard.error.message)
        structlog.get_logger().warning(
            "a service failed and will be restarted", what=what, reason=guard.error.message, pause_seconds=pause
        )
        await trio.sleep(pause)
        troubles.begun_again(what)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)
