"""How late the event loop is: whatever keeps it from turning keeps all answers from going on."""

import trio

from orchd.telemetry.figures import Histogram

LOOK_SECONDS = 1.0


async def keep_measuring(delays: Histogram) -> None:
    """Note once a second how much later than asked for a task that sleeps is woken; until cancelled."""
    while True:
        due = trio.current_time() + LOOK_SECONDS
        await trio.sleep_until(due)
        delays.note(max(0.0, trio.current_time() - due))
