"""Programs of orchd's in processes of their own that don't load its modules, which takes longer than most of them run.

A process that has loaded all of them, one for each process of tests, forks for each program that is asked for: that is
`python -m MODULE` with its own arguments, environment and streams, and all that happens from there on. Where a variable
asks for another kind of interpreter, it is begun anew. What loading itself does is tested in
`tests/faults/test_start_anywhere.py` and `tests/test_main.py`.
"""

import fcntl
import gc
import importlib
import io
import json
import os
import pkgutil
import runpy
import select
import signal
import socket
import subprocess
import sys
import termios
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import trio

APART = ("orchd.__main__", "orchd.llm.local.llama_child")
"""Programs: importing them would run them."""

INTERPRETER = ("PYTHON", "LC_", "LANG")
"""How variables begin that an interpreter obeys while it begins."""

MOST_BYTES = 128 * 1024
"""Of a request: arguments and environment."""


class Streams(NamedTuple):
    """The descriptors of a process's standard streams."""

    stdin: int
    stdout: int
    stderr: int


class Terminal:
    """Where programs are started, one after the other."""

    def __init__(self) -> None:
        self._ours: int | None = None

    def open(self) -> int:
        """Return the next program's stdin."""
        self.close()
        self._ours, theirs = os.openpty()
        return theirs

    def close(self) -> None:
        """Close it as a window is closed, if it is open."""
        if self._ours is not None:
            os.close(self._ours)
        self._ours = None


class Started:
    """A running program: what `subprocess.Popen` tells of one."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self.pid = int.from_bytes(control.recv(8), "big")
        assert self.pid, "the process that starts programs has ended"
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """The exit code, or the negative number of the signal that ended it; None while it runs."""
        if self.returncode is None and select.select([self._control], [], [], 0)[0]:
            self._read()
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for the end, and block meanwhile; the exit code. Raises `subprocess.TimeoutExpired`."""
        if self.returncode is None and not select.select([self._control], [], [], timeout)[0]:
            raise subprocess.TimeoutExpired("orchd", timeout or 0)
        return self._read()

    async def ended(self) -> int:
        """Wait for the end; the exit code."""
        if self.returncode is None:
            await trio.lowlevel.wait_readable(self._control)
        return self._read()

    def send_signal(self, number: int) -> None:
        """Send a signal unless it has ended."""
        if self.poll() is None:
            os.kill(self.pid, number)

    def kill(self) -> None:
        """End it as a crash does."""
        self.send_signal(signal.SIGKILL)

    def _read(self) -> int:
        if self.returncode is None:
            with self._control:
                self.returncode = int.from_bytes(self._control.recv(8), "big", signed=True)
        return self.returncode


class Starter:
    """The process that has loaded everything. `close` ends it, and none of those that it has started."""

    def __init__(self) -> None:
        self._ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        with theirs:
            command = [sys.executable, "-m", "tests.starting"]
            self._process = subprocess.Popen(command, stdin=theirs.fileno(), cwd=Path(__file__).parents[1])

    def start(
        self,
        module: str,
        arguments: Sequence[str],
        environment: Mapping[str, str],
        streams: Streams,
        *,
        terminal: bool = False,
        directory: str | None = None,
    ) -> Started:
        """Run a module as a program; `terminal`: its stdin is one, and becomes what controls it. It runs in
        `directory`, here when there is none."""
        where = directory or str(Path.cwd())
        request = json.dumps([module, list(arguments), dict(environment), where, terminal]).encode()
        assert len(request) <= MOST_BYTES
        mine, yours = socket.socketpair()
        with yours:
            socket.send_fds(self._ours, [request], [*streams, yours.fileno()])
        return Started(mine)

    def close(self) -> None:
        """End the process that starts others."""
        self._ours.close()
        self._process.wait()


def load() -> None:
    """Import all modules of orchd's that are no programs, and leave them out of all collections of garbage: an
    interpreter that ends has several, and each would copy nearly all memory that a forked process shares. That took
    ten times as long as most of what is tested."""
    package = importlib.import_module("orchd")
    for found in pkgutil.walk_packages(package.__path__, "orchd."):
        if found.name not in APART:
            importlib.import_module(found.name)
    gc.collect()
    gc.freeze()


