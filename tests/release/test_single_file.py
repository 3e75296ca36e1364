"""The single file as a stranger runs it: on a Debian without Python, as an ordinary user."""

import hashlib
import http.client
import json
import re
import shutil
import signal
import subprocess
import tarfile
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psutil
import pytest
from websockets.sync.client import connect

from tests.house.source import ROOT
from tests.release.bare_root import BUILT_ONLY, DATA, DIST, USER, BareRoot, bare_root, mounted

pytestmark = BUILT_ONLY

MOST_BYTES = 28_000_000
OLDEST_GLIBC = (2, 35)
"""Ubuntu 22.04's; Debian 12 has a newer one. What is built on either runs on both."""


class Started:
    """A daemon in the bare root; `first` is the process that was started, which has unpacked the other one."""

    def __init__(self, root: BareRoot, *flags: str, program: str = "/srv/orchd", **environment: str) -> None:
        words = [program, "serve", "--data-dir", f"/{DATA}", "--port", "0", *flags]
        self.first = subprocess.Popen(
            root.command(*words, environment=environment), stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert self.first.stdout is not None
        line = self.first.stdout.readline()
        assert line.startswith("listening on "), self.first.communicate()
        self.url = line.split()[-1]

    def ask(self, path: str) -> tuple[int, str]:
        with closing(http.client.HTTPConnection(self.url.removeprefix("http://"), timeout=60)) as connection:
            connection.request("GET", path)
            reply = connection.getresponse()
            return reply.status, reply.read().decode("utf-8", "replace")

    def stop(self, number: int = signal.SIGTERM) -> int:
        self.first.send_signal(number)
        self.first.communicate(timeout=60)
        return self.first.returncode


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareRoot]:
    with bare_root(tmp_path_factory.mktemp("bare") / "root", "bookworm") as made:
        shutil.copy(DIST / "orchd", made.place / "srv" / "orchd")
        yield made


def test_it_is_small_and_says_what_it_is() -> None:
    assert (DIST / "orchd").stat().st_size <= MOST_BYTES
    told = json.loads(subprocess.run([DIST / "orchd", "version", "--json"], capture_output=True, check=True).stdout)
    head = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    changed = subprocess.run(["git", "diff", "--quiet", "HEAD"], cwd=ROOT, capture_output=True, check=False)
    assert told["frozen"] is True
    assert told["commit"] == (head.stdout.strip() if changed.returncode == 0 else None)
    assert {"trio", "msgspec", "cryptography"} <= told["libraries"].keys()
    assert not {"setuptools", "pyinstaller", "chardet", "hatchling"} & told["libraries"].keys()


def test_every_file_is_as_its_checksum_says() -> None:
    lines = (DIST / "SHA256SUMS").read_text().splitlines()
    told = {name: digest for digest, _, name in (line.partition("  ") for line in lines)}
    found = {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in DIST.iterdir()}
    found.pop("SHA256SUMS")
    assert told == found


def test_the_bill_of_materials_has_all_that_is_packed() -> None:
    bill = json.loads((DIST / "orchd.cdx.json").read_text())
    told = json.loads(subprocess.run([DIST / "orchd", "version", "--json"], capture_output=True, check=True).stdout)
    parts = {part["name"].lower(): part.get("version") for part in bill["components"]}
    assert told["libraries"].items() <= parts.items()
    assert {"svelte", "cpython", "libcrypto.so.3"} <= parts.keys()
    texts = (DIST / "LICENSES.txt").read_text()
    assert all(f"{name} {version}\n" in texts.lower() for name, version in told["libraries"].items())


def test_it_needs_no_newer_c_library() -> None:
    wanted = set()
    for path in (ROOT / "build" / "directory").rglob("*"):
        if path.is_file() and path.read_bytes()[:4] == b"\x7fELF":
            shown = subprocess.run(["objdump", "-T", path], capture_output=True, text=True, check=True).stdout
            wanted |= {tuple(map(int, found)) for found in re.findall(r"GLIBC_(\d+)\.(\d+)", shown)}
    assert max(wanted) <= OLDEST_GLIBC


def test_it_serves_page_and_chat_where_nothing_can_be_written_but_its_data(root: BareRoot) -> None:
    own = ("-t", "tmpfs", "-o", f"uid={USER}", "tmpfs")
    with mounted(root.place, "--bind", str(root.place)), mounted(root.place / "proc", "-t", "proc", "proc"):
        subprocess.run(["mount", "-o", "remount,bind,ro", root.place], check=True)
        with mounted(root.place / "tmp", "-t", "tmpfs", "tmpfs"), mounted(root.place / DATA, *own):
            _serve(root)


def _serve(root: BareRoot) -> None:
    daemon = Started(root, "--demo")
    assert daemon.ask("/readyz")[0] == 200
    status, page = daemon.ask("/")
    assert (status, 'src="/assets/' in page) == (200, True)
    answer = root.say("/srv/orchd", "chat", "--url", daemon.url, "How are you?")
    assert "Simulated answer" in answer
    assert "simulated" in root.say("/srv/orchd", "models", "--url", daemon.url)
    assert daemon.stop() == 0
    assert not list((root.place / "tmp").glob("_MEI*"))


