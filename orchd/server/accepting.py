"""Taking connections, also when there is nothing to take them with."""

import errno
from collections.abc import Callable

import structlog
import trio

PAUSE_SECONDS = 0.1
"""Before it is tried again after there was nothing to take a connection with."""

QUIET_SECONDS = 60.0
"""Between two lines in the log about it."""

_EXHAUSTED = {
    errno.EMFILE: "this daemon has too many files open",
    errno.ENFILE: "this machine has too many files open",
    errno.ENOMEM: "there is no memory for another connection",
    errno.ENOBUFS: "there is no memory for another connection",
}


async def accept(listener: trio.abc.Listener[trio.abc.Stream], begin: Callable[[trio.abc.Stream], None]) -> None:
    """Let each connection `begin`, which returns at once, until cancelled; closes the listener.

    As trio.serve_listeners does, which logs a traceback ten times a second while files are short.
    """
    told = -QUIET_SECONDS
    async with listener:
        while True:
            try:
                stream = await listener.accept()
            except OSError as error:
                if error.errno not in _EXHAUSTED:
                    raise
                if trio.current_time() >= told + QUIET_SECONDS:
                    told = trio.current_time()
                    structlog.get_logger().error("connections are waiting", reason=_EXHAUSTED[error.errno])
                await trio.sleep(PAUSE_SECONDS)
            else:
                begin(stream)
