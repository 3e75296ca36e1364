"""HTTP answers that are made, and on their way: a daemon that stops waits for them a moment."""

import trio


class AnswersUnderWay:
    """Which connections send an answer now, or will as soon as it has written itself."""

    def __init__(self) -> None:
        self._under_way: set[object] = set()
        self._none = trio.lowlevel.ParkingLot()

    def begin(self, sender: object) -> None:
        """Note that a connection sends one."""
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
