import os
import subprocess
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

import psutil
import pytest

from orchd.features.monitoring.local_servers import LocalServers
from orchd.features.monitoring.process import (
    ModelServerReader,
    ProcessInfo,
    descendants,
    describe,
    list_processes,
    ours,
    server_rank,
)

SERVERS: list[tuple[str, list[str]]] = [
    ("lm-studio", ["/opt/LM-Studio/lm-studio", "--run-as-service"]),
    ("LM Studio", ["/Applications/LM Studio.app/Contents/MacOS/LM Studio"]),
    ("LM Studio.exe", ["C:\\Users\\me\\AppData\\Local\\Programs\\LM Studio\\LM Studio.exe"]),
    ("LM-Studio-0.3.30-2-x64.AppImage", ["/home/me/LM-Studio-0.3.30-2-x64.AppImage"]),
    ("llmster", ["/home/me/.lmstudio/llmster/0.0.3/llmster"]),
    ("lms", ["lms", "server", "start"]),
    ("llama-server", ["./llama-server", "-m", "model.gguf"]),
    ("llama-server.exe", ["llama-server.exe"]),
    ("server", ["/src/llama.cpp/build/bin/server", "-m", "model.gguf"]),
    ("llama-server", []),
    ("ollama", ["/usr/local/bin/ollama", "serve"]),
    ("ollama", ["/usr/bin/ollama", "runner", "--model", "x"]),
    ("vllm", ["/usr/bin/python3", "/usr/local/bin/vllm", "serve", "model"]),
    ("python3.12", ["python3.12", "-u", "-W", "ignore", "-m", "vllm.entrypoints.openai.api_server"]),
    ("python", ["/venv/bin/python", "-m", "llama_cpp.server", "--model", "x.gguf"]),
    ("python", ["/venv/bin/python", "-P", "/venv/lib/python3.11/site-packages/orchd/llm/local/llama_child.py"]),
]

OTHERS: list[tuple[str, list[str]]] = [
    ("vim", ["vim", "llama.txt"]),
    ("code", ["/usr/share/code/code", "/home/me/llama-server"]),
    ("grep", ["grep", "-r", "ollama"]),
    ("tail", ["tail", "-f", "/var/log/ollama.log"]),
    ("bash", ["bash", "-c", "llama-server -m x"]),
    ("less", ["less", "/opt/lm-studio/README"]),
    ("ollama", ["ollama", "pull", "llama3"]),
    ("ollama", ["ollama", "run", "llama3"]),
    ("ollama", ["ollama"]),
    ("lms", ["lms", "log", "stream"]),
    ("vllm", ["python3", "/usr/local/bin/vllm", "bench", "serve"]),
    ("python3", ["python3", "llama.py"]),
    ("python3", ["python3", "-c", "import vllm"]),
    ("python3", ["python3", "-m", "pytest", "vllm"]),
    ("python3", ["python3", "-m"]),
    ("python3", ["python3"]),
    ("orchd", ["/usr/bin/python3", "/usr/bin/orchd", "--backend", "http://llama-server"]),
    ("server", ["/usr/bin/server"]),
    ("llama-cli", ["llama-cli", "-m", "x.gguf"]),
    ("llamafs", ["llamafs"]),
    ("", []),
]


@pytest.mark.parametrize(("name", "command"), SERVERS)
def test_servers_are_known(name: str, command: Sequence[str]) -> None:
    assert server_rank(ProcessInfo(7, 1, name, command)) is not None


@pytest.mark.parametrize(("name", "command"), OTHERS)
def test_words_in_a_command_line_are_not_servers(name: str, command: Sequence[str]) -> None:
    assert server_rank(ProcessInfo(7, 1, name, command)) is None


LM_STUDIO = ProcessInfo(50, 1, "lm-studio", ["/opt/lm-studio"])
WORKER = ProcessInfo(40, 50, "lm-studio", ["/opt/lm-studio", "--type=utility"])
BELOW = ProcessInfo(60, 40, "node", ["node", "worker.js"])
OLLAMA = ProcessInfo(30, 1, "ollama", ["ollama", "serve"])
SHELL = ProcessInfo(10, 1, "bash", ["bash"])


ALL = LocalServers(frozenset({"lmstudio", "llamacpp", "ollama", "openai"}), frozenset({1234}))


def found(
    running: list[ProcessInfo], asked: LocalServers = ALL, own_pid: int = 1, **ports: set[int]
) -> list[ProcessInfo]:
    """Which of these are ours; `ports` by pid are what can be seen of them."""
    return ours(running, own_pid, asked, lambda pids: {port for pid in pids for port in ports.get(f"p{pid}", set())})


