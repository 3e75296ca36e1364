"""Lines from a pipe, a file or a terminal without an editor of ours."""

import errno
import os

import trio

from orchd.cli.chat.typed import QUOTES, continues

LONGEST_MESSAGE = 64 * 1024 * 1024
"""Bytes. The daemon says what it takes; this only keeps a wrong pipe from filling the memory."""


class LineReader:
    """Messages from a descriptor, waited for by the event loop.

    A thread in `readline` could not be cancelled, and Python's exit stumbles over one that still holds stdin's lock; a
    non-blocking stdin would be non-blocking for the shell too. So the kernel is asked when there is something to read.
    """

    def __init__(self, descriptor: int | None, *, backslash: bool = False) -> None:
        """None: it is closed. `backslash`: a line that ends in one goes on, as a person at a terminal may want it."""
        self._descriptor = descriptor
        self._backslash = backslash
        self._buffer = bytearray()
        self._searched = 0
        self._ended = descriptor is None

    async def next(self, _draft: str = "") -> str | None:
        """The next line, or block of lines, without its last line feed; None at the end of the input."""
        text = await self._line()
        while text is not None and self._goes_on(text):
            more = await self._line()
            if more is None:
                break
            text = f"{text if text.startswith(QUOTES) else text[:-1]}\n{more}"
        return text

    async def run(self) -> None:
        """Nothing goes on between two lines."""

    async def rest(self) -> str:
        """Everything up to the end of the input."""
        while not self._ended and len(self._buffer) < LONGEST_MESSAGE:
            await self._read()
        data, self._buffer = bytes(self._buffer), bytearray()
        return data.decode(errors="replace")

    def _goes_on(self, text: str) -> bool:
        return continues(text) and (self._backslash or text.startswith(QUOTES))

    async def _line(self) -> str | None:
        while (end := self._buffer.find(b"\n", self._searched)) < 0 and not self._ended:
            self._searched = len(self._buffer)
            if self._searched >= LONGEST_MESSAGE:
                break
            await self._read()
        self._searched = 0
        if not self._buffer:
            return None
        line = bytes(self._buffer[: end if end >= 0 else len(self._buffer)])
        del self._buffer[: len(line) + 1]
        return line.decode(errors="replace").removesuffix("\r")

    async def _read(self) -> None:
        assert self._descriptor is not None
        try:
            await trio.lowlevel.wait_readable(self._descriptor)
        except OSError as error:
            if error.errno != errno.EPERM:  # regular files and /dev/null can't be waited for, and never block
                raise
            await trio.lowlevel.checkpoint()
        data = os.read(self._descriptor, 65_536)
        self._buffer += data
        self._ended = not data
