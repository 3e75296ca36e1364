"""What workers are asked in tests: functions of a module, as they must be."""

import ctypes
import os
import re
import signal
import sys
from collections.abc import Sequence
from typing import Any, NamedTuple

from orchd.errors import Invalid
from orchd.worker.pool import SHORT_CHARACTERS

LONG = "x" * (SHORT_CHARACTERS + 1)
"""Makes any call one that a worker gets."""

HOPELESS = re.compile(r"(?:a|aa)+b")
"""Holds the interpreter's lock for longer than anybody waits."""


class NoNumberError(Exception):
    """An answer of `number`."""


class Pair(NamedTuple):
    """A text and how long it is."""

    text: str
    size: int


def pairs(texts: Sequence[str], prefix: str | None) -> list[Pair]:
    """Values of several kinds, there and back."""
    return [Pair(f"{prefix}{text}", len(text)) for text in texts]


def process(text: str) -> int:
    """Where this runs."""
    return os.getpid()


def number(text: str) -> int:
    """Raises NoNumberError."""
    try:
        return int(text)
    except ValueError:
        raise NoNumberError(f"no number of {len(text)} characters") from None


def refused(text: str) -> int:
    """Raises an OrchdError with details."""
    raise Invalid("this is refused", field="text", path="$.data.text")


def hang(text: str) -> None:
    """Hold the interpreter's lock."""
    HOPELESS.search("a" * 200)


def crash(text: str) -> None:
    """End as native code ends that is broken."""
    os.kill(os.getpid(), signal.SIGSEGV)


def defect(text: str) -> None:
    """Fail as nobody expects."""
    raise ZeroDivisionError("secret words")


def chatter(text: str) -> str:
    """Print, as no job should."""
    print("words on stdout")  # noqa: T201
    sys.stdout.flush()
    ctypes.CDLL(None).puts(b"and more of them")
    return text


def anything(text: str, value: Any) -> int:
    """Take what has no end."""
    return len(text)


def sink(text: str) -> int:
    """Call itself, for ever."""
    return sink(text) + 1


def greedy(text: str) -> int:
    """Take more memory than a worker may have."""
    return len(bytearray(8 * 1024**3))


def too_much(text: str) -> bytes:
    """Return more than a reply may have."""
    return bytes(65 * 1024**2)
