"""The data of frames that `monitoring` has."""

from __future__ import annotations

from ..runtime.messages import RequestData, ServerData


class MonitoringSubscribe(RequestData, kw_only=True):
    """`monitoring:subscribe`; again: change the interval."""

    interval_ms: int | None = None
    """Milliseconds from one `monitoring:metrics` to the next. 1000 to 3600000. When it is left out: 10000."""


class MonitoringUnsubscribe(RequestData, kw_only=True):
    """`monitoring:unsubscribe`; harmless without a subscription."""


class MonitoringHistory(RequestData, kw_only=True):
    """`monitoring:history`: what has been before one came."""


class MonitoringSubscribed(ServerData, kw_only=True):
    """`monitoring:subscribed`; the first `monitoring:metrics` follows at once."""

    interval_ms: int
    """Milliseconds from one `monitoring:metrics` to the next."""


class MonitoringMetrics(ServerData, kw_only=True):
    """`monitoring:metrics`, pushed without an id: the same bytes for all who are due."""

    timestamp: str
    """When the sample was taken."""
    cpu: MonitoringCpu
    """The processor."""
    memory: MonitoringMemory
    """Main memory."""
    gpus: list[MonitoringGpu] = []
    """The graphics cards."""
    disks: list[MonitoringDisk] = []
    """The file systems."""
    network: MonitoringNetwork
    """Traffic of all interfaces but loopback."""
    processes: MonitoringProcesses
    """Processes of interest."""
    daemon: MonitoringDaemon
    """The daemon itself."""


class MonitoringCpu(ServerData, kw_only=True):
    """The processor. Usage is the mean since the sample before, at most a minute ago."""

    usage: float | None = None
    """Percent of all cores together, the mean since the sample before."""
    per_core: list[float] | None = None
    """Percent of each logical core."""
    cores: int | None = None
    """Logical cores."""
    frequency_mhz: float | None = None
    """Megahertz at the moment."""
    temperature: float | None = None
    """Degrees Celsius."""
    load: list[float] | None = None
    """Load averages over 1, 5 and 15 minutes."""


class MonitoringMemory(ServerData, kw_only=True):
    """Main memory: in a container with a lower limit, that of the container. `used` is what is not available."""

    total: int | None = None
    """Bytes in all."""
    used: int | None = None
    """Bytes in use."""
    available: int | None = None
    """Bytes that programs can have without swapping."""
    usage_percent: float | None = None
    """Percent in use."""
    swap_used: int | None = None
    """Bytes of swap space in use."""
    swap_total: int | None = None
    """Bytes of swap space."""


class MonitoringGpu(ServerData, kw_only=True):
    """One graphics card."""

    vendor: str
    """Who made it."""
    model: str | None = None
    """What it is called; null when that is not known."""
    vram_total: int | None = None
    """Bytes of its memory."""
    vram_used: int | None = None
    """Bytes of its memory in use."""
    usage: float | None = None
    """Percent, the mean since the sample before."""
    temperature: float | None = None
    """Degrees Celsius."""
    power_watts: float | None = None
    """Watts that it draws at the moment."""


class MonitoringDisk(ServerData, kw_only=True):
    """One file system on a real device, or the root of a container."""

    mount: str
    """Where the file system is mounted."""
    total: int | None = None
    """Bytes in all."""
    used: int | None = None
    """Bytes in use."""
    usage_percent: float | None = None
    """Percent of what ordinary users may fill, as df(1) counts: without reserves."""


class MonitoringNetwork(ServerData, kw_only=True):
    """Traffic of all interfaces but loopback, since the sample before."""

    rx_bytes_per_second: int | None = None
    """Bytes received in a second."""
    tx_bytes_per_second: int | None = None
    """Bytes sent in a second."""


class MonitoringProcesses(ServerData, kw_only=True):
    """Processes of interest."""

    model_server: MonitoringModelServer
    """A model server on this machine."""


class MonitoringModelServer(ServerData, kw_only=True):
    """A model server on this machine; CPU and memory are those of `pid` and its worker processes."""

    running: bool | None = None
    """Whether one runs."""
    pid: int | None = None
    """Process id; null when none runs."""
    cpu_usage: float | None = None
    """Percent of all cores together."""
    memory_bytes: int | None = None
    """Bytes in main memory; null when that is not known."""


class MonitoringDaemon(ServerData, kw_only=True):
    """The daemon itself."""

    connections: int | None = None
    """WebSocket connections that are open."""
    generations: int | None = None
    """Answers that are being generated."""
    rss_bytes: int | None = None
    """Bytes of memory that the daemon has."""
    cpu_usage: float | None = None
    """Percent of all cores together."""
    uptime_seconds: int
    """Seconds since the daemon was started."""
    tokens_per_second: float | None = None
    """Tokens of all answers together that came from model servers in a second, the mean since the sample before.
    They are counted by the pieces in which servers send them.
    """
    running: int | None = None
    """Requests that model servers work on."""
    waiting: int | None = None
    """Requests that wait for their turn at a model server."""


class MonitoringUnsubscribed(ServerData, kw_only=True):
    """`monitoring:unsubscribed`: no `monitoring:metrics` comes after it."""


class MonitoringPast(ServerData, kw_only=True):
    """The reply to `monitoring:history`: samples of the last quarter of an hour, from the oldest to the latest.

    They are up to half a minute apart, and five seconds while model servers work or somebody looks.
    """

    samples: list[MonitoringMetrics] = []
    """As `monitoring:metrics` told them, or would have."""
