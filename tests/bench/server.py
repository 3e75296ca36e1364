"""Starting what is measured: pinned to one core, with its CPU time and memory to read."""

import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil

SERVER_CORE, CLIENT_CORE = 0, 1
SLOTS = 10_000
"""Answers that the model server gives at once: so many that none waits its turn."""


class Process:
    """A child that prints its port as the last number of its first line. Use as a context manager."""

    def __init__(self, *command: str, core: int = SERVER_CORE) -> None:
        self.child = subprocess.Popen(
            [sys.executable, "-m", *command], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
        )
        pin(self.child.pid, core)
        assert self.child.stdout is not None
        self.port = int(self.child.stdout.readline().strip().rstrip("/").rsplit(":", 1)[-1])
        self.process = psutil.Process(self.child.pid)

    def cpu(self) -> float:
        """User and system time so far, in seconds."""
        times = self.process.cpu_times()
        return float(times.user + times.system)

    def megabytes(self) -> float:
        """Resident memory."""
        return float(self.process.memory_info().rss) / 1e6

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.child.terminate()
        try:
            self.child.wait(15)
        except subprocess.TimeoutExpired:
            self.child.kill()
            self.child.wait()
        if self.child.stdout is not None:
            self.child.stdout.close()


def pin(pid: int, core: int) -> None:
    """Keep a process on one core where there are two; elsewhere the figures are only rougher."""
    if len(os.sched_getaffinity(0) | {core}) >= 2 and core in range(os.cpu_count() or 1):
        os.sched_setaffinity(pid, {core})


UNTITLED = "[chat]\ntitleSeconds = 0\n"


def orchd(upstream: int, settings: str = "") -> "Daemon":
    """Start the daemon on SQLite in a fresh directory, as a user would; `settings` are its file. Models are asked for
    nothing but what is measured: no titles."""
    return Daemon(Path(tempfile.mkdtemp(prefix="orchd-bench-")), upstream, settings)


class Daemon(Process):
    """The daemon, with its data in `directory`, which goes with it."""

    def __init__(self, directory: Path, upstream: int, settings: str = "") -> None:
        self.directory = directory
        file = directory / "orchd.toml"
        backend = f'[[backends]]\nurl = "http://127.0.0.1:{upstream}"\nslots = {SLOTS}\n'
        file.write_text(f"{settings}\n{UNTITLED}{backend}", encoding="utf-8")
        super().__init__(
            "orchd", "serve", "--port", "0", "--data-dir", str(directory), "--log-level", "warning",
            "--config", str(file),
        )  # fmt: skip

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        super().__exit__(kind, error, trace)
        shutil.rmtree(self.directory, ignore_errors=True)
