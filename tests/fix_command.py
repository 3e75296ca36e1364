"""The `orchd` command as a real process, with an environment that holds nobody's settings."""

import os
import select
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TypeAlias

import pytest

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
def run_command(environ: dict[str, str]) -> RunCommand:
    """`run_command("check", "--demo")`: run it to its end; `stdin` is what it may read."""

    def run(*arguments: str, stdin: str | None = None) -> Done:
        return subprocess.run(
            [sys.executable, "-m", "orchd", *arguments],
            env=environ,
            input=stdin or "",
            capture_output=True,
            text=True,
            timeout=HANG,
            check=False,
        )

    return run


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
