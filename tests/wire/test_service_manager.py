"""The daemon under a service manager, which a test plays: no systemd runs where tests do.

What the unit forbids is tried on the real program as far as an ordinary process can forbid it to itself.
"""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from tests.house.source import ROOT
from tests.wire.client import HANG_SECONDS

UNIT, GPU = ROOT / "packaging" / "orchd.service", ROOT / "packaging" / "orchd-gpu.conf"
TWO = ROOT / "packaging" / "orchd-single-file.conf"
SOCKET_UNIT = ROOT / "packaging" / "orchd.socket"

FORBID = """
import ctypes, os, sys
prctl = ctypes.CDLL(None, use_errno=True).prctl
for option in ((38, 1, 0, 0, 0), (65, 1, 0, 0, 0)):  # PR_SET_NO_NEW_PRIVS; PR_SET_MDWE, which old kernels don't know
    if prctl(*option) and ctypes.get_errno() != 22:
        sys.exit(f"{option} is refused")
os.execv(sys.executable, [sys.executable, "-m", "orchd", *sys.argv[1:]])
"""


class Manager:
    """Starts a daemon and hears what it says."""

    def __init__(self, place: Path) -> None:
        self.place = place
        self.configuration = place / "orchd.toml"
        self.configuration.write_text("[server]\nport = 0\n")
        self.log = place / "log"
        self._address = str(place / "notify")
        self._listening = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._listening.settimeout(HANG_SECONDS)
        self._listening.bind(self._address)
        self.heard: list[str] = []
        """All that it has said."""

    def close(self) -> None:
        self._listening.close()

    def environment(self, **more: str) -> dict[str, str]:
        clean = {name: value for name, value in os.environ.items() if not name.startswith("ORCHD_")}
        told = {"NOTIFY_SOCKET": self._address, "ORCHD_DATA_DIR": str(self.place), "XDG_CONFIG_HOME": str(self.place)}
        return {**clean, **told, **more}

    @contextmanager
    def running(self, *command: str, **environment: str) -> Iterator["subprocess.Popen[str]"]:
        """Start a command that ends as a daemon, and end it as a manager does."""
        with self.log.open("a") as log:
            process = subprocess.Popen(
                [*command, "serve", "--config", str(self.configuration), "--demo", "--log-format", "json"],
                env=self.environment(**environment),
                stdout=subprocess.PIPE,
                stderr=log,
                text=True,
            )
        try:
            yield process
            process.send_signal(signal.SIGTERM)
            self.hear("STOPPING=1")
            process.communicate(timeout=HANG_SECONDS)
            assert process.returncode == 0, self.log.read_text()
        finally:
            process.kill()
            process.communicate()

    def hear(self, wanted: str) -> str:
        """Return the first that contains it; what comes before doesn't matter."""
        while True:
            heard = self._listening.recv(65_536).decode()
            self.heard.append(heard)
            if wanted in heard:
                return heard

    def url(self, process: "subprocess.Popen[str]") -> str:
        """Where the daemon says that it listens."""
        assert process.stdout is not None
        return process.stdout.readline().split()[-1]


@pytest.fixture
def manager(tmp_path: Path) -> Iterator[Manager]:
    made = Manager(tmp_path)
    yield made
    made.close()


ORCHD = (sys.executable, "-m", "orchd")
NOWHERE = "mysql://orchd@127.0.0.1:1/orchd"


def test_a_start_that_waits_is_waited_for_and_no_reload_is_its_end(manager: Manager) -> None:
    with manager.running(*ORCHD, ORCHD_DATABASE_URL=NOWHERE) as process:
        manager.hear("STATUS=waiting for the database")
        manager.hear("EXTEND_TIMEOUT_USEC=60000000")
        process.send_signal(signal.SIGHUP)
        manager.hear("EXTEND_TIMEOUT_USEC=60000000")
    assert "the configuration was read again" in manager.log.read_text()
    assert not any("READY=1" in told or "RELOADING=1" in told for told in manager.heard)
    assert "STATUS=stopping" in manager.heard[-1]
    manager.hear("EXTEND_TIMEOUT_USEC=")  # for the grace


