"""Telling processes apart, with and without what `/proc` shows."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import psutil
import pytest

from orchd.features.presence.processes import CLOCK_SLACK_MS, Life, lives, own

SHOW = "from orchd.features.presence.processes import own; print(own().machine)"


def hide(monkeypatch: pytest.MonkeyPatch, *hidden: str) -> None:
    """Have files of `/proc` missing, as with `ProcSubset=pid` or on another system."""
    real = Path.read_text

    def read_text(self: Path, *args: Any, **kwargs: Any) -> str:
        if str(self).startswith(hidden):
            raise FileNotFoundError(2, "No such file or directory", str(self))
        return real(self, *args, **kwargs)

    def boot_time() -> float:
        raise FileNotFoundError(2, "No such file or directory", "/proc/stat")

    monkeypatch.setattr(Path, "read_text", read_text)
    monkeypatch.setattr(psutil, "boot_time", boot_time)


def test_the_machine_has_one_name_for_all_its_processes() -> None:
    shown = subprocess.run([sys.executable, "-c", SHOW], capture_output=True, text=True, check=True).stdout.strip()
    assert shown == own().machine


def test_a_process_is_itself_and_no_other() -> None:
    me = own()
    assert lives(me, me) is True
    assert lives(me._replace(started=me.started + 1), me) is False
    assert lives(me._replace(machine="elsewhere"), me) is None
    with subprocess.Popen([sys.executable, "-c", ""]) as child:
        gone = child.pid
    assert lives(me._replace(pid=gone), me) is False


def test_where_proc_shows_processes_only(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch, "/proc/sys/", "/proc/stat", "/proc/uptime")
    me = own()
    assert me.machine.endswith("/ticks")
    assert lives(me, me) is True
    assert lives(me._replace(started=me.started + 1), me) is False


def test_where_there_is_no_machine_id_either(monkeypatch: pytest.MonkeyPatch) -> None:
    hide(monkeypatch, "/proc/sys/", "/proc/stat", "/etc/machine-id")
    assert lives(own(), own()) is True


def test_on_another_system_the_clock_must_do(monkeypatch: pytest.MonkeyPatch) -> None:
    began = round(psutil.Process().create_time() * 1000)
    hide(monkeypatch, "/proc/", "/etc/")
    monkeypatch.setattr(psutil.Process, "create_time", lambda self: began / 1000)
    me = own()
    assert not me.machine.endswith("/ticks")
    assert me.started == began
    assert lives(me, me) is True
    assert lives(me._replace(started=began - CLOCK_SLACK_MS - 1), me) is False


def test_what_an_older_version_wrote_is_not_compared_with_ticks() -> None:
    me = own()
    assert lives(Life(me.machine.removesuffix("/ticks"), os.getpid(), 1_700_000_000_000), me) is None


def test_a_process_that_is_hidden_may_live(monkeypatch: pytest.MonkeyPatch) -> None:
    me = own()
    hide(monkeypatch, "/proc/1/")

    def kill(pid: int, signal: int) -> None:
        raise PermissionError

    monkeypatch.setattr(os, "kill", kill)
    assert lives(me._replace(pid=1), me) is None
