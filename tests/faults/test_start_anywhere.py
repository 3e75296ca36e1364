"""The daemon starts, or says in a line why not, in surroundings that somebody's machine has."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest

from tests.fix_command import HANG

SERVE = ("serve", "--port", "0", "--backend", "http://127.0.0.1:9")


def run(
    arguments: Sequence[str],
    environ: dict[str, str],
    *,
    cwd: Path | None = None,
    prepare: Callable[[], None] | None = None,
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "orchd", *arguments],
        env=environ,
        cwd=cwd,
        preexec_fn=prepare,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        errors="surrogateescape",
        timeout=HANG,
        check=False,
    )


def start_and_stop(environ: dict[str, str], *arguments: str, python: Sequence[str] = (sys.executable,)) -> str:
    """Serve until it is ready, then end it in order; what it has logged."""
    command = [*python, "-m", "orchd", *SERVE, *arguments]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        _, logged = process.communicate(timeout=HANG)
    told = logged.decode(errors="surrogateescape")
    assert line.startswith(b"listening on "), told
    assert process.returncode == 0, told
    assert "Traceback" not in told
    return told


def test_a_data_directory_whose_name_is_no_text(environ: dict[str, str], tmp_path: Path) -> None:
    named = os.fsdecode(os.fsencode(tmp_path) + b"/data-\xf6")
    start_and_stop(environ | {"LC_ALL": "C.UTF-8"}, "--data-dir", named)
    assert Path(named, "orchd.db").exists()
    shown = run(("config", "--data-dir", named), environ)
    assert (shown.returncode, shown.stderr) == (0, "")


def test_a_locale_without_unicode(environ: dict[str, str], tmp_path: Path) -> None:
    plain = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    start_and_stop(environ | plain, "--data-dir", str(tmp_path / "dätä"))
    assert (tmp_path / "dätä" / "orchd.db").exists()


def test_a_bare_environment_and_no_place_for_temporary_files(tmp_path: Path) -> None:
    start_and_stop({"TMPDIR": "/nonexistent"}, "--data-dir", str(tmp_path / "data"))


def test_a_working_directory_that_is_gone(environ: dict[str, str], tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    environ = environ | {"PYTHONPATH": str(Path(__file__).parents[2])}

    def inside(*arguments: str) -> subprocess.CompletedProcess[str]:
        gone.mkdir(exist_ok=True)
        return run(arguments, environ, cwd=gone, prepare=gone.rmdir)

    assert inside("config").returncode == 0
    refused = inside("config", "--data-dir", "here")
    assert refused.returncode == 2
    told = "orchd: flag --data-dir: `dataDir` is a relative path, and the working directory is gone\n"
    assert refused.stderr == told


@pytest.mark.parametrize("closed", [(0,), (1,), (2,), (0, 1, 2)])
def test_closed_standard_streams(environ: dict[str, str], tmp_path: Path, closed: tuple[int, ...]) -> None:
    """Nothing of the daemon's may get such a number; that it serves is seen by its database."""
    command = [sys.executable, "-m", "orchd", *SERVE, "--data-dir", str(tmp_path / "data")]
    code = f"import os, sys; [os.close(n) for n in {closed}]; os.execv(sys.executable, {command!r})"
    with subprocess.Popen([sys.executable, "-c", code], env=environ) as process:
        deadline = time.monotonic() + HANG
        while not (tmp_path / "data" / "orchd.db-wal").exists():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.02)
        opened = {str(Path(f"/proc/{process.pid}/fd/{number}").readlink()) for number in closed}
        assert opened == {os.devnull}
        process.send_signal(signal.SIGTERM)
        assert process.wait(HANG) in (0, -signal.SIGTERM)
