"""What a person sees and types: styled text out, lines in, whether or not it is a terminal."""

import errno
import os
import re
from typing import Any, TextIO

import trio

_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
_DIM, _PLAIN, _CLEAR = "\x1b[2m", "\x1b[0m", "\r\x1b[K"
LONGEST_LINE = 1024 * 1024


class Lines:
    """Lines from a descriptor, waited for by the event loop.

    A thread in `readline` could not be cancelled, and Python's exit stumbles over one that still holds stdin's lock; a
    non-blocking stdin would be non-blocking for the shell too. So the kernel is asked when there is something to read.
    """

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._buffer = bytearray()
        self._ended = False

    async def next(self) -> str | None:
        """The next line without its line feed; None at the end of the input. May be cancelled without loss."""
        while b"\n" not in self._buffer and not self._ended and len(self._buffer) < LONGEST_LINE:
            data = await self._read()
            self._buffer += data
            self._ended = not data
        if not self._buffer:
            return None
        line, _, rest = bytes(self._buffer).partition(b"\n")
        self._buffer[:] = rest
        return line.decode(errors="replace").rstrip("\r")

    async def _read(self) -> bytes:
        try:
            await trio.lowlevel.wait_readable(self._descriptor)
        except OSError as error:
            if error.errno != errno.EPERM:  # regular files and /dev/null can't be waited for, and never block
                raise
        return os.read(self._descriptor, 65_536)


class Screen:
    """Writes answers to `output` and everything else to `notices`.

    On a terminal reasoning is shown dim, progress on a line that is wiped again, and control characters that a model
    might use to play tricks on the terminal are replaced. Elsewhere `output` has the answers only, byte for byte.
    """

    def __init__(self, output: TextIO, notices: TextIO, *, styled: bool) -> None:
        self._output = output
        self._notices = notices
        self._styled = styled
        self._channel = ""
        self._progress = False
        self._line_open = False

    def prompt(self) -> None:
        """Ask for a line, on a terminal."""
        if self._styled:
            self._put("> ")

    def notice(self, text: str) -> None:
        """A line that is no part of an answer."""
        self.end_line()
        print(_visible(text), file=self._notices, flush=True)

    def text(self, text: str) -> None:
        """Lines that were asked for."""
        self.end_line()
        self._put((_visible(text) if self._styled else text) + "\n")

    def chunk(self, channel: str, text: str) -> None:
        """A piece of an answer as it comes."""
        self.wipe()
        if not self._styled:
            if channel == "content":
                self._put(text)
            return
        if channel != self._channel:
            self.end_line()
            self._put(_DIM if channel == "reasoning" else _PLAIN)
            self._channel = channel
        self._put(_visible(text))
        self._line_open = not text.endswith("\n")

    def progress(self, data: dict[str, Any]) -> None:
        """What the model server does before the first token, on a line of its own that is wiped again."""
        if self._styled:
            share = data.get("progress")
            position = data.get("position")
            told = f" {share:.0%}" if isinstance(share, int | float) else f" ({position})" if position else ""
            self._put(f"{_CLEAR}{_DIM}{_visible(str(data.get('phase', '')))}{told} ...{_PLAIN}")
            self._progress = True

    def wipe(self) -> None:
        """Take the progress line away."""
        if self._progress:
            self._put(_CLEAR)
            self._progress = False

    def end_line(self) -> None:
        """Begin a new line unless at the start of one."""
        self.wipe()
        if self._line_open:
            self._put("\n")
            self._line_open = False

    def end_answer(self) -> None:
        """Close an answer; elsewhere than on a terminal one line feed ends it, too."""
        self.wipe()
        if not self._styled:
            self._put("\n")
            return
        if self._channel:
            self._put(_PLAIN)
        self.end_line()
        self._channel = ""

    def _put(self, text: str) -> None:
        self._output.write(text)
        self._output.flush()


def _visible(text: str) -> str:
    return _CONTROL.sub("\ufffd", text.replace("\r\n", "\n"))
