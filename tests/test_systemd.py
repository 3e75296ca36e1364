"""Telling the service manager: the datagram arrives, and nothing ever fails or waits."""

import os
import secrets
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from orchd.systemd import has_manager, is_meant, notify


@contextmanager
def manager(address: str) -> Iterator[socket.socket]:
    """Listen as the service manager does."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as listening:
        listening.settimeout(10)
        listening.bind(address)
        yield listening


def test_without_a_manager_it_does_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    notify("READY=1")


def test_the_state_arrives(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with manager(address) as listening:
        notify("READY=1")
        notify("STOPPING=1")
        assert [listening.recv(99), listening.recv(99)] == [b"READY=1", b"STOPPING=1"]


def test_an_abstract_address(monkeypatch: pytest.MonkeyPatch) -> None:
    name = f"orchd-test-{secrets.token_hex(8)}"
    monkeypatch.setenv("NOTIFY_SOCKET", f"@{name}")
    with manager(f"\0{name}") as listening:
        notify("READY=1")
        assert listening.recv(99) == b"READY=1"


def test_nobody_there_is_no_failure(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("NOTIFY_SOCKET", str(tmp_path / "nobody"))
    notify("READY=1")
    monkeypatch.setenv("NOTIFY_SOCKET", "/" + "x" * 200)
    notify("READY=1")


def test_a_manager_that_does_not_read_is_not_waited_for(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    address = str(tmp_path / "notify")
    monkeypatch.setenv("NOTIFY_SOCKET", address)
    with manager(address) as listening:
        for _ in range(2000):  # far more than a datagram socket queues
            notify("READY=1")
        assert listening.recv(99) == b"READY=1"


def test_a_manager_that_wants_to_be_told_is_known(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("NOTIFY_SOCKET", raising=False)
    assert not has_manager()
    monkeypatch.setenv("NOTIFY_SOCKET", "/run/systemd/notify")
    assert has_manager()


def test_what_is_meant_for_the_parent_is_meant_for_the_single_file_only(monkeypatch: pytest.MonkeyPatch) -> None:
    parent = str(os.getppid())
    assert is_meant(str(os.getpid()))
    assert not is_meant(parent)
    assert not is_meant("")
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    assert is_meant(parent)
