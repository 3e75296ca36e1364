"""How the machine is, and what its model servers do."""

from typing import Annotated

import trio
from msgspec import Meta, Struct

from orchd.errors import Timeout
from orchd.features.mcp.asking.call import McpCall
from orchd.features.mcp.tools.assistants import NoArguments
from orchd.features.mcp.tools.tool import McpTool, ToolResult
from orchd.protocol.types import Count
from orchd.wakeup import Signal

METRICS_SECONDS = 15.0
"""How long the machine's figures may take."""
INTERVAL_MS = 60_000
"""They are wanted once."""


class QueuedRequest(Struct, frozen=True, rename="camel"):
    """A request that a model server works on, or that waits for its turn."""

    backend: str
    model: str
    state: str
    user: Annotated[str, Meta(description="Whose it is, where it is the caller's own.")]
    elapsed_ms: Annotated[Count, Meta(description="Milliseconds in this state.")]
    position: Annotated[Count | None, Meta(description="Its place among those that wait, from 1.")]
    eta_ms: Annotated[Count | None, Meta(description="Milliseconds that it may still wait.")]


class ModelServer(Struct, frozen=True, rename="camel"):
    """A model server."""

    name: str
    ok: bool
    reason: Annotated[str | None, Meta(description="Why it does not answer.")]
    models: Annotated[Count, Meta(description="How many models it has.")]


class MachineCpu(Struct, frozen=True, rename="camel"):
    """The processor: percent in use, and its logical cores."""

    usage: float | None
    cores: int | None
    load: Annotated[list[float] | None, Meta(description="Over 1, 5 and 15 minutes.")]


class MachineMemory(Struct, frozen=True, rename="camel"):
    """Bytes of main memory."""

    total: Count | None
    used: Count | None
    available: Count | None


class MachineGpu(Struct, frozen=True, rename="camel"):
    """A graphics card: bytes of its memory, percent in use, degrees Celsius."""

    model: str | None
    vram_total: Count | None
    vram_used: Count | None
    usage: float | None
    temperature: float | None


class MachineWork(Struct, frozen=True, rename="camel"):
    """What the daemon does: requests that model servers work on and that wait, and tokens of all answers a second."""

    running: Count | None = None
    waiting: Count | None = None
    tokens_per_second: float | None = None


class _Metrics(Struct, frozen=True):
    cpu: MachineCpu
    memory: MachineMemory
    gpus: list[MachineGpu]
    daemon: MachineWork


class MachineStatus(ToolResult, frozen=True):
    """The machine, its model servers, and their queue."""

    cpu: MachineCpu
    memory: MachineMemory
    gpus: list[MachineGpu]
    work: MachineWork
    servers: list[ModelServer]
    queue: list[QueuedRequest]


class _Queue(Struct):
    items: list[QueuedRequest]


class _Servers(Struct):
    backends: list[ModelServer]


async def show_status(call: McpCall, _arguments: NoArguments) -> MachineStatus:
    """Return how things are now."""
    servers = await call.client.ask("backend:list", _Servers, {"refresh": False})
    queue = await call.client.ask("model:queue", _Queue, {})
    metrics = await _metrics(call)
    return MachineStatus(metrics.cpu, metrics.memory, metrics.gpus, metrics.daemon, servers.backends, queue.items)


async def _metrics(call: McpCall) -> _Metrics:
    """Return the machine's figures, as those are told them who follow. Raises `Timeout`."""
    found: list[_Metrics] = []
    news = Signal()

    def take(metrics: _Metrics) -> None:
        found.append(metrics)
        news.set()

    call.client.listen("monitoring:metrics", _Metrics, take)
    await call.client.ask("monitoring:subscribe", Struct, {"intervalMs": INTERVAL_MS})
    with trio.move_on_after(METRICS_SECONDS):
        while not found:
            await news.wait()
    if not found:
        raise Timeout("the machine's figures did not come in time")
    await call.client.ask("monitoring:unsubscribe", Struct, {})
    return found[0]


STATUS = McpTool(
    "status",
    "Queue and machine",
    "Tells what the model servers work on and what waits, and how busy the machine is: look here before asking much.",
    NoArguments,
    MachineStatus,
    ("backend:list", "model:queue", "monitoring:subscribe", "monitoring:unsubscribe"),
    show_status,
    reads=True,
)