def test_texts_are_worked_on_in_processes_that_it_starts_itself(root: BareRoot) -> None:
    """A long text goes to a worker, and a worker is the file again."""
    daemon = Started(root, "--demo")
    text = "The harbour opened in 1911. It has 14 cranes.\n" * 4000
    with connect(daemon.url.replace("http", "ws") + "/ws") as socket:
        socket.send(json.dumps({"type": "text:chunk", "id": "1", "data": {"text": text, "size": 500}}))
        reply = json.loads(socket.recv())
        while reply.get("id") != "1":
            reply = json.loads(socket.recv())
        assert reply["type"] == "text:chunk", reply
        commands = [
            " ".join(process.cmdline()) for process in psutil.Process(daemon.first.pid).children(recursive=True)
        ]
        assert any(command.endswith("--child worker") for command in commands)
    assert daemon.stop() == 0


UBUNTU_KEYS = Path("/usr/share/keyrings/ubuntu-archive-keyring.gpg")
UNSIGNED = pytest.mark.skipif(not UBUNTU_KEYS.exists(), reason="needs ubuntu-keyring: what is unpacked runs as root")


@pytest.mark.parametrize("suite", ["trixie", pytest.param("jammy", marks=UNSIGNED)])
def test_it_runs_on_other_systems(tmp_path: Path, suite: str) -> None:
    """Debian 13 and Ubuntu 22.04: page, chat, a secret, and a clean end."""
    with bare_root(tmp_path / "root", suite) as made:
        shutil.copy(DIST / "orchd", made.place / "srv" / "orchd")
        daemon = Started(made, "--demo")
        assert daemon.ask("/")[0] == 200
        assert "Simulated answer" in made.say("/srv/orchd", "chat", "--url", daemon.url, "How are you?")
        data = {"name": "far", "secret": "sesame"}
        made.say("/srv/orchd", "ask", "--url", daemon.url, "credential:create", json.dumps(data))
        assert daemon.stop() == 0


def test_libraries_that_few_need_are_unpacked_when_they_are(root: BareRoot) -> None:
    daemon = Started(root)

    def unpacked() -> set[str]:
        return {path.name.partition(".")[0] for path in (root.place / "tmp").glob("_MEI*/**/*.so")}

    before = unpacked()
    assert {"_core", "_ssl"} <= before
    assert not {"_rust", "pyrage", "_cffi_backend"} & before
    data = {"name": "far", "secret": "sesame"}
    root.say("/srv/orchd", "ask", "--url", daemon.url, "credential:create", json.dumps(data))
    assert "_rust" in unpacked()
    assert daemon.stop() == 0
    assert not list((root.place / "tmp").glob("_MEI*"))
    assert "age1" in root.say("/srv/orchd", "backup", "keygen", f"/{DATA}/backup.key")


def test_killing_what_was_started_leaves_no_daemon(root: BareRoot) -> None:
    daemon = Started(root)
    assert daemon.stop(signal.SIGKILL) == -signal.SIGKILL  # both have ended: communicate() has waited for their output
    again = Started(root)
    assert again.ask("/healthz")[0] == 200
    assert len(list((root.place / "tmp").glob("_MEI*"))) == 1
    assert again.stop() == 0


def test_signals_reach_the_daemon(root: BareRoot) -> None:
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR2):
        assert Started(root).stop(number) == 0


def test_where_nothing_may_run_from_the_temporary_directory_it_says_how_to_go_on(root: BareRoot) -> None:
    with mounted(root.place / "tmp", "-t", "tmpfs", "-o", "noexec", "tmpfs"):
        done = root.run("/srv/orchd", "version")
        assert done.returncode != 0
        assert re.search(
            r"Set TMPDIR to where programs may run: \S+/libpython\S+: (?!.*libpython).+\n\Z", done.stderr
        ), done.stderr
        assert root.say("/srv/orchd", "version", TMPDIR=f"/{DATA}").startswith("orchd ")


def test_models_without_a_server_come_with_extras_beside_it(root: BareRoot, tiny_gguf: Path) -> None:
    shutil.copy(tiny_gguf, root.place / DATA / "tiny.gguf")
    done = root.run(
        "/srv/orchd", "serve", "--port", "0", "--data-dir", f"/{DATA}", ORCHD_LOCAL_MODELS=f"/{DATA}/tiny.gguf"
    )
    assert "orchd-extras" in done.stderr
    with tarfile.open(DIST / "orchd-extras.tar.gz") as archive:
        archive.extractall(root.place / "srv", filter="data")
    [library] = Path("/usr/lib").glob("*/libgomp.so.1")
    shutil.copy(library, root.place / "usr/lib" / library.parent.name)
    daemon = Started(root, ORCHD_LOCAL_MODELS=f"/{DATA}/tiny.gguf")
    assert root.say("/srv/orchd", "chat", "--url", daemon.url, "--model", "tiny", "Say something.")
    assert daemon.stop() == 0
