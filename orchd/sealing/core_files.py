"""No core files: what a process leaves of its memory when it crashes would hold keys, and texts of people."""

import resource
from contextlib import suppress


def forbid_core_files() -> None:
    """Have this process and its children leave none, also where a collector such as systemd-coredump takes them.

    The hard limit stays: whoever looks for a crash raises the soft one of the running process (`prlimit --core`).
    """
    with suppress(OSError, ValueError):
        _, hard = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, hard))
