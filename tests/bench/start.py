"""What a start takes until systemd is told `READY=1`: by the single file if it is built, beside what is installed."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

from tests.bench.report import Row
from tests.bench.server import CLIENT_CORE, pin

INSTALLED = (sys.executable, "-m", "orchd")
SINGLE_FILE = Path("dist/orchd")
PROGRAMS = [INSTALLED, *([(str(SINGLE_FILE.absolute()),)] if SINGLE_FILE.exists() else [])]
"""The installed one first, and the single file where it is built."""
ROUNDS = 12
HANG = 60


class Started(NamedTuple):
    """A daemon that runs."""

    pid: int
    """Of the process that serves: what was started is its parent, in the single file."""
    port: int
    seconds: float
    """From the command until it was ready."""


@contextmanager
def started(program: tuple[str, ...], directory: Path) -> Iterator[Started]:
    """Serve from a directory while the block lasts."""
    address = directory / "notify"
    address.unlink(missing_ok=True)
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as told:
        told.bind(str(address))
        told.settimeout(HANG)
        told.setsockopt(socket.SOL_SOCKET, socket.SO_PASSCRED, 1)
        # Compiled modules are kept, as they are wherever it is installed.
        environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        begun = time.perf_counter()
        child = subprocess.Popen(
            [*program, "serve", "--port", "0", "--data-dir", str(directory / "data"), "--log-level", "warning"],
            stdout=subprocess.PIPE,
            text=True,
            env=environment | {"NOTIFY_SOCKET": str(address)},
        )
        try:
            while True:
                text, ancillary, _, _ = told.recvmsg(4096, socket.CMSG_SPACE(12))
                if b"READY=1" in text.split(b"\n"):
                    break
            taken = time.perf_counter() - begun
            assert child.stdout is not None
            port = int(child.stdout.readline().strip().rpartition(":")[2])
            yield Started(int.from_bytes(ancillary[0][2][:4], sys.byteorder), port, taken)
        finally:
            child.send_signal(signal.SIGTERM)
            child.communicate(timeout=HANG)


def start(program: tuple[str, ...], directory: Path, *, new: bool) -> float:
    """Return the seconds until it is ready, with new data or with those of an earlier start."""
    if new:
        shutil.rmtree(directory / "data", ignore_errors=True)
    with started(program, directory) as daemon:
        return daemon.seconds


def cold(file: Path, directory: Path) -> float:
    """The same of a file that the system has to read from the disk."""
    opened = os.open(file, os.O_RDONLY)
    try:
        os.posix_fadvise(opened, 0, 0, os.POSIX_FADV_DONTNEED)
    finally:
        os.close(opened)
    return start((str(file),), directory, new=False)


def run() -> list[Row]:
    """Measure starts in turn; the least of each is told."""
    os.sched_setaffinity(0, range(os.cpu_count() or 1))
    taken: dict[tuple[bool, tuple[str, ...]], list[float]] = {}
    with tempfile.TemporaryDirectory(prefix="orchd-bench-") as place:
        for _ in range(ROUNDS):
            for new in (True, False):
                for program in PROGRAMS:
                    taken.setdefault((new, program), []).append(start(program, Path(place), new=new))
        names = {True: "ready after, with new data, s", False: "the same with an earlier start's, s"}
        rows = [Row(name, min(taken[new, INSTALLED]), min(taken[new, PROGRAMS[-1]])) for new, name in names.items()]
        if SINGLE_FILE.exists():
            read = min(cold(SINGLE_FILE, Path(place)) for _ in range(3))
            rows.append(Row("the same, the file read from the disk, s", None, read))
            rows.append(Row("size of the file, MB", None, SINGLE_FILE.stat().st_size / 1e6))
    pin(0, CLIENT_CORE)
    return rows
