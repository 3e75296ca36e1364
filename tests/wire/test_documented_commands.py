"""The commands that README.md and docs/ show do what they say: each block marked `sh` is run, all of a document in one
shell, beside one daemon with a simulated model server.

What can't be run says why, in a comment before the block: `<!-- not run: needs root, and systemd -->`.
"""

import json
import os
import re
import secrets
import shutil
import socket
import sys
import threading
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
import trio

from tests.fix_daemon import Daemon, StartDaemon
from tests.fix_simulator import RunningSimulator
from tests.house.source import ROOT
from tests.starting import MOST_BYTES, Starter, Streams

BLOCK = re.compile(r"(?:^<!-- not run: ([^\n]+) -->\n)?^```(\w*)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
SECONDS = 240.0
SHELL = ("sh", "console", "bash", "shell")

WITH_USERS = ("users.md", "operate.md", "sharing.md")
"""They run last, in this order: the first one makes a user, and from then on everybody is asked who they are."""

ALL_SCOPES = ("read", "chat", "tasks", "models", "workspace", "admin")

STAND_INS = {
    "jq": "import json, sys; json.load(sys.stdin)",
    "git": "print('-a line'); print('+another line')",
}
"""Other people's programs that are shown, and what takes their place."""

FILES = {
    "program.py": "print('Hello')\n",
    "report.txt": "The bridge is 420 metres long.\n",
    "summary.txt": "The bridge is 420 metres long.\n",
}
"""What the commands are given to read."""


def blocks(document: Path) -> Iterator[tuple[str | None, str]]:
    """Yield the blocks of commands, each with the reason why it is not run."""
    for reason, language, text in BLOCK.findall(document.read_text(encoding="utf-8")):
        if language in SHELL:
            assert language == "sh", f"{document.name}: blocks of commands are marked `sh`: {text[:60]}"
            yield reason or None, text


def documents() -> list[Path]:
    """Return all in the order in which they are run."""
    found = [path for path in (ROOT / "README.md", *sorted((ROOT / "docs").glob("*.md"))) if any(blocks(path))]
    last = [ROOT / "docs" / name for name in WITH_USERS]
    return [*(path for path in found if path not in last), *last]


ORCHD = """#!{python} -IS
import json, os, socket, sys
with socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET) as asked:
    asked.connect("\\0{name}")
    request = json.dumps([sys.argv[1:], dict(os.environ), os.getcwd()]).encode()
    socket.send_fds(asked, [request], [0, 1, 2])
    sys.exit(int(asked.recv(16)))
"""
"""What the shell finds as `orchd`: it has a process that has loaded all modules fork one, with its own streams."""


def serve(name: str, starter: Starter) -> socket.socket:
    """Start a command for whoever connects to the socket `name`, and tell its exit code, until the socket is closed."""
    door = socket.socket(socket.AF_UNIX, socket.SOCK_SEQPACKET)
    door.bind(f"\0{name}")  # of no file, since the path of one may be too long
    door.listen()

    def answer(asked: socket.socket) -> None:
        with asked:
            text, descriptors, _, _ = socket.recv_fds(asked, MOST_BYTES, 3)
            arguments, environment, directory = json.loads(text)
            started = starter.start("orchd", arguments, environment, Streams(*descriptors), directory=directory)
            for descriptor in descriptors:
                os.close(descriptor)
            asked.send(str(started.wait(SECONDS)).encode())

    def take() -> None:
        with suppress(OSError):  # it is closed
            while True:
                threading.Thread(target=answer, args=(door.accept()[0],), daemon=True).start()

    threading.Thread(target=take, daemon=True).start()
    return door


@pytest.fixture
def home(tmp_path: Path, starter: Starter) -> Iterator[Path]:
    """A home with the programs and the files that the commands want."""
    programs, address = tmp_path / "bin", f"orchd-{secrets.token_hex(8)}"
    programs.mkdir()
    (programs / "orchd").write_text(ORCHD.format(python=sys.executable, name=address))
    for name, source in STAND_INS.items():
        (programs / name).write_text(f"#!{sys.executable}\n{source}\n")
    for path in programs.iterdir():
        path.chmod(0o755)
    for name, text in FILES.items():
        (tmp_path / name).write_text(text)
    (tmp_path / "backup").mkdir()
    (tmp_path / ".local" / "share").mkdir(parents=True)
    door = serve(address, starter)
    yield tmp_path
    door.shutdown(socket.SHUT_RDWR)
    door.close()


async def run(document: Path, home: Path, environment: dict[str, str], port: str) -> None:
    """Run the blocks of one document in one shell, which stops at the first command that fails."""
    script = "".join(f"set -x\n{text}set +x\n" for reason, text in blocks(document) if reason is None)
    script = (
        script.replace("3001", port).replace("/backup/", f"{home}/backup/").replace(" /backup ", f" {home}/backup ")
    )
    script = script.replace(".venv/bin/", "")
    with trio.fail_after(SECONDS):
        done = await trio.run_process(
            ["sh", "-eu", "-c", script],
            cwd=home,
            env=environment,
            stdin=b"",
            capture_stdout=True,
            capture_stderr=True,
            check=False,
        )
    assert done.returncode == 0, f"{document.name}: {(done.stdout + done.stderr).decode()[-2000:]}"


async def test_what_is_shown_can_be_done(daemon: StartDaemon, simulator: RunningSimulator, home: Path) -> None:
    one: Daemon = await daemon(simulator.url, data=".local/share/orchd")
    port = one.url.rpartition(":")[2]
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("ORCHD_", "XDG_"))}
    environment |= {
        "HOME": str(home),
        "PATH": f"{home / 'bin'}:{environment['PATH']}",
        "ORCHD_SERVER_PORT": port,
    }
    for document in documents():
        await run(document, home, environment, port)
        if document.name == WITH_USERS[0]:
            environment["ORCHD_TOKEN"] = await token(environment, home)


async def token(environment: dict[str, str], home: Path) -> str:
    """Make a token that may do all that the rest wants."""
    scopes = [word for scope in ALL_SCOPES for word in ("--scope", scope)]
    command = [str(home / "bin" / "orchd"), "token", "create", "maria", "--label", "documents", *scopes]
    done = await trio.run_process(command, env=environment, capture_stdout=True)
    return done.stdout.decode().split()[-1]


def test_each_reason_says_something() -> None:
    reasons = [reason for path in documents() for reason, _ in blocks(path) if reason is not None]
    ran = [text for path in documents() for reason, text in blocks(path) if reason is None]
    assert all(len(reason.split()) > 2 for reason in reasons)
    assert len(ran) > 15, "most are run"
    assert shutil.which("sh")
