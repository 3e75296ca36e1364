"""The container as an engine makes and starts it: its own root that can't be written to, a volume, and no privilege."""

import http.client
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from tests.house.source import ROOT
from tests.release.bare_root import BUILT_ONLY, bare_root, mounted

pytestmark = [
    BUILT_ONLY,
    pytest.mark.skipif(shutil.which("buildah") is None, reason="needs buildah, which `make drill` installs"),
]


class Container:
    """What was built: `place` is where its root lies, seen from outside, `config` what an engine is told about it."""

    def __init__(self, place: Path, config: dict[str, Any]) -> None:
        self.place, self.config = place, config

    def command(self, *words: str) -> list[str]:
        """Return a command as the engine starts it, with no capability, and none to be had."""
        user, _, group = self.config["User"].partition(":")
        drop = [
            "setpriv",
            f"--reuid={user}",
            f"--regid={group}",
            "--clear-groups",
            "--no-new-privs",
            "--bounding-set=-all",
        ]
        return ["env", "-i", *self.config["Env"], "chroot", str(self.place), *drop, *words]

    def say(self, *words: str) -> str:
        return subprocess.run(self.command(*words), capture_output=True, text=True, check=True, timeout=300).stdout


@pytest.fixture(scope="module")
def container(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Container]:
    """Build it on a bare Debian, in place of the base that a registry has."""
    place = tmp_path_factory.mktemp("container")
    store = [f"--root={place}/store", f"--runroot={place}/run", "--storage-driver=vfs"]

    def buildah(*words: str) -> str:
        ran = subprocess.run(
            ["buildah", *store, *words], capture_output=True, text=True, check=False, cwd=ROOT, timeout=900
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout.strip()

    with bare_root(place / "base", "bookworm") as base:
        made = buildah("from", "scratch")
        subprocess.run(["umount", "--lazy", base.place / "proc"], check=True)
        try:
            buildah("copy", made, str(base.place), "/")
        finally:
            subprocess.run(["mount", "-t", "proc", "proc", base.place / "proc"], check=True)
    buildah("commit", "--rm", made, "localhost/base")
    flags = ["--isolation=chroot", "--format=docker", "--build-arg=BASE=localhost/base", "--tag=orchd"]
    buildah("build", *flags, "--file=packaging/Containerfile", ".")
    config = json.loads(buildah("inspect", "--type=image", "orchd"))["Docker"]["config"]
    run = buildah("from", "localhost/orchd")
    root = Path(buildah("mount", run))
    volume = place / "volume"  # a new one has owner and rights of the directory that it is mounted on
    volume.mkdir(0o700)
    as_built = (root / "data").stat()
    os.chown(volume, as_built.st_uid, as_built.st_gid)
    with (
        mounted(root, "--bind", str(root)),
        mounted(root / "data", "--bind", str(volume)),
        mounted(root / "proc", "-t", "proc", "proc"),
    ):
        subprocess.run(["mount", "-o", "remount,bind,ro", root], check=True)
        yield Container(root, config)
    buildah("umount", run)


def test_it_is_nobodys_and_says_where_its_data_lies(container: Container) -> None:
    config = container.config
    assert config["User"] == "65532:65532"
    assert list(config["Volumes"]) == ["/data"]
    assert list(config["ExposedPorts"]) == ["3001/tcp"]
    assert config["StopSignal"] == "SIGTERM"
    assert (container.place / "data").stat().st_mode & 0o777 == 0o700


def test_it_serves_with_a_root_that_cannot_be_written_to(container: Container) -> None:
    started = container.command(*container.config["Entrypoint"], *container.config["Cmd"], "--demo")
    daemon = subprocess.Popen(started, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)
    try:
        assert daemon.stdout is not None
        assert daemon.stdout.readline() == "listening on http://127.0.0.1:3001\n"
        with closing(http.client.HTTPConnection("127.0.0.1:3001", timeout=60)) as connection:
            connection.request("GET", "/readyz")
            assert connection.getresponse().status == 200
        kind, *check = container.config["Healthcheck"]["Test"]
        assert kind == "CMD"
        container.say(*check)
        assert "Simulated answer" in container.say("orchd", "chat", "How are you?")
    finally:
        daemon.send_signal(signal.SIGTERM)
        _, errors = daemon.communicate(timeout=60)
    assert daemon.returncode == 0, errors
    ran = subprocess.run(container.command(*check), capture_output=True, text=True, check=False)
    assert ran.returncode == 1, "a health check that nothing fails"
    assert {path.name for path in (container.place / "data").iterdir()} >= {"orchd.db"}
