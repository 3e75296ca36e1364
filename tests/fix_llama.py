"""A real llama.cpp server with a tiny random model, once a session: it answers gibberish, but by all the rules.

Needs the packages xllamacpp, gguf and numpy. Without them the tests skip, loudly; with ORCHD_TEST_REQUIRE=1 they fail.
"""

import importlib.util
import os
import queue
import subprocess
import sys
import threading
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import pytest

TOOLS = Path(__file__).parent / "tools"
NEEDED = ("xllamacpp", "gguf", "numpy")
START_SECONDS = 150.0
CONTEXT = 2048
PARALLEL = 2


def _make(model: Path, *more: str) -> Path:
    missing = [name for name in NEEDED if importlib.util.find_spec(name) is None]
    if missing:
        _absent(f"no real llama.cpp server: {', '.join(missing)} not installed")
    make = [sys.executable, str(TOOLS / "make_tiny_gguf.py"), str(model), "--context", str(CONTEXT), *more]
    subprocess.run(make, check=True, capture_output=True, timeout=START_SECONDS)
    return model


@pytest.fixture(scope="session")
def tiny_gguf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The model's file."""
    return _make(tmp_path_factory.mktemp("llama") / "tiny.gguf")


class LlamaServer:
    """A server, and its process."""

    def __init__(self, command: Sequence[str]) -> None:
        self._command = command
        self.url = ""
        self.process = self._start("0")

    def restart(self) -> None:
        """End the process, and start another one at the same address: all that it kept is gone. Blocks for seconds."""
        self.kill()
        self.process = self._start(self.url.rpartition(":")[2])

    def kill(self) -> None:
        """End the process."""
        self.process.kill()
        self.process.wait()
        if self.process.stdout is not None:
            self.process.stdout.close()

    def _start(self, port: str) -> "subprocess.Popen[str]":
        command = [*self._command, "--port", port]
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
        self.url = _ready(process)
        return process


@pytest.fixture(scope="session")
def llama_server(tiny_gguf: Path) -> Iterator[LlamaServer]:
    """The server."""
    with _served(tiny_gguf) as server:
        yield server


@pytest.fixture(scope="session")
def llama_url(llama_server: LlamaServer) -> str:
    """The address of the server."""
    return llama_server.url


@pytest.fixture(scope="session")
def ranker_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of another one, with a model that ranks."""
    with _served(_make(tmp_path_factory.mktemp("ranker") / "tiny-reranker.gguf", "--ranks"), "--ranks") as server:
        yield server.url


@contextmanager
def _served(model: Path, *more: str) -> Iterator[LlamaServer]:
    serve = [sys.executable, str(TOOLS / "llama_server.py"), str(model), "--context", str(CONTEXT)]
    server = LlamaServer([*serve, "--parallel", str(PARALLEL), *more])
    try:
        yield server
    finally:
        server.kill()


def _ready(process: "subprocess.Popen[str]") -> str:
    """Wait for the line `ready URL`, with a bound, and go on reading what else is printed."""
    lines: queue.SimpleQueue[str] = queue.SimpleQueue()

    def read() -> None:
        assert process.stdout is not None
        for line in process.stdout:
            if line.startswith("ready "):
                lines.put(line.split()[1])
        lines.put("")

    threading.Thread(target=read, daemon=True).start()
    try:
        url = lines.get(timeout=START_SECONDS)
    except queue.Empty:
        url = ""
    assert url, "the llama.cpp server did not start"
    return url


def _absent(why: str) -> None:
    if os.environ.get("ORCHD_TEST_REQUIRE") == "1":
        pytest.fail(why)
    pytest.skip(why)
