"""Waking a task that waits for news."""

import anyio


class Signal:
    """News that may come again and again. Whoever waits looks first, and waits without anything in between."""

    def __init__(self) -> None:
        self._event = anyio.Event()

    def send(self) -> None:
        """Wake all who wait now."""
        self._event.set()
        self._event = anyio.Event()

    async def wait(self) -> None:
        """Wait for the next news."""
        await self._event.wait()
