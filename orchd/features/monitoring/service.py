"""The ticker: one task for all subscribers, which sleeps until somebody is due and samples once for all who are.

Nobody waits in line: a frame is encoded once and handed to each connection without waiting, and one that does not
keep up gets only the newest. Without subscribers a sample is taken now and then, and oftener while model servers work,
so that whoever comes later sees what has been.
"""

from collections import deque
from typing import Protocol

import msgspec
import trio

from orchd.features.monitoring.messages import METRICS, MonitoringMetrics
from orchd.features.monitoring.schedule import GRID_MS, Beat, wake_at
from orchd.guard import guarded
from orchd.hub import Hub, Topic
from orchd.protocol.page import MAX_REPLY_BYTES
from orchd.protocol.router import Peer
from orchd.wakeup import Signal, beat_after

REUSE_SECONDS = 0.9 * GRID_MS / 1000
"""A sample begun less than this ago serves others who are due too; less than anyone's two beats are apart."""


HISTORY_SECONDS = 900.0
"""How far back samples are kept."""

LOOK_SECONDS = 5.0
"""Between two looks at whether model servers work, which cost next to nothing; while they do, between two samples."""

REST_SECONDS = 30.0
"""Between two samples while nothing happens and nobody looks."""


class SampleSource(Protocol):
    """What takes the samples: `Sampler`, or a fake."""

    def look(self) -> bool:
        """Return whether model servers work, or have worked since the last sample."""

    async def prime(self) -> None:
        """Get ready for the first sample."""

    async def collect(self, patience: float) -> MonitoringMetrics:
        """Take a sample, waiting at most `patience` seconds for a slow part of it."""


class History:
    """The samples of the last quarter of an hour, as JSON, at most one in `LOOK_SECONDS`: some 100 KiB."""

    def __init__(self) -> None:
        self._samples: deque[tuple[float, bytes]] = deque()
        self._size = 0
        self._kept_at = float("-inf")
        self._worked = False

    def wants(self, now: float, *, works: bool) -> bool:
        """Return whether a sample is to be taken for it: the first one without work ends the line of one with it."""
        changing, self._worked = works or self._worked, works
        return now - self._kept_at >= (REST_SECONDS if not changing else LOOK_SECONDS) - REUSE_SECONDS

    def keep(self, metrics: MonitoringMetrics, now: float) -> None:
        """Add a sample, unless the last one has only just been taken."""
        if now - self._kept_at < LOOK_SECONDS - REUSE_SECONDS:
            return
        self._kept_at = now
        sample = msgspec.json.encode(metrics)
        self._samples.append((now, sample))
        self._size += len(sample)
        self._drop(now)

    def read(self, now: float) -> list[MonitoringMetrics]:
        """Return what there is, from the oldest to the latest."""
        self._drop(now)
        return [msgspec.json.decode(sample, type=MonitoringMetrics) for _, sample in self._samples]

    def _drop(self, now: float) -> None:
        while self._samples and (now - self._samples[0][0] > HISTORY_SECONDS or self._size > MAX_REPLY_BYTES):
            self._size -= len(self._samples.popleft()[1])


class Monitoring:
    """Who is subscribed, and the task that serves them."""

    def __init__(self, hub: Hub, source: SampleSource) -> None:
        self._source = source
        self._subscribers: Topic[Beat] = hub.topic()
        self._changed = Signal()
        self._origin = 0.0
        self._frame = b""
        self._sampled_at = float("-inf")
        self._history = History()

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

    def history(self) -> list[MonitoringMetrics]:
        """Return samples of the last quarter of an hour, from the oldest to the latest."""
        return self._history.read(trio.current_time())

    async def run(self) -> None:
        """Serve the subscribers until cancelled."""
        await self._source.prime()
        while True:
            await self._wait()
            with guarded("monitoring tick"):
                await self._tick()

    async def _wait(self) -> None:
        """Sleep until somebody is due, or somebody came or went, or it is time for a look."""
        wake = wake_at(beat for _, beat in self._subscribers.subscribers())
        look = beat_after(trio.current_time(), LOOK_SECONDS)
        with trio.move_on_at(look if wake is None else min(look, self._origin + wake / 1000)):
            await self._changed.wait()

    async def _tick(self) -> None:
        due = self._take_due()
        wanted = self._history.wants(trio.current_time(), works=self._source.look())
        if not due and not wanted:
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
        metrics = await self._source.collect(patience=shortest_ms / 2000)
        self._frame = METRICS.frame(metrics)
        self._sampled_at = began
        self._history.keep(metrics, began)

    def _now_ms(self) -> int:
        """Milliseconds since the grid's origin; rounded, so that waking on time is never a little too early."""
        return round((trio.current_time() - self._origin) * 1000)
