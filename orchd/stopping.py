"""How the daemon is told to end: by signals, gently or not.

SIGTERM and SIGINT ask it to stop: answers get the grace. SIGUSR2 asks it to make way for the next one (an upgrade):
answers get all the time they need; SIGTERM during that is a stop. A second SIGTERM or SIGINT ends the process at once.
"""

import os
import signal
from typing import NoReturn

import structlog
import trio

EXIT_SECOND_SIGNAL = 130


class Stopping:
    """What has been asked so far. A value handed in, so that tests can end a daemon without signals."""

    def __init__(self) -> None:
        self.asked = trio.Event()
        """Set when the daemon shall end, this way or that."""
        self.hurry = trio.Event()
        """Set when answers get no more than the grace."""

    def stop(self) -> None:
        """Ask it to stop."""
        self.hurry.set()
        self.asked.set()

    def make_way(self) -> None:
        """Ask it to end when its answers have."""
        self.asked.set()

    async def on_signals(self, task_status: trio.TaskStatus[None] = trio.TASK_STATUS_IGNORED) -> None:
        """Turn signals into wishes until cancelled."""
        with trio.open_signal_receiver(signal.SIGTERM, signal.SIGINT, signal.SIGUSR2) as signals:
            task_status.started()
            async for received in signals:
                structlog.get_logger().info("signal", name=signal.Signals(received).name)
                if received == signal.SIGUSR2:
                    self.make_way()
                elif self.hurry.is_set():
                    _leave_now()
                else:
                    self.stop()


def _leave_now() -> NoReturn:
    """A second signal means now: no unwinding that could wait for anything."""
    os._exit(EXIT_SECOND_SIGNAL)
