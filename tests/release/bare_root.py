"""A Debian or Ubuntu with nothing on it, in a directory: where what is released must run."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.house.source import ROOT

DIST = ROOT / "dist"

BUILT_ONLY = pytest.mark.skipif(
    "ORCHD_TEST_BUILT" not in os.environ or os.getuid() != 0, reason="looks at what `make build` made; root only"
)
"""That takes minutes, so these run in `make drill`, which builds first and says so."""

USER = 1000
"""An ordinary one, for whom nothing is prepared but a directory to write to."""

DATA = "srv/data"
MINUTES = 10


class BareRoot:
    """Runs commands in it. `place` is where it lies, seen from outside."""

    def __init__(self, place: Path) -> None:
        self.place = place

    def command(self, *words: str, user: int = USER, environment: dict[str, str] | None = None) -> list[str]:
        """Return a command that runs one inside, with this environment and nothing else of ours."""
        told = {
            "PATH": "/usr/sbin:/usr/bin:/sbin:/bin",
            "HOME": "/nonexistent",
            "LC_ALL": "C.UTF-8",
            **(environment or {}),
        }
        given = [f"{name}={value}" for name, value in told.items()]
        return ["env", "-i", *given, "chroot", f"--userspec={user}:{user}", str(self.place), *words]

    def run(self, *words: str, user: int = USER, **environment: str) -> "subprocess.CompletedProcess[str]":
        """Run a command to its end, whatever its code."""
        command = self.command(*words, user=user, environment=environment)
        return subprocess.run(command, capture_output=True, text=True, check=False, timeout=60 * MINUTES)

    def say(self, *words: str, user: int = USER, **environment: str) -> str:
        """Run a command that must succeed; return what it prints."""
        done = self.run(*words, user=user, **environment)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout


MIRRORS = {"jammy": "http://archive.ubuntu.com/ubuntu"}
"""Of suites that debootstrap doesn't look for at Debian's own."""


@contextmanager
def bare_root(place: Path, suite: str) -> Iterator[BareRoot]:
    """Make one: the smallest set of packages of a system, and no Python among them. Needs root; takes half a minute."""
    command = ["debootstrap", "--variant=minbase", suite, str(place), *([MIRRORS[suite]] if suite in MIRRORS else [])]
    subprocess.run(command, check=True, capture_output=True, timeout=60 * MINUTES)
    assert not list(place.glob("usr/bin/python*"))
    (place / DATA).mkdir()
    os.chown(place / DATA, USER, USER)
    _mount("-t", "proc", "proc", str(place / "proc"))
    try:
        yield BareRoot(place)
    finally:
        _unmount(place / "proc")
        shutil.rmtree(place)


@contextmanager
def mounted(place: Path, *options: str) -> Iterator[None]:
    """Mount a filesystem in memory there, or with `--bind` what is there already."""
    _mount(*options, str(place))
    try:
        yield
    finally:
        _unmount(place)


def _mount(*words: str) -> None:
    subprocess.run(["mount", *words], check=True, capture_output=True)


def _unmount(place: Path) -> None:
    subprocess.run(["umount", "--lazy", str(place)], check=True, capture_output=True)
