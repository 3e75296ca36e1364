"""The worker's program: what it needs, and how it is started."""

import subprocess
import sys
from pathlib import Path

import pytest

from orchd.worker import frames
from orchd.worker.process import PROGRAM
from tests.worker import jobs

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize("flags", [[], ["-OO"]])
def test_it_needs_nothing_but_where_orchd_lies(flags: list[str], tmp_path: Path) -> None:
    command = [sys.executable, "-P", *flags, "-c", PROGRAM, str(ROOT)]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=tmp_path) as worker:
        assert worker.stdin is not None
        assert worker.stdout is not None
        worker.stdin.write(frames.call(jobs.number, ("42",), ()))
        worker.stdin.flush()
        size = int.from_bytes(worker.stdout.read(frames.HEAD_BYTES))
        assert frames.value_of(worker.stdout.read(size), jobs.number) == 42
        worker.stdin.close()
        assert worker.wait(60) == 0


def test_it_begins_without_what_the_daemon_needs() -> None:
    code = "import sys, orchd.worker.child; print({'trio', 'httpx', 'orchd.features'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, cwd=ROOT, timeout=60, check=True)
    assert done.stdout.strip() == b"set()"


def test_a_request_that_is_cut_off_is_no_request() -> None:
    done = subprocess.run(
        [sys.executable, "-P", "-c", PROGRAM, str(ROOT)],
        input=frames.call(jobs.number, ("42",), ())[:-1],
        capture_output=True,
        timeout=60,
        check=True,
    )
    assert done.stdout == b""
