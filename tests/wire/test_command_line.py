"""Commands as people and scripts meet them: one line says what is wrong, programs get JSON, pipes no colours."""

import json
import os
import signal
import socket
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest
import trio

from tests.fix_command import RunCommand, StartCommand, first_line
from tests.fix_daemon import StartDaemon
from tests.fix_simulator import RunningSimulator

NOWHERE = "http://127.0.0.1:9"

ASKING = ("status", "models", "queue", "conversations", "tasks", "search x", "health", "usage", "project list")
OTHERS = ("user list", "token list", "keys list", "config", "check", "version")
"""What shows something: of a running daemon, and without one."""


def line(errors: str) -> str:
    """The one line that a command says on stderr."""
    assert errors.endswith("\n"), errors
    (said,) = errors.splitlines()
    assert said.startswith("orchd: "), said
    return said.removeprefix("orchd: ")


@pytest.mark.parametrize(
    ("typed", "code", "said"),
    [
        ("stauts", 2, "no such command 'stauts'. Did you mean 'status'? See `orchd --help`"),
        ("backup verfy", 2, "no such command 'verfy'. Did you mean 'verify'? See `orchd backup --help`"),
        ("help stauts", 2, "no such command 'stauts'. Did you mean 'status'? See `orchd --help`"),
        ("user lst", 2, "no such command 'lst'. Did you mean 'list'? See `orchd user --help`"),
        ("models --jsn", 2, "no such option '--jsn'. Did you mean '--json'? See `orchd models --help`"),
        ("user add", 2, "missing argument 'NAME'. See `orchd user add --help`"),
        ("serve --port x", 2, "invalid value for '--port': 'x' is not a valid integer. See `orchd serve --help`"),
        ("completion tcsh", 2, "'tcsh' is not one of 'bash', 'zsh', 'fish'"),
        ("serve --backend nowhere", 2, "write `http://nowhere`"),
        ("serve --config absent.toml", 2, "absent.toml: can't be read"),
        (f"models --url {NOWHERE}", 1, "start the daemon with `orchd serve`"),
        (f"health --url {NOWHERE}", 1, "start the daemon with `orchd serve`"),
        (f"file list --url {NOWHERE}", 1, "start the daemon with `orchd serve`"),
        (f"export --url {NOWHERE}", 1, "start the daemon with `orchd serve`"),
        (f"chat --url {NOWHERE} hello", 1, "start the daemon with `orchd serve`"),
        ("models --token-file absent", 1, "absent: "),
        ("models --user a --token-file b", 2, "--user and --token-file can't go together"),
        ("user list --data-dir /proc/nowhere", 1, "can't be used"),
    ],
)
def test_one_line_says_what_is_wrong(run_command: RunCommand, typed: str, code: int, said: str) -> None:
    done = run_command(*typed.split())
    assert said in line(done.stderr)
    assert (done.returncode, done.stdout) == (code, "")


def test_a_wrong_token_and_a_missing_one(run_command: RunCommand, tmp_path: Path, start_command: StartCommand) -> None:
    run_command("user", "add", "maria", "--admin", "--password-file", "-", stdin="several words in a row\n")
    url = first_line(start_command("serve", "--port", "0")).split()[-1]
    nobody = run_command("status", "--url", url)
    assert "--token-file" in line(nobody.stderr)
    (tmp_path / "token").write_text("orchd_pat_" + "a" * 50)
    wrong = run_command("status", "--url", url, "--token-file", str(tmp_path / "token"))
    assert "token" in line(wrong.stderr)
    assert (nobody.returncode, wrong.returncode) == (1, 1)


def test_a_port_that_is_taken(run_command: RunCommand) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = run_command("serve", "--port", port)
    assert done.returncode == 1
    (said,) = [each for each in done.stderr.splitlines() if each.startswith("orchd: ")]
    assert port in said
    assert "Traceback" not in done.stderr


def test_a_reader_that_has_left_and_ctrl_c(environ: dict[str, str], start_command: StartCommand) -> None:
    script = f"{sys.executable} -m orchd schema | head -c 1 >/dev/null; echo ${{PIPESTATUS[0]}}"
    buffered = {name: value for name, value in environ.items() if name != "PYTHONUNBUFFERED"}
    done = subprocess.run(["bash", "-c", script], env=buffered, capture_output=True, text=True, check=False, timeout=60)
    assert (done.stdout, done.stderr) == ("1\n", "")
    simulator = start_command("simulate", "--port", "0")
    assert first_line(simulator)
    simulator.send_signal(signal.SIGINT)
    _, said = simulator.communicate(timeout=60)
    assert "Traceback" not in said


async def test_programs_get_json_and_pipes_get_no_colours(
    daemon: StartDaemon, simulator: RunningSimulator, run_command: RunCommand
) -> None:
    one = await daemon(simulator.url)
    for typed in (*ASKING, *OTHERS):
        words = [*typed.split(), *(("--url", one.url) if typed in ASKING else ())]
        plain = await trio.to_thread.run_sync(partial(run_command, *words))
        assert "\x1b" not in plain.stdout + plain.stderr, typed
        told = await trio.to_thread.run_sync(partial(run_command, *words, "--json"))
        assert isinstance(json.loads(told.stdout), dict), typed
        assert told.returncode == plain.returncode == 0, (typed, plain.stderr)


@pytest.mark.parametrize("typed", ["config", "nonsense"])
def test_a_terminal_that_wants_no_colour_gets_none(environ: dict[str, str], typed: str) -> None:
    master, slave = os.openpty()
    quiet = {**environ, "TERM": "xterm-256color", "NO_COLOR": "1"}
    process = subprocess.Popen(
        [sys.executable, "-m", "orchd", typed], env=quiet, stdin=slave, stdout=slave, stderr=slave
    )
    os.close(slave)
    seen = b""
    try:
        while piece := os.read(master, 4096):
            seen += piece
    except OSError:  # the other end is closed
        pass
    process.wait(60)
    os.close(master)
    assert seen
    assert b"\x1b" not in seen
