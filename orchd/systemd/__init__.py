"""Telling systemd how the daemon is: the datagram protocol of sd_notify(3). Elsewhere it does nothing."""

import os
import socket
from contextlib import suppress

from orchd.frozen import is_frozen


def has_manager() -> bool:
    """Whether a service manager runs this and wants to be told."""
    return bool(os.environ.get("NOTIFY_SOCKET"))


def is_meant(pid: str) -> bool:
    """Whether what a manager has left for the process with this number is for this one: in the single file, what was
    started is the parent."""
    return pid == str(os.getpid()) or (is_frozen() and pid == str(os.getppid()))


def notify(state: str) -> None:
    """Send `state` (`READY=1`, `STOPPING=1`) to the service manager, if there is one. Never blocks, never raises."""
    address = os.environ.get("NOTIFY_SOCKET")
    if not address:
        return
    if address.startswith("@"):
        address = "\0" + address[1:]
    with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_NONBLOCK) as channel:
        channel.sendto(state.encode(), address)
