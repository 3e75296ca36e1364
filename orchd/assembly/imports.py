"""How what a daemon is made of is imported: a start takes as long as that."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

_UNUSED: dict[str, ModuleType | None] = {"rich": None, "pygments": None, "asyncio": ModuleType("asyncio")}
"""What is imported instead; where that is None, an import raises `ImportError`."""


@contextmanager
def quick_imports() -> Iterator[None]:
    """Import what stands in the block in three quarters of the time.

    Importing makes no garbage, and to look for some takes a fifth of it. What is loaded by now stays, so it isn't
    looked through later either: each full collection would stop all answers for 30 ms. structlog and httpx import rich
    and pygments where these can be had, for tracebacks and a command line that nobody sees here, and structlog asyncio
    for methods that a program on Trio has no use for: they are hidden meanwhile.
    """
    hidden = {name: instead for name, instead in _UNUSED.items() if name not in sys.modules}
    sys.modules.update(hidden)  # type: ignore[arg-type] # None is allowed there
    gc.disable()
    try:
        yield
    finally:
        gc.freeze()
        gc.enable()
        for name in hidden:
            del sys.modules[name]
