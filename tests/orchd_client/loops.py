"""Tests on both loops, with a clock that jumps ahead when nothing else is to be done; all of it is in memory."""

import asyncio
import selectors
from collections.abc import Awaitable, Callable
from typing import Any

import anyio
import pytest
from trio.testing import MockClock

PATIENCE = 24 * 3600.0
"""Seconds of the jumping clock after which a test hangs."""


class _JumpingSelector(selectors.DefaultSelector):
    """Never waits: what would have passed is ahead of the real time."""

    ahead = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        found = super().select(0)
        if not found:
            assert timeout is not None, "all wait, and nothing will ever come"
            self.ahead += timeout
        return found


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _JumpingSelector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return super().time() + self._jumping.ahead


def on_both_loops(test: Callable[[], Awaitable[None]]) -> Callable[[str], None]:
    """Decorator: run a test on Trio and on asyncio."""

    async def guarded() -> None:
        with anyio.fail_after(PATIENCE):
            await test()

    def run(loop: str) -> None:
        options: dict[str, Any] = {"loop_factory": _JumpingLoop}
        if loop == "trio":
            options = {"clock": MockClock(autojump_threshold=0)}
        anyio.run(guarded, backend=loop, backend_options=options)

    run.__name__, run.__doc__ = test.__name__, test.__doc__
    return pytest.mark.parametrize("loop", ["trio", "asyncio"])(run)
