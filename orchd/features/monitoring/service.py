"""The ticker: one task for all subscribers, which sleeps until somebody is due and samples once for all who are.

Nobody waits in line: a frame is encoded once and handed to each connection without waiting, and one that does not
keep up gets only the newest. Without subscribers nothing is collected.
"""

from typing import Protocol

import trio

from orchd.features.monitoring.messages import METRICS, MonitoringMetrics
from orchd.features.monitoring.schedule import GRID_MS, Beat, wake_at
from orchd.guard import guarded
from orchd.hub import Hub, Topic
from orchd.protocol.router import Peer
from orchd.wakeup import Signal

REUSE_SECONDS = 0.9 * GRID_MS / 1000
"""A sample begun less than this ago serves others who are due too; less than anyone's two beats are apart."""


class SampleSource(Protocol):
    """What takes the samples: `Sampler`, or a fake."""

    async def prime(self) -> None:
        """Get ready for the first sample."""

    async def collect(self, patience: float) -> MonitoringMetrics:
        """Take a sample, waiting at most `patience` seconds for a slow part of it."""


class Monitoring:
    """Who is subscribed, and the task that serves them."""

    def __init__(self, hub: Hub, source: SampleSource) -> None:
        self._source = source
        self._subscribers: Topic[Beat] = hub.topic()
        self._changed = Signal()
        self._origin = 0.0
        self._frame = b""
        self._sampled_at = float("-inf")

    def subscribe(self, peer: Peer, interval_ms: int) -> None:
        """Send `peer` a frame soon, then one an interval; again: with another interval. Does not wait.

        The ticker is another task: what the caller sends before it waits for anything precedes the first frame.
        """
        self._subscribers.unsubscribe(peer)
        if not len(self._subscribers):
            self._origin = trio.current_time()
        self._subscribers.subscribe(peer, Beat(interval_ms, self._now_ms()))
        self._changed.set()

    def unsubscribe(self, peer: Peer) -> None:
        """Send `peer` no more frames; harmless when it is not subscribed."""
        self._subscribers.unsubscribe(peer)
        self._changed.set()

    async def run(self) -> None:
        """Serve the subscribers until cancelled."""
        await self._source.prime()
        while True:
            await self._wait()
            with guarded("monitoring tick"):
                await self._tick()

    async def _wait(self) -> None:
        """Sleep until somebody is due, or somebody came or went."""
        wake = wake_at(beat for _, beat in self._subscribers.subscribers())
        with trio.move_on_at(float("inf") if wake is None else self._origin + wake / 1000):
            await self._changed.wait()

    async def _tick(self) -> None:
        due = self._take_due()
        if not due:
            return
        await self._renew_frame()
        for peer, beat in self._subscribers.subscribers():
            if due.get(peer) is beat:  # else it left, or came anew and is due by that
                peer.put_latest(METRICS.type, self._frame)

    def _take_due(self) -> dict[Peer, Beat]:
        """Return who is due with their next beats, which are set before sampling: a slow sample never piles up."""
        now_ms = self._now_ms()
        due = {peer: beat.after(now_ms) for peer, beat in self._subscribers.subscribers() if beat.due_ms <= now_ms}
        for peer, beat in due.items():
            self._subscribers.subscribe(peer, beat)
        return due

    async def _renew_frame(self) -> None:
        began = trio.current_time()
        if began - self._sampled_at < REUSE_SECONDS:
            return
        shortest_ms = min((beat.interval_ms for _, beat in self._subscribers.subscribers()), default=1_000)
        self._frame = METRICS.frame(await self._source.collect(patience=shortest_ms / 2000))
        self._sampled_at = began

    def _now_ms(self) -> int:
        """Milliseconds since the grid's origin; rounded, so that waking on time is never a little too early."""
        return round((trio.current_time() - self._origin) * 1000)
