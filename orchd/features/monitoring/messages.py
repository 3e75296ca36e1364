"""The frames of `monitoring:*`. What cannot be read is null, never 0, so that a zero on a chart is a real zero."""

from typing import Annotated, TypeAlias

from msgspec import Meta, Struct

from orchd.protocol.frame_type import FrameType
from orchd.protocol.types import ClientPayload, Count, RowId, ServerPayload, Timestamp

DEFAULT_INTERVAL_MS = 10_000

IntervalMs: TypeAlias = Annotated[
    int, Meta(ge=1_000, le=3_600_000, description="Milliseconds from one `monitoring:metrics` to the next.")
]
Percent: TypeAlias = Annotated[float, Meta(ge=0, le=100)]
Bytes: TypeAlias = Annotated[Count, Meta(description="Bytes.")]
Celsius: TypeAlias = Annotated[float, Meta(description="Degrees Celsius.")]
Share: TypeAlias = Annotated[Percent, Meta(description="Percent of all cores together.")]


class MonitoringCpu(Struct, frozen=True, rename="camel"):
    """The processor. Usage is the mean since the sample before, at most a minute ago."""

    usage: Percent | None
    per_core: list[Percent] | None
    cores: Annotated[int, Meta(ge=1, le=1_000_000, description="Logical cores.")] | None
    frequency_mhz: Annotated[float, Meta(ge=0)] | None
    temperature: Celsius | None
    load: Annotated[list[float], Meta(min_length=3, max_length=3, description="Over 1, 5 and 15 minutes.")] | None


class MonitoringMemory(Struct, frozen=True, rename="camel"):
    """Main memory: in a container with a lower limit, that of the container. `used` is what is not available."""

    total: Bytes | None
    used: Bytes | None
    available: Bytes | None
    usage_percent: Percent | None
    swap_used: Bytes | None
    swap_total: Bytes | None


class MonitoringGpu(Struct, frozen=True, rename="camel"):
    """One graphics card."""

    vendor: str
    model: str | None
    vram_total: Bytes | None
    vram_used: Bytes | None
    usage: Percent | None
    temperature: Celsius | None
    power_watts: Annotated[float, Meta(ge=0)] | None


class MonitoringDisk(Struct, frozen=True, rename="camel"):
    """One file system on a real device, or the root of a container."""

    mount: str
    total: Bytes | None
    used: Bytes | None
    usage_percent: (
        Annotated[Percent, Meta(description="Of what ordinary users may fill, as df(1) counts: without reserves.")]
        | None
    )


class MonitoringNetwork(Struct, frozen=True, rename="camel"):
    """Traffic of all interfaces but loopback, since the sample before."""

    rx_bytes_per_second: Bytes | None
    tx_bytes_per_second: Bytes | None


class MonitoringModelServer(Struct, frozen=True, rename="camel"):
    """A model server on this machine; CPU and memory are those of `pid` and its worker processes."""

    running: bool | None
    pid: RowId | None
    cpu_usage: Share | None
    memory_bytes: Bytes | None


class MonitoringProcesses(Struct, frozen=True, rename="camel"):
    """Processes of interest."""

    model_server: MonitoringModelServer


class MonitoringDaemon(Struct, frozen=True, rename="camel"):
    """The daemon itself."""

    connections: Count | None
    generations: Count | None
    rss_bytes: Bytes | None
    cpu_usage: Share | None
    uptime_seconds: Count
    tokens_per_second: Annotated[float, Meta(ge=0)] | None = None
    """Tokens of all answers together that came from model servers in a second, the mean since the sample before.
    They are counted by the pieces in which servers send them."""
    running: Count | None = None
    """Requests that model servers work on."""
    waiting: Count | None = None
    """Requests that wait for their turn at a model server."""


class MonitoringSubscribe(ClientPayload, frozen=True):
    """`monitoring:subscribe`; again: change the interval."""

    interval_ms: IntervalMs = DEFAULT_INTERVAL_MS


class MonitoringSubscribed(ServerPayload, frozen=True):
    """`monitoring:subscribed`; the first `monitoring:metrics` follows at once."""

    interval_ms: IntervalMs


class MonitoringUnsubscribe(ClientPayload, frozen=True):
    """`monitoring:unsubscribe`; harmless without a subscription."""


class MonitoringUnsubscribed(ServerPayload, frozen=True):
    """`monitoring:unsubscribed`: no `monitoring:metrics` comes after it."""


class MonitoringHistory(ClientPayload, frozen=True):
    """`monitoring:history`: what has been before one came."""


class MonitoringMetrics(ServerPayload, frozen=True):
    """`monitoring:metrics`, pushed without an id: the same bytes for all who are due."""

    timestamp: Timestamp
    cpu: MonitoringCpu
    memory: MonitoringMemory
    gpus: list[MonitoringGpu]
    disks: list[MonitoringDisk]
    network: MonitoringNetwork
    processes: MonitoringProcesses
    daemon: MonitoringDaemon


class MonitoringPast(ServerPayload, frozen=True):
    """The reply to `monitoring:history`: samples of the last quarter of an hour, from the oldest to the latest.

    They are up to half a minute apart, and five seconds while model servers work or somebody looks.
    """

    samples: list[MonitoringMetrics]


METRICS = FrameType("monitoring:metrics", MonitoringMetrics)