class Forks:
    """What runs in the process that starts others, for as long as somebody holds the other end of `control`."""

    def __init__(self, control: socket.socket) -> None:
        self._control = control
        self._children: dict[int, socket.socket] = {}
        self._woken, self._waker = socket.socketpair()
        for end in (self._woken, self._waker):
            end.setblocking(False)
        signal.signal(signal.SIGCHLD, lambda *_: None)
        signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl-C ends whoever holds the other end
        signal.set_wakeup_fd(self._waker.fileno(), warn_on_full_buffer=False)

    def run(self) -> list[Any] | None:
        """Fork for each request. Returns None at the end, and in each child its request."""
        while True:
            ready, _, _ = select.select([self._control, self._woken], [], [])
            if self._woken in ready:
                self._reap()
            if self._control in ready:
                text, descriptors, _, _ = socket.recv_fds(self._control, MOST_BYTES, 4)
                if not text:
                    return None
                if self._fork(descriptors) == 0:
                    request: list[Any] = json.loads(text)
                    return request

    def _fork(self, descriptors: list[int]) -> int:
        *streams, last = descriptors
        pid = os.fork()
        if pid == 0:
            os.close(last)
            self._become(Streams(*streams))
            return 0
        for descriptor in streams:
            os.close(descriptor)
        self._children[pid] = socket.socket(fileno=last)
        self._children[pid].send(pid.to_bytes(8, "big"))
        return pid

    def _become(self, streams: Streams) -> None:
        signal.set_wakeup_fd(-1)
        signal.signal(signal.SIGCHLD, signal.SIG_DFL)
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for end in (self._woken, self._waker, self._control, *self._children.values()):
            end.close()
        for number, descriptor in enumerate(streams):
            os.dup2(descriptor, number)
        for descriptor in streams:
            os.close(descriptor)

    def _reap(self) -> None:
        self._woken.recv(4096)
        for pid, control in list(self._children.items()):
            ended, status = os.waitpid(pid, os.WNOHANG)
            if ended:
                del self._children[pid]
                with control:
                    code = os.waitstatus_to_exitcode(status)
                    control.send(code.to_bytes(8, "big", signed=True))


def run_program(request: list[Any]) -> None:
    """Be the program that was asked for."""
    module, arguments, environment, directory, terminal = request
    os.chdir(directory)
    os.setsid()  # else the terminal that the tests run in would be its own, where there is one
    if terminal:
        fcntl.ioctl(0, termios.TIOCSCTTY, 0)
    if interpreter_variables(environment) != interpreter_variables(os.environ):
        command = [sys.executable, "-m", module, *arguments]
        os.execve(sys.executable, command, environment)  # noqa: S606 - there is no shell in it
    os.environ.clear()
    os.environ.update(environment)
    open_streams()
    sys.argv = [module, *arguments]
    runpy.run_module(module, run_name="__main__", alter_sys=True)


def open_streams() -> None:
    """Open the standard streams as an interpreter does when it begins: what they lead to is another thing now."""
    for number, (name, mode) in enumerate((("stdin", "r"), ("stdout", "w"), ("stderr", "w"))):
        before: io.TextIOWrapper = getattr(sys, name)
        stream = open(number, mode, encoding=before.encoding, errors=before.errors)  # noqa: SIM115, PTH123 - stays open
        assert isinstance(stream, io.TextIOWrapper)
        stream.reconfigure(write_through=before.write_through, line_buffering=number == 2 or stream.isatty())
        setattr(sys, name, stream)
        setattr(sys, f"__{name}__", stream)


def interpreter_variables(environment: Mapping[str, str]) -> dict[str, str]:
    return {name: value for name, value in environment.items() if name.startswith(INTERPRETER)}


def main() -> None:
    """Start programs until stdin ends."""
    load()
    control = socket.socket(fileno=os.dup(0))
    request = Forks(control).run()
    if request is not None:
        run_program(request)


if __name__ == "__main__":
    main()
