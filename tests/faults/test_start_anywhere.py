"""The daemon starts, or says in a line why not, in surroundings that somebody's machine has."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

import pytest
import trio
from trio_websocket import open_websocket_url

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


def start_and_stop(
    environ: dict[str, str],
    *arguments: str,
    python: Sequence[str] = (sys.executable,),
    meanwhile: Callable[[str], None] = lambda url: None,
) -> str:
    """Serve until it is ready, then end it in order; what it has logged. `meanwhile` is called with its address."""
    command = [*python, "-m", "orchd", *SERVE, *arguments]
    with subprocess.Popen(
        command, env=environ, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout is not None
        line = process.stdout.readline()
        try:
            if line:
                meanwhile(line.decode().split()[-1])
        finally:
            process.send_signal(signal.SIGTERM)
            _, logged = process.communicate(timeout=HANG)
    told = logged.decode(errors="surrogateescape")
    assert line.startswith(b"listening on "), told
    assert process.returncode == 0, told
    assert "Traceback" not in told
    assert '"event":"unexpected"' not in told
    return told


def ask_and_measure(url: str) -> None:
    """Have the simulated model answer, and the machine measured twice."""

    async def talk() -> None:
        async with open_websocket_url(url.replace("http", "ws", 1) + "/ws") as socket:
            await socket.send_message('{"type":"monitoring:subscribe","data":{"intervalMs":1000}}')
            await socket.send_message('{"type":"chat:send","id":"1","data":{"message":"Hi","model":"simulated"}}')
            wanted = ["chat:message", "monitoring:metrics", "monitoring:metrics"]
            while wanted:
                frame = json.loads(await socket.get_message())
                assert frame["type"] != "error", frame
                if frame["type"] in wanted and frame["data"].get("role") != "user":
                    assert frame["data"].get("status", "complete") == "complete"
                    wanted.remove(frame["type"])

    trio.run(_within, HANG, talk)


async def _within(seconds: float, act: Callable[[], Awaitable[None]]) -> None:
    with trio.fail_after(seconds):
        await act()


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
        while not (tmp_path / "data" / "orchd.db-wal").exists() and time.monotonic() < deadline:
            assert process.poll() is None
            time.sleep(0.02)
        opened = {str(Path(f"/proc/{process.pid}/fd/{number}").readlink()) for number in closed}
        assert opened == {os.devnull}
        process.send_signal(signal.SIGTERM)
        assert process.wait(HANG) in (0, -signal.SIGTERM)


def test_optimised_bytecode(environ: dict[str, str], tmp_path: Path) -> None:
    """Without docstrings and assertions: neither the schema nor the command line may live on them."""
    python = (sys.executable, "-OO")
    start_and_stop(environ, "--demo", "--data-dir", str(tmp_path / "data"), python=python, meanwhile=ask_and_measure)
    plain, bare = (
        subprocess.run([*each, "-m", "orchd", "--help"], capture_output=True, text=True, timeout=HANG, check=True)
        for each in (python[:1], python)
    )
    assert bare.stdout == plain.stdout


def bare_proc() -> tuple[str, ...]:
    """Run a command where /proc shows processes only, as with systemd's `ProcSubset=pid`."""
    prefix = ("unshare", "--mount", "--propagation", "private", "sh", "-c")
    mount = "mount -t proc -o subset=pid proc /proc"
    if subprocess.run([*prefix, mount], capture_output=True, check=False).returncode:
        pytest.skip("this machine lets nobody mount a /proc")
    return (*prefix, f'{mount} && exec "$0" "$@"')


def test_a_proc_that_shows_processes_only(environ: dict[str, str], tmp_path: Path) -> None:
    python = (*bare_proc(), sys.executable)
    start_and_stop(environ, "--demo", "--data-dir", str(tmp_path / "data"), python=python, meanwhile=ask_and_measure)
