"""The Debian package: installed, used, renewed, removed and purged on a Debian with nothing on it."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.release.bare_root import BUILT_ONLY, DIST, BareRoot, bare_root

pytestmark = BUILT_ONLY

PACKAGE = "srv/orchd.deb"


@pytest.fixture(scope="module", params=["bookworm", "trixie"])
def root(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[BareRoot]:
    with bare_root(tmp_path_factory.mktemp("bare") / "root", request.param) as made:
        [package] = DIST.glob("*.deb")
        (made.place / PACKAGE).write_bytes(package.read_bytes())
        yield made


def listing(root: BareRoot) -> set[str]:
    """Return what is there but for what dpkg keeps of everything."""
    found = subprocess.run(
        ["find", ".", "-xdev", "-path", "./var/lib/dpkg", "-prune", "-o", "-path", "./proc", "-prune", "-o", "-print"],
        cwd=root.place,
        capture_output=True,
        text=True,
        check=True,
    )
    return set(found.stdout.split("\n"))


def asked_of_systemd(root: BareRoot) -> Path:
    """Have the system look like one that systemd runs; return where it is noted what systemctl is asked."""
    (root.place / "run/systemd/system").mkdir(parents=True)
    asked, recorder = root.place / "srv/asked", root.place / "usr/bin/systemctl"
    asked.touch()
    recorder.write_text('#!/bin/sh\necho "$@" >>/srv/asked\n')
    recorder.chmod(0o755)
    return asked


def test_from_its_installation_to_its_end(root: BareRoot) -> None:
    asked = asked_of_systemd(root)
    before = listing(root)
    root.say("dpkg", "--install", f"/{PACKAGE}", user=0)
    assert root.say("orchd", "version").startswith("orchd ")
    assert root.say("orchd", "check", "--data-dir", "/srv/data") is not None
    for path in (
        "usr/lib/systemd/system/orchd.service",
        "usr/share/man/man1/orchd-serve.1.gz",
        "usr/share/man/man1/orchd-backup-keygen.1.gz",
        "usr/share/bash-completion/completions/orchd",
        "usr/share/doc/orchd/copyright",
        "usr/share/doc/orchd/orchd.json",
        "usr/share/doc/orchd/orchd.rules.yml",
    ):
        assert (root.place / path).is_file(), path

    configuration = root.place / "etc/orchd/orchd.toml"
    configuration.write_text(configuration.read_text() + "# mine\n")
    root.say("dpkg", "--install", f"/{PACKAGE}", user=0)
    assert configuration.read_text().endswith("# mine\n")

    data = root.place / "var/lib/private/orchd"
    data.mkdir(parents=True)
    (data / "orchd.db").write_bytes(b"kept")
    root.say("dpkg", "--remove", "orchd", user=0)
    assert "disable --now --quiet orchd.socket orchd.service" in asked.read_text().splitlines()
    assert configuration.is_file()
    assert (data / "orchd.db").is_file()
    assert not (root.place / "usr/lib/orchd").exists()

    root.say("dpkg", "--purge", "orchd", user=0)
    data.parent.rmdir()
    assert listing(root) - before == {
        path for path in listing(root) - before if "/var/log/" in path or "/srv/data" in path
    }
