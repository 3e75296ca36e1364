"""A disk that a test can fill: a small file system of its own where the test may mount one, else a limit on files.

Mounting wants root. Without it the daemon's file size limit is set to nothing, which stops its writes as a full disk
does, though by another error number.
"""

import os
import resource
import subprocess
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

MEBIBYTES = 8


class SmallDisk(ABC):
    """A place for a daemon's data; `pid` is that daemon."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory

    @abstractmethod
    def fill(self, pid: int) -> None:
        """Leave no room."""

    @abstractmethod
    def make_room(self, pid: int) -> None:
        """Leave room again."""


class MountedDisk(SmallDisk):
    """A file system in memory."""

    def fill(self, pid: int) -> None:
        with (self.directory / "ballast").open("wb", buffering=0) as ballast:
            for size in (65_536, 4096, 1):
                try:
                    while True:
                        ballast.write(bytes(size))
                except OSError:
                    continue
        free = os.statvfs(self.directory)
        assert free.f_bfree == 0, free

    def make_room(self, pid: int) -> None:
        (self.directory / "ballast").unlink()


class LimitedFiles(SmallDisk):
    """No file of the daemon may grow."""

    def fill(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (0, resource.RLIM_INFINITY))

    def make_room(self, pid: int) -> None:
        resource.prlimit(pid, resource.RLIMIT_FSIZE, (resource.RLIM_INFINITY, resource.RLIM_INFINITY))


@contextmanager
def small_disk_at(directory: Path, mebibytes: int = MEBIBYTES) -> Iterator[SmallDisk]:
    """Make a disk at `directory`, which is gone with the block."""
    directory.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", f"size={mebibytes}m", "tmpfs", str(directory)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode != 0:
        yield LimitedFiles(directory)
        return
    try:
        yield MountedDisk(directory)
    finally:
        subprocess.run(["umount", "--lazy", str(directory)], check=True, capture_output=True)
