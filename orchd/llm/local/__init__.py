"""Models without a server: GGUF files run by llama.cpp in processes of the daemon's own, as one more model server.

`open_local` gives a `Local`, which `Backends` takes beside the other servers; `inspect` says what there is to run,
without running it. `gguf`, `extent` and `files` know the files, `llama_child` is the program of a process (the only one
that needs the package `xllamacpp`), `child`, `backoff` and `children` run such processes, and `transport` stands before
them as if they were one server.
"""

import shlex
import sys
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from importlib.util import find_spec

import httpx
import trio

from orchd.errors import StartError
from orchd.frozen import extras_directory, is_frozen
from orchd.guard import Supervisor, Troubles
from orchd.llm.answers.server_notes import ServerNote
from orchd.llm.local.children import Children
from orchd.llm.local.files import ModelFile, RejectedFile, Shelf, ShelfContents
from orchd.llm.local.spec import NAME, LocalSpec
from orchd.llm.local.transport import LocalTransport
from orchd.llm.types import BackendSpec

__all__ = [
    "NAME",
    "Local",
    "LocalSpec",
    "ModelFile",
    "RejectedFile",
    "ShelfContents",
    "demand_package",
    "inspect",
    "open_local",
]

PACKAGE = "xllamacpp"
WANTED = f"{PACKAGE}>=2026.10"
"""As in pyproject.toml's extra `local`; named instead of it, since orchd comes from a clone and not from an index."""


class Local:
    """The models of `spec`, while `open_local` runs. `spec` and `transport` are the server that they look like."""

    def __init__(self, spec: LocalSpec, supervisor: Supervisor) -> None:
        self._changed: Callable[[], None] = _nobody
        self._children = Children(supervisor, spec, lambda: self._changed())
        self.spec: BackendSpec = spec.backend
        self._transport = LocalTransport(Shelf(spec.paths), self._children, spec, _build())

    @property
    def transport(self) -> httpx.AsyncBaseTransport:
        """What carries requests to it."""
        return self._transport

    def notes(self) -> tuple[ServerNote, ...]:
        """Return what of the files can't be offered."""
        return self._transport.notes()

    def tell(self, changed: Callable[[], None]) -> None:
        """Have `changed` called when a model is loaded no more; it must not wait."""
        self._changed = changed


@asynccontextmanager
async def open_local(spec: LocalSpec, troubles: Troubles | None = None) -> AsyncIterator[Local]:
    """Run models inside the block; leaving it ends their processes. Raises StartError without the package."""
    demand_package()
    async with trio.open_nursery() as nursery:
        yield Local(spec, Supervisor(nursery, troubles))
        nursery.cancel_scope.cancel()


def demand_package() -> None:
    """Raise StartError, with the way out, unless llama.cpp is installed. Does not load it."""
    if find_spec(PACKAGE) is None:
        beside = f"pip install --no-deps --target {shlex.quote(str(extras_directory()))}"
        install = beside if is_frozen() else f"{shlex.quote(sys.executable)} -m pip install"
        raise StartError(f"models without a server need llama.cpp, the package {PACKAGE}: run `{install} '{WANTED}'`")


def inspect(spec: LocalSpec) -> ShelfContents:
    """Return the models that could be run, and the files that can't. Blocks on the disk."""
    return Shelf(spec.paths).look()


def _build() -> str:
    from importlib.metadata import PackageNotFoundError, version

    try:
        return f"{PACKAGE} {version(PACKAGE)}"
    except PackageNotFoundError:
        return PACKAGE


def _nobody() -> None:
    """Nobody is told."""
