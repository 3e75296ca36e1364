"""How what a daemon is made of is imported: a start takes as long as that."""

import gc
import linecache
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from orchd.assembly.late import LateFinder


class _Versions(ModuleType):
    """In place of `importlib.metadata`, which reads e-mails, tables and archives: trio-websocket asks it for this."""

    @staticmethod
    def version(_of: str) -> str:
        import trio

        return trio.__version__


_UNUSED: dict[str, ModuleType | None] = {
    "rich": None,
    "pygments": None,
    "typing_extensions": None,
    "asyncio": ModuleType("asyncio"),
    "importlib.metadata": _Versions("importlib.metadata"),
}
"""What is imported instead; where that is None, an import raises `ImportError`."""

LATE = frozenset(
    {
        "difflib",
        "orchd.features.gateway.serving",
        "orchd.features.mcp.serving",
        "html",
        "smtplib",
        "statistics",
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
    late = LateFinder(LATE)
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
