"""The keys of a terminal for as long as the client runs: read at once, whoever wants them later.

The terminal is kept from echoing and from cutting lines (its own line editor stops at 4095 bytes). While a line is
edited, what is typed goes to the editor; at other times Ctrl-C and Ctrl-Z are acted upon, and the rest is kept for
the next line.
"""

import errno
import os
import signal
import termios
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import trio

from orchd.cli.chat.terminal.bursts import Bursts
from orchd.wakeup import Signal

MAX_AHEAD = 16 * 1024 * 1024
"""Bytes typed or pasted while nobody edits; more are dropped."""
PIECE = 4096
INTERRUPT, SUSPEND = b"\x03", b"\x1a"
_PASTES_ON, _PASTES_OFF = "\x1b[?2004h", "\x1b[?2004l"
_IFLAG, _LFLAG, _CC = 0, 3, 6


class Keyboard:
    """The terminal at `descriptor`; `write` writes to its screen."""

    def __init__(self, descriptor: int, write: Callable[[str], None]) -> None:
        self._descriptor = descriptor
        self._write = write
        self._ahead = bytearray()
        self._bursts = Bursts()
        self._arrived = Signal()
        self._editing = False
        self.ended = False
        """The terminal is gone, or its end was typed where there is no editor."""
        self.interrupt: Callable[[], None] = lambda: None

    @contextmanager
    def take_over(self) -> Iterator[None]:
        """Take the terminal over while the block lasts."""
        self._before: list[Any] = termios.tcgetattr(self._descriptor)
        self._take()
        try:
            yield
        finally:
            self._give_back()

    async def run(self) -> None:
        """Read keys until the terminal ends."""
        while not self.ended:
            await trio.lowlevel.wait_readable(self._descriptor)
            try:
                data = os.read(self._descriptor, 65_536)
            except OSError as error:
                if error.errno != errno.EIO:  # hung up
                    raise
                data = b""
            self.ended = not data
            self._take_keys(data)

    async def feed(self, descriptor: int) -> None:
        """Give what is typed to an editor that reads from the other end of a pipe, until cancelled."""
        self._editing = True
        try:
            while not (self.ended and not self._ahead):
                if not self._ahead:
                    await self._arrived.wait()
                    continue
                await trio.lowlevel.wait_writable(descriptor)  # there is room for a piece then
                del self._ahead[: os.write(descriptor, self._ahead[:PIECE])]
        finally:
            self._editing = False

    def suspend(self) -> None:
        """Stop as Ctrl-Z does elsewhere; returns when the shell lets the program go on."""
        self._give_back()
        os.kill(0, signal.SIGTSTP)
        self._take()

    def mark_pastes(self) -> None:
        """Have the terminal mark what is pasted; an editor that ends turns it off."""
        self._write(_PASTES_ON)

    def _take_keys(self, data: bytes) -> None:
        if not self._editing:
            if SUSPEND in data:
                self.suspend()
            if INTERRUPT in data:
                self.interrupt()
            data = data.replace(SUSPEND, b"").replace(INTERRUPT, b"")
        if len(self._ahead) + len(data) <= MAX_AHEAD:
            self._ahead += self._bursts.mark(data)
        self._arrived.set()

    def _take(self) -> None:
        """No echo, no lines, no signals from keys; output is left as it was."""
        attributes = [*self._before[:_CC], list(self._before[_CC])]
        attributes[_IFLAG] &= ~(termios.IXON | termios.IXOFF | termios.ICRNL | termios.INLCR | termios.IGNCR)
        attributes[_LFLAG] &= ~(termios.ECHO | termios.ICANON | termios.IEXTEN | termios.ISIG)
        attributes[_CC][termios.VMIN], attributes[_CC][termios.VTIME] = 1, 0
        termios.tcsetattr(self._descriptor, termios.TCSANOW, attributes)
        self.mark_pastes()

    def _give_back(self) -> None:
        self._write(_PASTES_OFF)
        try:
            termios.tcsetattr(self._descriptor, termios.TCSADRAIN, self._before)
        except termios.error as error:
            if error.args[0] != errno.EIO:  # hung up: there is nobody to give it back to
                raise
