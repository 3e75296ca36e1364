"""A machine that costs nothing to measure, and a connection that notes what it is given."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext

import msgspec
import trio

from orchd.features.monitoring import COMMANDS
from orchd.features.monitoring.messages import (
    MonitoringCpu,
    MonitoringDaemon,
    MonitoringDisk,
    MonitoringMemory,
    MonitoringMetrics,
    MonitoringModelServer,
    MonitoringNetwork,
    MonitoringProcesses,
)
from orchd.hub import Hub
from orchd.protocol.codec import Codec
from orchd.protocol.websocket import text_frame


def make_codec() -> Codec:
    return Codec([*COMMANDS])


def make_hub() -> Hub:
    return Hub()


def payload_of(frame: bytes) -> bytes:
    """Cut the WebSocket header off a text frame and show that nothing else was cut."""
    payload = frame[frame.index(b"{") :]
    assert text_frame(payload) == frame
    return payload


class _Frame(msgspec.Struct):
    type: str
    data: MonitoringMetrics


def metrics_of(frame: bytes) -> MonitoringMetrics:
    """Decode a pushed frame, checking types and bounds."""
    decoded = msgspec.json.decode(payload_of(frame), type=_Frame)
    assert decoded.type == "monitoring:metrics"
    return decoded.data


def make_metrics(number: int) -> MonitoringMetrics:
    """Return a sample of nothing; `number` tells it from others, as the uptime."""
    return MonitoringMetrics(
        "2030-01-02T03:04:05.678Z",
        MonitoringCpu(None, None, None, None, None, None),
        MonitoringMemory(None, None, None, None, None, None),
        [],
        [],
        MonitoringNetwork(None, None),
        MonitoringProcesses(MonitoringModelServer(None, None, None, None)),
        MonitoringDaemon(None, None, None, None, number),
    )


class FakeSource:
    """Counts its samples; each takes `seconds`."""

    def __init__(self, seconds: float = 0.0) -> None:
        self.seconds = seconds
        self.primed = False
        self.began: list[float] = []
        self.patience: list[float] = []
        self.failing = False
        self.works = False
        self.disks: list[MonitoringDisk] = []

    def look(self) -> bool:
        return self.works

    async def prime(self) -> None:
        self.primed = True
        await trio.lowlevel.checkpoint()

    async def collect(self, patience: float) -> MonitoringMetrics:
        assert self.primed
        self.began.append(trio.current_time())
        self.patience.append(patience)
        await trio.sleep(self.seconds)
        if self.failing:
            raise ZeroDivisionError
        return msgspec.structs.replace(make_metrics(len(self.began)), disks=self.disks)


class FakePeer:
    """Takes every frame at once and notes when it came."""

    def __init__(self) -> None:
        self.frames: list[bytes] = []
        self.times: list[float] = []
        self.served = trio.Event()

    @property
    def congested(self) -> bool:
        return False

    def put(self, frame: bytes) -> None:
        self.frames.append(frame)
        self.times.append(trio.current_time())
        self.served.set()

    def gather(self) -> AbstractContextManager[None]:
        """Send nothing later than at once."""
        return nullcontext()

    def put_latest(self, key: str, frame: bytes) -> None:
        assert key == "monitoring:metrics"
        self.put(frame)

    def when_drained(self, callback: Callable[[], None]) -> None:
        callback()
