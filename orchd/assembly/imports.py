"""How what a daemon is made of is imported: a start takes as long as that."""

import gc
import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from orchd.assembly.late import LateFinder

_UNUSED: dict[str, ModuleType | None] = {
    "rich": None,
    "pygments": None,
    "typing_extensions": None,
    "asyncio": ModuleType("asyncio"),
}
"""What is imported instead; where that is None, an import raises `ImportError`."""

LATE = frozenset(
    {
        "difflib",
        "html",
        "orchd.backup.scheduling.schedule",
        "orchd.features.gateway.serving",
        "orchd.features.mcp.serving",
        "orchd.features.task.workers.workers",
        "orchd.features.transfer.exporting",
        "orchd.features.transfer.reading.elements",
        "orchd.llm.local",
        "orchd.protocol.schema.asyncapi",
        "orchd.protocol.schema.json_schema",
        "orchd.protocol.schema.shape",
        "smtplib",
        "statistics",
        "trio_websocket",
    }
)
"""What a daemon at rest has not loaded (`late`): most never need it."""


@contextmanager
def quick_imports() -> Iterator[None]:
    """Import what stands in the block in three quarters of the time.

    Importing makes no garbage, and to look for some takes a fifth of it. What is loaded by now stays, so it isn't
    looked through later either: each full collection would stop all answers for 30 ms. structlog and httpx import rich
    and pygments where these can be had, for tracebacks and a command line that nobody sees here, structlog asyncio for
    methods that a program on Trio has no use for, and msgspec typing_extensions for what Python has by now: they are
    hidden meanwhile.
    """
    hidden = {name: instead for name, instead in _UNUSED.items() if name not in sys.modules}
    sys.modules.update(hidden)  # type: ignore[arg-type] # None is allowed there
    late = LateFinder(LATE, "orchd")
    sys.meta_path.insert(0, late)
    gc.disable()
    try:
        yield
    finally:
        sys.meta_path.remove(late)
        linecache.clearcache()  # attrs puts the source of all that it generates there
        gc.freeze()
        gc.enable()
        for name in hidden:
            del sys.modules[name]
