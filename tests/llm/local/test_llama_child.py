"""The program by itself, as a process: how it starts, what it says, and that it never outlives its stdin."""

import json
import os
import select
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.error import HTTPError
from urllib.request import Request, urlopen

import pytest

from orchd.llm.local.child import PROGRAM
from tests.fix_local import HANG_SECONDS, end_hard

HOLDS_THE_INTERPRETER = """
import re, sys
class Nothing: model = cpuparams = type("Model", (), {})()
CommonParams = Nothing
def Server(parameters):
    sys.stderr.write("loading\\n"); sys.stderr.flush()
    re.match(r"(a|aa)+$", "a" * 200 + "b")  # takes for ever, in native code
"""


class Program:
    """One run. Its stdin is the lifeline."""

    def __init__(self, environment: dict[str, str] | None = None) -> None:
        pipe = subprocess.PIPE
        command = [sys.executable, "-P", str(PROGRAM)]
        environment = os.environ | (environment or {})
        self.process = subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe, env=environment)

    def tell(self, path: Path) -> None:
        """Send the settings."""
        settings = {"path": str(path), "model": "m", "key": "secret", "slots": 1, "context": 512, "cache_mib": 16}
        self.write(json.dumps(settings | {"threads": 1, "gpu_layers": 0, "template": None}).encode() + b"\n")

    def write(self, data: bytes) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(data)
        self.process.stdin.flush()

    def cut(self) -> int:
        """End its stdin; its exit code."""
        assert self.process.stdin is not None
        self.process.stdin.close()
        return self.process.wait(HANG_SECONDS)

    def line(self, name: str = "stdout") -> bytes:
        """The next line that it prints."""
        stream = getattr(self.process, name)
        assert select.select([stream], [], [], HANG_SECONDS)[0], "it prints nothing"
        line: bytes = stream.readline()
        return line


@pytest.fixture
def program() -> Iterator[Program]:
    found = Program()
    yield found
    end_hard(found.process)


def asked(url: str, key: str) -> int:
    request = Request(f"{url}/v1/models", headers={"Authorization": f"Bearer {key}"})  # noqa: S310 (its own address)
    try:
        with urlopen(request, timeout=HANG_SECONDS) as response:  # noqa: S310
            return int(response.status)
    except HTTPError as error:
        with error:
            return error.code


def test_it_serves_on_loopback_those_who_know_the_key_until_stdin_ends(program: Program, tiny_gguf: Path) -> None:
    program.tell(tiny_gguf)
    url = json.loads(program.line())["url"]
    assert url.startswith("http://127.0.0.1:")
    assert (asked(url, "secret"), asked(url, "guess")) == (200, 401)
    for number in (signal.SIGTERM, signal.SIGINT):
        program.process.send_signal(number)
    assert asked(url, "secret") == 200, "signals to the whole group are the daemon's business"
    assert program.cut() in (0, -signal.SIGIO)


def test_it_ends_with_stdin_even_while_native_code_loads_a_model(tmp_path: Path) -> None:
    (tmp_path / "xllamacpp.py").write_text(HOLDS_THE_INTERPRETER)
    program = Program({"PYTHONPATH": str(tmp_path)})
    try:
        program.tell(tmp_path)
        assert program.line("stderr") == b"loading\n"
        assert program.cut() == -signal.SIGIO
    finally:
        end_hard(program.process)


def test_it_ends_without_settings(program: Program) -> None:
    program.write(b'{"path": ')
    assert program.cut() == 1


def test_stdin_that_ends_at_once_is_seen(program: Program, tiny_gguf: Path) -> None:
    program.tell(tiny_gguf)
    assert program.cut() in (0, -signal.SIGIO)


def test_a_model_that_cant_be_loaded(program: Program, tmp_path: Path) -> None:
    path = tmp_path / "bad.gguf"
    path.write_bytes(b"GGUF" + bytes(100))
    program.tell(path)
    assert program.process.wait(HANG_SECONDS) == 1
    assert program.process.stderr is not None
    said = program.process.stderr.read()
    assert b"llama.cpp: " in said
    assert b"Traceback" not in said
