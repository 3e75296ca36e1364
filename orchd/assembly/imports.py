"""How what a daemon is made of is imported: a start takes as long as that."""

import gc
import sys
from collections.abc import Iterator
from contextlib import contextmanager

_UNUSED = "rich", "pygments"


@contextmanager
def quick_imports() -> Iterator[None]:
    """Import what stands in the block in three quarters of the time.

    Importing makes no garbage, and to look for some takes a fifth of it. structlog and httpx import rich and
    pygments where these can be had, for tracebacks and a command line that nobody sees here: they are hidden meanwhile.
    """
    hidden = [name for name in _UNUSED if name not in sys.modules]
    for name in hidden:
        sys.modules[name] = None  # type: ignore[assignment] # an import then raises ImportError
    gc.disable()
    try:
        yield
    finally:
        gc.enable()
        for name in hidden:
            del sys.modules[name]
