"""How the process takes memory from the system."""

import sys
from contextlib import suppress

_M_ARENA_MAX = -8


def share_arena() -> None:
    """Have all threads allocate from one arena of glibc's, from now on. To be called before there are any.

    Each would have its own, and keep what it has freed: what migrating takes, 1.3 MB, would be taken for good. They
    rarely allocate at once, since Python's own allocator is used under the interpreter's lock.
    """
    if sys.platform != "linux":
        return
    import ctypes  # not for each command

    with suppress(OSError, AttributeError):  # another C library
        ctypes.CDLL(None).mallopt(_M_ARENA_MAX, 1)
