"""The one place where an unexpected exception stops: in requests, generations and services.

Everything else catches only what it can name. A defect in one request must not end the daemon, and no traceback may
reach a client; so here, and nowhere else, `except Exception` stands.
"""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager

import structlog
import trio

from orchd.errors import Internal, OrchdError, StartError

_UNEXPECTED = "something went wrong inside the daemon"

FIRST_PAUSE_SECONDS, LONGEST_PAUSE_SECONDS = 1.0, 60.0
"""Before a failed service is begun again: doubled each time, until it has run for longer than the longest pause."""


class Guard:
    """What became of a guarded block: `error` is None when it went well."""

    def __init__(self) -> None:
        self.error: OrchdError | None = None


@contextmanager
def guarded(what: str, **about: object) -> Iterator[Guard]:
    """Run a block whose failure concerns only itself.

    An `OrchdError` becomes `guard.error` as it is; any other exception is logged with its traceback and `about`, and
    becomes `internal` (a `StartError` without the traceback: it is no defect). Cancellation and exits pass through,
    also out of a group that holds failures besides: those must not ride on a cancellation past every guard.
    """
    guard = Guard()
    try:
        yield guard
    except BaseExceptionGroup as group:
        failures, passing = group.split(Exception)
        if failures is not None:
            guard.error = _judged(failures, what, about)
        if passing is not None:
            raise passing from None
    except Exception as failure:
        guard.error = _judged(failure, what, about)


def _judged(failure: Exception, what: str, about: dict[str, object]) -> OrchdError:
    error = _only(failure)
    if isinstance(error, StartError):
        structlog.get_logger().error("the operator must act", what=what, reason=str(error), **about)
        return Internal(_UNEXPECTED)
    if isinstance(error, Internal):
        structlog.get_logger().error("unexpected", what=what, exc_info=failure, **about)
    return error


async def supervised(what: str, service: Callable[[], Awaitable[None]]) -> None:
    """Run a service that is meant to run for ever; begin it again after a failure, so that it takes nothing with it.

    Ends when the service returns or is cancelled.
    """
    pause = FIRST_PAUSE_SECONDS
    while True:
        started = trio.current_time()
        with guarded(what) as guard:
            await service()
        if guard.error is None:
            return
        pause = FIRST_PAUSE_SECONDS if trio.current_time() - started > LONGEST_PAUSE_SECONDS else pause
        await trio.sleep(pause)
        pause = min(2 * pause, LONGEST_PAUSE_SECONDS)


def _only(failure: BaseException) -> OrchdError | StartError:
    """Unwrap the groups that nurseries make around a single failure."""
    while isinstance(failure, BaseExceptionGroup) and len(failure.exceptions) == 1:
        failure = failure.exceptions[0]
    return failure if isinstance(failure, OrchdError | StartError) else Internal(_UNEXPECTED)
