"""The model server's process: found by what it runs as, not by words in its command line.

`vim llama.txt`, `grep ollama` and `ollama pull` are no servers. So the name of the program counts, or for an
interpreter the name of the script or module, and where one program is both client and server its command.
"""

import os
import time
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import PurePosixPath, PureWindowsPath
from typing import NamedTuple

import psutil

from orchd.features.monitoring.counters import share
from orchd.features.monitoring.local_servers import LocalServers, is_asked, listening_ports
from orchd.features.monitoring.probe import UNREADABLE, attempt
from orchd.patterns import lazy_pattern

_OURS = "llama_child.py"
"""The program in which the daemon runs a model itself."""
_PROGRAM_RANKS = {"lmstudio": 0, "llmster": 0, "llama-server": 1, "llamafile": 1, "vllm": 1, "ollama": 2, "lms": 3}
_PROGRAM_RANKS |= {_OURS: 1}
_SERVING = {"vllm": {"serve"}, "ollama": {"serve", "start", "runner"}, "lms": {"server", "daemon"}}
_MODULES = {"vllm": 1, "llama_cpp": 1}
_INTERPRETER = lazy_pattern(r"python[\d.]*w?|pypy[\d.]*")
_LM_STUDIO = lazy_pattern(r"lm[ _-]?studio(-\d.*)?")
_TAKES_VALUE = {"-W", "-X"}
_KINDS = {"lmstudio": "lmstudio", "llmster": "lmstudio", "lms": "lmstudio", "ollama": "ollama", "vllm": "openai"}
_LLAMA = frozenset({"llamacpp", "openai"})
"""What else there is: llama.cpp's own server, and the one of its Python binding, which says less of itself."""


class ProcessInfo(NamedTuple):
    """A process as far as choosing one needs it."""

    pid: int
    parent: int
    name: str
    command: Sequence[str]


class ServerReading(NamedTuple):
    """The model server at one moment."""

    at: float
    """Monotonic seconds."""
    pid: int | None
    """None: there is none."""
    cpu_seconds: dict[int, float]
    """Of the server and its workers, by pid."""
    memory_bytes: int | None


class ModelServerReader:
    """Searches all processes every `process_seconds`; in between reads only the one found and its workers.

    Only servers that are this daemon's count, see `asked`; with `all_of_them` not only the best known one.
    Called from one thread at a time. Blocks: a search takes some milliseconds for a hundred processes.
    """

    def __init__(
        self,
        process_seconds: float,
        asked: Callable[[], LocalServers],
        processes: Callable[[], Iterable[ProcessInfo]] | None = None,
        *,
        all_of_them: bool = False,
    ) -> None:
        self._process_seconds = process_seconds
        self._asked = asked
        self._all_of_them = all_of_them
        self._processes = processes or list_processes
        self._search_at = float("-inf")
        self._family: list[psutil.Process] = []

    def __call__(self) -> ServerReading:
        """Read once; a server that has ended is searched for anew."""
        now = time.monotonic()
        if now >= self._search_at or (self._family and not _is_alive(self._family[0])):
            self._search_at = now + self._process_seconds
            self._search()
        if not self._family:
            return ServerReading(now, None, {}, None)
        cpu = {member.pid: attempt(member.cpu_times) for member in self._family}
        memory = [info.rss for member in self._family if (info := attempt(member.memory_info)) is not None]
        seconds = {pid: times.user + times.system for pid, times in cpu.items() if times is not None}
        return ServerReading(now, self._family[0].pid, seconds, sum(memory) if memory else None)

    def _search(self) -> None:
        running = list(self._processes())
        servers = ours(running, os.getpid(), self._asked(), listening_ports)
        wanted = servers if self._all_of_them else servers[:1]
        family = [pid for server in wanted for pid in descendants(running, server.pid)]
        known = {member.pid: member for member in self._family if _is_alive(member)}
        found = [known.get(pid) or attempt(partial(psutil.Process, pid)) for pid in family]
        self._family = [process for process in found if process is not None] if found and found[0] is not None else []


def list_processes() -> list[ProcessInfo]:
    """List all processes, if one may be a model server; else there is nothing to list, which takes a quarter of the
    time. What the system hides of one is empty."""
    found = [(process, describe(process)) for process in psutil.process_iter()]
    if all(server_rank(info) is None for _, info in found):
        return []
    return [info._replace(parent=attempt(process.ppid) or 0) for process, info in found]


