"""Whether a model may be loaded: not when that would take the memory that this machine needs to go on.

Only for servers on this machine, and only by what is known: the size of the file, what is free in main memory and on
graphics cards. A server may put a model in either or in both, so the two are added up. A load that would be refused
wrongly can be forced; one that is let through wrongly costs the user the machine.
"""

import ipaddress
from urllib.parse import urlsplit

from orchd.errors import Unavailable
from orchd.features.monitoring import FreeMemory
from orchd.llm.types import ModelInfo

OVERHEAD = 1.1
"""What a loaded model takes beyond its file: its context and buffers; more with a long context."""

LEAST_RESERVE = 256 * 1024 * 1024
RESERVE_SHARE = 0.03
"""What must be left over: so many bytes, or this share of the machine's memory if that is more."""


def check_memory(info: ModelInfo, free: FreeMemory) -> None:
    """Raise Unavailable (`details.reason` is `memory`, with the figures) when there is too little to load a model."""
    if free.available is None:
        return
    reserve = max(LEAST_RESERVE, int((free.total or 0) * RESERVE_SHARE))
    room = free.available + (free.vram_free or 0) - reserve
    needed = int((info.size_bytes or 0) * OVERHEAD)
    if needed <= room:
        return
    raise Unavailable(
        f"there is too little memory to load {info.id}: unload another model, or force it",
        reason="memory",
        neededBytes=needed if info.size_bytes else None,
        availableBytes=free.available,
        vramFreeBytes=free.vram_free,
        reservedBytes=reserve,
    )


def is_local(url: str) -> bool:
    """Tell whether a server's address is this machine's loopback."""
    host = urlsplit(url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost" or host.endswith(".localhost")
