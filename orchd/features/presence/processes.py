"""Which process is which, by something that no clock moves.

A process id alone may be another process's by now. On Linux the kernel counts when a process began in ticks since the
boot (field 22 of `/proc/PID/stat`, see proc(5)), which a step of the clock leaves alone; the boot has an id of its own.
Where `/proc` shows nothing but processes (`ProcSubset=pid`, some containers) the boot's id is not available, and the
machine's stands in for it. Elsewhere psutil says when a process began, by the clock, so that nearly equal must do.

Everything here blocks, for microseconds on Linux.
"""

import os
import socket
import uuid
from contextlib import suppress
from pathlib import Path
from typing import NamedTuple

import psutil

CLOCK_SLACK_MS = 3000
"""How far two readings of a start time may differ where it is counted from a boot time that moves with the clock."""

_TICKS = "ticks"
"""At the end of a machine's name: its start times are ticks. Daemons that wrote milliseconds did not say so."""
_ENDED = ("Z", "X", "x")
"""States of a process that has ended, and that nobody has asked how, as in many a container."""


class Life(NamedTuple):
    """A process on a machine: `machine` names the kernel and the namespace in which `pid` means something; `started`
    is compared only where that is the same."""

    machine: str
    pid: int
    started: int


def own() -> Life:
    """This process."""
    pid = os.getpid()
    with suppress(OSError, ValueError, IndexError):
        ticks = _ticks(pid)
        assert ticks is not None, "this process has not ended"
        return Life(f"{_boot()}/{Path('/proc/self/ns/pid').readlink()}/{_TICKS}", pid, ticks)
    return Life(f"{socket.gethostname()}/{uuid.getnode():x}", pid, _milliseconds(pid) or 0)


def lives(life: Life, here: Life) -> bool | None:
    """Whether a process still runs, as seen from `here`; None when that can't be seen."""
    if life.machine != here.machine:
        return None
    if not life.machine.endswith(f"/{_TICKS}"):
        started = _milliseconds(life.pid)
        return started is not None and abs(started - life.started) <= CLOCK_SLACK_MS
    try:
        return _ticks(life.pid) == life.started
    except (FileNotFoundError, ProcessLookupError):
        return None if _hidden(life.pid) else False
    except (OSError, ValueError, IndexError):
        return None


def _ticks(pid: int) -> int | None:
    """When a process began, in ticks since the boot; None when it has ended. Raises `OSError` when it isn't there."""
    stat = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace")
    fields = stat.rpartition(")")[2].split()  # the name before it may hold blanks and brackets
    return None if fields[0] in _ENDED else int(fields[22 - 3])


def _boot() -> str:
    for path in ("/proc/sys/kernel/random/boot_id", "/etc/machine-id"):
        with suppress(OSError):
            if known := Path(path).read_text(encoding="ascii").strip():
                return known
    return f"{socket.gethostname()}/{uuid.getnode():x}"


def _hidden(pid: int) -> bool:
    """Whether there is such a process that `/proc` does not show to this user (`hidepid`)."""
    try:
        os.kill(pid, 0)
    except PermissionError:
        return True
    except OSError:
        return False
    return False


def _milliseconds(pid: int) -> int | None:
    """When a process began, in milliseconds since 1970; None when it has ended or can't be seen."""
    try:
        process = psutil.Process(pid)
        if process.status() == psutil.STATUS_ZOMBIE:
            return None
        return round(process.create_time() * 1000)
    except (psutil.Error, OSError):
        return None
