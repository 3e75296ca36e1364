"""How late the event loop is: whatever keeps it from turning keeps all answers from going on."""

import trio

from orchd.telemetry.figures import Histogram
from orchd.wakeup import beat_after

LOOK_SECONDS = 1.0


class LoopWatch:
    """Notes in `delays` once a second how much later than asked for a task that sleeps is woken."""

    def __init__(self, delays: Histogram) -> None:
        self._delays = delays

    async def run(self) -> None:
        """Look until cancelled."""
        while True:
            due = beat_after(trio.current_time(), LOOK_SECONDS)
            await trio.sleep_until(due)
            self._delays.note(max(0.0, trio.current_time() - due))
