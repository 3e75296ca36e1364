"""Standard output, whatever it is: a failure to write there is told as that, and never as one of the network.

A write does not raise where it happens, which may be the task that reads the connection. It is remembered, whoever owns
the output is told, and later writes are dropped; `check` raises it where somebody can end in order.
"""

import errno
import os
import sys
from collections.abc import Callable
from typing import TextIO

_FULL = (errno.ENOSPC, errno.EDQUOT, errno.EFBIG, errno.EIO)


class OutputError(Exception):
    """What was asked for can't be written. `quiet`: the reader has left, as `head` does, and wants no word about it."""

    def __init__(self, reason: str, *, quiet: bool = False) -> None:
        super().__init__(f"can't write the output: {reason}")
        self.quiet = quiet


class TextOutput:
    """A text stream; None is one that was closed before the program began."""

    def __init__(self, stream: TextIO | None) -> None:
        self._stream = stream
        self.failed: OutputError | None = None
        self.when_failed: Callable[[], None] = lambda: None
        if stream is None:
            self.failed = OutputError("it is closed")

    @property
    def is_terminal(self) -> bool:
        """Whether a person may be looking at it."""
        return self._stream is not None and self._stream.isatty()

    @property
    def stream(self) -> TextIO:
        """What is written to. Raises `OutputError` when it is closed."""
        self.check()
        assert self._stream is not None
        return self._stream

    def write(self, text: str) -> None:
        """Write and flush; blocks as long as the reader does. Does not raise."""
        if self.failed is not None or self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError as error:
            self._fail(failure(error))
        except ValueError as error:  # closed, or an encoding without these characters
            self._fail(OutputError(str(error)))

    def check(self) -> None:
        """Raise the `OutputError` that happened, if one did."""
        if self.failed is not None:
            raise self.failed

    def _fail(self, failed: OutputError) -> None:
        self.failed = failed
        self.when_failed()


def failure(error: OSError) -> OutputError:
    """The failure to write that an `OSError` stands for."""
    return OutputError(error.strerror or str(error), quiet=isinstance(error, BrokenPipeError))


def prepare() -> None:
    """Make stdout and stderr write `?` for characters that their encoding lacks."""
    for stream in (sys.stdout, sys.stderr):
        reconfigure = getattr(stream, "reconfigure", None)
        if reconfigure is not None and (stream.errors == "strict" or stream.encoding.lower() not in ("utf-8", "utf8")):
            reconfigure(errors="replace")


def flush() -> None:
    """Write out what is left of stdout. Raises `OutputError`."""
    try:
        if sys.stdout is not None:
            sys.stdout.flush()
    except OSError as error:
        raise failure(error) from error


def after(error: OSError) -> Exception:
    """Tell what an `OSError` of a command was: stdout's, if it was a failed write and names no file."""
    if error.filename is None and error.errno in _FULL:
        abandon()
        return failure(error)
    if error.filename is not None and error.strerror:
        return OSError(f"{error.filename}: {error.strerror}")
    return error


def abandon() -> None:
    """Write nothing more to stdout: Python would complain once more at its exit about what can't be written."""
    if sys.stdout is not None:
        nowhere = os.open(os.devnull, os.O_WRONLY)
        os.dup2(nowhere, sys.stdout.fileno())
        os.close(nowhere)
