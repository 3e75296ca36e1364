"""Ports that the service manager has opened before the daemon was started: the protocol of sd_listen_fds(3)."""

import os
import socket
from collections.abc import MutableMapping

from orchd.systemd import is_meant

FIRST = 3
"""The first descriptor that is handed over."""

_NAMES = ("LISTEN_PID", "LISTEN_FDS", "LISTEN_FDNAMES")


def inherited_sockets(environment: MutableMapping[str, str] = os.environ) -> list[socket.socket]:
    """Take the TCP ports that were handed over, in their order; none where nobody did so. Call it once.

    What says so is taken from the environment, and the sockets are closed in children. Raises ValueError for anything
    else than ports that listen.
    """
    pid, count, _ = (environment.pop(name, "") for name in _NAMES)
    if not is_meant(pid) or not count.isdecimal():
        return []
    found = []
    for descriptor in range(FIRST, FIRST + int(count)):
        os.set_inheritable(descriptor, False)
        one = socket.socket(fileno=descriptor)
        found.append(one)
        if one.family not in (socket.AF_INET, socket.AF_INET6) or not one.getsockopt(
            socket.SOL_SOCKET, socket.SO_ACCEPTCONN
        ):
            raise ValueError("only TCP ports that listen can be taken over (ListenStream=PORT in orchd.socket)")
    return found
