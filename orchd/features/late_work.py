"""Work for programs, which most daemons are never asked for: what does it is made with the first request."""

from collections.abc import Callable
from typing import Generic, Protocol, TypeVar

import trio


class ProgramWork(Protocol):
    """What works on several things at once, and is ended in order."""

    def running(self) -> int:
        """How many there are."""

    def close(self) -> None:
        """Take nothing new."""

    async def drain(self, hurried: trio.Event) -> None:
        """Take nothing new, and wait until what runs has ended; when there is a hurry, end it."""


W = TypeVar("W", bound=ProgramWork)


class LateWork(Generic[W]):
    """What `make` returns, once somebody has asked for it."""

    def __init__(self, make: Callable[[], W]) -> None:
        self._make = make
        self._made: W | None = None
        self._draining = False

    def get(self) -> W:
        """Return it; where everything is ending, it takes nothing."""
        if self._made is None:
            self._made = self._make()
            if self._draining:
                self._made.close()
        return self._made

    def running(self) -> int:
        """How many things it works on."""
        return 0 if self._made is None else self._made.running()

    async def drain(self, hurried: trio.Event) -> None:
        """Drain it, if it is there. `hurried` says when there is a hurry."""
        self._draining = True
        if self._made is not None:
            await self._made.drain(hurried)
