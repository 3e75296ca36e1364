"""Model files as the processes are given them, and what may be asked of a process."""

from pathlib import Path

import httpx
import trio

from orchd.guard import Supervisor
from orchd.llm.local.child import Child
from orchd.llm.local.children import Children
from orchd.llm.local.files import ModelFile, Shelf
from orchd.llm.local.spec import LocalSpec
from orchd.llm.wire.transport import WireTransport, body_of

BROKEN = b"GGUF" + bytes([3, 0, 0, 0]) + bytes(16)
"""The head of a file without any member: it can be listed, and not loaded."""


def spec(*paths: Path, context: int = 512, max_loaded: int = 1, idle_seconds: float | None = None) -> LocalSpec:
    """Small and with one thread, as the machine of a test may have other work."""
    named = tuple(map(str, paths))
    return LocalSpec(named, context=context, threads=1, max_loaded=max_loaded, idle_seconds=idle_seconds)


def shelved(folder: Path) -> dict[str, ModelFile]:
    """The models in a folder."""
    return Shelf([str(folder)]).look().models


async def ask(child: Child, path: str = "/v1/models", key: str | None = None) -> int:
    """The status of a request to a process."""
    headers = {"Authorization": f"Bearer {child.key if key is None else key}"}
    async with httpx.AsyncClient(transport=WireTransport(), trust_env=False) as client:
        response = await client.send(client.build_request("GET", child.url + path, headers=headers), stream=True)
        await body_of(response).read()
        await response.aclose()
        return response.status_code


class Pool:
    """Children, and how often they said that something has changed."""

    def __init__(self, nursery: trio.Nursery, what: LocalSpec) -> None:
        self.changes = 0
        self.children = Children(Supervisor(nursery), what, self._count)

    def _count(self) -> None:
        self.changes += 1
