"""The `orchd` command as a real process, with an environment that holds nobody's settings."""

import os
import select
import subprocess
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import pytest

from tests.starting import Starter, Streams

HANG = 60
"""Seconds after which a process hangs."""

Done: TypeAlias = subprocess.CompletedProcess[str]
RunCommand: TypeAlias = Callable[..., Done]
StartCommand: TypeAlias = Callable[..., subprocess.Popen[str]]


@pytest.fixture
def environ(tmp_path: Path) -> dict[str, str]:
    """The process's environment; its home is the test's directory."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("ORCHD_")}
    return kept | {"HOME": str(tmp_path)}


@pytest.fixture
def run_command(environ: dict[str, str], starter: Starter) -> RunCommand:
    """`run_command("check", "--demo")`: run it to its end; `stdin` is what it may read."""

    def run(*arguments: str, stdin: str | None = None) -> Done:
        given, mine = os.pipe()
        with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
            try:
                process = starter.start("orchd", arguments, environ, Streams(given, output.fileno(), errors.fileno()))
            finally:
                os.close(given)
            giving = threading.Thread(target=_give, args=(mine, stdin or ""))
            giving.start()
            code = process.wait(HANG)
            giving.join()
            for file in (output, errors):
                file.seek(0)
            return subprocess.CompletedProcess(["orchd", *arguments], code, output.read(), errors.read())

    return run


def _give(descriptor: int, text: str) -> None:
    with suppress(BrokenPipeError), os.fdopen(descriptor, "w") as pipe:
        pipe.write(text)


@pytest.fixture
def start_command(environ: dict[str, str]) -> Iterator[StartCommand]:
    """Start it with pipes; what still runs at the end of the test is killed."""
    started: list[subprocess.Popen[str]] = []

    def start(*arguments: str) -> subprocess.Popen[str]:
        pipe = subprocess.PIPE
        command = [sys.executable, "-m", "orchd", *arguments]
        started.append(subprocess.Popen(command, env=environ, stdin=pipe, stdout=pipe, stderr=pipe, text=True))
        return started[-1]

    yield start
    for process in started:
        process.kill()
        process.communicate()


def first_line(process: subprocess.Popen[str]) -> str:
    """The first line that a started process prints to stdout."""
    assert process.stdout is not None
    assert select.select([process.stdout], [], [], HANG)[0], "no line came"
    return process.stdout.readline()
