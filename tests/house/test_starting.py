"""A program that is forked for a test is what an interpreter of its own would run."""

import os
import signal
import subprocess
import sys
import tempfile

import pytest

from tests.starting import Started, Starter, Streams

HANG = 60


def run(starter: Starter, environment: dict[str, str], *arguments: str) -> tuple[int, str, str]:
    """Run `orchd` to its end: its exit code, and what it wrote."""
    with tempfile.TemporaryFile("w+") as output, tempfile.TemporaryFile("w+") as errors:
        streams = Streams(0, output.fileno(), errors.fileno())
        code = starter.start("orchd", arguments, environment, streams).wait(HANG)
        for file in (output, errors):
            file.seek(0)
        return code, output.read(), errors.read()


@pytest.mark.parametrize("more", [{}, {"PYTHONHASHSEED": "1"}], ids=["forked", "begun anew"])
@pytest.mark.parametrize("arguments", [("version",), ("--help",), ("serve", "--nonsense"), ("config",)])
def test_it_ends_and_says_the_same(
    starter: Starter, environ: dict[str, str], arguments: tuple[str, ...], more: dict[str, str]
) -> None:
    environment = environ | {"ORCHD_SERVER_PORT": "4321"} | more
    done = subprocess.run(
        [sys.executable, "-m", "orchd", *arguments], env=environment, capture_output=True, text=True, check=False
    )
    assert run(starter, environment, *arguments) == (done.returncode, done.stdout, done.stderr)
    assert ("4321" in done.stdout) == (arguments == ("config",))


def test_signals_reach_it(starter: Starter, environ: dict[str, str]) -> None:
    reading, writing = os.pipe()
    started: Started = starter.start("orchd", ["simulate", "--port", "0"], environ, Streams(0, writing, writing))
    os.close(writing)
    with os.fdopen(reading) as output:
        assert "http://" in output.readline()
        assert started.poll() is None
        started.kill()
        assert started.wait(HANG) == -signal.SIGKILL == started.poll()
        assert output.read() == ""
