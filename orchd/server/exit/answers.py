"""HTTP answers that are due: a daemon that stops waits a moment for what makes them, and until they are sent."""

import trio


class AnswersUnderWay:
    """Which connections owe an answer to a request: from when its head was read until the answer is sent."""

    def __init__(self) -> None:
        self._under_way: set[object] = set()
        self._none = trio.lowlevel.ParkingLot()

    def begin(self, sender: object) -> None:
        """Note that a connection owes one."""
        self._under_way.add(sender)

    def end(self, sender: object) -> None:
        """Note that it has sent it, or won't. Idempotent."""
        self._under_way.discard(sender)
        if not self._under_way:
            self._none.unpark_all()

    async def wait_none(self) -> None:
        """Wait until none is under way."""
        while self._under_way:
            await self._none.park()
