"""`make check` and `make baseline` on a copy of what they read: what breaks clients of the last release stops both."""

import json
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any, TypeAlias

import pytest

from tests.house.source import ROOT

SCRIPT = "scripts/compatible.sh"
KEPT = "packaging/protocol"
Run: TypeAlias = Callable[..., "subprocess.CompletedProcess[str]"]


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    shutil.copytree(ROOT / KEPT, tmp_path / KEPT)
    (tmp_path / "scripts").mkdir()
    shutil.copy(ROOT / SCRIPT, tmp_path / SCRIPT)
    shutil.copy(ROOT / "protocol.schema.json", tmp_path)
    (tmp_path / ".venv").symlink_to(ROOT / ".venv")
    return tmp_path


@pytest.fixture
def run(copy: Path) -> Run:
    def start(*arguments: str) -> "subprocess.CompletedProcess[str]":
        return subprocess.run(
            [copy / SCRIPT, *arguments],
            capture_output=True,
            text=True,
            timeout=100,
            check=False,
            stdin=subprocess.DEVNULL,
        )

    return start


def edit(copy: Path, change: Callable[[Any], object]) -> None:
    path = copy / "protocol.schema.json"
    schema = json.loads(path.read_text(encoding="utf-8"))
    change(schema)
    path.write_text(json.dumps(schema, indent=2), encoding="utf-8")


def test_what_breaks_clients_is_not_merged_and_not_released(copy: Path, run: Run) -> None:
    edit(copy, lambda schema: schema["$defs"]["ChatMessage"]["properties"].pop("content"))
    done = run()
    assert done.returncode == 1
    assert "$.data.content: the member `content` is gone" in done.stderr or "`content` is gone" in done.stderr
    assert "README.md says how to go on" in done.stderr
    released = (copy / KEPT / "orchd.v1.schema.json").read_bytes()
    assert run("--renew").returncode == 1
    assert (copy / KEPT / "orchd.v1.schema.json").read_bytes() == released


def test_a_release_keeps_its_schema(copy: Path, run: Run) -> None:
    edit(copy, lambda schema: schema["$defs"]["ChatMessage"]["properties"].update(more={"type": "string"}))
    assert run("--renew").returncode == 0
    kept, present = copy / KEPT / "orchd.v1.schema.json", copy / "protocol.schema.json"
    assert kept.read_bytes() == present.read_bytes()
    edit(copy, lambda schema: schema["$defs"]["ChatMessage"]["properties"].pop("more"))
    assert run().returncode == 1, "what was released is promised"


def test_a_new_protocol_has_nothing_to_be_compared_with(copy: Path, run: Run) -> None:
    edit(copy, lambda schema: schema.update(title="orchd.v2"))
    done = run()
    assert (done.returncode, done.stdout) == (0, "")
    assert "not released yet" in done.stderr


def test_a_file_that_is_damaged_is_no_success(copy: Path, run: Run) -> None:
    (copy / "protocol.schema.json").write_text("{", encoding="utf-8")
    assert run().returncode == 2
    (copy / "protocol.schema.json").write_text('  "title": "orchd.v1",\n', encoding="utf-8")
    assert run().returncode == 2
