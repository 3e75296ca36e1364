"""Telling those who wait for the first word of an answer, every few seconds, how far it is: one task for all answers.

A task for each would cost its answer two more turns of the loop, and nearly all would end without having told anything.
"""

import trio

from orchd.features.chat.answer.generation import Generation
from orchd.wakeup import Signal

PROGRESS_SECONDS = 5.0
"""Longest silence towards the client before the first token."""


class ProgressReminder:
    """The answers that have said nothing yet. `run` must run."""

    def __init__(self) -> None:
        self._due: dict[Generation, float] = {}
        """When each is told of next, the earliest first: all wait equally long."""
        self._came = Signal()

    def add(self, generation: Generation) -> None:
        """Tell its readers how far it is until it has said something, or is removed."""
        self._due[generation] = trio.current_time() + PROGRESS_SECONDS
        self._came.set()

    def remove(self, generation: Generation) -> None:
        """Tell nothing more. Idempotent."""
        self._due.pop(generation, None)

    async def run(self) -> None:
        """Tell what is due, for ever."""
        while True:
            if not self._due:
                await self._came.wait()
                continue
            first, due = next(iter(self._due.items()))
            await trio.sleep_until(due)
            if self._due.get(first) == due:
                del self._due[first]
                if first.remind():
                    self.add(first)