def test_it_says_what_it_does_that_it_lives_and_reads_its_configuration_again(manager: Manager) -> None:
    with manager.running(*ORCHD, WATCHDOG_USEC="3000000") as process:
        manager.hear("READY=1")
        manager.hear("STATUS=ready; at work for models: 0, waiting: 0")
        manager.hear("WATCHDOG=1")

        manager.configuration.write_text("[server]\nport = 'many'\n")
        process.send_signal(signal.SIGHUP)
        manager.hear("RELOADING=1\nMONOTONIC_USEC=")
        manager.hear("READY=1")
        assert "the new configuration is wrong" in manager.hear("server.port")

        manager.configuration.write_text("[server]\nport = 0\n[log]\nlevel = 'debug'\n[chat]\nmaxRunning = 7\n")
        process.send_signal(signal.SIGHUP)
        manager.hear("RELOADING=1")
        assert manager.hear("STATUS=").startswith("STATUS=ready; at work for models: 0, waiting: 0")
    assert '"changed":["log.level"],"at_next_start":["chat.maxRunning"]' in manager.log.read_text().replace(": ", ":")


@pytest.fixture
def systemd() -> None:
    """Its tools, which need none that runs."""
    if shutil.which("systemd-analyze") is None:
        (pytest.fail if os.environ.get("ORCHD_TEST_REQUIRE") else pytest.skip)("there are no tools of systemd")


@pytest.mark.usefixtures("systemd")
def test_it_takes_over_a_port_that_was_opened_for_it(manager: Manager) -> None:
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    kept = [f"--setenv={name}" for name in manager.environment()]
    opened = ("systemd-socket-activate", "--listen", f"127.0.0.1:{port}", *kept)
    patient = httpx.HTTPTransport(retries=8)  # the port is open soon, not at once
    with (
        manager.running(*opened, *ORCHD) as process,
        httpx.Client(transport=patient, timeout=HANG_SECONDS) as client,
    ):
        reply = client.get(f"http://127.0.0.1:{port}/version")  # opens it, and waits for the daemon
        assert reply.json()["name"] == "orchd"
        assert manager.url(process) == f"http://127.0.0.1:{port}"


def test_it_works_where_nothing_may_gain_rights_or_make_code(manager: Manager) -> None:
    secret = manager.place / "secret"
    secret.write_text("seven wet umbrellas\n")
    with manager.running(sys.executable, "-c", FORBID) as process:
        url = manager.url(process)
        command = [sys.executable, "-c", FORBID, "chat", "--url", url, "How are you?"]
        answer = subprocess.run(command, env=manager.environment(), capture_output=True, text=True, check=True)
        assert "Simulated answer" in answer.stdout
    made = [sys.executable, "-c", FORBID, "user", "add", "ada", "--admin", "--password-file", str(secret)]
    subprocess.run(made, env=manager.environment(), capture_output=True, check=True)  # Argon2, and a sealed key


@pytest.mark.usefixtures("systemd")
@pytest.mark.parametrize(("more", "most"), [((), 1.2), ((GPU,), 1.5), ((TWO,), 1.4)])
def test_the_unit_is_understood_and_gives_little_away(tmp_path: Path, more: tuple[Path, ...], most: float) -> None:
    unit = tmp_path / "orchd.service"
    unit.write_text(UNIT.read_text().replace("/usr/bin/orchd serve", "/bin/true"))
    shutil.copy(SOCKET_UNIT, tmp_path)
    for part in more:
        (tmp_path / "orchd.service.d").mkdir()
        shutil.copy(part, tmp_path / "orchd.service.d")
    environment = {**os.environ, "SYSTEMD_UNIT_PATH": f"{tmp_path}:"}

    def run(*command: str) -> str:
        done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout + done.stderr

    assert run("systemd-analyze", "--man=no", "verify", str(unit), str(tmp_path / "orchd.socket")) == ""
    told = run("systemd-analyze", "security", "--offline=yes", str(unit))
    found = re.search(r"exposure level for orchd.service: ([\d.]+)", told)
    assert found
    assert float(found[1]) <= most, told