def test_the_best_known_server_is_first_and_never_a_worker() -> None:
    assert found([OLLAMA, WORKER, LM_STUDIO, BELOW, SHELL]) == [LM_STUDIO, OLLAMA]
    assert found([OLLAMA, SHELL]) == [OLLAMA]
    assert found([SHELL]) == []
    assert found([OLLAMA], own_pid=30) == []
    older = LM_STUDIO._replace(pid=20)
    assert found([LM_STUDIO, older]) == [older, LM_STUDIO]


def test_only_servers_that_are_asked_count() -> None:
    nobody, other = LocalServers(), LocalServers(frozenset({"lmstudio"}), frozenset({1234}))
    assert found([OLLAMA, LM_STUDIO], nobody) == []
    assert found([OLLAMA, LM_STUDIO], other) == [LM_STUDIO]
    assert found([LM_STUDIO, BELOW], other, p50={9999}) == [], "it listens elsewhere"
    assert found([LM_STUDIO, WORKER], other, p40={1234}) == [LM_STUDIO], "a worker of it listens"


def test_a_model_that_another_daemon_runs_is_none_of_ours() -> None:
    child = ProcessInfo(70, 7, "python", ["/venv/bin/python", "-P", "/orchd/llm/local/llama_child.py"])
    assert found([child], own_pid=7) == [child]
    assert found([child], own_pid=8) == []


def test_workers_belong_to_the_server() -> None:
    running = [BELOW, OLLAMA, WORKER, LM_STUDIO, SHELL]
    assert descendants(running, 50) == [50, 40, 60]
    assert descendants([ProcessInfo(1, 1, "", [])], 1) == [1]


@contextmanager
def server_process() -> Iterator[subprocess.Popen[bytes]]:
    """Run a shell that calls itself llama-server, with one worker, until its input ends."""
    with subprocess.Popen(
        ["llama-server", "-c", "echo; cat; :"], executable="/bin/sh", stdin=subprocess.PIPE, stdout=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        process.stdout.readline()
        yield process


def test_a_running_server_is_found_measured_and_missed() -> None:
    with server_process() as process:
        searches: list[int] = []

        def processes() -> list[ProcessInfo]:
            """Only those of this test: others may run a model server too."""
            searches.append(1)
            own = {process.pid, *(child.pid for child in psutil.Process(process.pid).children())}
            return [process for process in list_processes() if process.pid in own]

        read = ModelServerReader(3_600, lambda: ALL, processes)
        for _ in range(3):
            server = read()
            assert server.pid == process.pid
            assert process.pid in server.cpu_seconds
            assert server.memory_bytes is not None
            assert server.memory_bytes > 10_000
        assert len(searches) == 1

        process.kill()
        process.stdin.close() if process.stdin else None
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            os.sched_yield()
        assert read().pid is None
        assert read().pid is None
        assert len(searches) == 2


def test_all_processes_are_listed_beside_a_server() -> None:
    with server_process() as server:
        listed = {process.pid: process for process in list_processes()}
        assert listed[server.pid].parent == os.getpid()
    assert listed[os.getpid()].parent == os.getppid()
    assert listed[os.getpid()].command


def test_without_a_server_nothing_more_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(process: psutil.Process) -> int:
        raise AssertionError(process)

    monkeypatch.setattr(psutil, "process_iter", lambda: iter([psutil.Process()]))
    monkeypatch.setattr(psutil.Process, "ppid", fail)
    assert list_processes() == []


def test_where_a_command_is_hidden_the_name_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    def deny(process: psutil.Process) -> list[str]:
        raise psutil.AccessDenied(process.pid)

    monkeypatch.setattr(psutil.Process, "cmdline", deny)
    monkeypatch.setattr(psutil.Process, "name", lambda _: "llama-server")
    assert describe(psutil.Process()) == ProcessInfo(os.getpid(), 0, "llama-server", ())


@pytest.mark.parametrize("error", [psutil.ZombieProcess, psutil.NoSuchProcess])
def test_of_what_has_ended_nothing_is_read(error: type[psutil.NoSuchProcess], monkeypatch: pytest.MonkeyPatch) -> None:
    def end(process: psutil.Process) -> list[str]:
        raise error(process.pid)

    monkeypatch.setattr(psutil.Process, "cmdline", end)
    monkeypatch.setattr(psutil.Process, "name", lambda _: "llama-server")
    assert describe(psutil.Process()) == ProcessInfo(os.getpid(), 0, "", ())