def describe(process: psutil.Process) -> ProcessInfo:
    """Read what a process runs: its command, or its name where the system hides that. Zombies and threads of the kernel
    have no command, so nothing tells of them. Its parent is not read."""
    try:
        return ProcessInfo(process.pid, 0, "", process.cmdline())
    except psutil.AccessDenied:
        return ProcessInfo(process.pid, 0, attempt(process.name) or "", ())
    except UNREADABLE:
        return ProcessInfo(process.pid, 0, "", ())


def _is_alive(process: psutil.Process) -> bool:
    return process.is_running() and attempt(process.status) not in (None, psutil.STATUS_ZOMBIE)


def ours(
    running: Sequence[ProcessInfo], own_pid: int, asked: LocalServers, ports: Callable[[Iterable[int]], set[int]]
) -> list[ProcessInfo]:
    """Return this daemon's model servers, the best known kind first, then the oldest; never a worker of another one."""
    ranks = {
        process.pid: rank
        for process in running
        if process.pid != own_pid and (rank := server_rank(process)) is not None
    }
    servers = [process for process in running if process.pid in ranks and process.parent not in ranks]
    families = {server.pid: partial(descendants, running, server.pid) for server in servers}
    found = [server for server in servers if _is_ours(server, own_pid, asked, lambda pid: ports(families[pid]()))]
    return sorted(found, key=lambda one: (ranks[one.pid], one.pid))


def _is_ours(server: ProcessInfo, own_pid: int, asked: LocalServers, ports: Callable[[int], set[int]]) -> bool:
    program, _ = _program(server)
    if program == _OURS:
        return server.parent == own_pid
    kind = _KINDS.get(program)
    return is_asked(asked, _LLAMA if kind is None else frozenset({kind}), partial(ports, server.pid))


def usage(before: ServerReading | None, now: ServerReading, cores: int | None) -> float | None:
    """Add up the processes there were in both readings; None for a server that has just been found."""
    if before is None or before.pid != now.pid:
        return None
    both = before.cpu_seconds.keys() & now.cpu_seconds.keys()
    spent = sum(now.cpu_seconds[pid] - before.cpu_seconds[pid] for pid in both)
    return share(spent, now.at - before.at, cores) if both else None


def descendants(running: Iterable[ProcessInfo], pid: int) -> list[int]:
    """Return `pid` and all processes below it."""
    children: dict[int, list[int]] = {}
    for process in running:
        children.setdefault(process.parent, []).append(process.pid)
    family = [pid]
    for member in family:
        family.extend(child for child in children.get(member, ()) if child not in family)
    return family


def server_rank(process: ProcessInfo) -> int | None:
    """Return how well a process is known as a model server, 0 best; None: it is not one."""
    program, arguments = _program(process)
    if program in _MODULES and arguments is None:
        return _MODULES[program]
    rank = _PROGRAM_RANKS.get(program)
    commands = _SERVING.get(program)
    if rank is None or commands is None or not process.command:
        return rank
    return rank if arguments and arguments[0] in commands else None


def _program(process: ProcessInfo) -> tuple[str, Sequence[str] | None]:
    """Return what is run and its arguments; for `python -m module` the top package and None."""
    if not process.command:
        return _stem(process.name), ()
    program, arguments = _stem(process.command[0]), process.command[1:]
    if _INTERPRETER.fullmatch(program):
        return _script(arguments)
    if program in ("server", "main") and "llama.cpp" in PurePosixPath(process.command[0]).parts:
        return "llama-server", arguments  # its name before 2024
    return program, arguments


def _script(arguments: Sequence[str]) -> tuple[str, Sequence[str] | None]:
    """Find the module or script among an interpreter's arguments."""
    rest = iter(range(len(arguments)))
    for index in rest:
        argument = arguments[index]
        if argument == "-m":
            return "".join(arguments[index + 1 : index + 2]).split(".")[0], None
        if argument == "-c":
            break
        if argument in _TAKES_VALUE:
            next(rest, None)
        elif not argument.startswith("-"):
            return _stem(argument), arguments[index + 1 :]
    return "", ()


def _stem(path: str) -> str:
    """Return a program's plain name: no folders, no `.exe` or `.AppImage`, one spelling for LM Studio."""
    name = PureWindowsPath(path).name.lower().removesuffix(".exe").removesuffix(".appimage")
    return "lmstudio" if _LM_STUDIO.fullmatch(name) else name
