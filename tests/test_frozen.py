"""Which command starts what, and where extras lie."""

import sys

import pytest

from orchd.frozen import child_command, extras_directory, is_frozen


def test_an_installed_package_is_no_single_file(monkeypatch: pytest.MonkeyPatch) -> None:
    assert not is_frozen()
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert is_frozen()


def test_the_file_starts_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/srv/orchd")
    assert child_command("worker") == ["/srv/orchd", "--child", "worker"]
    assert str(extras_directory()) == "/srv/orchd-extras"
