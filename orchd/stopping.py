"""How the daemon is told to end: by signals, gently or not.

SIGTERM, SIGINT and SIGHUP (a terminal that closes) ask it to stop: answers get the grace. A daemon that no terminal
controls, that has a certificate to read again, or that a service manager runs, takes SIGHUP for the wish to read again
what can change, as daemons do. SIGUSR2 asks it to make way for the next one (an upgrade): answers get all the time they
need; SIGTERM during that is a stop. A second signal to stop ends the process at once; SIGUSR1 means nothing here, but
its default would end the process.
"""

import errno
import os
import select
import signal
from typing import NoReturn

import structlog
import trio

from orchd.wakeup import Signal

EXIT_SECOND_SIGNAL = 130

ECHO_SECONDS = 0.2
"""A stop that follows another within this is the same one: `make` hands on what its whole group has got already."""

TERMINAL = 0
"""Stdin, if it is one."""

CONTROLLING = "/dev/tty"
"""Whatever terminal controls the process that opens it; tty(4)."""

_STOPS = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)


class Stopping:
    """What has been asked so far. A value handed in, so that tests can end a daemon without signals."""

    def __init__(self, echo_seconds: float = ECHO_SECONDS, *, reloads: bool = False) -> None:
        """`reloads`: SIGHUP asks to read again what can change, and does not stop."""
        self.reload = Signal() if reloads else None
        """Set when what can change shall be read again; None where SIGHUP stops."""
        self.asked = trio.Event()
        """Set when the daemon shall end, this way or that."""
        self.hurry = trio.Event()
        """Set when answers get no more than the grace."""
        self._echo_seconds = echo_seconds
        self._stopped_at = float("-inf")

    def stop(self) -> None:
        self.hurry.set()
        self.asked.set()

    def make_way(self) -> None:
        """Ask it to end when its answers have."""
        self.asked.set()

    async def on_signals(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Turn signals into requests to stop until cancelled."""
        async with trio.open_nursery() as nursery:
            with trio.open_signal_receiver(*_signals()) as signals:
                if is_in_foreground(TERMINAL) and not _is_hangup_ignored():
                    nursery.start_soon(self._on_hangup)
                task_status.started()
                async for received in signals:
                    self._take(signal.Signals(received))

    async def _on_hangup(self) -> None:
        """Stop when the terminal is gone. The kernel tells the session's first process only, and `make` waits then."""
        await trio.to_thread.run_sync(wait_hangup, TERMINAL, abandon_on_cancel=True)
        if not self.hurry.is_set():
            structlog.get_logger().info("the terminal is closed")
            self._stopped_at = trio.current_time()
            self.stop()

    def _take(self, received: signal.Signals) -> None:
        log = structlog.get_logger()
        if received == signal.SIGUSR1:
            log.info("signal ignored", name=received.name)
            return
        log.info("signal", name=received.name)
        if received == signal.SIGHUP and self.reload is not None:
            self.reload.set()
        elif received == signal.SIGUSR2:
            self.make_way()
        elif not self.hurry.is_set():
            self._stopped_at = trio.current_time()
            self.stop()
        elif trio.current_time() - self._stopped_at >= self._echo_seconds:
            log.warning("stopped immediately by a second signal")
            _leave_now()


def _signals() -> list[signal.Signals]:
    """What to listen to: under nohup(1) the end of the terminal must stay without effect. Where there is none, SIGHUP
    comes from somebody who means it."""
    deaf = _is_hangup_ignored() and has_terminal()
    stops = [each for each in _STOPS if not (each is signal.SIGHUP and deaf)]
    return [*stops, signal.SIGUSR1, signal.SIGUSR2]


def _is_hangup_ignored() -> bool:
    return signal.getsignal(signal.SIGHUP) is signal.SIG_IGN


def has_terminal() -> bool:
    """Whether a terminal controls this process, so that it may get SIGHUP because that is closed. Once it is, this can
    no longer be told."""
    try:
        os.close(os.open(CONTROLLING, os.O_RDWR | os.O_NOCTTY | os.O_CLOEXEC))
    except OSError as error:
        return error.errno != errno.ENXIO  # else there may be one that can't be opened
    return True


def is_in_foreground(descriptor: int) -> bool:
    """Whether this is a terminal that we are in front of; one that we were sent to the background of may go."""
    try:
        return os.isatty(descriptor) and os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False


def wait_hangup(descriptor: int) -> None:
    """Return when the terminal is gone. Blocks until then, and reads nothing."""
    poll = select.poll()
    poll.register(descriptor, 0)
    poll.poll()


def _leave_now() -> NoReturn:
    """A second signal means now: no unwinding that could wait for anything."""
    os._exit(EXIT_SECOND_SIGNAL)
